"""What the API takes and shows of assessments."""

from assessments.serializers.answers import (
    MOST_ANSWERS,
    AnswerInputSerializer,
    AnswerListSerializer,
    AnswerSerializer,
    AnswersInputSerializer,
    OneOfManyInputSerializer,
    question_document,
)
from assessments.serializers.assessments import (
    AssessmentChangeInputSerializer,
    AssessmentInputSerializer,
    AssessmentSerializer,
    FrameworkDocumentSerializer,
    FrameworkVersionSerializer,
    RemarkInputSerializer,
    TitleInputSerializer,
    WeightsInputSerializer,
)
from assessments.serializers.evidence import (
    EvidenceFileInputSerializer,
    EvidenceLinkInputSerializer,
    EvidenceSerializer,
    NoteInputSerializer,
    NoteSerializer,
    UploadField,
)
from assessments.serializers.scores import (
    ScorecardSerializer,
    StoredScorecardSerializer,
    TargetInputSerializer,
    TargetSerializer,
)
from assessments.serializers.versions import HIGHEST_VERSION

__all__ = [
    "HIGHEST_VERSION",
    "MOST_ANSWERS",
    "AnswerInputSerializer",
    "AnswerListSerializer",
    "AnswerSerializer",
    "AnswersInputSerializer",
    "AssessmentChangeInputSerializer",
    "AssessmentInputSerializer",
    "AssessmentSerializer",
    "EvidenceFileInputSerializer",
    "EvidenceLinkInputSerializer",
    "EvidenceSerializer",
    "FrameworkDocumentSerializer",
    "FrameworkVersionSerializer",
    "NoteInputSerializer",
    "NoteSerializer",
    "OneOfManyInputSerializer",
    "RemarkInputSerializer",
    "ScorecardSerializer",
    "StoredScorecardSerializer",
    "TargetInputSerializer",
    "TargetSerializer",
    "TitleInputSerializer",
    "UploadField",
    "WeightsInputSerializer",
    "question_document",
]
