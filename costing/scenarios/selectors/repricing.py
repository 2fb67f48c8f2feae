"""What re-pricing a scenario would change: prices of its models, and each strategy's month."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from costing import catalog
from costing.catalog import mapping as catalog_mapping
from costing.catalog.models import PriceBook
from costing.catalog.price_overrides import contracts_json, contracts_of
from costing.catalog.selectors import document_resolve, model_prices_find, references_of
from costing.engine import InvalidScenario, parse_scenario, strategy_costs
from costing.scenarios.models import Scenario
from costing.scenarios.selectors.scenarios import contracts_resolve


@dataclass(frozen=True)
class Pricing:
    """A book and the contracts to price a scenario by; `faults` says why that cannot be."""

    book: PriceBook | None
    contracts: Mapping[str, Any]
    prices: Mapping[str, catalog.ModelPrice]
    usd_per_month: Mapping[str, float]
    faults: Mapping[str, list[str]]


@dataclass(frozen=True)
class ModelMove:
    """One model's price before and after, with the figures that differ."""

    key: str
    before: catalog.ModelPrice | None
    after: catalog.ModelPrice | None
    figures: tuple[catalog.FigureChange, ...]


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
        return not self.after.faults and self.after.book is not None

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


def contracts_changed(scenario: Scenario, prices: Iterable[catalog.ModelPrice]) -> bool:
    """Whether other contract prices hold for a scenario's models now than those that it pinned.

    `prices` are those of `model_prices_of`.
    """
    assessment = scenario.assessment
    fresh = contracts_of(prices, client_id=assessment.client_id, on=assessment.as_of)
    return bool(contracts_json(fresh) != scenario.contracts)


def _pricing(scenario: Scenario, book: PriceBook | None, contracts: Mapping[str, Any]) -> Pricing:
    costs: Mapping[str, float] = {}
    faults: dict[str, list[str]] = {}
    try:
        document = document_resolve(scenario.document, book, contracts)
        costs = strategy_costs(parse_scenario(document))
    except InvalidScenario as error:
        faults = error.fields
    prices = model_prices_find(book, references_of(scenario.document), contracts)
    return Pricing(book, contracts, prices, costs, faults)


def _move(
    key: str, before: catalog.ModelPrice | None, after: catalog.ModelPrice | None
) -> ModelMove:
    figures = catalog.figure_changes(before, after)
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
        "faults": dict(preview.after.faults),
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
