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
from costing.services.prices import load_price_book, store_price_book
from costing.services.reassessments import reassess
from costing.services.scenarios import ScenarioInput, copy_scenarios, create_scenario, save_scenario

__all__ = [
    "ECONOMICS_JOB",
    "UNUSABLE_FIGURES",
    "Economics",
    "InvalidScenarioDocument",
    "PoolChoice",
    "ScenarioInput",
    "compute_economics",
    "copy_scenarios",
    "create_scenario",
    "estimate_scenario",
    "load_price_book",
    "propose_pools",
    "reassess",
    "request_economics",
    "save_scenario",
    "store_economics",
    "store_offer_book",
    "store_price_book",
    "use_pool",
]
