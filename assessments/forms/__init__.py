"""Forms of clients, assessments and answers."""

from assessments.forms.answers import AnswerForm
from assessments.forms.assessments import AssessmentForm, ClientForm, RemarkForm

__all__ = ["AnswerForm", "AssessmentForm", "ClientForm", "RemarkForm"]
