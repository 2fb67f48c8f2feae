"""Tables of assessments: framework versions, assessments, answers, scorecards."""

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

__all__ = [
    "COMMENT_LENGTH",
    "CONFIDENCES",
    "HIGHEST_LEVEL",
    "LOWEST_LEVEL",
    "NOTE_LENGTH",
    "REMARK_LENGTH",
    "STATES",
    "TITLE_LENGTH",
    "URL_LENGTH",
    "VALUES",
    "WAITS_FOR",
    "Answer",
    "AnswerKind",
    "Assessment",
    "AssessmentStatus",
    "Evidence",
    "EvidenceKind",
    "FrameworkVersion",
    "Note",
    "Scorecard",
]
