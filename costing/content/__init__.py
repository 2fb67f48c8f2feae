"""What costing's pages show, from plain values alone; pure, so it must not import Django."""

from costing.content.comparison import (
    FEWEST_COMPARED,
    MOST_COMPARED,
    Compared,
    comparison,
    comparison_page,
)
from costing.content.economics import Given, economics_page, preview_page
from costing.content.usage import proposal_rows, reconciliation_page, usage_page

__all__ = [
    "FEWEST_COMPARED",
    "MOST_COMPARED",
    "Compared",
    "Given",
    "comparison",
    "comparison_page",
    "economics_page",
    "preview_page",
    "proposal_rows",
    "reconciliation_page",
    "usage_page",
]
