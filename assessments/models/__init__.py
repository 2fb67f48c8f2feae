"""Tables of assessments: framework versions, assessments, answers, scorecards, aims."""

from assessments.models.answers import (
    COMMENT_LENGTH,
    NOTE_LENGTH,
    URL_LENGTH,
    Answer,
    AnswerKind,
    Evidence,
    EvidenceKind,
    Note,
)
from assessments.models.assessments import (
    MEASURED_FROM_LENGTH,
    RATIO_PLACES,
    REMARK_LENGTH,
    TITLE_LENGTH,
    WAITS_FOR,
    Assessment,
    AssessmentStatus,
    FrameworkVersion,
    Scorecard,
)
from assessments.models.roadmap import (
    ACTION_TEXT_LENGTH,
    ACTION_TITLE_LENGTH,
    OWNER_LENGTH,
    STATUS_REASON_LENGTH,
    TARGET_REASON_LENGTH,
    ChosenTarget,
    CostSummary,
    Roadmap,
    RoadmapAction,
)
from assessments.models.summaries import AssessmentSummary, ClientSummary
