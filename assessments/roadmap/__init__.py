"""The 90-day roadmap drafted from answers, scores and money; must not import Django."""

from assessments.roadmap.costs import CostlyHabit, Costs, costs_document, costs_of_document
from assessments.roadmap.documents import roadmap_document
from assessments.roadmap.drafting import draft_from_costs, draft_roadmap
from assessments.roadmap.money import held_back_levers, money_in_order
from assessments.roadmap.plan import DraftAction, NotProposed, Projection, Roadmap

__all__ = [
    "CostlyHabit",
    "Costs",
    "DraftAction",
    "NotProposed",
    "Projection",
    "Roadmap",
    "costs_document",
    "costs_of_document",
    "draft_from_costs",
    "draft_roadmap",
    "held_back_levers",
    "money_in_order",
    "roadmap_document",
]
