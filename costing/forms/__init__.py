"""Forms of costing: the scenario, and what narrows the lists of the catalog."""

from costing.forms.offers import OfferFilterForm, ThroughputFilterForm
from costing.forms.pools import PoolChoiceForm, PoolWishForm
from costing.forms.scenario import ScenarioForm

__all__ = [
    "OfferFilterForm",
    "PoolChoiceForm",
    "PoolWishForm",
    "ScenarioForm",
    "ThroughputFilterForm",
]
