"""The money behind a roadmap: costs by levers, what each saves, and what maturity holds back.

Must not import Django.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, compress
from math import isfinite
from operator import not_
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer

from assessments.framework import Framework
from assessments.recommendation import (
    CENT,
    MATERIALITY_RATIO,
    Change,
    ChangeKind,
    Options,
    Recommendation,
    Step,
    effort_of_all,
    recommend,
    together,
    with_shared_effort,
)
from assessments.scoring import HostingEconomics, Result, Scores
from presentation.money import USD, Currency, shared
from presentation.wording import first_upper

CostsByLevers = Mapping[frozenset[str], float]


def _by_levers(value: Any) -> CostsByLevers:
    if isinstance(value, Mapping):
        return value
    return {frozenset(item["levers"]): item["usd_per_month"] for item in value}


def _as_list(costs: CostsByLevers) -> list[dict[str, list[str] | float]]:
    return [{"levers": sorted(levers), "usd_per_month": usd} for levers, usd in costs.items()]


Levers = Annotated[frozenset[str], PlainSerializer(sorted, return_type=list[str])]
UsdByLevers = Annotated[CostsByLevers, BeforeValidator(_by_levers), PlainSerializer(_as_list)]


@dataclass(frozen=True)
class AntiPatternCost(Result):
    """An anti-pattern that shows: USD per month (None: not known), and the evidence."""

    key: str
    usd_per_month: float | None
    evidence: str


@dataclass(frozen=True)
class AdvisedSaving(Result):
    """What the recommendation of today saves as it was computed, USD per month.

    `left_usd_per_month` is what it leaves, and is paid until its term ends. `futures` are what 10,
    50 and 90 of 100 do not exceed, 0 where it changes nothing; None where none were drawn.
    """

    usd_per_month: float
    left_usd_per_month: float
    futures: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Costs(Result):
    """The money behind a roadmap.

    `usd_per_month_by_levers` prices every set of levers; `running` are those of today, which cost
    `spend_usd_per_month`; `left_out` says why a lever has no price or saves nothing; `hosting` is
    None where self-hosting was not compared. For the rest see `Options`. `parts` are the workloads
    that these are the sum of, by `costs_together`, which alone have prices; empty for one workload.
    `usd_per_day` is what a person-day costs; 0 where nobody said. `effort_usd` is by change's key.
    `currency` is the one in which they are shown. `advised` is one workload's; `caution` says in
    sentences why the saving of all parts together is not to be relied on as it stands. `made_of`
    names what one workload's were made of, for whoever made them.
    """

    usd_per_month_by_levers: Annotated[UsdByLevers, Field(alias="subsets")]
    running: Levers
    left_out: Mapping[str, str]
    spend_usd_per_month: float
    hosting: HostingEconomics | None
    anti_patterns: tuple[AntiPatternCost, ...] = ()
    parts: tuple["Costs", ...] = ()
    losses: Mapping[str, float] = field(default_factory=dict)
    one_time_usd_by_levers: UsdByLevers = field(default_factory=dict)
    usd_over_horizon_by_levers: UsdByLevers = field(default_factory=dict)
    title: str = ""
    materiality_ratio: Annotated[float, Field(exclude_if=MATERIALITY_RATIO.__eq__)] = (
        MATERIALITY_RATIO
    )
    usd_per_day: Annotated[float, Field(exclude_if=not_)] = 0.0
    effort_usd: Annotated[Mapping[str, float], Field(exclude_if=not_)] = field(default_factory=dict)
    months_worth: Annotated[float, Field(exclude_if=not_)] = 0.0
    must_repay: Annotated[tuple[Levers, ...], Field(exclude_if=not_)] = ()
    currency: Annotated[Currency, Field(exclude_if=USD.__eq__)] = USD
    advised: Annotated[AdvisedSaving | None, Field(exclude_if=not_)] = None
    caution: Annotated[str, Field(exclude_if=not_)] = ""
    made_of: Annotated[str, Field(exclude_if=not_)] = ""

    def __post_init__(self) -> None:
        amounts = (*self.usd_per_month_by_levers.values(), self.spend_usd_per_month)
        if not all(map(isfinite, amounts)):
            raise ValueError("Money must be a finite number of USD per month.")

    @property
    def left_usd_per_month(self) -> float:
        """What the advice leaves in all parts, and is paid until its term ends."""
        known = [part.advised for part in self.parts or (self,) if part.advised]
        return sum(each.left_usd_per_month for each in known)

    def _prices(self, lever: str) -> bool:
        return any(lever in levers for levers in self.usd_per_month_by_levers)

    def options(self, framework: Framework) -> Options:
        """What one workload has to choose from."""
        return Options(
            order=tuple(
                lever.key
                for lever in framework.choices
                if lever in framework.levers or self._prices(lever.key)
            ),
            running=self.running,
            usd_per_month=self.usd_per_month_by_levers,
            losses=self.losses,
            one_time_usd=self.one_time_usd_by_levers,
            usd_over_horizon=self.usd_over_horizon_by_levers,
            must_repay=self.must_repay,
            materiality_ratio=self.materiality_ratio,
            effort_usd={Change.of(key): usd for key, usd in self.effort_usd.items()},
            months_worth=self.months_worth,
        )


def costs_together(parts: Sequence[Costs]) -> Costs:
    """The costs of a workload of several parts, of which the first tells of hosting.

    A lever runs where no part that can price it is still without.
    """
    if len(parts) == 1:
        return parts[0]
    keys = set(chain.from_iterable(chain(*(part.usd_per_month_by_levers for part in parts))))
    return Costs(
        usd_per_month_by_levers={},
        running=frozenset(key for key in keys if _runs_everywhere(parts, key)),
        left_out={
            key: reason
            for part in reversed(parts)
            for key, reason in part.left_out.items()
            if key not in keys
        },
        spend_usd_per_month=sum(part.spend_usd_per_month for part in parts),
        hosting=parts[0].hosting,
        anti_patterns=_patterns_together(parts),
        parts=tuple(parts),
        materiality_ratio=max(part.materiality_ratio for part in parts),
        usd_per_day=max(part.usd_per_day for part in parts),
        currency=shared(part.currency for part in parts),
    )


def _runs_everywhere(parts: Sequence[Costs], lever: str) -> bool:
    is_priced = [any(lever in own for own in part.usd_per_month_by_levers) for part in parts]
    return all(lever in part.running for part in compress(parts, is_priced))


def _patterns_together(parts: Sequence[Costs]) -> tuple[AntiPatternCost, ...]:
    """Each anti-pattern once, with what it costs in all parts and the evidence of each."""
    found: dict[str, list[AntiPatternCost]] = {}
    for each in chain.from_iterable(part.anti_patterns for part in parts):
        found.setdefault(each.key, []).append(each)
    return tuple(
        AntiPatternCost(
            key,
            added([each.usd_per_month for each in same]),
            " ".join(dict.fromkeys(each.evidence for each in same)),
        )
        for key, same in found.items()
    )


def added(amounts: Iterable[float | None]) -> float | None:
    """The sum of those that are known; None where none is."""
    known = [each for each in amounts if each is not None]
    return sum(known) if known else None


def recommendation_for(
    framework: Framework, costs: Costs, held_back: Collection[str] = ()
) -> Recommendation:
    """What to change in a workload, over all its parts; `held_back` levers wait for maturity."""
    parts = costs.parts or (costs,)
    options = [part.options(framework) for part in parts]
    shared = with_shared_effort(options, held_back)
    advised = [recommend(each, held_back) for each in shared]
    titles = [part.title for part in parts]
    return together(list(zip(titles, advised, strict=True)), effort_of_all(options))


@dataclass(frozen=True)
class PricedPlan:
    """The changes that a roadmap makes, with the money of each in their order.

    `parts` are the workload's, each with the changes that it makes.
    """

    steps: tuple[Step, ...]
    parts: tuple[tuple[Options, frozenset[Change]], ...]

    def saving_usd_per_month(self, change: Change | None) -> float | None:
        """What a change saves, negative where it adds cost; None for one that is not priced."""
        amounts = [step.saving_usd_per_month for step in self.steps if step.change == change]
        return sum(amounts) if amounts else None

    def one_time_usd(self, change: Change) -> float:
        """What a change takes once, beside its work."""
        return sum(step.one_time_usd for step in self.steps if step.change == change)

    def usd_per_month(self, changes: Collection[Change]) -> float:
        """The month's cost once exactly these changes are made."""
        return sum(options.usd_after(own & frozenset(changes)) for options, own in self.parts)


