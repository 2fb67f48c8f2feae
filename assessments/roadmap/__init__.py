"""The roadmap drafted from answers, scores and money; must not import Django."""

from assessments.roadmap.documents import (
    ActionEntry,
    PhaseEntry,
    RoadmapDocument,
    roadmap_document,
)
from assessments.roadmap.drafting import (
    Draft,
    NotProposed,
    draft_roadmap,
)
from assessments.roadmap.effort import effort_days
from assessments.roadmap.exports import Edition, roadmap_calendar, roadmap_csv
from assessments.roadmap.money import (
    AdvisedSaving,
    AntiPatternCost,
    Costs,
    MaturityValue,
    Unlocked,
    costs_together,
    held_back_levers,
    maturity_value,
    recommendation_for,
)
from assessments.roadmap.planned import (
    DAYS_OF_EFFORT,
    DEFAULT_TEAM_SIZE,
    EDITABLE,
    GIVEN_UP,
    MAX_TEAM_SIZE,
    ActionOrigin,
    ActionStatus,
    Effort,
    FollowedAction,
    FollowedRoadmap,
    PlannedAction,
    Workload,
    follow_roadmap,
)
from assessments.roadmap.projection import Projection
from assessments.roadmap.redrafting import (
    Change,
    Farewell,
    Redraft,
    redraft,
)
