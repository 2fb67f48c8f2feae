"""Pins other prices to a scenario: a person's decision, made over the version that they saw."""

from django.db import transaction
from django.utils import timezone

from costing.catalog.models import PriceBook
from costing.scenarios import selectors
from costing.scenarios.models import Scenario
from costing.scenarios.services.economics import UNUSABLE_FIGURES
from costing.scenarios.services.scenarios import scenario_locked
from organizations import audit
from organizations.exceptions import Invalid
from organizations.permissions import Actor


@transaction.atomic
def reprice_scenario(*, by: Actor, scenario: Scenario, version: int, book: PriceBook) -> Scenario:
    """Pin a price book, and the contract prices that hold now, to a scenario at `version`.

    Raises Conflict with what stands now; Invalid where the book lacks a model, or where the
    scenario has these prices already.
    """
    standing = scenario_locked(scenario, version=version)
    preview = selectors.repricing_preview(standing, book)
    if not preview.is_possible:
        raise Invalid(UNUSABLE_FIGURES, fields=preview.after.faults)
    if not preview.is_change:
        raise Invalid(
            "The scenario has these prices already.",
            fields={"price_book": ["It has these prices already."]},
        )
    standing.price_book, standing.contracts = book, dict(preview.after.contracts)
    standing.version += 1
    standing.changed_at = timezone.now()
    standing.save()
    data = {"version": standing.version, **selectors.repricing_document(preview)}
    audit.record(by=by, verb="scenario.repriced", subject=standing, data=data)
    return standing
