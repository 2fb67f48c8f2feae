"""Rebuilds what lists show of clients and assessments; safe to repeat, and while people work."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from costing.scenarios.summaries import rebuild_summaries
from organizations import tenancy
from organizations.models import Client
from organizations.selectors import organization_ids


class Command(BaseCommand):
    """`manage.py rebuild_summaries`, after `migrate`."""

    help = "Rebuilds the summaries that lists of clients and assessments are answered from."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild every organization's, a transaction for each client."""
        clients = sum(map(_rebuild, organization_ids()))
        self.stdout.write(f"  summaries of {clients} clients")


def _rebuild(organization_id: UUID) -> int:
    with tenancy.enter(organization_id=organization_id):
        client_ids = list(Client.objects.order_by("pk").values_list("pk", flat=True))
    for client_id in client_ids:
        with tenancy.enter(organization_id=organization_id):
            rebuild_summaries(Client.objects.get(pk=client_id))
    return len(client_ids)
