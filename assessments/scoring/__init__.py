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
    answer_errors,
    plain_answer,
)
from assessments.scoring.overall import (
    as_stated,
    band_title,
    score,
    show,
    stated_scores,
    why_provisional,
)
from assessments.scoring.results import (
    CONTRADICTION,
    UNEVIDENCED,
    UNRATED,
    Contradiction,
    DimensionScore,
    Explanation,
    FrameworkReference,
    MeasuredUsage,
    Number,
    OverallScore,
    Result,
    Scores,
)
from assessments.scoring.targets import (
    HostingEconomics,
    Target,
    TargetOverride,
    targets,
)
