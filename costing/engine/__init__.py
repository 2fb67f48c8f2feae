"""The cost engine: what LLM inference costs under every strategy, and where the strategies cross.

Pure: NumPy only; no Django, no clock, no I/O, no global random state.
"""

from costing.engine.estimating import estimate
from costing.engine.inputs import InvalidScenario, Scenario, parse_scenario
from costing.engine.results import ENGINE_VERSION, Estimate, estimate_document

__all__ = [
    "ENGINE_VERSION",
    "Estimate",
    "InvalidScenario",
    "Scenario",
    "estimate",
    "estimate_document",
    "parse_scenario",
]
