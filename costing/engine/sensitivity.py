"""What each ranged input does to the cost, one at a time: the tornado."""

from costing.engine.inputs import Scenario, with_figures
from costing.engine.levers import HOSTED_STRATEGIES, STRATEGIES
from costing.engine.results import Swing
from costing.engine.strategies import bill_of, lever_sets


def sensitivity(scenario: Scenario) -> dict[str, Swing] | None:
    """Section 5: for every ranged input, the hybrid's and the self-hosted cost at its two ends.

    Everything else stays as it is. None without ranges; a strategy that the scenario cannot price
    is left out.
    """
    if not scenario.ranges:
        return None
    return {
        path: Swing(_costs(scenario, path, ends.low), _costs(scenario, path, ends.high))
        for path, ends in scenario.ranges.items()
    }


def _costs(scenario: Scenario, path: str, figure: float) -> dict[str, float]:
    available = set(scenario.available_levers)
    names = [name for name in HOSTED_STRATEGIES if available.issuperset(STRATEGIES[name])]
    sets = lever_sets(tuple(STRATEGIES[name] for name in names))
    if not names:
        return {}
    totals = bill_of(with_figures(scenario, {path: figure}), sets).total
    return dict(zip(names, totals.tolist(), strict=True))
