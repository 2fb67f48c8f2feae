"""What the cost model is told: the scenario, its bounds, and the reading of untrusted documents.

Pure: no Django, no clock, no I/O.
"""

from costing.engine.inputs.figures import (
    figure_at,
    scenario_document,
    with_figures,
    with_requests,
)
from costing.engine.inputs.parse import is_whole, parse_scenario
from costing.engine.inputs.reader import InvalidScenario
from costing.engine.inputs.scenario import (
    ModelPrices,
    Pool,
    Range,
    Routing,
    Scenario,
    SemanticCache,
    Tier,
    Workload,
)

__all__ = [
    "InvalidScenario",
    "ModelPrices",
    "Pool",
    "Range",
    "Routing",
    "Scenario",
    "SemanticCache",
    "Tier",
    "Workload",
    "figure_at",
    "is_whole",
    "parse_scenario",
    "scenario_document",
    "with_figures",
    "with_requests",
]
