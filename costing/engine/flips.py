"""What would change the advice on hosting: another volume, or other prices of models."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np

from costing.engine.arrays import BoolArray, FloatArray, IndexArray
from costing.engine.bills import LeverSets, lever_sets
from costing.engine.breakeven import costs_over_horizon
from costing.engine.crossover import cheaper_intervals
from costing.engine.inputs import Scenario, with_requests
from costing.engine.levers import SELF_HOSTING, anywhere
from costing.engine.limits import Watch, unwatched
from costing.engine.price_paths import with_model_prices
from costing.engine.results import Estimate, HostingFlip
from costing.engine.strategies import bill_of

LOWEST_CHANGE = -0.9999
STEP, MAX_STEPS, HALVINGS = 1.1, 48, 30
"""Prices are tried in steps of a tenth, up to about a hundredfold."""
FARTHEST, VOLUMES = 1e4, 120
"""So many volumes up to so many times the present one, and as many below it, show which sets of
levers are the cheapest of their side; where those cross is then exact."""
LARGEST, BEYOND = 1e9, 60
"""However few the present requests are, volumes up to the first are tried, at so many more."""
BESIDE = 1e-9
"""How far from a crossing, as a share of its volume, it is seen which side is cheaper there."""


def hosting_flip(estimate: Estimate, watch: Watch = unwatched) -> HostingFlip | None:
    """Section 17: what it takes for hosting to be advised, or for it not to be any more.

    Where the cheapest of all sets with a pool and the cheapest of those without change places. None
    without a pool, and where the other side costs less already and is not advised for what its
    change costs.
    """
    sides = _Sides.of(estimate)
    if sides is None:
        return None
    costs = {each.priced_as: each.usd_per_month for each in estimate.application_sets}
    costs = {each.levers: each.usd_per_month for each in estimate.subsets} | costs
    names = [sides.sets.names[place] for place in np.flatnonzero(sides.is_other)]
    other = min(names, key=lambda levers: (costs[levers], len(levers)))
    if costs[other] < estimate.recommended.usd_per_month:
        return None
    return HostingFlip(
        levers=anywhere(other),
        below=_nearest_volume(sides, 1.0 / FARTHEST, watch),
        above=_nearest_volume(sides, FARTHEST, watch),
        price_factor=_price_factor(sides, watch),
        price_change_per_year=_price_change(sides, watch) if sides.is_hosted else None,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """All sets of levers, and which of them are on the other side of the hosting question."""

    scenario: Scenario
    sets: LeverSets
    is_other: BoolArray
    is_hosted: bool

    @classmethod
    def of(cls, estimate: Estimate) -> "_Sides | None":
        """None where all sets are on one side."""
        uniform = [each.priced_as for each in estimate.subsets]
        mixed = [each.priced_as for each in estimate.application_sets]
        names = tuple(dict.fromkeys((*uniform, *mixed)))
        is_hosted = SELF_HOSTING in estimate.recommended.levers
        is_other = np.array([(SELF_HOSTING in anywhere(each)) != is_hosted for each in names])
        if is_other.all() or not is_other.any():
            return None
        return cls(estimate.scenario, lever_sets(names), is_other, is_hosted)

    def costs(self, scenario: Scenario) -> FloatArray:
        """USD per month by lever set; scenarios of a batch by row."""
        return np.atleast_2d(bill_of(scenario, self.sets).total)

    def are_flipped(self, costs: FloatArray) -> BoolArray:
        """By row, whether the other side has the cheapest set."""
        own, other = (self._side(costs, is_there).min(axis=-1) for is_there in (False, True))
        flipped: BoolArray = other < own
        return flipped

    def cheapest(self, costs: FloatArray) -> set[tuple[int, int]]:
        """The cheapest set of its own and of the other side, where a row has them."""
        own, other = (self._side(costs, is_there).argmin(axis=-1) for is_there in (False, True))
        return set(zip(own.tolist(), other.tolist(), strict=True))

    def _side(self, costs: FloatArray, is_there: bool) -> FloatArray:
        return np.where(self.is_other == is_there, costs, inf)


def _nearest_volume(sides: _Sides, reach: float, watch: Watch) -> float | None:
    """The nearest requests per month, up to so many times the present ones, that flip the advice.

    None where none does.
    """
    scenario = sides.scenario
    present = float(scenario.workload.requests_per_month)
    tried = _tried(max(present, 1.0), reach)
    watch()
    costs = sides.costs(with_requests(scenario, tried[:, None]))
    flipped = np.flatnonzero(sides.are_flipped(costs))
    until = int(flipped[0]) + 1 if flipped.size else len(tried)
    ends = [end for pair in sides.cheapest(costs[:until]) for end in _ends(sides, *pair, watch)]
    beyond = np.array(sorted(end for end in ends if (end - present) * (reach - 1.0) > 0.0))
    if not beyond.size:
        return None
    if reach < 1.0:
        beyond = beyond[::-1]
    beside = beyond * (1.0 + np.copysign(BESIDE, reach - 1.0))
    watch()
    turned: IndexArray = np.flatnonzero(
        sides.are_flipped(sides.costs(with_requests(scenario, beside[:, None])))
    )
    return float(beyond[turned[0]]) if turned.size else None


def _tried(start: float, reach: float) -> FloatArray:
    """Volumes from the first one to so many times it, and on to `LARGEST` where that is less."""
    tried = np.geomspace(start, start * reach, VOLUMES + 1)
    if reach < 1.0 or tried[-1] >= LARGEST:
        return tried
    return np.append(tried, np.geomspace(tried[-1], LARGEST, BEYOND + 1)[1:])


def _ends(sides: _Sides, own: int, other: int, watch: Watch) -> list[float]:
    """Where two lever sets cross, in requests per month."""
    names = sides.sets.names
    intervals, _ = cheaper_intervals(sides.scenario, names[own], names[other], watch)
    return [end for interval in intervals for end in interval if end]


def _price_change(sides: _Sides, watch: Watch) -> float | None:
    """Section 15: the change a year of models' prices at which both cost the same over the horizon.

    None without an outlook, for a pool that runs already, and where no change is enough.
    """
    scenario = sides.scenario
    outlook = scenario.outlook
    if outlook is None or SELF_HOSTING in scenario.current_levers:
        return None

    def is_flipped(change: float) -> bool:
        watch()
        moved = outlook.model_copy(update={"api_price_change_per_year_ratio": change})
        future = scenario.model_copy(update={"outlook": moved})
        _, total = costs_over_horizon(future, sides.sets.names)
        return bool(sides.are_flipped(np.atleast_2d(total))[0])

    kept = outlook.api_price_change_per_year_ratio
    if is_flipped(kept) or not is_flipped(LOWEST_CHANGE):
        return None
    return _between(kept, LOWEST_CHANGE, is_flipped)


def _price_factor(sides: _Sides, watch: Watch) -> float | None:
    """What all prices of models must be multiplied by for the other side to be cheaper."""

    def is_flipped(factor: float) -> bool:
        watch()
        costs = sides.costs(with_model_prices(sides.scenario, factor))
        return bool(sides.are_flipped(costs)[0])

    step = 1.0 / STEP if sides.is_hosted else STEP
    kept = 1.0
    for _ in range(MAX_STEPS):
        tried = kept * step
        if is_flipped(tried):
            return _between(kept, tried, is_flipped)
        kept = tried
    return None


def _between(kept: float, flipped: float, is_flipped: Callable[[float], bool]) -> float:
    for _ in range(HALVINGS):
        middle = (kept + flipped) / 2.0
        if is_flipped(middle):
            flipped = middle
        else:
            kept = middle
    return flipped
