"""Reads of firms: clients and audit."""

from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from organizations.models import AuditEvent, Client


def client_get(client_id: UUID) -> Client:
    """Return the client; raises Client.DoesNotExist."""
    return Client.objects.get(pk=client_id)


def client_list() -> QuerySet[Client]:
    """Return the tenant's clients by name."""
    return Client.objects.order_by("name", "pk")


def audit_event_list() -> QuerySet[AuditEvent]:
    """Return the tenant's audit rows, the newest first."""
    return AuditEvent.objects.select_related("client").order_by("-created_at", "-pk")


def client_activity() -> dict[UUID, datetime]:
    """Return when something of each client was changed last, the firm's own notes left out."""
    events = AuditEvent.objects.filter(client_id=OuterRef("pk")).exclude(verb__startswith="note.")
    newest = events.order_by("-created_at").values("created_at")[:1]
    rows = Client.objects.annotate(active_at=Subquery(newest)).filter(active_at__isnull=False)
    return dict(rows.values_list("pk", "active_at"))
