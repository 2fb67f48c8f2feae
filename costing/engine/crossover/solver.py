"""Crossovers of two strategies over volume: intervals, the first one, and dominance for good."""

from collections.abc import Sequence

from costing.engine.crossover.curve import cost_curves
from costing.engine.crossover.difference import LEAST_VOLUME, Difference, Window, difference
from costing.engine.crossover.search import Effort, last_turn, upwards
from costing.engine.inputs import Scenario
from costing.engine.limits import Watch, unwatched
from costing.engine.results import Crossover, Interval

MAX_INTERVALS = 64
"""How many intervals a crossover lists."""

RESOLUTION = 2e-9
"""Turns that lie closer together, as a share of their volume, are one and the same."""

Turn = tuple[float, bool]
"""A volume, and whether the second is cheaper above it."""


def find_crossover(
    scenario: Scenario, from_strategy: str, to_strategy: str, *, watch: Watch = unwatched
) -> Crossover:
    """Section 5: every interval of requests_per_month in which `to_strategy` is cheaper.

    Exact to 1e-9 relative. Where costs run so nearly parallel that MAX_EFFORT does not reach from
    the first possible crossing to the last, those in between are left unlisted, and dominance is
    the least volume that was checked. KeyError for a strategy without a name; the scenario must
    have the sections that both need.
    """
    (found,) = find_crossovers(scenario, [(from_strategy, to_strategy)], watch)
    return found


def find_crossovers(
    scenario: Scenario, pairs: Sequence[tuple[str, str]], watch: Watch = unwatched
) -> tuple[Crossover, ...]:
    """Section 5: what `find_crossover` says of each pair of strategies."""
    levers = {name: scenario.priced_as(name) for pair in pairs for name in pair}
    curves = cost_curves(scenario, tuple(levers.values()))
    return tuple(
        crossover_of_curves(
            scenario, pair, difference(*(curves[levers[name]] for name in pair)), watch
        )
        for pair in pairs
    )


def crossover_of_curves(
    scenario: Scenario, pair: tuple[str, str], curves: Difference, watch: Watch
) -> Crossover:
    """Section 5: what `find_crossover` says, of two curves that go by these names."""
    intervals, dominance = _intervals(curves, watch)
    first = intervals[0][0] if intervals else None
    return Crossover(
        *pair,
        first_requests_per_month=first,
        dominance_requests_per_month=dominance,
        cheaper_intervals=tuple(intervals[:MAX_INTERVALS]),
        tokens_per_request=float(scenario.tokens_per_request),
        first_factor=_factor(scenario, first),
        dominance_factor=_factor(scenario, dominance),
    )


def _factor(scenario: Scenario, volume: float | None) -> float | None:
    """Section 9: by what all applications are scaled at a volume."""
    present = scenario.workload.requests_per_month
    return volume / present if scenario.applications and volume is not None and present else None


def cheaper_intervals(
    scenario: Scenario,
    from_levers: tuple[str, ...],
    to_levers: tuple[str, ...],
    watch: Watch = unwatched,
) -> tuple[list[Interval], float | None]:
    """Section 5: all intervals in requests per month in which the second lever set is cheaper.

    And the volume above which it stays so. What `find_crossover` says of them holds here.
    """
    return _intervals(_difference(scenario, from_levers, to_levers), watch)


def _difference(
    scenario: Scenario, from_levers: tuple[str, ...], to_levers: tuple[str, ...]
) -> Difference:
    curves = cost_curves(scenario, (from_levers, to_levers))
    return difference(curves[from_levers], curves[to_levers])


def first_crossing(
    scenario: Scenario, from_levers: tuple[str, ...], to_levers: tuple[str, ...], effort: Effort
) -> float | None:
    """Section 5: the first of those intervals' lower end, or None.

    Where the effort ran out during the search, the answer says nothing.
    """
    curves = _difference(scenario, from_levers, to_levers)
    window = curves.window()
    if window.high <= window.low:
        return 0.0 if window.is_cheaper_above else None
    if window.is_cheaper_below:
        return 0.0
    curves = curves.above(window.low)
    turns: list[Turn] = []
    for changes in upwards(curves, window.low, window.high, effort):
        for volume, turns_cheaper in changes.events(_is_cheaper(turns)):
            if turns and not _are_one(turns[0][0], volume):
                return _from_the_first_request(turns[0][0])
            _turn(turns, volume, turns_cheaper)
        if turns and not _are_one(turns[0][0], changes.high):
            return _from_the_first_request(turns[0][0])
    if turns:
        return _from_the_first_request(turns[0][0])
    return window.high if window.is_cheaper_above else None


def _are_one(volume: float, next_volume: float) -> bool:
    """Tell whether two changes of sign lie within the resolution."""
    return next_volume - volume <= RESOLUTION * next_volume


def _from_the_first_request(volume: float) -> float:
    """What is cheaper at the least volume that is looked at, is so from the first request on."""
    return 0.0 if volume <= LEAST_VOLUME else volume


def _intervals(curves: Difference, watch: Watch) -> tuple[list[Interval], float | None]:
    window = curves.window()
    if window.high <= window.low:
        return ([(0.0, None)], 0.0) if window.is_cheaper_above else ([], None)
    curves = curves.above(window.low)
    turns: list[Turn] = [(0.0, True)] if window.is_cheaper_below else []
    reached = window.low
    for changes in upwards(curves, window.low, window.high, Effort(watch=watch)):
        for volume, turns_cheaper in changes.events(_is_cheaper(turns)):
            _turn(turns, volume, turns_cheaper)
        reached = changes.high
        if len(turns) >= 2 * MAX_INTERVALS:
            break
    if reached >= window.high and window.is_cheaper_above:
        # Costs that are all but equal where the window ends part for good right there.
        _turn(turns, reached, True)
    return _finish(curves, window, turns, reached, watch)


def _is_cheaper(turns: list[Turn]) -> bool:
    """Tell whether the second is cheaper above the last turn."""
    return bool(turns) and turns[-1][1]


def _turn(turns: list[Turn], volume: float, turns_cheaper: bool) -> None:
    """Note a change of sign; one that follows within the resolution takes back the one before.

    Two staircases that rise at the same volume do so a rounding tolerance apart.
    """
    if turns_cheaper == _is_cheaper(turns):
        return
    if turns and _are_one(turns[-1][0], volume):
        turns.pop()
    else:
        turns.append((volume, turns_cheaper))


def _finish(
    curves: Difference, window: Window, turns: list[Turn], reached: float, watch: Watch
) -> tuple[list[Interval], float | None]:
    """Close the interval that is open where the search stopped, and settle dominance."""
    starts = [_from_the_first_request(volume) for volume, is_cheaper in turns if is_cheaper]
    ends = [volume for volume, is_cheaper in turns if not is_cheaper]
    intervals: list[Interval] = list(zip(starts, ends, strict=False))
    start = starts[-1] if len(starts) > len(ends) else None
    dominance = None
    if window.is_cheaper_above:
        is_whole = reached >= window.high
        effort = Effort(watch=watch)
        dominance = start if is_whole else last_turn(curves, reached, window.high, effort)
    if start is not None and dominance is not None and dominance <= reached:
        return [*intervals, (start, None)], start
    open_ended = [] if start is None else [(start, reached)]
    for_good = [] if dominance is None else [(dominance, None)]
    return [*intervals, *open_ended, *for_good], dominance
