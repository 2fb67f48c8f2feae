"""Services of scenarios."""

from costing.scenarios.services.economics import (
    ECONOMICS_JOB,
    UNUSABLE_FIGURES,
    Economics,
    InvalidScenarioDocument,
    compute_economics,
    estimate_scenario,
    request_economics,
    store_economics,
)
from costing.scenarios.services.pools import PoolChoice, propose_pools, use_pool
from costing.scenarios.services.previews import preview_scenario
from costing.scenarios.services.repricing import reprice_scenario
from costing.scenarios.services.scenarios import (
    ScenarioInput,
    copy_scenarios,
    create_scenario,
    save_scenario,
)
from costing.scenarios.services.usage_scenarios import (
    MeasuredInput,
    create_measured_scenario,
    measure_scenario,
    usage_proposal,
)

__all__ = [
    "ECONOMICS_JOB",
    "UNUSABLE_FIGURES",
    "Economics",
    "InvalidScenarioDocument",
    "MeasuredInput",
    "PoolChoice",
    "ScenarioInput",
    "compute_economics",
    "copy_scenarios",
    "create_measured_scenario",
    "create_scenario",
    "estimate_scenario",
    "measure_scenario",
    "preview_scenario",
    "propose_pools",
    "reprice_scenario",
    "request_economics",
    "save_scenario",
    "store_economics",
    "usage_proposal",
    "use_pool",
]