def priced_plan(
    framework: Framework, costs: Costs, held_back: Collection[str], among: Collection[Change]
) -> PricedPlan:
    """The changes `among` those that somebody plans which are to be made, in order.

    A planned lever that pays in no part of the workload is switched on all the same, wherever it
    has a price, and adds cost; work that is planned is done, also where it is not earned back.
    """
    parts = [part.options(framework) for part in costs.parts or (costs,)]
    shared = with_shared_effort(parts, held_back, among)
    chosen = [recommend(each, held_back, among) for each in shared]
    if any(each.effort_usd for each in parts) and not _made(chosen).issuperset(among):
        chosen = [recommend(replace(each, effort_usd={}), held_back, among) for each in parts]
    made = _made(chosen)
    losing = [change for change in among if change not in made]
    plans = [
        [*each.steps, *_losing_steps(options, each, losing)]
        for options, each in zip(parts, chosen, strict=True)
    ]
    return PricedPlan(
        steps=tuple(chain.from_iterable(plans)),
        parts=tuple(
            (options, frozenset(step.change for step in plan))
            for options, plan in zip(parts, plans, strict=True)
        ),
    )


def _made(recommendations: Iterable[Recommendation]) -> set[Change]:
    return {step.change for each in recommendations for step in each.steps}


def _losing_steps(
    options: Options, chosen: Recommendation, losing: Iterable[Change]
) -> Iterable[Step]:
    levers = frozenset(chosen.later.levers)
    for change in losing:
        after = levers | {change.lever}
        is_new = change.kind == ChangeKind.SWITCH_ON and after != levers
        if is_new and after in options.usd_per_month:
            saving = options.usd_per_month[levers] - options.usd_per_month[after]
            yield Step(change.kind, change.lever, saving, 0.0, is_now=False)
            levers = after


