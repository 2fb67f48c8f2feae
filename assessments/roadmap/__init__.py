"""The 90-day roadmap drafted from answers, scores and money; must not import Django."""

from assessments.roadmap.costs import CostlyHabit, Costs, costs_document, costs_of_document
from assessments.roadmap.documents import (
    followed_document,
    redraft_checksum,
    redraft_document,
    roadmap_document,
)
from assessments.roadmap.drafting import draft_from_costs, draft_roadmap
from assessments.roadmap.exports import Edition, roadmap_calendar, roadmap_csv
from assessments.roadmap.following import FollowedAction, FollowedRoadmap, follow_roadmap
from assessments.roadmap.money import held_back_levers, money_in_order
from assessments.roadmap.plan import DraftAction, NotProposed, Projection, Roadmap
from assessments.roadmap.planned import (
    DAYS_OF_EFFORT,
    EDITABLE,
    GIVEN_UP,
    ActionOrigin,
    ActionStatus,
    Effort,
    PlannedAction,
)
from assessments.roadmap.redrafting import Change, Farewell, Redraft, redraft
from assessments.roadmap.unlocking import MaturityValue, Unlocked, maturity_value

__all__ = [
    "DAYS_OF_EFFORT",
    "EDITABLE",
    "GIVEN_UP",
    "ActionOrigin",
    "ActionStatus",
    "Change",
    "CostlyHabit",
    "Costs",
    "DraftAction",
    "Edition",
    "Effort",
    "Farewell",
    "FollowedAction",
    "FollowedRoadmap",
    "MaturityValue",
    "NotProposed",
    "PlannedAction",
    "Projection",
    "Redraft",
    "Roadmap",
    "Unlocked",
    "costs_document",
    "costs_of_document",
    "draft_from_costs",
    "draft_roadmap",
    "follow_roadmap",
    "followed_document",
    "held_back_levers",
    "maturity_value",
    "money_in_order",
    "redraft",
    "redraft_checksum",
    "redraft_document",
    "roadmap_calendar",
    "roadmap_csv",
    "roadmap_document",
]
