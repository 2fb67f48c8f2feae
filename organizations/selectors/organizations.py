"""Reads of firms: clients and audit."""

from uuid import UUID

from django.db.models import QuerySet

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
