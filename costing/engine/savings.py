"""What each lever saves, in order and free of order, and which levers to recommend."""

from collections.abc import Mapping
from functools import cache
from math import factorial
from typing import TypeAlias

from costing.engine.levers import (
    LEVERS,
    TARGET_SAVING_RATIO,
    Requirements,
    in_order,
    subsets,
    unmet_requirements,
)

SubsetCosts = Mapping[tuple[str, ...], float]


def saving_ratio(current_usd: float, usd: float) -> float | None:
    """The share of today's cost that a strategy saves; None where today costs nothing."""
    return (current_usd - usd) / current_usd if current_usd > 0.0 else None


def is_within_target(ratio: float | None) -> bool:
    """Whether a saving lies in the framework's 40–70 % range, ends included."""
    low, high = TARGET_SAVING_RATIO
    return ratio is not None and low <= ratio <= high


def waterfall(costs: SubsetCosts, available: tuple[str, ...]) -> dict[str, float | None]:
    """Section 5: USD per month that each lever saves when switched on in the roadmap's order.

    A lever that the scenario cannot price is None. The others sum to the cost without any lever
    less the cost with all available ones.
    """
    savings: dict[str, float | None] = dict.fromkeys(LEVERS)
    before: tuple[str, ...] = ()
    for lever in in_order(available):
        after = in_order((*before, lever))
        savings[lever] = costs[before] - costs[after]
        before = after
    return savings


def shapley(costs: SubsetCosts, available: tuple[str, ...]) -> dict[str, float | None]:
    """Section 5: each lever's order-free share of the saving, its Shapley value, in USD per month.

    A lever's value is its saving averaged over all orders in which the levers can be switched on.
    """
    shares: dict[str, float | None] = dict.fromkeys(LEVERS)
    for lever, steps in _steps_to(available).items():
        shares[lever] = sum(
            (ratio * (costs[before] - costs[after]) for before, after, ratio in steps), 0.0
        )
    return shares


Step: TypeAlias = tuple[tuple[str, ...], tuple[str, ...], float]


@cache
def _steps_to(available: tuple[str, ...]) -> dict[str, list[Step]]:
    """By lever, each set without it, the same with it, and in which share of orders it comes so."""
    count = len(available)
    steps: dict[str, list[Step]] = {}
    for lever in available:
        for levers in subsets(available):
            if lever not in levers:
                orders = factorial(len(levers)) * factorial(count - len(levers) - 1)
                step = (levers, in_order((*levers, lever)), orders / factorial(count))
                steps.setdefault(lever, []).append(step)
    return steps


def held_back(
    available: tuple[str, ...],
    maturity: Mapping[str, float | None] | None,
    requirements: Requirements | None,
) -> dict[str, str]:
    """Section 5: the levers whose required scores are not met, and why; none without scores.

    ValueError for scores without requirements to hold against them.
    """
    if maturity is None:
        return {}
    if requirements is None:
        raise ValueError("A scenario with maturity scores needs what each lever requires of them.")
    unmet = {
        lever: unmet_requirements(requirements.get(lever, {}), maturity)
        for lever in in_order(available)
    }
    return {lever: "; ".join(phrases) for lever, phrases in unmet.items() if phrases}
