"""Forms of assessments, answers and the roadmap."""

from assessments.forms.answers import AnswerForm
from assessments.forms.assessments import (
    AssessmentForm,
    EvidenceForm,
    IntakeForm,
    NoteForm,
    RemarkForm,
    TargetForm,
)
from assessments.forms.roadmap import ActionForm, FirstDayForm, NewActionForm, TeamForm
