"""Writes of the consultants' own notes, which no client's person ever sees."""

from django.db import transaction

from assessments import selectors
from assessments.models import NOTE_LENGTH, Assessment, Note
from assessments.services.texts import required_text
from organizations import audit
from organizations.exceptions import Invalid
from organizations.permissions import Actor


@transaction.atomic
def add_note(*, by: Actor, assessment: Assessment, text: str, question: str = "") -> Note:
    """Add a note to an assessment, or to one of its questions by its key.

    Raises Invalid for an empty text or a question that the framework does not ask.
    """
    body = required_text(text.replace("\r\n", "\n"), field="text", longest=NOTE_LENGTH)
    if question and question not in selectors.framework_get(assessment).question_keys:
        message = "The framework does not ask this."
        raise Invalid(message, fields={"question": [message]})
    note = Note.objects.create(
        organization_id=by.organization_id,
        client_id=assessment.client_id,
        assessment=assessment,
        question=question,
        text=body,
        written_by_id=by.user_id,
        written_by_label=by.label,
    )
    # What a note says stays out of the audit: it is the firm's own.
    audit.record(by=by, verb="note.added", subject=note, data={"question": question})
    return note
