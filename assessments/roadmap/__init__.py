"""The 90-day roadmap drafted from answers, scores and money; must not import Django."""

from assessments.roadmap.documents import roadmap_document
from assessments.roadmap.drafting import draft_roadmap
from assessments.roadmap.money import held_back_levers, money_in_order
from assessments.roadmap.plan import DraftAction, NotProposed, Projection, Roadmap

__all__ = [
    "DraftAction",
    "NotProposed",
    "Projection",
    "Roadmap",
    "draft_roadmap",
    "held_back_levers",
    "money_in_order",
    "roadmap_document",
]
