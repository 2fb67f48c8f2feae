"""Up to four scenarios side by side: what differs, what each comes to; must not import Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, JsonValue, computed_field

from costing.catalog.price_text import unit_price
from costing.engine import CURRENT, Crossover, Estimate, StrategyCost
from costing.engine.inputs import (
    InputField,
    Stated,
    all_inputs,
    application_input,
    input_named,
    sections,
)
from costing.engine.inputs.applications import OWN_SECTIONS
from costing.engine.levers import NAMED
from costing.engine.results import LeverChoice, TodayChoice
from costing.engine.units import TOKENS_PER_MTOK
from costing.scenarios.content.crossovers import intervals_of
from costing.scenarios.content.headline import Choice
from costing.scenarios.content.inputs import written_figure
from costing.scenarios.content.profiles import shape_of
from costing.scenarios.content.recommended import pays_at_texts
from costing.scenarios.content.titles import (
    ADVISED_PHRASES,
    STRATEGY_TITLES,
    UNMOVED_BELOW_RATIO,
    Pair,
    lever_series,
)
from presentation.charts import Bar
from presentation.money import Currency, shared
from presentation.numbers import count, usd
from presentation.wording import counted, first_upper, series

MIN_COMPARED, MAX_COMPARED = 2, 4
# Inputs that say how a result is worked out, not what is compared.
APART = ("ranges", "correlations", "maturity", "pairs", "as_of")
APPLICATIONS = "applications"
HAS_PART = {True: "described", False: "left out"}


@dataclass(frozen=True)
class Cost:
    """USD per month, per request and per million tokens; None where there is no traffic."""

    usd_per_month: float
    usd_per_request: float | None
    usd_per_mtok: float | None
    is_least: bool = False


@dataclass(frozen=True)
class CostRow:
    """One way to run, with what it costs in each scenario."""

    title: str
    cells: Sequence[Cost | None]
    is_recommended: bool = False


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
        return self.estimate.scenario.model_dump(mode="json") if self.estimate else None

    @property
    def volume(self) -> tuple[float, float] | None:
        """Requests, and millions of tokens, a month."""
        if self.estimate is None:
            return None
        workload = self.estimate.scenario.workload
        requests = float(workload.requests_per_month)
        tokens = requests * float(self.estimate.scenario.tokens_per_request)
        return requests, tokens / TOKENS_PER_MTOK

    def cost(self, strategy: str) -> Cost | None:
        """What a strategy costs; None where it cannot be priced."""
        cost = self.estimate.strategies.get(strategy) if self.estimate else None
        return self.month(cost.usd_per_month) if cost else None

    def month(self, usd_per_month: float) -> Cost:
        """A month's cost with what a request and a million tokens come to in it."""
        requests, mtok = self.volume or (0.0, 0.0)
        return Cost(
            usd_per_month,
            usd_per_month / requests if requests else None,
            usd_per_month / mtok if mtok else None,
        )

    @property
    def current(self) -> StrategyCost | None:
        return self.estimate.strategies[CURRENT] if self.estimate else None

    @cached_property
    def today(self) -> Choice | None:
        return Choice.of(self.estimate.recommended_today, self.estimate) if self.estimate else None

    @property
    def best(self) -> Choice | None:
        return Choice.of(self.estimate.recommended, self.estimate) if self.estimate else None

    @cached_property
    def pays_at(self) -> Mapping[str, str]:
        """The volumes at which each recommendation pays, in requests per month, by its name."""
        return pays_at_texts(self.estimate) if self.estimate else {}


@dataclass(frozen=True)
class FigureRow:
    """A figure that differs, with a cell for each scenario."""

    group: str
    label: str
    unit: str
    cells: Sequence[str]


