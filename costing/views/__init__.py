"""Pages of costing: clients and what is at stake, catalog, scenarios and their economics."""

from costing.views.catalog import model_option_list, model_price_list
from costing.views.clients import client_detail, client_list, reassessment_create
from costing.views.comparisons import scenario_compare
from costing.views.editor import (
    scenario_create,
    scenario_edit,
    scenario_edit_preview,
    scenario_preview,
)
from costing.views.offers import gpu_offer_list, throughput_list
from costing.views.pools import scenario_pool
from costing.views.price_books import price_book_detail, price_book_list
from costing.views.price_overrides import (
    price_override_create,
    price_override_end,
    price_override_list,
)
from costing.views.repricing import scenario_reprice
from costing.views.scenarios import scenario_compute, scenario_detail, scenario_list
from costing.views.usage import (
    usage_import_create,
    usage_import_delete,
    usage_import_detail,
    usage_import_list,
)
from costing.views.usage_economics import usage_reconciliation, usage_scenario

__all__ = [
    "client_detail",
    "client_list",
    "gpu_offer_list",
    "model_option_list",
    "model_price_list",
    "price_book_detail",
    "price_book_list",
    "price_override_create",
    "price_override_end",
    "price_override_list",
    "reassessment_create",
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
    "throughput_list",
    "usage_import_create",
    "usage_import_delete",
    "usage_import_detail",
    "usage_import_list",
    "usage_reconciliation",
    "usage_scenario",
]
