"""Prices month by month: a scenario at the prices of other months (section 15)."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from costing.engine.arrays import FloatArray
from costing.engine.inputs import Pool, Scenario
from costing.engine.inputs.applications import Application
from costing.engine.inputs.models import ModelPrices, Tier
from costing.engine.units import MONTHS_PER_YEAR, Figure

TOKEN_PRICE = "_usd_per_mtok"
Holder = TypeVar("Holder", ModelPrices, Tier, Pool)
Owner = TypeVar("Owner", Scenario, Application)
CAPACITY_PRICES = (
    *("usd_per_instance_hour", "hardware_usd_per_instance"),
    *("reserved_usd_per_instance_hour", "spot_usd_per_instance_hour"),
)


def at_prices_of(scenario: Scenario, months: FloatArray) -> Scenario:
    """The scenario at the prices of these months from now, a column of shape (n, 1).

    Prices of models and of capacity alone: fees, people and electricity stay.
    """
    outlook = scenario.outlook
    if outlook is None:
        return scenario
    change, contract = outlook.api_price_change_per_year_ratio, outlook.api_contract_months

    def of_units(model: ModelPrices) -> FloatArray:
        term = 0.0 if model.provisioned is None else model.provisioned.months
        return _factor(change, np.maximum(contract, term), months)

    moved = with_model_prices(scenario, _factor(change, contract, months), of_units)
    if scenario.pool is None:
        return moved
    factor = _factor(outlook.gpu_price_change_per_year_ratio, outlook.gpu_contract_months, months)
    return moved.model_copy(update={"pool": _times(scenario.pool, factor, CAPACITY_PRICES)})


def _factor(change_per_year: Figure, contract_months: Figure, months: FloatArray) -> FloatArray:
    """Section 15: what a price of today is multiplied by; a contract's price holds until its end.

    After that end a price has moved as far as the list has.
    """
    moved: FloatArray = np.where(
        months < contract_months, 1.0, (1.0 + change_per_year) ** (months / MONTHS_PER_YEAR)
    )
    return moved


def with_model_prices(
    scenario: Scenario, factor: Figure, of_units: Callable[[ModelPrices], Figure] | None = None
) -> Scenario:
    """The scenario with all prices of its models multiplied, those of units by their own.

    Also of the models that applications have.
    """
    applications = tuple(_models_times(each, factor, of_units) for each in scenario.applications)
    moved = _models_times(scenario, factor, of_units)
    return moved.model_copy(update={"applications": applications})


def _models_times(
    holder: Owner, factor: Figure, of_units: Callable[[ModelPrices], Figure] | None
) -> Owner:
    models = {key: value for key, value in holder if isinstance(value, ModelPrices)}
    changed = {
        key: _model_times(model, factor, of_units(model) if of_units else factor)
        for key, model in models.items()
    }
    return holder.model_copy(update=changed)


def _model_times(model: ModelPrices, factor: Figure, of_units: Figure) -> ModelPrices:
    tiers, terms = tuple(_tokens_times(tier, factor) for tier in model.tiers), model.provisioned
    if terms is not None:
        terms = terms.model_copy(update={"usd_per_unit_hour": terms.usd_per_unit_hour * of_units})
    return _tokens_times(model, factor).model_copy(update={"tiers": tiers, "provisioned": terms})


def _tokens_times(holder: Holder, factor: Figure) -> Holder:
    return _times(holder, factor, [key for key in type(holder).model_fields if TOKEN_PRICE in key])


def _times(holder: Holder, factor: Figure, keys: Sequence[str]) -> Holder:
    prices = {key: getattr(holder, key) for key in keys}
    known = {key: price * factor for key, price in prices.items() if price is not None}
    return holder.model_copy(update=known)


def refreshes_usd(scenario: Scenario, months: FloatArray) -> FloatArray:
    """USD that a pool pays at the start of each month for its next generation of models.

    The first comes once `refresh_months` have passed.
    """
    outlook = scenario.outlook
    if outlook is None or outlook.refresh_months is None:
        return np.zeros_like(months)
    is_due = (months > 0.0) & (months % outlook.refresh_months == 0.0)
    return np.where(is_due, outlook.refresh_usd, 0.0)


def worth_today(scenario: Scenario, months: FloatArray) -> FloatArray:
    """Section 17: what a sum paid or saved in these months from now is worth today, as a factor."""
    outlook = scenario.outlook
    discount = 0.0 if outlook is None else outlook.discount_ratio_per_year
    worth: FloatArray = (1.0 + discount) ** (-months / MONTHS_PER_YEAR)
    return worth
