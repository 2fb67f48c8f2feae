"""Reads of scenarios and the reasons to make one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from assessments import mapping
from assessments.models import Assessment
from assessments.selectors import framework_get, scores_compute
from costing import catalog
from costing.catalog.models import PriceBook
from costing.catalog.price_overrides import contracts_json, contracts_of
from costing.catalog.selectors import document_resolve, model_prices_find, references_of
from costing.scenarios.models import EconomicsResult, Scenario
from costing.scenarios.selectors.economics import economics_by_scenario


def model_prices_of(scenario: Scenario) -> dict[str, catalog.ModelPrice]:
    """Return the catalog prices that a scenario refers to, by `premium_model` and `small_model`.

    Where it pinned a contract price, that.
    """
    references = references_of(scenario.document)
    return model_prices_find(scenario.price_book, references, scenario.contracts)


def contracts_resolve(
    document: Mapping[str, Any], book: PriceBook | None, assessment: Assessment
) -> dict[str, Any]:
    """Return the contract prices that hold for a document now, as a scenario pins them.

    They are those of the assessment's client, or of the firm, on the assessment's date.
    """
    prices = model_prices_find(book, references_of(document)).values()
    contracts = contracts_of(prices, client_id=assessment.client_id, on=assessment.as_of)
    return contracts_json(contracts)


def contracts_to_show(
    references: Mapping[str, str],
    book: PriceBook | None,
    scenario: Scenario | None,
    assessment: Assessment,
) -> dict[str, Any]:
    """Return the contract prices that a form's models would have.

    A model that the scenario has already keeps what it pinned, as it does when it is saved.
    """
    pinned = dict(scenario.contracts) if scenario else {}
    standing = set(references_of(scenario.document).values()) if scenario else set()
    new = {key: {"catalog": name} for key, name in references.items() if name not in standing}
    return (contracts_resolve(new, book, assessment) if new else {}) | pinned


@dataclass(frozen=True)
class ScenarioTrigger:
    """A reason to run an assessment, with the figures that it starts a scenario from."""

    key: str
    title: str
    text: str
    note: str
    document: dict[str, Any]
    is_chosen: bool


def scenario_triggers(assessment: Assessment) -> list[ScenarioTrigger]:
    """Return the framework's triggers; those chosen at intake say so."""
    framework = framework_get(assessment)
    return [
        ScenarioTrigger(
            key=trigger.key,
            title=trigger.title,
            text=trigger.text,
            note=trigger.preset_note,
            document=trigger.preset(),
            is_chosen=trigger.key in assessment.triggers,
        )
        for trigger in framework.triggers
    ]


def economics_document(scenario: Scenario) -> dict[str, Any]:
    """Return what the engine is to price: prices filled in, and the maturity of the assessment.

    A dimension without a score holds its levers back, as an unmet one does. Raises
    InvalidScenario with the path of each reference that the pinned book does not know.
    """
    document = document_resolve(scenario.document, scenario.price_book, scenario.contracts)
    document["maturity"] = maturity_of(scenario.assessment)
    if scenario.price_book is not None:
        document["as_of"] = scenario.price_book.as_of.isoformat()
    return document


def maturity_of(assessment: Assessment) -> dict[str, float | None]:
    """Return an assessment's scores as they stand, as the engine reads them."""
    return mapping.maturity_document(scores_compute(assessment))


def scenario_get(scenario_id: UUID) -> Scenario:
    """Return the scenario with its assessment and price book; raises Scenario.DoesNotExist."""
    scenarios = Scenario.objects.select_related("assessment__framework", "price_book", "client")
    return scenarios.defer("assessment__framework__document").get(pk=scenario_id)


def scenario_list(assessment: Assessment) -> QuerySet[Scenario]:
    """Return an assessment's scenarios, the last changed first."""
    return Scenario.objects.filter(assessment=assessment).order_by("-changed_at", "-pk")


def scenarios_with_economics(
    assessment: Assessment,
) -> list[tuple[Scenario, EconomicsResult | None]]:
    """Return an assessment's scenarios, each with its newest result."""
    newest = economics_by_scenario(assessment)
    return [(scenario, newest.get(scenario.pk)) for scenario in scenario_list(assessment)]
