"""What each ranged input does to the cost, one at a time: the tornado."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from costing.engine.arrays import FloatArray
from costing.engine.bills import Bill, lever_sets
from costing.engine.inputs import Scenario, figure_at, with_figures
from costing.engine.levers import (
    HOSTED_OPEN,
    HOSTED_STRATEGIES,
    NAMED,
    OPEN_MODEL,
    PROMPT_CACHING,
    ROUTED_API,
    ROUTING,
    SELF_HOSTED,
    SELF_HOSTING,
    STRATEGIES,
)
from costing.engine.results import SavingSwing, Swing
from costing.engine.strategies import bill_of

CHEAPER_ROUTES = {
    ROUTING: ("small_model", ROUTED_API),
    SELF_HOSTING: ("pool", SELF_HOSTED),
    OPEN_MODEL: ("open_model", HOSTED_OPEN),
}
"""Where a lever sends calls to a cheaper model, and the strategy that does no more than that."""


def sensitivity(scenario: Scenario) -> dict[str, Swing] | None:
    """Section 5: for every ranged input, the hybrid's and the self-hosted cost at its two ends.

    And that of the sets of levers that pairs list. Everything else stays as it is. None without
    ranges; a strategy that the scenario cannot price is left out.
    """
    if not scenario.ranges:
        return None
    return {
        path: Swing(_costs(scenario, path, ends.low), _costs(scenario, path, ends.high))
        for path, ends in scenario.ranges.items()
    }


def rework_limits(scenario: Scenario, bill: Bill) -> dict[str, float | None]:
    """Section 11: the share of answers made again at which the cheaper route stops paying.

    By lever, against prompt caching alone, where the model has a price of making one again. 0 where
    the route does not pay even without; None where it pays at any share. Of applications the share
    is one for all of them.
    """
    found: dict[str, float | None] = {}
    available, names = set(scenario.choosable), bill.sets.names
    owners = defaultdict(lambda: scenario, {part.key: part.scenario for part in scenario.parts})
    for lever, (section, strategy) in CHEAPER_ROUTES.items():
        levers = NAMED[strategy]
        if not available.issuperset(levers):
            continue
        column = names.index(levers)
        other = float(bill.total[names.index(STRATEGIES[PROMPT_CACHING])])
        rework, at_one = _rework_usd(owners, bill, section, column)
        if at_one > 0.0:
            limit = max(0.0, (other - float(bill.total[column]) + rework) / at_one)
            found[lever] = limit if limit <= 1.0 else None
    return found


def _rework_usd(
    owners: Mapping[str, Scenario], bill: Bill, section: str, column: int
) -> tuple[float, float]:
    """USD a month for a model's answers made again, and what it were for all of its answers.

    `owners` are by the application of a lane: what all share is the whole scenario's.
    """
    rework = at_one = 0.0
    for lane in (each for each in bill.lanes if each.section == section and each.is_on[column]):
        place = getattr(owners[lane.application], section)
        usd = float(lane.calls[column]) * place.usd_per_rework
        rework, at_one = rework + usd * place.rework_ratio, at_one + usd
    return rework, at_one


def saving_swings(
    scenario: Scenario, current: tuple[str, ...], choices: Mapping[str, tuple[str, ...]]
) -> dict[str, dict[str, SavingSwing]]:
    """What each choice saves against today's lever set, with each ranged input at its two ends.

    By choice and path, USD per month; everything else stays as it is.
    """
    sets = lever_sets(tuple(dict.fromkeys((*choices.values(), current))))
    costs = bill_of(with_figures(scenario, _one_at_a_time(scenario)), sets).total
    costs = np.broadcast_to(costs, (2 * len(scenario.ranges), len(sets.names)))
    today = costs[:, sets.names.index(current)]
    found = {}
    for name, levers in choices.items():
        savings = (today - costs[:, sets.names.index(levers)]).tolist()
        found[name] = {
            path: SavingSwing(*savings[2 * place : 2 * place + 2])
            for place, path in enumerate(scenario.ranges)
        }
    return found


def _one_at_a_time(scenario: Scenario) -> dict[str, FloatArray]:
    """A column by path: two rows for each range, in which that input alone is low, then high."""
    columns = {}
    for place, (path, ends) in enumerate(scenario.ranges.items()):
        column = np.full((2 * len(scenario.ranges), 1), figure_at(scenario, path))
        column[2 * place], column[2 * place + 1] = ends.low, ends.high
        columns[path] = column
    return columns


def _costs(scenario: Scenario, path: str, figure: float) -> dict[str, float]:
    available, shown = set(scenario.choosable), (*HOSTED_STRATEGIES, *scenario.compared)
    names = [name for name in shown if available.issuperset(scenario.levers_of(name))]
    sets = lever_sets(tuple(scenario.levers_of(name) for name in names))
    if not names:
        return {}
    totals = bill_of(with_figures(scenario, {path: figure}), sets).total
    return dict(zip(names, totals.tolist(), strict=True))
