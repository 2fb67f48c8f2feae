"""Reads of scenarios, their economics, comparisons, and what re-pricing would change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from assessments import mapping
from assessments.models import Assessment
from assessments.selectors import framework_get, scores_compute
from costing.catalog import mapping as catalog_mapping
from costing.catalog.models import PriceBook
from costing.catalog.price_overrides import price_overrides_to_pin
from costing.catalog.price_reports import FigureChange, figure_changes
from costing.catalog.prices import ModelPrice
from costing.catalog.selectors import document_resolve, model_prices_find, references_of
from costing.engine import InvalidScenario, parse_scenario, strategy_costs
from costing.scenarios.content import Compared
from costing.scenarios.models import EconomicsResult, Scenario


def economics_get(result_id: UUID) -> EconomicsResult:
    """Return one result; raises EconomicsResult.DoesNotExist."""
    return EconomicsResult.objects.select_related("scenario").get(pk=result_id)


def economics_latest(scenario: Scenario) -> EconomicsResult | None:
    """Return the newest result of a scenario, if there is one."""
    results = EconomicsResult.objects.filter(scenario=scenario)
    return results.order_by("-computed_at", "-pk").first()


def economics_change(scenario: Scenario, economics: EconomicsResult) -> str:
    """Return what changed since a result was computed: `figures`, `scores`, or nothing."""
    if economics.scenario_version != scenario.version:
        return "figures"
    maturity = maturity_of(scenario.assessment)
    return "" if economics.estimate.scenario.maturity == maturity else "scores"


def economics_latest_of(assessment: Assessment) -> EconomicsResult | None:
    """Return the newest result of any of an assessment's scenarios, with its scenario."""
    results = EconomicsResult.objects.filter(scenario__assessment=assessment)
    return results.select_related("scenario").order_by("-computed_at", "-pk").first()


def economics_newest(scenario_ids: Sequence[UUID]) -> dict[UUID, EconomicsResult]:
    """Return the newest result of each of these scenarios, by the scenario's key."""
    results = (
        EconomicsResult.objects.filter(scenario_id__in=scenario_ids)
        .order_by("scenario_id", "-computed_at", "-pk")
        .distinct("scenario_id")
    )
    return {result.scenario_id: result for result in results}


def economics_by_scenario(assessment: Assessment) -> dict[UUID, EconomicsResult]:
    """Return the newest result of each of an assessment's scenarios, by the scenario's key."""
    results = (
        EconomicsResult.objects.filter(scenario__assessment=assessment)
        .order_by("scenario_id", "-computed_at", "-pk")
        .distinct("scenario_id")
    )
    return {result.scenario_id: result for result in results}


def model_prices_of(scenario: Scenario) -> dict[str, ModelPrice]:
    """Return the catalog prices that a scenario refers to, by `premium_model` and `small_model`.

    Where it pinned a contract price, that.
    """
    references = references_of(scenario.document)
    return model_prices_find(scenario.price_book, references, scenario.contracts)


def contracts_resolve(
    document: Mapping[str, Any], book: PriceBook | None, assessment: Assessment
) -> dict[str, Any]:
    """Return the contract prices that hold for a document now, as a scenario pins them.

    They are those of the assessment's client, or of the organization, on the assessment's date.
    """
    prices = model_prices_find(book, references_of(document)).values()
    return price_overrides_to_pin(prices, client_id=assessment.client_id, on=assessment.as_of)


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


def scenario_list_of_client(client_id: UUID) -> QuerySet[Scenario]:
    """Return all scenarios of a client with their assessments, the last changed first."""
    scenarios = Scenario.objects.filter(client_id=client_id).select_related("assessment")
    return scenarios.order_by("-changed_at", "-pk")


def scenarios_compared(client_id: UUID, scenario_ids: Sequence[UUID]) -> list[Compared]:
    """Return a client's scenarios with their newest results, in the order asked for.

    Raises Scenario.DoesNotExist where this client has not every one of them.
    """
    rows = Scenario.objects.filter(client_id=client_id, pk__in=scenario_ids)
    scenarios = {scenario.pk: scenario for scenario in rows}
    if not all(scenario_id in scenarios for scenario_id in scenario_ids):
        raise Scenario.DoesNotExist
    newest = economics_newest(scenario_ids)
    return [_compared(scenarios[key], newest.get(key)) for key in dict.fromkeys(scenario_ids)]


def _compared(scenario: Scenario, economics: EconomicsResult | None) -> Compared:
    return Compared(
        key=str(scenario.pk),
        title=scenario.title,
        estimate=economics.estimate if economics else None,
        is_stale=economics is not None and economics.scenario_version != scenario.version,
    )


