"""Up to four scenarios side by side: what differs, what each comes to; must not import Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, JsonValue, computed_field

from costing.engine import CURRENT, STRATEGIES, Crossover, Estimate, StrategyCost
from costing.engine.inputs import InputField, all_inputs, input_named, sections
from costing.engine.results import Recommendation, TodayRecommendation
from costing.scenarios.content.economics import Choice
from costing.scenarios.content.inputs import written_figure
from costing.scenarios.content.profiles import shape_of
from costing.scenarios.content.titles import (
    STRATEGY_TITLES,
    UNMOVED_BELOW_RATIO,
    Pair,
    lever_series,
)
from presentation.charts import Bar
from presentation.numbers import usd
from presentation.wording import counted, first_upper

MIN_COMPARED, MAX_COMPARED = 2, 4
# Inputs that say how a result is worked out, not what is compared.
APART = ("ranges", "maturity", "pairs", "as_of")
HAS_PART = {True: "described", False: "left out"}


@dataclass(frozen=True)
class ComparedScenario:
    """One scenario of a comparison; its estimate is None, and its values null, until computed."""

    id: UUID
    title: str
    estimate: Annotated[Estimate | None, Field(exclude=True)]
    is_stale: bool = False

    @computed_field  # type: ignore[prop-decorator]
    @property
    def is_computed(self) -> bool:
        return self.estimate is not None

    @cached_property
    def inputs(self) -> Mapping[str, Any] | None:
        """The inputs of the estimate as a document."""
        return self.estimate.scenario.model_dump(mode="json") if self.estimate else None

    def usd_per_month(self, strategy: str) -> float | None:
        """What a strategy costs; None where it cannot be priced."""
        cost = self.estimate.strategies.get(strategy) if self.estimate else None
        return cost.usd_per_month if cost else None

    @property
    def current(self) -> StrategyCost | None:
        """What runs today."""
        return self.estimate.strategies[CURRENT] if self.estimate else None

    @cached_property
    def today(self) -> Choice | None:
        """What the scores allow."""
        return Choice.of(self.estimate.recommended_today, self.estimate) if self.estimate else None

    @property
    def best(self) -> Choice | None:
        """What is recommended at full maturity."""
        return Choice.of(self.estimate.recommended, self.estimate) if self.estimate else None


@dataclass(frozen=True)
class FigureRow:
    """A figure that differs, with a cell for each scenario."""

    group: str
    label: str
    unit: str
    cells: Sequence[str]


@dataclass(frozen=True)
class ComparedFigure:
    """A figure of the input that is not the same in every scenario."""

    path: str
    values: list[JsonValue]

    @property
    def row(self) -> FigureRow:
        """The same in words."""
        item = input_named(self.path)
        return FigureRow(
            item.group.title if item.group else "",
            item.label,
            "" if item.is_percent else item.unit,
            [_cell(value, item) for value in self.values],
        )


@dataclass(frozen=True)
class ComparedStrategy:
    """What one strategy costs in each scenario; null where it cannot be priced."""

    strategy: str
    usd_per_month: list[float | None]

    @property
    def title(self) -> str:
        return STRATEGY_TITLES[self.strategy]

    @property
    def cells(self) -> list[tuple[float | None, bool]]:
        """USD per month in each scenario, and whether it is the least of several."""
        known = [cost for cost in self.usd_per_month if cost is not None]
        least = min(known) if len(known) > 1 else None
        return [(cost, cost is not None and cost == least) for cost in self.usd_per_month]


@dataclass(frozen=True)
class ComparedCrossover(Pair):
    """Where one pair of strategies crosses in each scenario, in requests per month."""

    first_requests_per_month: list[float | None]
    dominance_requests_per_month: list[float | None]
    cells: Annotated[list[Crossover | None], Field(exclude=True)]


@dataclass(frozen=True)
class Comparison:
    """Scenarios side by side; every list has one value for each, in the order asked for.

    Its JSON document is this type written out.
    """

    scenarios: Sequence[ComparedScenario]
    inputs: list[ComparedFigure]
    strategies: list[ComparedStrategy]
    recommended_today: list[TodayRecommendation | None]
    recommended: list[Recommendation | None]
    crossovers: list[ComparedCrossover]

    @property
    def finding(self) -> str:
        """Which scenario costs least as recommended today, and how much less."""
        return comparison_finding(
            [(each.title, each.today.usd_per_month) for each in self.scenarios if each.today]
        )

    @property
    def bars(self) -> list[Bar]:
        """Two bars a scenario: what runs today and what is recommended."""
        bars = []
        for each in self.scenarios:
            if each.current is None or each.today is None:
                bars.append(Bar(each.title, None, note="not computed yet"))
                continue
            bars.append(Bar(each.title, each.current.usd_per_month, is_current=True))
            bars.append(Bar("", each.today.usd_per_month, is_recommended=True))
        return bars

    @property
    def rows(self) -> list[FigureRow]:
        """Parts that only some describe, then the figures that differ in the others."""
        missing = {}
        for key, section in sections().items():
            has = [
                None if each.inputs is None else each.inputs.get(key) is not None
                for each in self.scenarios
            ]
            if {True, False}.issubset(has):
                cells = ["–" if has_it is None else HAS_PART[has_it] for has_it in has]
                missing[key] = FigureRow("", section.title, "", cells)
        others = [each for each in self.inputs if each.path.rpartition(".")[0] not in missing]
        return [*missing.values(), *(each.row for each in others)]


def compare(scenarios: Sequence[ComparedScenario]) -> Comparison:
    """Put scenarios side by side."""
    estimates = [each.estimate for each in scenarios]
    pairs = dict.fromkeys(
        (crossing.from_strategy, crossing.to_strategy)
        for estimate in estimates
        for crossing in (estimate.crossovers if estimate else ())
    )
    costs = {key: [each.usd_per_month(key) for each in scenarios] for key in (CURRENT, *STRATEGIES)}
    return Comparison(
        scenarios=scenarios,
        inputs=_differing(scenarios),
        strategies=[
            ComparedStrategy(key, cells)
            for key, cells in costs.items()
            if any(cell is not None for cell in cells)
        ],
        recommended_today=[each.recommended_today if each else None for each in estimates],
        recommended=[each.recommended if each else None for each in estimates],
        crossovers=[
            _crossover(pair, [each.crossover_of(*pair) if each else None for each in estimates])
            for pair in pairs
        ],
    )


def _crossover(pair: tuple[str, str], cells: list[Crossover | None]) -> ComparedCrossover:
    return ComparedCrossover(
        *pair,
        [cell.first_requests_per_month if cell else None for cell in cells],
        [cell.dominance_requests_per_month if cell else None for cell in cells],
        cells,
    )


def _differing(scenarios: Sequence[ComparedScenario]) -> list[ComparedFigure]:
    """The inputs that are not the same in every computed scenario."""
    rows = []
    inputs = [each.inputs for each in scenarios]
    for item in all_inputs():
        if item.path in APART or "*" in item.path:
            continue
        values = [None if each is None else _at(each, item.path) for each in inputs]
        known = [value for value, each in zip(values, inputs, strict=True) if each is not None]
        if any(value != known[0] for value in known):
            rows.append(ComparedFigure(item.path, values))
    return rows


def comparison_finding(recommended: Sequence[tuple[str, float]]) -> str:
    """Which of several scenarios costs least as recommended today, and how much less."""
    if len(recommended) < 2:
        return "Fewer than two of these scenarios have been computed"
    ordered = sorted(recommended, key=lambda item: item[1])
    (title, least), (_, most) = ordered[0], ordered[-1]
    if most - least <= UNMOVED_BELOW_RATIO * abs(most):
        return f"As recommended today, all of these cost the same: {usd(least)} a month"
    return (
        f"As recommended today, “{title}” costs least, {usd(least)} a month: {usd(most - least)}"
        " less than the dearest"
    )


def _at(document: Mapping[str, Any], path: str) -> Any:
    value: Any = document
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value or None if isinstance(value, list) else value


def _cell(value: Any, item: InputField) -> str:
    if value is None:
        return "–"
    return _other_cell(value) if item.number is None else written_figure(value, item)


def _other_cell(value: Any) -> str:
    if isinstance(value, str):
        return first_upper(value.replace("_", " "))
    if value and all(isinstance(item, str) for item in value):
        return first_upper(lever_series(value))
    if value and all(isinstance(item, Mapping) for item in value):
        return f"{len(value)} above {counted(value[0]['above_input_tokens'], 'token')}"
    shape = shape_of([int(item) if float(item).is_integer() else item for item in value])
    return shape.title if shape else "A week of its own"
