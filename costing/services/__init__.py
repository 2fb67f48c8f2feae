"""Writes of price books, scenarios and their economics."""

from costing.services.economics import (
    ECONOMICS_JOB,
    UNUSABLE_FIGURES,
    Economics,
    InvalidScenarioDocument,
    compute_economics,
    estimate_scenario,
    request_economics,
    store_economics,
)
from costing.services.offers import store_offer_book
from costing.services.pools import PoolChoice, propose_pools, use_pool
from costing.services.previews import preview_scenario
from costing.services.price_overrides import (
    PriceOverrideInput,
    create_price_override,
    end_price_override,
)
from costing.services.prices import load_price_book, store_price_book
from costing.services.reassessments import reassess
from costing.services.repricing import reprice_scenario
from costing.services.scenarios import (
    ScenarioInput,
    copy_scenarios,
    create_scenario,
    save_scenario,
)
from costing.services.usage import (
    USAGE_JOB,
    RequestedImport,
    UsageFile,
    delete_usage_import,
    discard_usage_import,
    read_upload,
    request_usage_import,
    store_usage,
)
from costing.services.usage_scenarios import (
    MeasuredInput,
    create_measured_scenario,
    measure_scenario,
    usage_proposal,
)

__all__ = [
    "ECONOMICS_JOB",
    "UNUSABLE_FIGURES",
    "USAGE_JOB",
    "Economics",
    "InvalidScenarioDocument",
    "MeasuredInput",
    "PoolChoice",
    "PriceOverrideInput",
    "RequestedImport",
    "ScenarioInput",
    "UsageFile",
    "compute_economics",
    "copy_scenarios",
    "create_measured_scenario",
    "create_price_override",
    "create_scenario",
    "delete_usage_import",
    "discard_usage_import",
    "end_price_override",
    "estimate_scenario",
    "load_price_book",
    "measure_scenario",
    "preview_scenario",
    "propose_pools",
    "read_upload",
    "reassess",
    "reprice_scenario",
    "request_economics",
    "request_usage_import",
    "save_scenario",
    "store_economics",
    "store_offer_book",
    "store_price_book",
    "store_usage",
    "usage_proposal",
    "use_pool",
]
