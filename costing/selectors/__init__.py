"""Reads of price books, scenarios and their economics."""

from costing.selectors.economics import (
    economics_by_scenario,
    economics_change,
    economics_get,
    economics_latest,
    economics_latest_of,
)
from costing.selectors.offers import (
    OfferFacets,
    offer_facets,
    offer_find,
    offer_list,
    throughput_find,
)
from costing.selectors.pools import pool_proposal_find, pool_proposals
from costing.selectors.price_books import (
    price_book_find,
    price_book_get,
    price_book_latest,
    price_book_list,
    price_book_previous,
    price_book_report,
)
from costing.selectors.prices import (
    MAKERS,
    OPTIONS_A_SEARCH,
    document_resolve,
    model_options,
    model_price_find,
    model_price_list,
    model_price_search,
    model_prices_find,
)
from costing.selectors.scenarios import (
    ScenarioTrigger,
    economics_document,
    model_prices_of,
    scenario_get,
    scenario_list,
    scenario_triggers,
    scenarios_with_economics,
)

__all__ = [
    "MAKERS",
    "OPTIONS_A_SEARCH",
    "OfferFacets",
    "ScenarioTrigger",
    "document_resolve",
    "economics_by_scenario",
    "economics_change",
    "economics_document",
    "economics_get",
    "economics_latest",
    "economics_latest_of",
    "model_options",
    "model_price_find",
    "model_price_list",
    "model_price_search",
    "model_prices_find",
    "model_prices_of",
    "offer_facets",
    "offer_find",
    "offer_list",
    "pool_proposal_find",
    "pool_proposals",
    "price_book_find",
    "price_book_get",
    "price_book_latest",
    "price_book_list",
    "price_book_previous",
    "price_book_report",
    "scenario_get",
    "scenario_list",
    "scenario_triggers",
    "scenarios_with_economics",
    "throughput_find",
]
