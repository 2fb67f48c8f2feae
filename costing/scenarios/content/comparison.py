"""Up to four scenarios side by side: what differs, what each comes to; must not import Django."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from costing.engine import CURRENT, STRATEGIES, Crossover, Estimate, StrategyCost
from costing.engine.inputs import InputField, all_inputs, sections
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
class Compared:
    """One scenario of a comparison; its estimate is None before it was computed."""

    key: str
    title: str
    estimate: Estimate | None
    is_stale: bool = False

    @cached_property
    def inputs(self) -> Mapping[str, Any] | None:
        """The inputs of the estimate as a document."""
        return self.estimate.scenario.model_dump(mode="json") if self.estimate else None

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

    def usd_per_month(self, strategy: str) -> float | None:
        """What a strategy costs; None where it cannot be priced."""
        cost = self.estimate.strategies.get(strategy) if self.estimate else None
        return cost.usd_per_month if cost else None

    def crossing(self, pair: Pair) -> Crossover | None:
        """Where two strategies cross; None where they were not compared."""
        if self.estimate is None:
            return None
        return self.estimate.crossover_of(pair.from_strategy, pair.to_strategy)


@dataclass(frozen=True)
class FigureRow:
    """A figure that differs, with a cell for each scenario."""

    group: str
    label: str
    unit: str
    cells: Sequence[str]


@dataclass(frozen=True)
class CostCell:
    """What a strategy costs in one scenario."""

    usd_per_month: float | None
    is_least: bool


@dataclass(frozen=True)
class StrategyCells:
    """A strategy with a cell for each scenario."""

    title: str
    cells: Sequence[CostCell]


@dataclass(frozen=True)
class CrossoverCells:
    """A pair with its crossing in each scenario; None where it was not compared."""

    title: str
    cells: Sequence[Crossover | None]


@dataclass(frozen=True)
class Comparison:
    """Scenarios side by side: rows of cells, one for each scenario in order."""

    compared: Sequence[Compared]

    def document(self) -> dict[str, Any]:
        """What the API gives: numbers as the engine gave them, null where there is none."""
        estimates = [each.estimate for each in self.compared]
        return {
            "scenarios": [
                {
                    "id": each.key,
                    "title": each.title,
                    "is_computed": each.estimate is not None,
                    "is_stale": each.is_stale,
                }
                for each in self.compared
            ],
            "inputs": [{"path": item.path, "values": values} for item, values in self._differing],
            "strategies": [
                {"strategy": key, "usd_per_month": self._costs(key)} for key in self._priced
            ],
            "recommended_today": [each and asdict(each.recommended_today) for each in estimates],
            "recommended": [each and asdict(each.recommended) for each in estimates],
            "crossovers": [self._crossover_document(pair) for pair in self._pairs],
        }

    def _crossover_document(self, pair: Pair) -> dict[str, Any]:
        crossings = [each.crossing(pair) for each in self.compared]
        return {
            "from_strategy": pair.from_strategy,
            "to_strategy": pair.to_strategy,
            "first_requests_per_month": [
                each and each.first_requests_per_month for each in crossings
            ],
            "dominance_requests_per_month": [
                each and each.dominance_requests_per_month for each in crossings
            ],
        }

    @property
    def finding(self) -> str:
        """Which scenario costs least as recommended today, and how much less."""
        return comparison_finding(
            [(each.title, each.today.usd_per_month) for each in self.compared if each.today]
        )

    @property
    def bars(self) -> list[Bar]:
        """Two bars a scenario: what runs today and what is recommended."""
        bars = []
        for each in self.compared:
            if each.current is None or each.today is None:
                bars.append(Bar(each.title, None, note="not computed yet"))
                continue
            bars.append(Bar(each.title, each.current.usd_per_month, is_current=True))
            bars.append(Bar("", each.today.usd_per_month, is_recommended=True))
        return bars

    @property
    def strategies(self) -> list[StrategyCells]:
        """Every strategy that one of them could price; the least of a row is marked."""
        rows = []
        for key in self._priced:
            costs = self._costs(key)
            known = [cost for cost in costs if cost is not None]
            least = min(known) if len(known) > 1 else None
            cells = [CostCell(cost, cost is not None and cost == least) for cost in costs]
            if key != CURRENT:
                rows.append(StrategyCells(STRATEGY_TITLES[key], cells))
        return rows

    @property
    def crossovers(self) -> list[CrossoverCells]:
        """Every pair that one of them compared."""
        return [
            CrossoverCells(pair.title, [each.crossing(pair) for each in self.compared])
            for pair in self._pairs
        ]

    @property
    def inputs(self) -> list[FigureRow]:
        """Parts that only some describe, then the figures that differ in the others."""
        missing = self._missing_parts
        rows = [
            FigureRow(
                item.group.title if item.group else "",
                item.label,
                "" if item.is_percent else item.unit,
                [_cell(value, item) for value in values],
            )
            for item, values in self._differing
            if item.section not in missing
        ]
        return [*missing.values(), *rows]

    @cached_property
    def _missing_parts(self) -> dict[str, FigureRow]:
        """A row for each part that some of the scenarios describe and some do not."""
        rows = {}
        for key, section in sections().items():
            has = [
                None if each.inputs is None else each.inputs.get(key) is not None
                for each in self.compared
            ]
            if {True, False}.issubset(has):
                cells = ["–" if has_it is None else HAS_PART[has_it] for has_it in has]
                rows[key] = FigureRow("", section.title, "", cells)
        return rows

    @cached_property
    def _differing(self) -> list[tuple[InputField, list[Any]]]:
        """The inputs that are not the same in every computed scenario."""
        rows = []
        for item in all_inputs():
            if item.path in APART or "*" in item.path:
                continue
            values = [each.inputs and _at(each.inputs, item.path) for each in self.compared]
            known = [
                value for value, each in zip(values, self.compared, strict=True) if each.inputs
            ]
            if any(value != known[0] for value in known):
                rows.append((item, values))
        return rows

    @property
    def _priced(self) -> list[str]:
        estimates = [each.estimate for each in self.compared if each.estimate]
        return [
            key
            for key in (CURRENT, *STRATEGIES)
            if any(key in estimate.strategies for estimate in estimates)
        ]

    @property
    def _pairs(self) -> list[Pair]:
        pairs = [
            Pair(crossing.from_strategy, crossing.to_strategy)
            for each in self.compared
            if each.estimate
            for crossing in each.estimate.crossovers
        ]
        return list(dict.fromkeys(pairs))

    def _costs(self, strategy: str) -> list[float | None]:
        return [each.usd_per_month(strategy) for each in self.compared]


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
