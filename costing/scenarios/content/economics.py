"""The economics page, from a result alone; must not import Django.

Figures stay as the engine gave them: templates write them for people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from assessments.framework import Framework, load_framework
from costing.engine import (
    CURRENT,
    LEVERS,
    SELF_HOSTING,
    CurvePicture,
    Estimate,
    StrategyCost,
)
from costing.engine.anti_patterns import AntiPattern
from costing.engine.inputs import sections
from costing.engine.levers import NAMED, TARGET_SAVING_RATIO
from costing.engine.results import LeverChoice
from costing.engine.savings import is_within_target
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
from costing.scenarios.content.gaps import NotAssessed, not_assessed
from costing.scenarios.content.hosting_costs import missing_costs
from costing.scenarios.content.inputs import input_groups
from costing.scenarios.content.latency import Goodput, goodput_of, latency_text
from costing.scenarios.content.ratio_flips import ratio_flip_sentences
from costing.scenarios.content.sources import Given, Source, figure_sources
from costing.scenarios.content.steps import StepRow, flip_text, hosting_note, rework_text, step_rows
from costing.scenarios.content.sureness import HowSure, choice_statements
from costing.scenarios.content.titles import (
    CHOICE_TITLES,
    LEVER_TITLES,
    STRATEGY_TITLES,
    TARGET_RANGE,
    lever_series,
    line_order,
    line_title,
)
from presentation.charts import Bar, Level
from presentation.charts import Step as LeverStep
from presentation.numbers import months, ratio_percent, usd
from presentation.wording import first_upper, series

# Below half a percent nobody would call it a saving.
NO_SAVING_BELOW_RATIO = 0.005
MONEY_IS_EQUAL_WITHIN_USD = 0.005


def not_repaid(estimate: Estimate) -> str:
    """Why the cheapest month is not recommended: what it saves, and what its change still owes."""
    found = estimate.not_repaid
    if found is None:
        return ""
    return (
        f"{first_upper(lever_series(found.levers))} would cost"
        f" {usd(found.saving_usd_per_month)} a month less, yet over"
        f" {months(estimate.scenario.horizon_months)} that does not earn back the change:"
        f" {usd(found.missing_usd)} would still be missing."
    )


@dataclass(frozen=True)
class Choice:
    """A set of levers with its month in USD and what it saves against today."""

    levers: tuple[str, ...]
    usd_per_month: float
    saving_usd_per_month: float
    saving_ratio: float | None

    @classmethod
    def of(cls, recommendation: LeverChoice, estimate: Estimate) -> "Choice":
        usd_per_month = recommendation.usd_per_month
        return cls(
            levers=recommendation.levers,
            usd_per_month=usd_per_month,
            saving_usd_per_month=estimate.strategies[CURRENT].usd_per_month - usd_per_month,
            saving_ratio=recommendation.saving_ratio,
        )

    @property
    def titles(self) -> str:
        return lever_series(self.levers)

    @property
    def is_above_target(self) -> bool:
        return (self.saving_ratio or 0.0) > TARGET_SAVING_RATIO[1]

    @property
    def target_range(self) -> str:
        return TARGET_RANGE

    @property
    def is_within_target(self) -> bool:
        return is_within_target(self.saving_ratio)

    @property
    def saves(self) -> bool:
        return (self.saving_ratio or 0.0) > NO_SAVING_BELOW_RATIO

    @property
    def finding(self) -> str:
        """What the recommendation for today comes to, as the sentence over the strategies."""
        if self.saves:
            less = ratio_percent(self.saving_ratio)
            return (
                f"What can be recommended today costs {usd(self.usd_per_month)} a month, {less}"
                " less than now"
            )
        return "Nothing that can be recommended today beats what runs now"


@dataclass(frozen=True)
class HeldBack:
    """A lever that the maturity scores do not allow today, and what it saves in order.

    None where it runs. Of applications, each would run it only where it suits.
    """

    title: str
    reason: str
    usd_per_month: float | None
    is_of_applications: bool = False

    @property
    def effect(self) -> str:
        """What it would do to the bill, after its title."""
        usd_per_month = self.usd_per_month
        if usd_per_month is None:
            return "runs already"
        if usd_per_month == 0.0:
            suits_none = "would suit no application at these prices"
            return suits_none if self.is_of_applications else "would change nothing"
        verb = "save" if usd_per_month > 0.0 else "add"
        return f"would {verb} {usd(abs(usd_per_month))} a month in the roadmap’s order"


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
    """An anti-pattern in words, with what it costs a month in USD."""

    title: str
    usd_per_month: float | None
    evidence: str


@dataclass(frozen=True)
class Headline:
    """What a result comes to: today's bill, the recommendations, one crossing."""

    estimate: Estimate

    @property
    def current(self) -> StrategyCost:
        return self.estimate.strategies[CURRENT]

    @cached_property
    def best(self) -> Choice:
        return Choice.of(self.estimate.recommended, self.estimate)

    @cached_property
    def today(self) -> Choice:
        return Choice.of(self.estimate.recommended_today, self.estimate)

    @cached_property
    def sure(self) -> HowSure | None:
        """How sure the saving is; None where no futures were drawn."""
        return HowSure.of(self.estimate)

    @property
    def choice_statements(self) -> list[str]:
        """What following the advice and what staying may cost."""
        return choice_statements(self.estimate)

    @cached_property
    def not_assessed(self) -> list[NotAssessed]:
        return not_assessed(self.estimate)

    @property
    def not_repaid(self) -> str:
        """Why the cheapest month is not recommended; empty where it is."""
        return not_repaid(self.estimate)

    @property
    def missing_hosting_costs(self) -> str:
        """The costs of self-hosting that are left at nothing: `engineering and migration`."""
        return series(missing_costs(self.estimate.scenario))

    @property
    def is_undecided(self) -> bool:
        """Whether nothing saves in what is described, and not all of it is described."""
        return not (self.today.saves or self.steps) and bool(self.not_assessed)

    @property
    def finding(self) -> str:
        """What can be recommended today, as the sentence over the strategies."""
        if self.is_undecided:
            return "Nothing that is described so far beats what runs now"
        return self.today.finding

    @property
    def steps(self) -> list[StepRow]:
        """What to change, in order, each with its money."""
        held_back = self.estimate.recommended_today.held_back
        return step_rows(self.estimate.recommendation, held_back)

    @cached_property
    def flip(self) -> str:
        """What would change the advice on hosting, in a sentence; empty without a pool."""
        flip = self.estimate.hosting_flip
        if flip is None:
            return ""
        verb = "Self-hosting would pay"
        if SELF_HOSTING in self.best.levers:
            verb = "Self-hosting would stop paying"
        return f"{verb} {flip_text(flip)}."

    @property
    def ratio_flips(self) -> str:
        """At which hit ratios and use of the pool the advice changes; empty where not sought."""
        advised, flips = self.best.levers, self.estimate.ratio_flips
        is_later = advised != self.today.levers
        return " ".join(ratio_flip_sentences(flips, advised, is_later=is_later))

    @property
    def hosting_note(self) -> str:
        """What the pool's own model costs by API, or that nobody says; empty without a pool."""
        return hosting_note(self.estimate)

    @property
    def rework(self) -> str:
        """How much rework the cheaper models bear; empty where none is priced."""
        return rework_text(self.estimate.rework_limits)

    @property
    def held_back(self) -> list[HeldBack]:
        reasons, advice = self.estimate.recommended_today.held_back, self.estimate.recommendation
        savings: dict[str, float | None] = {}
        is_of_applications = bool(self.estimate.scenario.applications)
        if advice is not None:
            savings = {each.lever: each.saving_usd_per_month for each in advice.not_recommended}
            savings |= {each.lever: each.saving_usd_per_month for each in advice.steps_later}
        return [
            HeldBack(title, first_upper(reasons[lever]), savings.get(lever), is_of_applications)
            for lever, title in CHOICE_TITLES.items()
            if lever in reasons
        ]

    @property
    def crossover(self) -> CrossoverRow | None:
        return next(iter(crossover_rows(self.estimate, ())), None)


@dataclass(frozen=True)
class EconomicsPage(Headline):
    """Everything that the page of a result shows (cost-model.md, section 8).

    `framework` is the assessment's; the latest where there is no assessment. Months count from
    `as_of`.
    """

    patterns: Sequence[AntiPattern] = ()
    pictures: Sequence[CurvePicture] = ()
    given: Given = field(default_factory=Given)
    framework: Framework = field(default_factory=load_framework)
    as_of: date | None = None

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
            AntiPatternRow(titles.get(each.key, each.key), each.usd_per_month, each.evidence)
            for each in self.patterns
        ]

    @cached_property
    def sources(self) -> list[Source]:
        return figure_sources(self.given.prices, self.given.origins)

    @property
    def input_groups(self) -> list[dict[str, Any]]:
        inputs = self.estimate.scenario.model_dump(mode="json")
        return input_groups(inputs, self.sources, self.given.document, self.estimate.bases)

    @property
    def basis_text(self) -> str:
        """How many inputs were measured, stated, guessed or left at their default."""
        return counts_text(self.estimate.bases)


def _plain(reason: str) -> str:
    for key, section in sections().items():
        reason = reason.replace(key, section.title.lower())
    return reason
