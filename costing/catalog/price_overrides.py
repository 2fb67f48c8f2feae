"""Contract prices of an organization: what was negotiated, for whom and until when.

They are added and ended, never changed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from pydantic import JsonValue

from costing.catalog import mapping, prices
from costing.catalog.genai_prices import canonical_reference
from costing.catalog.models import ModelPrice, PriceBook, PriceOverride
from costing.catalog.price_fields import MAX_FIGURES
from costing.catalog.prices import figures_of
from organizations import audit
from organizations.exceptions import Conflict, Invalid
from organizations.models import Client, Organization
from organizations.permissions import Actor

UNUSABLE_FIGURES = "Some figures cannot be used as they are."


def price_override_get(override_id: UUID) -> PriceOverride:
    """Return the contract price; raises PriceOverride.DoesNotExist."""
    return PriceOverride.objects.select_related("client").get(pk=override_id)


def price_override_list() -> QuerySet[PriceOverride]:
    """Return the organization's contract prices with their clients, the last added first."""
    return PriceOverride.objects.select_related("client").order_by("-created_at", "-pk")


def price_overrides_on(
    day: date, references: Iterable[str], *wanted: Q
) -> dict[str, list[PriceOverride]]:
    """Return the contract prices that hold on a day, by the reference of their model."""
    names = {reference: names_of(reference) for reference in references}
    is_begun = Q(valid_from__lte=day)
    is_agreed = Q(valid_until=None) | Q(valid_until__gte=day)
    is_standing = Q(ended_on=None) | Q(ended_on__gt=day)
    rows = price_override_list().filter(is_begun, is_agreed, is_standing, *wanted)
    standing = list(rows.filter(reference__in=set().union(*names.values())))
    return {
        reference: [each for each in standing if each.reference in own]
        for reference, own in names.items()
    }


def price_overrides_of(
    references: Iterable[str], *, client_id: UUID, on: date
) -> dict[str, prices.PriceOverride]:
    """Return the contract prices that win for a client on a day, by the model's reference.

    Of the client's own and those for all clients, the client's wins.
    """
    of_client = Q(client_id=client_id) | Q(client_id=None)
    return {
        reference: mapping.override_of_row(min(rows, key=lambda row: row.client_id is None))
        for reference, rows in price_overrides_on(on, references, of_client).items()
        if rows
    }


def names_of(reference: str) -> set[str]:
    """Return a model's names: its own in a book, and the catalog's for it."""
    return {reference, canonical_reference(reference) or reference}


def list_prices_of(
    book: PriceBook | None, overrides: Iterable[PriceOverride]
) -> Mapping[str, ModelPrice]:
    """Return the list prices beside contract prices, by reference."""
    references = {override.reference for override in overrides}
    rows = ModelPrice.objects.filter(book=book, reference__in=references)
    return {row.reference: row for row in rows}


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

    Raises Invalid with every error by its field; a model has one contract price at a time for all
    clients, and one for each client.
    """
    # In any book, the newest first, under any of its names.
    names = names_of(content.reference.strip().replace("\0", ""))
    rows = ModelPrice.objects.filter(reference__in=names).select_related("book")
    model = rows.order_by("-book__as_of", "-book__imported_at", "pk").first()
    errors = _errors(content, model)
    if errors or model is None:
        raise Invalid(UNUSABLE_FIGURES, fields=errors)
    # One writer at a time in an organization, so that two cannot overlap.
    Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)
    # The catalog's own name, so that it holds for every release and in every book.
    reference = canonical_reference(model.reference) or model.reference
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
    audit.record(by=by, verb="price_override.created", subject=override, data=_audited(override))
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
        raise Invalid(
            UNUSABLE_FIGURES, fields={"ended_on": [f"It begins on {first}: not before that."]}
        )
    standing.ended_on, standing.ended_at = ended_on, timezone.now()
    standing.ended_by_id, standing.ended_reason = by.user_id, reason.strip()
    standing.save(update_fields=["ended_on", "ended_at", "ended_by", "ended_reason"])
    data = {**_audited(standing), "ended_on": ended_on.isoformat(), "ended_reason": reason.strip()}
    audit.record(by=by, verb="price_override.ended", subject=standing, data=data)
    return standing


def _errors(content: PriceOverrideInput, model: ModelPrice | None) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if model is None:
        errors["reference"] = ["No price book has this model. Write it as <provider>:<model>."]
    if not content.reason.strip():
        errors["reason"] = ["Say where this price was agreed."]
    if not content.figures:
        errors["input_usd_per_mtok"] = ["Give at least one figure that differs from the list."]
    if content.valid_until is not None and content.valid_until < content.valid_from:
        errors["valid_until"] = ["This is before its first day."]
    for name, value in content.figures.items():
        highest = MAX_FIGURES.get(name, Decimal(0))
        if name not in MAX_FIGURES or not value.is_finite() or not 0 <= value <= highest:
            errors[name] = [f"Give a number from 0 to {highest:,}."]
    return errors


def _refuse_overlap(content: PriceOverrideInput, reference: str) -> None:
    """Raise Invalid where a standing contract price of the model holds on one of these days."""
    overlapping = PriceOverride.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=content.valid_from),
        Q(ended_on=None) | Q(ended_on__gt=content.valid_from),
        client=content.client,
        reference__in=names_of(reference),
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


def _audited(override: PriceOverride) -> dict[str, JsonValue]:
    figures = figures_of(override)
    return {
        "reference": override.reference,
        "figures": {name: str(value) for name, value in figures.items()},
        "valid_from": override.valid_from.isoformat(),
        "valid_until": override.valid_until.isoformat() if override.valid_until else None,
        "reason": override.reason,
    }
