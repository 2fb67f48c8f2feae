"""Forms of scenarios."""

from costing.scenarios.forms.pools import PoolChoiceForm, PoolWishForm, RepricingForm
from costing.scenarios.forms.scenario import ScenarioForm

__all__ = [
    "PoolChoiceForm",
    "PoolWishForm",
    "RepricingForm",
    "ScenarioForm",
]
