"""Forms of scenarios."""

from costing.scenarios.forms.pools import PoolChoiceForm, PoolWishForm
from costing.scenarios.forms.portfolio import PortfolioForm
from costing.scenarios.forms.reassessments import ReassessmentForm
from costing.scenarios.forms.scenario import ScenarioForm

__all__ = [
    "PoolChoiceForm",
    "PoolWishForm",
    "PortfolioForm",
    "ReassessmentForm",
    "ScenarioForm",
]
