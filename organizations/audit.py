"""Writes the one audit row of a change, in the change's own transaction."""

from typing import Any

from django.db import models

from organizations.models import AuditEvent, Client
from organizations.permissions import Actor
from organizations.plain_writes import insert_row
from organizations.tenancy import Change, note_change


def record(
    *, by: Actor, verb: str, subject: models.Model, data: dict[str, Any] | None = None
) -> None:
    """Add the audit row of one change; `data` holds plain JSON values, never secrets.

    Kept summaries follow it before the tenant is left.
    """
    client_id = subject.pk if isinstance(subject, Client) else getattr(subject, "client_id", None)
    event = AuditEvent(
        organization_id=by.organization_id,
        client_id=client_id,
        actor_id=by.user_id,
        actor_label=by.label,
        verb=verb,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        data=data or {},
    )
    insert_row(event)
    note_change(Change(subject, verb, event.created_at, client_id))
