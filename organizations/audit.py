"""Writes the one audit row of a change, in the change's own transaction."""

from typing import Any

from django.db import models

from organizations.models import AuditEvent, Client
from organizations.permissions import Actor
from organizations.plain_writes import store_rows
from organizations.tenancy import Change, note_change


def record(
    *,
    by: Actor,
    verb: str,
    subject: models.Model,
    data: dict[str, Any] | None = None,
    stores_subject: bool = False,
) -> None:
    """Add the audit row of one change; `data` holds plain JSON values, never secrets.

    With `stores_subject` the row that changed is stored along with it. Kept summaries follow it
    before the tenant is left.
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
    store_rows(*([subject] if stores_subject else []), event)
    note_change(Change(subject, verb, event.created_at, client_id))
