"""Writes of contract prices: added and ended, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from costing import catalog
from costing.catalog import selectors
from costing.catalog.models import FIGURES, ModelPrice, PriceOverride
from organizations import audit
from organizations.exceptions import Conflict, Invalid
from organizations.models import Client, Organization
from organizations.permissions import Actor

HIGHEST_USD_PER_MTOK = Decimal(1_000_000)
UNUSABLE = "Some figures cannot be used as they are."


@dataclass(frozen=True)
class PriceOverrideInput:
    """What was negotiated for a model: USD per million tokens, a discount from 0 to 1.

    Without a client it holds for all; `valid_until` is the last day, None: until it is ended.
    """

    reference: str
    valid_from: date
    reason: str
    figures: Mapping[str, Decimal] = field(default_factory=dict)
    client: Client | None = None
    valid_until: date | None = None


@transaction.atomic
def create_price_override(*, by: Actor, content: PriceOverrideInput) -> PriceOverride:
    """Add a contract price; scenarios take it when they are made or re-priced.

    Raises Invalid with every field at fault; a model has one contract price at a time for all
    clients, and one for each client.
    """
    model = selectors.known_model(content.reference)
    faults = _faults(content, model)
    if faults or model is None:
        raise Invalid(UNUSABLE, fields=faults)
    # One writer at a time in a firm, so that two cannot overlap.
    Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)
    # The catalog's own name, so that it holds for every release and in every book.
    reference = catalog.canonical_reference(model.reference) or model.reference
    _refuse_overlap(content, reference)
    override = PriceOverride.objects.create(
        organization_id=by.organization_id,
        client=content.client,
        reference=reference,
        model_name=model.model_name,
        valid_from=content.valid_from,
        valid_until=content.valid_until,
        reason=content.reason.strip(),
        created_by_id=by.user_id,
        created_by_label=by.label,
        **content.figures,
    )
    audit.record(by=by, verb="price_override.created", subject=override, data=_said(override))
    return override


@transaction.atomic
def end_price_override(
    *, by: Actor, override: PriceOverride, ended_on: date, reason: str = ""
) -> PriceOverride:
    """End a contract price: from `ended_on` on the list price holds again.

    Ended on its first day it never held. Raises Conflict where it was ended before.
    """
    standing = PriceOverride.objects.select_for_update(of=("self",)).get(pk=override.pk)
    if standing.ended_on is not None:
        raise Conflict(
            "This contract price has been ended already.",
            current={"ended_on": standing.ended_on.isoformat()},
        )
    if ended_on < standing.valid_from:
        first = standing.valid_from.isoformat()
        raise Invalid(UNUSABLE, fields={"ended_on": [f"It begins on {first}: not before that."]})
    standing.ended_on, standing.ended_at = ended_on, timezone.now()
    standing.ended_by_id, standing.ended_reason = by.user_id, reason.strip()
    standing.save(update_fields=["ended_on", "ended_at", "ended_by", "ended_reason"])
    data = {**_said(standing), "ended_on": ended_on.isoformat(), "ended_reason": reason.strip()}
    audit.record(by=by, verb="price_override.ended", subject=standing, data=data)
    return standing


def _faults(content: PriceOverrideInput, model: ModelPrice | None) -> dict[str, list[str]]:
    faults: dict[str, list[str]] = {}
    if model is None:
        faults["reference"] = ["No price book has this model. Write it as <provider>:<model>."]
    if not content.reason.strip():
        faults["reason"] = ["Say where this price was agreed."]
    if not content.figures:
        faults["input_usd_per_mtok"] = ["Give at least one figure that differs from the list."]
    if content.valid_until is not None and content.valid_until < content.valid_from:
        faults["valid_until"] = ["This is before its first day."]
    for name, value in content.figures.items():
        highest = Decimal(1) if name == "batch_discount_ratio" else HIGHEST_USD_PER_MTOK
        if name not in FIGURES or not value.is_finite() or not 0 <= value <= highest:
            faults[name] = [f"Give a number from 0 to {highest:,}."]
    return faults


def _refuse_overlap(content: PriceOverrideInput, reference: str) -> None:
    """Raise Invalid where a standing contract price of the model holds on one of these days."""
    overlapping = PriceOverride.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=content.valid_from),
        Q(ended_on=None) | Q(ended_on__gt=content.valid_from),
        client=content.client,
        reference__in=selectors.names_of(reference),
    )
    if content.valid_until is not None:
        overlapping = overlapping.filter(valid_from__lte=content.valid_until)
    standing = next((each for each in overlapping if each.ended_on != each.valid_from), None)
    if standing is not None:
        since = standing.valid_from.isoformat()
        raise Invalid(
            "This model has a contract price in that time.",
            fields={"valid_from": [f"There is one since {since}: end it first."]},
        )


def _said(override: PriceOverride) -> dict[str, Any]:
    figures = {name: getattr(override, name) for name in FIGURES}
    return {
        "reference": override.reference,
        "figures": {name: str(value) for name, value in figures.items() if value is not None},
        "valid_from": override.valid_from.isoformat(),
        "valid_until": override.valid_until.isoformat() if override.valid_until else None,
        "reason": override.reason,
    }
