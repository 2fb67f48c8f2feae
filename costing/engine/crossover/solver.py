"""All crossovers of two strategies over volume: intervals, the first one, and dominance for good.

Pure: NumPy only; no Django, no clock, no I/O.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from costing.engine.crossover.curve import cost_curve
from costing.engine.crossover.difference import Difference, Window, difference
from costing.engine.crossover.scan import Changes, changes_between
from costing.engine.inputs import Scenario
from costing.engine.units import FloatArray

MOST_INTERVALS = 64
"""How many intervals a crossover lists."""

STEPS_AT_ONCE = 8_192
MOST_STEPS = 200_000
"""Steps looked at from below, and again from above, before the search stops."""

Interval = tuple[float, float | None]


@dataclass(frozen=True, slots=True)
class Crossover:
    """Section 5: where the second of two strategies is cheaper, in requests per month.

    `cheaper_intervals` lists at most 64, ascending; an upper end of None means for good. The first
    crossing is the first interval's lower end, 0 where the second is cheaper from the start, and
    None where it never is. `dominance_requests_per_month` is None where it never stays cheaper.
    """

    from_strategy: str
    to_strategy: str
    first_requests_per_month: float | None
    dominance_requests_per_month: float | None
    cheaper_intervals: tuple[Interval, ...]
    tokens_per_request: float


def find_crossover(scenario: Scenario, from_strategy: str, to_strategy: str) -> Crossover:
    """Section 5: every interval of requests_per_month in which `to_strategy` is cheaper.

    Exact to 1e-9 relative. The search looks at MOST_STEPS staircase steps from below and, for
    dominance, as many from above; volumes in between are then left unlisted. KeyError for a
    strategy without a name; the scenario must have the sections that both need.
    """
    from_levers = scenario.levers_of(from_strategy)
    intervals, dominance = cheaper_intervals(scenario, from_levers, scenario.levers_of(to_strategy))
    return Crossover(
        from_strategy=from_strategy,
        to_strategy=to_strategy,
        first_requests_per_month=intervals[0][0] if intervals else None,
        dominance_requests_per_month=dominance,
        cheaper_intervals=tuple(intervals[:MOST_INTERVALS]),
        tokens_per_request=float(scenario.workload.tokens_per_request),
    )


def cheaper_intervals(
    scenario: Scenario, from_levers: tuple[str, ...], to_levers: tuple[str, ...]
) -> tuple[list[Interval], float | None]:
    """Section 5: all intervals in requests per month in which the second lever set is cheaper.

    And the volume above which it stays so. What `find_crossover` says of them holds here.
    """
    from_curve = cost_curve(scenario, from_levers)
    to_curve = cost_curve(scenario, to_levers)
    return _intervals(difference(from_curve, to_curve))


def _intervals(curves: Difference) -> tuple[list[Interval], float | None]:
    window = curves.window()
    if window.high <= window.low:
        return ([(0.0, None)], 0.0) if window.is_cheaper_above else ([], None)
    landmarks = curves.landmarks()
    intervals: list[Interval] = []
    start: float | None = None
    reached = window.low
    for changes in _upwards(curves, window, landmarks):
        if reached == window.low and changes.starts_cheaper:
            start = 0.0
        for volume, turns_cheaper in _events(changes):
            if turns_cheaper:
                start = volume
            elif start is not None:
                intervals.append((start, volume))
                start = None
        reached = changes.high
        if len(intervals) >= MOST_INTERVALS:
            break
    return _finish(curves, window, landmarks, intervals, start, reached)


def _finish(
    curves: Difference,
    window: Window,
    landmarks: FloatArray,
    intervals: list[Interval],
    start: float | None,
    reached: float,
) -> tuple[list[Interval], float | None]:
    """Close the interval that is open where the search stopped, and settle dominance."""
    if reached < window.high:
        dominance = None
        if window.is_cheaper_above:
            dominance = _last_turn(curves, window, landmarks, reached)
        open_ended = [] if start is None else [(start, reached)]
        return [*intervals, *open_ended, *_for_good(dominance)], dominance
    if start is None:
        return intervals, None
    if window.is_cheaper_above:
        return [*intervals, (start, None)], start
    return [*intervals, (start, reached)], None


def _for_good(dominance: float | None) -> list[Interval]:
    return [] if dominance is None else [(dominance, None)]


def _events(changes: Changes) -> Iterator[tuple[float, bool]]:
    return zip(changes.volumes.tolist(), changes.turns_cheaper.tolist(), strict=True)


def _upwards(curves: Difference, window: Window, landmarks: FloatArray) -> Iterator[Changes]:
    """The window's sign changes, a bounded number of steps at a time, from below."""
    low, seen = window.low, 0.0
    while low < window.high and seen < MOST_STEPS:
        high = _reach(curves, low, window.high)
        seen += _count(curves, low, high)
        yield changes_between(curves, low, high, landmarks)
        low = high


def _last_turn(curves: Difference, window: Window, landmarks: FloatArray, floor: float) -> float:
    """The last volume where the second turns cheaper, or the least one checked to be above it."""
    high, seen = window.high, 0.0
    while high > floor and seen < MOST_STEPS:
        low = _reach_down(curves, floor, high)
        seen += max(1.0, _count(curves, low, high))
        changes = changes_between(curves, low, high, landmarks)
        turns = changes.volumes[changes.turns_cheaper]
        if turns.size:
            return float(turns[-1])
        if not changes.ends_cheaper:
            return high
        high = low
    return high


def _count(curves: Difference, low: float, high: float) -> float:
    return sum(staircase.count(low, high) for staircase in curves.staircases)


def _reach(curves: Difference, low: float, limit: float) -> float:
    """A volume above `low` such that not too many steps lie between."""
    near, far = low, limit
    while _count(curves, low, far) > STEPS_AT_ONCE and far - near > 1e-12 * far:
        middle = (near + far) / 2.0
        if _count(curves, low, middle) > STEPS_AT_ONCE:
            far = middle
        elif _count(curves, low, middle) > STEPS_AT_ONCE / 2:
            return middle
        else:
            near = middle
    return far


def _reach_down(curves: Difference, limit: float, high: float) -> float:
    """A volume below `high` such that not too many steps lie between."""
    near, far = high, limit
    while _count(curves, far, high) > STEPS_AT_ONCE and near - far > 1e-12 * near:
        middle = (near + far) / 2.0
        if _count(curves, middle, high) > STEPS_AT_ONCE:
            far = middle
        elif _count(curves, middle, high) > STEPS_AT_ONCE / 2:
            return middle
        else:
            near = middle
    return far
