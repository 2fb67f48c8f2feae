"""The scenario form: what a person types, and the document that it makes."""

from costing.forms.scenario import ScenarioForm

__all__ = ["ScenarioForm"]
