"""Scores of an assessment from its answers, with the way they came about.

Must not import Django.
"""

from assessments.scoring.answers import (
    UNANSWERED,
    AnswerState,
    AnswerValue,
    CheckValue,
    Confidence,
    InvalidAnswers,
    answer_faults,
)
from assessments.scoring.documents import (
    measured_document,
    scores_document,
    targets_document,
)
from assessments.scoring.overall import band_title, score, show
from assessments.scoring.results import (
    CONTRADICTION,
    UNEVIDENCED,
    UNRATED,
    Contradiction,
    DimensionScore,
    Explanation,
    MeasuredUsage,
    OverallScore,
    Scores,
)
from assessments.scoring.targets import HostingEconomics, Target, TargetOverride, targets

__all__ = [
    "CONTRADICTION",
    "UNANSWERED",
    "UNEVIDENCED",
    "UNRATED",
    "AnswerState",
    "AnswerValue",
    "CheckValue",
    "Confidence",
    "Contradiction",
    "DimensionScore",
    "Explanation",
    "HostingEconomics",
    "InvalidAnswers",
    "MeasuredUsage",
    "OverallScore",
    "Scores",
    "Target",
    "TargetOverride",
    "answer_faults",
    "band_title",
    "measured_document",
    "score",
    "scores_document",
    "show",
    "targets",
    "targets_document",
]
