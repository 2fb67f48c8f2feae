"""The cost engine: what LLM inference costs under every strategy, and where the strategies cross.

Pure: NumPy only; no Django, no clock, no I/O, no global random state. What computes is loaded on
first use, and NumPy with it: to read a scenario or to name a strategy needs neither.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from costing.engine.inputs import InvalidScenario, Scenario, parse_scenario
from costing.engine.levers import (
    CURRENT,
    DEFAULT_PAIRS,
    LEVERS,
    ROUTING,
    SELF_HOSTING,
    SEMANTIC_CACHING,
    STRATEGIES,
    TARGET_SAVING_RATIO,
    Requirements,
)

if TYPE_CHECKING:
    from costing.engine.bills import Bill, lever_sets
    from costing.engine.breakeven import MonthlySaving, monthly_saving
    from costing.engine.crossover import find_crossover
    from costing.engine.drawing import CurvePicture, curve_picture
    from costing.engine.estimating import advised_again, estimate, read_estimate, strategy_costs
    from costing.engine.results import (
        ENGINE_VERSION,
        BreakEven,
        Crossover,
        Estimate,
        StrategyCost,
        estimate_document,
        estimate_schema,
    )
from costing.engine.strategies import bill_of

_COMPUTING = ("results", "strategies", "breakeven", "crossover", "drawing", "estimating")


def __getattr__(name: str) -> Any:
    """A public name of a module that computes, from the first that has it."""
    for module in _COMPUTING:
        found = getattr(import_module(f"{__name__}.{module}"), name, None)
        if found is not None:
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