@dataclass(frozen=True)
class ComparedFigure:
    """A figure of the input that is not the same in every scenario.

    The path of an application's has its key in the place of its number.
    """

    path: str
    values: list[JsonValue]
    application: Annotated[str, Field(exclude=True)] = ""

    def differs_in(self, chosen: Sequence[bool | None]) -> bool:
        """Whether it is not the same in all scenarios that are chosen."""
        values = [value for value, is_chosen in zip(self.values, chosen, strict=True) if is_chosen]
        return any(value != values[0] for value in values)

    @property
    def row(self) -> FigureRow:
        item = _declared(self.path)
        group = item.group.title if item.group else ""
        return FigureRow(
            ": ".join(filter(None, (self.application, group))),
            item.label,
            "" if item.is_percent else item.unit,
            _cells(self.values, item),
        )


@dataclass(frozen=True)
class ComparedStrategy:
    """What one strategy costs in each scenario; null where it cannot be priced."""

    strategy: str
    usd_per_month: list[float | None]
    usd_per_request: list[float | None]
    usd_per_mtok: list[float | None]
    cells: Annotated[list[Cost | None], Field(exclude=True)]


@dataclass(frozen=True)
class ComparedCrossover(Pair):
    """Where one pair of strategies crosses in each scenario, in requests per month."""

    first_requests_per_month: list[float | None]
    dominance_requests_per_month: list[float | None]
    cells: Annotated[list[Crossover | None], Field(exclude=True)]

    @property
    def written(self) -> list[str]:
        """From which volume on the second of the pair is cheaper, by scenario."""
        return ["not compared" if cell is None else _crossing_cell(cell) for cell in self.cells]


