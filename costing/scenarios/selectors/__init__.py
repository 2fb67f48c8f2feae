"""Selectors of scenarios."""

from costing.scenarios.selectors.comparisons import scenario_list_of_client, scenarios_compared
from costing.scenarios.selectors.economics import (
    economics_by_scenario,
    economics_change,
    economics_get,
    economics_latest,
    economics_latest_of,
)
from costing.scenarios.selectors.portfolio import client_money, portfolio_bands, portfolio_read
from costing.scenarios.selectors.repricing import (
    Repricing,
    contracts_changed,
    repricing_document,
    repricing_preview,
)
from costing.scenarios.selectors.scenarios import (
    ScenarioTrigger,
    contracts_resolve,
    contracts_to_show,
    economics_document,
    maturity_of,
    model_prices_of,
    scenario_get,
    scenario_list,
    scenario_triggers,
    scenarios_with_economics,
)

__all__ = [
    "Repricing",
    "ScenarioTrigger",
    "client_money",
    "contracts_changed",
    "contracts_resolve",
    "contracts_to_show",
    "economics_by_scenario",
    "economics_change",
    "economics_document",
    "economics_get",
    "economics_latest",
    "economics_latest_of",
    "maturity_of",
    "model_prices_of",
    "portfolio_bands",
    "portfolio_read",
    "repricing_document",
    "repricing_preview",
    "scenario_get",
    "scenario_list",
    "scenario_list_of_client",
    "scenario_triggers",
    "scenarios_compared",
    "scenarios_with_economics",
]