def held_back_levers(framework: Framework, scores: Scores) -> dict[str, str]:
    """The levers whose required scores (1–5) are not met, each with the reason in words."""
    reasons = {}
    for lever in framework.choices:
        short = [
            _shortfall(framework, scores, dimension, level)
            for dimension, level in lever.requires.items()
            if not _is_met(scores, dimension, level)
        ]
        if short:
            reasons[lever.key] = f"{first_upper(lever.phrase)} asks for {' and '.join(short)}."
    return reasons


def _is_met(scores: Scores, dimension: str, level: int) -> bool:
    score = scores.dimensions[dimension].score
    return score is not None and score >= level


def _shortfall(framework: Framework, scores: Scores, dimension: str, level: int) -> str:
    score = scores.dimensions[dimension].score
    now = "not scored yet" if score is None else f"now {score.normalize():f}"
    return f"{framework.dimension(dimension).title} at {level} ({now})"


@dataclass(frozen=True)
class Unlocked:
    """What one dimension at `level` would take off the month, all else as it stands.

    `levers` are those that the cheapest set then adds; `level` is the highest that a lever asks
    of the dimension, None where none asks.
    """

    dimension: str
    level: int | None
    is_met: bool
    usd_per_month: float
    levers: tuple[str, ...]


@dataclass(frozen=True)
class MaturityValue:
    """What maturity holds back: by dimension, and with all of them raised together.

    `today_usd_per_month` is the cheapest set that the scores allow; `usd_per_month` is what the
    month costs less once every lever is allowed.
    """

    today_usd_per_month: float
    dimensions: tuple[Unlocked, ...]
    usd_per_month: float
    levers: tuple[str, ...]

    @property
    def is_worth_money(self) -> bool:
        """Whether anything is held back that pays."""
        return self.usd_per_month > CENT

    @property
    def needs_several(self) -> bool:
        """Whether no single dimension unlocks all of it."""
        best = max((each.usd_per_month for each in self.dimensions), default=0.0)
        return self.usd_per_month - best > CENT


def maturity_value(
    framework: Framework, costs: Costs, maturity: Mapping[str, float | None]
) -> MaturityValue:
    """What can be had today less what can be had with more maturity, USD per month.

    `maturity` are the scores from 1 to 5 by dimension, None where there is none. Each dimension is
    raised alone to the highest level that a lever asks of it, then all together (cost model,
    section 5: recommendation; framework: levers, and what they ask of maturity).
    """
    asked = _asked(framework)
    today = recommendation_for(framework, costs, _forbidden(framework, maturity)).now

    def raise_to(levels: Mapping[str, int]) -> tuple[float, tuple[str, ...]]:
        """What a month then costs less, and the levers that are added."""
        forbidden = _forbidden(framework, _raised(maturity, levels))
        best = recommendation_for(framework, costs, forbidden).now
        added = tuple(lever for lever in best.levers if lever not in today.levers)
        return today.usd_per_month - best.usd_per_month, added

    dimensions = []
    for key in (each.key for each in framework.dimensions):
        level = asked.get(key)
        is_met = level is None or (maturity.get(key) or 0.0) >= level
        saved = raise_to({key: level} if level else {})
        dimensions.append(Unlocked(key, level, is_met, *saved))
    return MaturityValue(today.usd_per_month, tuple(dimensions), *raise_to(asked))


def _asked(framework: Framework) -> dict[str, int]:
    """The highest level that any lever asks of each dimension."""
    asked: dict[str, int] = {}
    for lever in framework.choices:
        for dimension, level in lever.requires.items():
            asked[dimension] = max(level, asked.get(dimension, level))
    return asked


def _raised(
    maturity: Mapping[str, float | None], levels: Mapping[str, int]
) -> dict[str, float | None]:
    """The scores with some dimensions lifted to a level; none is lowered."""
    lifted = {key: max(maturity.get(key) or 0.0, float(level)) for key, level in levels.items()}
    return {**maturity, **lifted}


def _forbidden(framework: Framework, maturity: Mapping[str, float | None]) -> set[str]:
    return {
        lever.key
        for lever in framework.choices
        if any((maturity.get(key) or 0.0) < level for key, level in lever.requires.items())
    }
