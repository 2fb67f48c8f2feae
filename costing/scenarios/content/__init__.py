"""What pages show of scenarios and their economics."""

from costing.scenarios.content.comparison import (
    MAX_COMPARED,
    MIN_COMPARED,
    Compared,
    Comparison,
)
from costing.scenarios.content.economics import EconomicsPage, Given, Headline

__all__ = [
    "MAX_COMPARED",
    "MIN_COMPARED",
    "Compared",
    "Comparison",
    "EconomicsPage",
    "Given",
    "Headline",
]