@dataclass(frozen=True)
class Comparison:
    """Scenarios side by side; every list has one value for each, in the order asked for.

    Its JSON document is this type written out.
    """

    scenarios: Sequence[ComparedScenario]
    inputs: list[ComparedFigure]
    strategies: list[ComparedStrategy]
    recommended_today: list[TodayChoice | None]
    recommended: list[LeverChoice | None]
    crossovers: list[ComparedCrossover]

    @property
    def titles(self) -> list[str]:
        """The heads of the columns."""
        return [each.title for each in self.scenarios]

    @property
    def has_one_volume(self) -> bool:
        """Whether the computed scenarios carry the same requests and tokens."""
        volumes = [each.volume for each in self.scenarios if each.volume]
        return all(
            max(parts) - min(parts) <= UNMOVED_BELOW_RATIO * max(parts)
            for parts in zip(*volumes, strict=True)
        )

    @property
    def currency(self) -> Currency:
        """That of all that are computed, if they share it with its rate; else USD."""
        return shared(self._currencies)

    @property
    def has_mixed_currencies(self) -> bool:
        return len(self._currencies) > 1

    @property
    def _currencies(self) -> set[Currency]:
        return {each.estimate.scenario.shown_in for each in self.scenarios if each.estimate}

    @property
    def finding(self) -> str:
        """Which scenario costs least as recommended today; no word of that at unequal volumes."""
        costs = [(each.today.usd_per_month, each.title) for each in self.scenarios if each.today]
        if len(costs) < 2:
            return "Fewer than two of these scenarios have been computed"
        if not self.has_one_volume:
            return self._unequal_volumes
        least, most = min(costs)[0], max(costs)[0]
        if _are_equal(least, most):
            return f"As recommended today, all of these cost the same: {usd(least)} a month"
        cheapest = [f"“{title}”" for cost, title in costs if _are_equal(least, cost)]
        return (
            f"As recommended today, {series(cheapest)}"
            f" {'costs' if len(cheapest) == 1 else 'cost'} least, {usd(least)} a month:"
            f" {usd(most - least)} less than the dearest"
        )

    @property
    def _unequal_volumes(self) -> str:
        requests, mtok = zip(*(each.volume for each in self.scenarios if each.volume), strict=True)
        low, high, noun = min(requests), max(requests), "requests"
        if high - low <= UNMOVED_BELOW_RATIO * high:
            low, high, noun = min(mtok), max(mtok), "million tokens"
        return (
            f"The volumes differ, from {count(low)} to {count(high)} {noun} a month: compare what a"
            " request or a million tokens costs, not the totals"
        )

    @property
    def ways(self) -> list[CostRow]:
        chosen = {
            "Recommended today": [each.today for each in self.scenarios],
            "Recommended at full maturity": [each.best for each in self.scenarios],
        }
        rows = [
            CostRow(
                title,
                [
                    each.month(choice.usd_per_month) if choice else None
                    for each, choice in zip(self.scenarios, choices, strict=True)
                ],
                is_recommended=title == "Recommended today",
            )
            for title, choices in chosen.items()
        ]
        return [CostRow("What runs today", [each.cost(CURRENT) for each in self.scenarios]), *rows]

    @property
    def pays_rows(self) -> list[tuple[str, list[str]]]:
        """The volumes at which recommendations pay, in words by scenario; those that have any."""
        rows = [
            (first_upper(phrase), [each.pays_at.get(name, "") for each in self.scenarios])
            for name, phrase in ADVISED_PHRASES.items()
        ]
        return [(title, cells) for title, cells in rows if any(cells)]

    @property
    def strategy_rows(self) -> list[CostRow]:
        """Every strategy that one of them could price; at one volume the least is marked."""
        return [
            CostRow(STRATEGY_TITLES[row.strategy], self._marked(row.cells))
            for row in self.strategies
            if row.strategy != CURRENT
        ]

    def _marked(self, cells: Sequence[Cost | None]) -> list[Cost | None]:
        known = [cell.usd_per_month for cell in cells if cell]
        least = min(known) if len(known) > 1 and self.has_one_volume else None
        return [cell and replace(cell, is_least=cell.usd_per_month == least) for cell in cells]

    @property
    def bars(self) -> list[Bar]:
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
        """Parts that only some describe, then the figures that differ in those that have them."""
        missing, having = {}, {}
        for key, section in sections().items():
            has = [
                None if each.inputs is None else each.inputs.get(key) is not None
                for each in self.scenarios
            ]
            if {True, False}.issubset(has):
                cells = ["–" if has_it is None else HAS_PART[has_it] for has_it in has]
                missing[key], having[key] = FigureRow("", section.title, "", cells), has
        others = [
            each
            for each in self.inputs
            if (part := each.path.rpartition(".")[0]) not in missing
            or each.differs_in(having[part])
        ]
        rows = [(each.path, each.row) for each in others]
        # Applications of the same names are told apart by the rows of what they have of their own.
        told = [row for path, row in rows if path != APPLICATIONS or self._differs(row)]
        return [*missing.values(), *told]

    def _differs(self, row: FigureRow) -> bool:
        """Whether the computed scenarios show different things."""
        pairs = zip(self.scenarios, row.cells, strict=True)
        return len({cell for each, cell in pairs if each.is_computed}) > 1


def _are_equal(less: float, more: float) -> bool:
    return more - less <= UNMOVED_BELOW_RATIO * abs(more)


def _crossing_cell(crossing: Crossover) -> str:
    """From which volume on the second of a pair is cheaper: first, and for good."""
    intervals, first = intervals_of(crossing), crossing.first_requests_per_month
    for_good = crossing.dominance_requests_per_month
    if first is None:
        return "never"
    if intervals[0].is_every_volume:
        return "at every volume"
    start = count(first)
    if intervals[0].is_from_first:
        start = f"up to {count(intervals[0].high)}"
    if for_good is None:
        return f"{start}, never for good"
    return start if for_good == first else f"{start}, {count(for_good)}"


