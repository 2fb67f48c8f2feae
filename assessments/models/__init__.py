"""Tables of assessments: framework versions, assessments, answers, scorecards, aims."""

from assessments.models.answers import (
    COMMENT_LENGTH,
    CONFIDENCES,
    HIGHEST_LEVEL,
    LOWEST_LEVEL,
    NOTE_LENGTH,
    STATES,
    URL_LENGTH,
    VALUES,
    Answer,
    AnswerKind,
    Evidence,
    EvidenceKind,
    Note,
)
from assessments.models.assessments import (
    REMARK_LENGTH,
    TITLE_LENGTH,
    WAITS_FOR,
    Assessment,
    AssessmentStatus,
    FrameworkVersion,
    Scorecard,
)
from assessments.models.roadmap import TARGET_REASON_LENGTH, ChosenTarget, CostSummary

__all__ = [
    "COMMENT_LENGTH",
    "CONFIDENCES",
    "HIGHEST_LEVEL",
    "LOWEST_LEVEL",
    "NOTE_LENGTH",
    "REMARK_LENGTH",
    "STATES",
    "TARGET_REASON_LENGTH",
    "TITLE_LENGTH",
    "URL_LENGTH",
    "VALUES",
    "WAITS_FOR",
    "Answer",
    "AnswerKind",
    "Assessment",
    "AssessmentStatus",
    "ChosenTarget",
    "CostSummary",
    "Evidence",
    "EvidenceKind",
    "FrameworkVersion",
    "Note",
    "Scorecard",
]