@dataclass(frozen=True)
class Pricing:
    """A book and the contracts to price a scenario by; `errors` says why that cannot be."""

    book: PriceBook | None
    contracts: Mapping[str, Any]
    prices: Mapping[str, ModelPrice]
    usd_per_month: Mapping[str, float]
    errors: Mapping[str, list[str]]


@dataclass(frozen=True)
class ModelMove:
    """One model's price before and after, with the figures that differ."""

    key: str
    before: ModelPrice | None
    after: ModelPrice | None
    figures: tuple[FigureChange, ...]


@dataclass(frozen=True)
class MonthMove:
    """What a strategy costs a month in USD, before and after."""

    strategy: str
    before_usd_per_month: float | None
    after_usd_per_month: float | None

    @property
    def change_usd_per_month(self) -> float | None:
        """By how much it gets dearer; None where one of the two has no price."""
        if self.before_usd_per_month is None or self.after_usd_per_month is None:
            return None
        return self.after_usd_per_month - self.before_usd_per_month


@dataclass(frozen=True)
class Repricing:
    """All that a re-pricing would change; `is_possible` where the book knows every model."""

    scenario: Scenario
    before: Pricing
    after: Pricing
    models: tuple[ModelMove, ...]
    months: tuple[MonthMove, ...]

    @property
    def is_possible(self) -> bool:
        """Whether the scenario can be priced so."""
        return not self.after.errors and self.after.book is not None

    @property
    def is_change(self) -> bool:
        """Whether anything would be pinned otherwise than it is."""
        is_other_book = self.before.book != self.after.book
        return is_other_book or dict(self.before.contracts) != dict(self.after.contracts)


def repricing_preview(scenario: Scenario, book: PriceBook) -> Repricing:
    """Return what pinning this book, and the contracts that hold now, would change."""
    contracts = contracts_resolve(scenario.document, book, scenario.assessment)
    before = _pricing(scenario, scenario.price_book, scenario.contracts)
    after = _pricing(scenario, book, contracts)
    keys = references_of(scenario.document)
    strategies = dict.fromkeys([*before.usd_per_month, *after.usd_per_month])
    return Repricing(
        scenario=scenario,
        before=before,
        after=after,
        models=tuple(_move(key, before.prices.get(key), after.prices.get(key)) for key in keys),
        months=tuple(
            MonthMove(name, before.usd_per_month.get(name), after.usd_per_month.get(name))
            for name in strategies
        ),
    )


def contracts_changed(scenario: Scenario, prices: Iterable[ModelPrice]) -> bool:
    """Whether other contract prices hold for a scenario's models now than those that it pinned.

    `prices` are those of `model_prices_of`.
    """
    assessment = scenario.assessment
    fresh = price_overrides_to_pin(prices, client_id=assessment.client_id, on=assessment.as_of)
    return bool(fresh != scenario.contracts)


def _pricing(scenario: Scenario, book: PriceBook | None, contracts: Mapping[str, Any]) -> Pricing:
    costs: Mapping[str, float] = {}
    errors: dict[str, list[str]] = {}
    try:
        document = document_resolve(scenario.document, book, contracts)
        costs = strategy_costs(parse_scenario(document))
    except InvalidScenario as error:
        errors = error.fields
    prices = model_prices_find(book, references_of(scenario.document), contracts)
    return Pricing(book, contracts, prices, costs, errors)


def _move(key: str, before: ModelPrice | None, after: ModelPrice | None) -> ModelMove:
    figures = figure_changes(before, after)
    return ModelMove(key, before, after, figures)


def repricing_document(preview: Repricing) -> dict[str, Any]:
    """Return a preview as JSON values, for the audit and the API."""
    return {
        "price_book": {
            "before": _book_json(preview.before.book),
            "after": _book_json(preview.after.book),
        },
        "is_possible": preview.is_possible,
        "is_change": preview.is_change,
        "faults": dict(preview.after.errors),
        "models": [
            {
                "model": move.key,
                "before": catalog_mapping.price_origin(move.before) if move.before else None,
                "after": catalog_mapping.price_origin(move.after) if move.after else None,
            }
            for move in preview.models
        ],
        "strategies": [
            {
                "strategy": month.strategy,
                "before_usd_per_month": month.before_usd_per_month,
                "after_usd_per_month": month.after_usd_per_month,
            }
            for month in preview.months
        ],
    }


def _book_json(book: PriceBook | None) -> dict[str, Any] | None:
    if book is None:
        return None
    return {"id": str(book.pk), "source": book.source, "as_of": book.as_of.isoformat()}
