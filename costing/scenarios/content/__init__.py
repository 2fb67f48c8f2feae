"""Content of scenarios."""

from costing.scenarios.content.comparison import (
    FEWEST_COMPARED,
    MOST_COMPARED,
    Compared,
    comparison,
    comparison_page,
)
from costing.scenarios.content.economics import Given, economics_page, preview_page

__all__ = [
    "FEWEST_COMPARED",
    "MOST_COMPARED",
    "Compared",
    "Given",
    "comparison",
    "comparison_page",
    "economics_page",
    "preview_page",
]
