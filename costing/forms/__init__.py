"""Forms of costing: scenarios and their prices, a reassessment, what narrows the lists."""

from costing.forms.offers import OfferFilterForm, ThroughputFilterForm
from costing.forms.pools import PoolChoiceForm, PoolWishForm
from costing.forms.portfolio import PortfolioForm
from costing.forms.price_overrides import (
    PriceOverrideEndForm,
    PriceOverrideForm,
    RepricingForm,
)
from costing.forms.reassessments import ReassessmentForm
from costing.forms.scenario import ScenarioForm
from costing.forms.usage import MeasuredScenarioForm, ReconciliationForm, UsageForm

__all__ = [
    "MeasuredScenarioForm",
    "OfferFilterForm",
    "PoolChoiceForm",
    "PoolWishForm",
    "PortfolioForm",
    "PriceOverrideEndForm",
    "PriceOverrideForm",
    "ReassessmentForm",
    "ReconciliationForm",
    "RepricingForm",
    "ScenarioForm",
    "ThroughputFilterForm",
    "UsageForm",
]