def compare(scenarios: Sequence[ComparedScenario]) -> Comparison:
    """Put scenarios side by side."""
    estimates = [each.estimate for each in scenarios]
    pairs = dict.fromkeys(
        (crossing.from_strategy, crossing.to_strategy)
        for estimate in estimates
        for crossing in (estimate.crossovers if estimate else ())
    )
    costs = {key: [each.cost(key) for each in scenarios] for key in (CURRENT, *NAMED)}
    return Comparison(
        scenarios=scenarios,
        inputs=_differing(scenarios),
        strategies=[
            ComparedStrategy(
                key,
                [cell.usd_per_month if cell else None for cell in cells],
                [cell.usd_per_request if cell else None for cell in cells],
                [cell.usd_per_mtok if cell else None for cell in cells],
                cells,
            )
            for key, cells in costs.items()
            if any(cell is not None for cell in cells)
        ],
        recommended_today=[each.recommended_today if each else None for each in estimates],
        recommended=[each.recommended if each else None for each in estimates],
        crossovers=[
            ComparedCrossover(
                *pair,
                [cell.first_requests_per_month if cell else None for cell in cells],
                [cell.dominance_requests_per_month if cell else None for cell in cells],
                cells,
            )
            for pair in pairs
            for cells in [[each.crossover_of(*pair) if each else None for each in estimates]]
        ],
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
    return [*rows, *_of_applications(inputs)]


def _declared(path: str) -> InputField:
    """The declaration of a path: an application's sections are declared as the scenario's."""
    head, *rest = path.split(".", 2)
    if head != APPLICATIONS or not rest:
        return input_named(path)
    return input_named(rest[1]) if "." in rest[1] else application_input(rest[1])


def _of_applications(inputs: Sequence[Mapping[str, Any] | None]) -> list[ComparedFigure]:
    """What differs of the applications that several of the computed scenarios have."""
    known = [
        {} if each is None else {one["key"]: one for one in each.get(APPLICATIONS) or ()}
        for each in inputs
    ]
    keys = dict.fromkeys(key for each in known for key in each)
    own = [item.path for item in all_inputs() if item.section in OWN_SECTIONS]
    rows = []
    for key, path in product(keys, ["share", "levers_allowed", *own]):
        values = [_at(each[key], path) if key in each else None for each in known]
        having = [each[key] for each in known if key in each]
        stated = [_at(each, path) for each in having]
        if any(value != stated[0] for value in stated):
            title = having[0].get("title") or key
            rows.append(ComparedFigure(f"{APPLICATIONS}.{key}.{path}", values, title))
    return rows


def _at(document: Mapping[str, Any], path: str) -> Any:
    value = Stated(document).at(path)
    return value or None if isinstance(value, list) else value


def _cells(values: Sequence[Any], item: InputField) -> list[str]:
    """The values in words; lists that are not the same are told apart where their words are."""
    cells = [_cell(value, item) for value in values]
    if item.number is not None or item.path == APPLICATIONS:
        return cells
    first = dict(reversed(list(zip(cells, values, strict=True))))
    return [
        cell if value == first[cell] else f"{cell}, other figures"
        for cell, value in zip(cells, values, strict=True)
    ]


def _cell(value: Any, item: InputField) -> str:
    if value is None:
        return "–"
    if item.number is not None:
        return written_figure(value, item)
    if isinstance(value, str):
        return first_upper(value.replace("_", " "))
    if isinstance(value, Mapping):  # provisioned throughput
        units = value.get("units")
        held = "Units" if units is None else counted(units, "unit")
        return f"{held} at {unit_price(value['usd_per_unit_hour'])} USD an hour"
    if value and all(isinstance(item, str) for item in value):
        return first_upper(lever_series(value))
    if value and item.path == APPLICATIONS:
        return series([each.get("title") or each["key"] for each in value])
    if value and all(isinstance(item, Mapping) for item in value):
        above = value[0].get("above_input_tokens")
        if above is None:
            return counted(len(value), "measured point")
        return f"{len(value)} above {counted(above, 'token')}"
    shape = shape_of([int(item) if float(item).is_integer() else item for item in value])
    return shape.title if shape else "A week of its own"
