"""Writes of clients."""

from django.db import transaction

from organizations import audit
from organizations.exceptions import Invalid
from organizations.models import Client
from organizations.permissions import Actor


@transaction.atomic
def create_client(*, by: Actor, name: str) -> Client:
    """Add a client to the firm."""
    if Client.objects.filter(name__iexact=name).exists():
        message = "You have a client of this name already."
        raise Invalid(message, fields={"name": [message]})
    client = Client.objects.create(organization_id=by.organization_id, name=name)
    audit.record(by=by, verb="client.created", subject=client, data={"name": name})
    return client


@transaction.atomic
def rename_client(*, by: Actor, client: Client, name: str) -> Client:
    """Change a client's name."""
    if Client.objects.filter(name__iexact=name).exclude(pk=client.pk).exists():
        message = "You have a client of this name already."
        raise Invalid(message, fields={"name": [message]})
    before, client.name = client.name, name
    client.save(update_fields=["name"])
    audit.record(
        by=by, verb="client.renamed", subject=client, data={"before": before, "after": name}
    )
    return client
