"""The money behind a roadmap: costs by levers, what each saves, and what maturity holds back.

Must not import Django.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, compress
from math import isfinite
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer

from assessments.framework import Framework
from assessments.scoring import HostingEconomics, Result, Scores

# Two sums of money apart by less are one.
CENT = 0.005
CostsByLevers = Mapping[frozenset[str], float]


def _by_levers(value: Any) -> CostsByLevers:
    if isinstance(value, Mapping):
        return value
    return {frozenset(item["levers"]): item["usd_per_month"] for item in value}


def _as_list(costs: CostsByLevers) -> list[dict[str, list[str] | float]]:
    return [{"levers": sorted(levers), "usd_per_month": usd} for levers, usd in costs.items()]


Levers = Annotated[frozenset[str], PlainSerializer(sorted, return_type=list[str])]


@dataclass(frozen=True)
class AntiPatternCost(Result):
    """An anti-pattern that shows: USD per month (None: not known), and the evidence."""

    key: str
    usd_per_month: float | None
    evidence: str


@dataclass(frozen=True)
class Costs(Result):
    """The money behind a roadmap.

    `usd_per_month_by_levers` prices every set of levers; `running` are those of today, which cost
    `spend_usd_per_month`; `left_out` says why a lever has no price; `hosting` is None where
    self-hosting was not compared. `parts` are the workloads that these are the sum of, by
    `costs_together`; empty for one workload.
    """

    usd_per_month_by_levers: Annotated[
        CostsByLevers,
        BeforeValidator(_by_levers),
        PlainSerializer(_as_list),
        Field(alias="subsets"),
    ]
    running: Levers
    left_out: Mapping[str, str]
    spend_usd_per_month: float
    hosting: HostingEconomics | None
    anti_patterns: tuple[AntiPatternCost, ...] = ()
    parts: tuple["Costs", ...] = ()

    def __post_init__(self) -> None:
        amounts = (*self.usd_per_month_by_levers.values(), self.spend_usd_per_month)
        if not all(map(isfinite, amounts)):
            raise ValueError("Money must be a finite number of USD per month.")


def costs_together(parts: Sequence[Costs]) -> Costs:
    """The costs of a workload of several parts, of which the first tells of hosting.

    A set of levers costs what each part costs with those of them that are cheapest for it. A lever
    runs where no part that can price it is still without.
    """
    if len(parts) == 1:
        return parts[0]
    priced = chain.from_iterable(part.usd_per_month_by_levers for part in parts)
    keys = sorted(set(chain.from_iterable(priced)))
    sets = chain.from_iterable(combinations(keys, size) for size in range(len(keys) + 1))
    return Costs(
        usd_per_month_by_levers={
            levers: sum(_least(part, levers) for part in parts) for levers in map(frozenset, sets)
        },
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
    )


def _least(part: Costs, levers: frozenset[str]) -> float:
    return min(usd for own, usd in part.usd_per_month_by_levers.items() if own <= levers)


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


def lever_money(
    framework: Framework, costs: Costs, among: Collection[str] | None = None
) -> dict[str, float | None]:
    """What each lever saves in USD per month, in order, over all parts of the workload.

    A part for which a lever does not pay goes without it, unless it pays for none.
    """
    parts = [
        money_in_order(framework, part.usd_per_month_by_levers, part.running, among)
        for part in costs.parts or (costs,)
    ]
    money = {}
    for lever in framework.levers:
        amounts = [part[lever.key] for part in parts]
        paying = [each for each in amounts if each is not None and each > 0]
        money[lever.key] = added(paying or amounts)
    return money


def spend_with(framework: Framework, costs: Costs, levers: Collection[str]) -> float | None:
    """The month's cost in USD once exactly these levers run beside those of today.

    In a workload of several parts each runs those that pay for it.
    """
    if not levers:
        return costs.spend_usd_per_month
    if costs.parts:
        saved = lever_money(framework, costs, among=levers).values()
        return costs.spend_usd_per_month - (added(saved) or 0.0)
    return costs.usd_per_month_by_levers.get(costs.running | set(levers))


def money_in_order(
    framework: Framework,
    usd_per_month_by_levers: CostsByLevers,
    running: Collection[str] = (),
    among: Collection[str] | None = None,
) -> dict[str, float | None]:
    """USD per month that each lever saves on top of what runs and of the levers before it that pay.

    Nothing is counted twice: the savings of the levers that pay add up to the difference in cost.
    None for a lever that runs already, that cannot be priced, or that is not `among` those asked
    for. (Framework, 90-day roadmap.)
    """
    adopted = frozenset(running)
    money: dict[str, float | None] = {}
    for lever in framework.levers:
        before = usd_per_month_by_levers.get(adopted)
        after = usd_per_month_by_levers.get(adopted | {lever.key})
        is_left_out = among is not None and lever.key not in among
        if is_left_out or lever.key in adopted or before is None or after is None:
            money[lever.key] = None
            continue
        money[lever.key] = before - after
        if before > after:
            adopted |= {lever.key}
    return money


def held_back_levers(framework: Framework, scores: Scores) -> dict[str, str]:
    """The levers whose required scores (1–5) are not met, each with the reason in words."""
    reasons = {}
    for lever in framework.levers:
        short = [
            _shortfall(framework, scores, dimension, level)
            for dimension, level in lever.requires.items()
            if not _is_met(scores, dimension, level)
        ]
        if short:
            reasons[lever.key] = f"{lever.title} asks for {' and '.join(short)}."
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
    framework: Framework,
    usd_per_month_by_levers: CostsByLevers,
    maturity: Mapping[str, float | None],
) -> MaturityValue:
    """The cheapest set allowed today less the cheapest allowed with more maturity, USD per month.

    `maturity` are the scores from 1 to 5 by dimension, None where there is none. Each dimension is
    raised alone to the highest level that a lever asks of it, then all together (cost model,
    section 5: recommendation; framework: levers, and what they ask of maturity).
    """
    costs = usd_per_month_by_levers
    asked = _asked(framework)
    today = _cheapest(framework, costs, maturity)

    def raise_to(levels: Mapping[str, int]) -> tuple[float, tuple[str, ...]]:
        """What a month then costs less, and the levers that are added."""
        best = _cheapest(framework, costs, _raised(maturity, levels))
        added = (lever.key for lever in framework.levers if lever.key in best - today)
        return costs[today] - costs[best], tuple(added)

    dimensions = []
    for key in (each.key for each in framework.dimensions):
        level = asked.get(key)
        is_met = level is None or (maturity.get(key) or 0.0) >= level
        saved = raise_to({key: level} if level else {})
        dimensions.append(Unlocked(key, level, is_met, *saved))
    return MaturityValue(costs[today], tuple(dimensions), *raise_to(asked))


def _asked(framework: Framework) -> dict[str, int]:
    """The highest level that any lever asks of each dimension."""
    asked: dict[str, int] = {}
    for lever in framework.levers:
        for dimension, level in lever.requires.items():
            asked[dimension] = max(level, asked.get(dimension, level))
    return asked


def _raised(
    maturity: Mapping[str, float | None], levels: Mapping[str, int]
) -> dict[str, float | None]:
    """The scores with some dimensions lifted to a level; none is lowered."""
    lifted = {key: max(maturity.get(key) or 0.0, float(level)) for key, level in levels.items()}
    return {**maturity, **lifted}


def _cheapest(
    framework: Framework, costs: CostsByLevers, maturity: Mapping[str, float | None]
) -> frozenset[str]:
    """The cheapest set of levers that the scores allow; of equals, the one with fewer levers."""
    forbidden = {
        lever.key
        for lever in framework.levers
        if any((maturity.get(key) or 0.0) < level for key, level in lever.requires.items())
    }
    allowed = [levers for levers in costs if not levers & forbidden]
    order = [lever.key for lever in framework.levers]
    return min(allowed, key=lambda set_: (costs[set_], len(set_), sorted(map(order.index, set_))))
