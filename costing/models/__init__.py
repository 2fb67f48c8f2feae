"""Tables of prices, scenarios and what the engine made of them."""

from costing.models.offers import GpuOffer, OfferBook
from costing.models.price_overrides import FIGURES, REASON_LENGTH, PriceOverride
from costing.models.prices import CURRENCIES, PRICE_DIGITS, PRICE_PLACES, ModelPrice, PriceBook
from costing.models.scenarios import EconomicsResult, Scenario
from costing.models.usage import ONE_IMPORT_A_FILE, UsageCell, UsageImport, UsageImportState

__all__ = [
    "CURRENCIES",
    "FIGURES",
    "ONE_IMPORT_A_FILE",
    "PRICE_DIGITS",
    "PRICE_PLACES",
    "REASON_LENGTH",
    "EconomicsResult",
    "GpuOffer",
    "ModelPrice",
    "OfferBook",
    "PriceBook",
    "PriceOverride",
    "Scenario",
    "UsageCell",
    "UsageImport",
    "UsageImportState",
]
