"""The economics page, from a result alone; must not import Django.

Figures stay as the engine gave them: templates write them for people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from assessments.content.roadmap import anti_pattern_cost
from assessments.framework import Framework, load_framework
from costing.engine import (
    CURRENT,
    LEVERS,
    CurvePicture,
    StrategyCost,
)
from costing.engine.anti_patterns import AntiPattern
from costing.engine.inputs import sections
from costing.engine.inputs.models import MODEL_SECTIONS
from costing.engine.levers import NAMED
from costing.engine.results import EffortDays
from costing.scenarios.content.applications import Applications, applications_of
from costing.scenarios.content.bases import counts_text
from costing.scenarios.content.crossovers import (
    BreakEvenRow,
    CrossoverRow,
    break_even_rows,
    crossover_rows,
)
from costing.scenarios.content.flows import TriageFlow, triage_flow
from costing.scenarios.content.futures import Odds, Tornado, odds, tornado
from costing.scenarios.content.headline import Headline
from costing.scenarios.content.inputs import InputGroup, input_groups
from costing.scenarios.content.latency import Goodput, goodput_of, latency_text
from costing.scenarios.content.pool_hours import PoolHours, deferral_texts, hosted_week
from costing.scenarios.content.recommended import RecommendedRow, recommended_rows
from costing.scenarios.content.sources import Given, Source, figure_sources
from costing.scenarios.content.steps import work_text
from costing.scenarios.content.titles import (
    LEVER_TITLES,
    STRATEGY_TITLES,
    line_order,
    line_title,
)
from presentation.charts import Bar, Level
from presentation.charts import Step as LeverStep
from presentation.numbers import count, usd
from presentation.wording import first_upper, series

MONEY_IS_EQUAL_WITHIN_USD = 0.005


@dataclass(frozen=True, kw_only=True)
class StrategyRow(Bar):
    """A strategy with its cost, and how it stands to what runs and to what is recommended."""

    cost: StrategyCost
    applications: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return self.label

    @property
    def bill(self) -> list[tuple[str, float]]:
        lines = self.cost.lines
        ordered = sorted(lines, key=lambda key: line_order(key, self.applications))
        return [(self._line(key), lines[key]) for key in ordered if lines[key]]

    def _line(self, key: str) -> str:
        """A line in words, that of cache writes with the lifetime taken where two are sold."""
        share, _, name = key.rpartition(".")
        ttl = self.cost.cache_ttl_seconds.get(share) if name == "cache_write" else None
        return line_title(key, self.applications) + (
            f", kept for {ttl / 60:.0f} minutes" if ttl else ""
        )

    @property
    def units(self) -> str:
        """The provisioned units that are bought, in words; empty where no model sells them."""
        found = self.cost.provisioned_units
        shared = {key: sections()[key].title.lower() for key in MODEL_SECTIONS}
        words = [
            f"{count(units)} of the {shared[key]} for all applications"
            if key in shared
            else f"{count(units)} for “{line_title(key, self.applications)}”"
            for key, units in found.items()
            if units
        ]
        return f"Units bought: {series(words) or 'none'}." if found else ""


@dataclass(frozen=True)
class Step(LeverStep):
    """A lever of the waterfall: what it saves in order, and its share in any order."""

    saving_usd_per_month: float = 0.0
    share_usd_per_month: float | None = None


@dataclass(frozen=True)
class Waterfall:
    """From the premium model alone to all levers that could be priced, lever by lever."""

    baseline_usd_per_month: float
    steps: Sequence[Step]

    @property
    def start(self) -> Level:
        return Level(STRATEGY_TITLES["baseline"], self.baseline_usd_per_month)

    @property
    def end(self) -> Level:
        saved = sum(step.saving_usd_per_month for step in self.steps)
        return Level("With all of these levers", self.baseline_usd_per_month - saved)

    @property
    def finding(self) -> str:
        """Which lever saves most, and whether one adds cost."""
        best = max(self.steps, key=lambda step: step.saving_usd_per_month, default=None)
        worst = next((step for step in self.steps if step.saving_usd_per_month < 0), None)
        if best is None or best.saving_usd_per_month <= 0:
            return "No lever saves anything at this volume and these prices"
        finding = f"{best.label} saves most, {usd(best.saving_usd_per_month)} a month"
        if worst is None:
            return finding
        return f"{finding}; {worst.label.lower()} adds cost at this volume"


@dataclass(frozen=True)
class AntiPatternRow:
    """An anti-pattern in words, with what it costs; nothing where nobody knows."""

    title: str
    cost: str
    evidence: str


@dataclass(frozen=True)
class EconomicsPage(Headline):
    """Everything that the page of a result shows (cost-model.md, section 8).

    `framework` is the assessment's; the latest where there is no assessment. `days` are those of
    the work of each change, by its key; none where nobody knows.
    """

    patterns: Sequence[AntiPattern] = ()
    pictures: Sequence[CurvePicture] = ()
    given: Given = field(default_factory=Given)
    framework: Framework = field(default_factory=load_framework)
    days: EffortDays = field(default_factory=dict)

    @property
    def work(self) -> str:
        """At which price of a day a year of the saving pays for its work, where a day has none."""
        is_priced = bool(self.estimate.scenario.usd_per_day)
        return "" if is_priced else work_text(self.estimate.recommendation, self.days)

    @property
    def applications(self) -> Applications | None:
        return applications_of(self.estimate)

    @property
    def maturity_usd_per_month(self) -> float:
        """What the best recommendation saves beyond today's."""
        return max(0.0, self.today.usd_per_month - self.best.usd_per_month)

    @property
    def is_maturity_worth_money(self) -> bool:
        return self.maturity_usd_per_month > MONEY_IS_EQUAL_WITHIN_USD

    @cached_property
    def strategies(self) -> list[StrategyRow]:
        """The named strategies in order; what runs today has a row where it has no name."""
        rows = [self._strategy(key) for key in NAMED if key in self.estimate.strategies]
        is_named = any(row.is_current for row in rows)
        return rows if is_named else [self._strategy(CURRENT), *rows]

    def _strategy(self, key: str) -> StrategyRow:
        cost, today = self.estimate.strategies[key], self.estimate.recommended_today
        levers = set(cost.levers)
        return StrategyRow(
            label=STRATEGY_TITLES[key],
            usd_per_month=cost.usd_per_month,
            cost=cost,
            applications=self.estimate.scenario.application_titles,
            is_current=levers == set(self.current.levers),
            is_recommended=levers == set(today.levers) and not today.by_application,
            is_at_risk=not levers.isdisjoint(today.held_back),
        )

    @property
    def bars(self) -> list[Bar]:
        """The strategies as bars, with an own one for a recommendation that has no name."""
        bars: list[Bar] = [*self.strategies]
        if not any(bar.is_recommended for bar in bars):
            label = first_upper(self.today.titles)
            bars.append(Bar(label, self.today.usd_per_month, is_recommended=True))
        return [*bars, *self.left_out]

    @property
    def left_out(self) -> list[Bar]:
        reasons = self.estimate.left_out
        return [
            Bar(STRATEGY_TITLES[key], note=_plain(reasons[key])) for key in NAMED if key in reasons
        ]

    @property
    def latency(self) -> str:
        """What the counts of replicas rest on; empty without a pool."""
        return latency_text(self.estimate)

    @cached_property
    def goodput(self) -> Goodput | None:
        """What the target leaves of a replica; None where there is none or nothing measured."""
        return goodput_of(self.estimate)

    @cached_property
    def pool_hours(self) -> PoolHours | None:
        """The week of a pool in which calls of one workload wait; None where none may."""
        if self.estimate.scenario.applications or not self.deferral:
            return None
        return hosted_week(self.estimate)

    @cached_property
    def deferral(self) -> list[str]:
        """What it spares that calls wait for the pool."""
        return [] if self.estimate.scenario.applications else deferral_texts(self.estimate)

    @cached_property
    def waterfall(self) -> Waterfall:
        savings, risky = self.estimate.waterfall, self.estimate.recommended_today.held_back
        steps = [
            Step(LEVER_TITLES[lever], saving, lever in risky, self.estimate.shapley[lever])
            for lever in LEVERS
            if (saving := savings.get(lever)) is not None
        ]
        return Waterfall(self.estimate.strategies["baseline"].usd_per_month, steps)

    @cached_property
    def triage(self) -> TriageFlow | None:
        return triage_flow(self.estimate)

    @cached_property
    def crossovers(self) -> list[CrossoverRow]:
        return crossover_rows(self.estimate, self.pictures, self.as_of)

    @cached_property
    def recommended(self) -> list[RecommendedRow]:
        """What is recommended against what runs today, over volume."""
        return recommended_rows(self.estimate, self.pictures, self.as_of)

    @cached_property
    def break_even(self) -> list[BreakEvenRow]:
        return break_even_rows(self.estimate)

    @cached_property
    def tornado(self) -> Tornado | None:
        return tornado(self.estimate)

    @cached_property
    def odds(self) -> Odds | None:
        return odds(self.estimate)

    @property
    def anti_patterns_known(self) -> int:
        return len(self.framework.anti_patterns)

    @property
    def anti_patterns(self) -> list[AntiPatternRow]:
        titles = {pattern.key: pattern.title for pattern in self.framework.anti_patterns}
        return [
            AntiPatternRow(
                titles.get(each.key, each.key),
                anti_pattern_cost(each.usd_per_month),
                each.evidence,
            )
            for each in self.patterns
        ]

    @cached_property
    def sources(self) -> list[Source]:
        return figure_sources(self.given.prices, self.given.origins)

    @property
    def input_groups(self) -> list[InputGroup]:
        scenario, bases = self.estimate.scenario, self.estimate.bases
        return input_groups(scenario, self.sources, self.given.stated, bases)

    @property
    def basis_text(self) -> str:
        """How many inputs were measured, stated, guessed or left at their default."""
        return counts_text(self.estimate.bases)


def _plain(reason: str) -> str:
    for key, section in sections().items():
        reason = reason.replace(key, section.title.lower())
    return reason
