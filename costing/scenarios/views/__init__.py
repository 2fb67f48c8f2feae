"""Views of scenarios."""

from costing.scenarios.views.editor import (
    scenario_create,
    scenario_edit,
    scenario_edit_preview,
    scenario_preview,
)
from costing.scenarios.views.measured import usage_import_detail, usage_scenario
from costing.scenarios.views.pricing import scenario_pool, scenario_reprice
from costing.scenarios.views.scenarios import (
    scenario_compare,
    scenario_compute,
    scenario_detail,
    scenario_list,
)

__all__ = [
    "scenario_compare",
    "scenario_compute",
    "scenario_create",
    "scenario_detail",
    "scenario_edit",
    "scenario_edit_preview",
    "scenario_list",
    "scenario_pool",
    "scenario_preview",
    "scenario_reprice",
    "usage_import_detail",
    "usage_scenario",
]
