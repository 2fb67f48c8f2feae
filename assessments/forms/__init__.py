"""Forms of clients, assessments and answers."""

from assessments.forms.answers import AnswerForm
from assessments.forms.assessments import AssessmentForm, ClientForm, IntakeForm, RemarkForm
from assessments.forms.evidence import EvidenceForm
from assessments.forms.notes import NoteForm
from assessments.forms.roadmap import ActionForm, FirstDayForm, NewActionForm
from assessments.forms.targets import TargetForm

__all__ = [
    "ActionForm",
    "AnswerForm",
    "AssessmentForm",
    "ClientForm",
    "EvidenceForm",
    "FirstDayForm",
    "IntakeForm",
    "NewActionForm",
    "NoteForm",
    "RemarkForm",
    "TargetForm",
]
