"""Writes of clients."""

from django.db import IntegrityError, transaction

from organizations import audit
from organizations.exceptions import Invalid
from organizations.models import Client
from organizations.permissions import Actor

NAME_TAKEN = "You have a client of this name already."


@transaction.atomic
def create_client(*, by: Actor, name: str) -> Client:
    """Add a client to the firm; raises Invalid where the firm has one of this name."""
    client = Client(organization_id=by.organization_id, name=name)
    _save(client)
    audit.record(by=by, verb="client.created", subject=client, data={"name": name})
    return client


@transaction.atomic
def rename_client(*, by: Actor, client: Client, name: str) -> Client:
    """Change a client's name; raises Invalid where the firm has another of this name."""
    before, client.name = client.name, name
    _save(client)
    audit.record(
        by=by, verb="client.renamed", subject=client, data={"before": before, "after": name}
    )
    return client


def _save(client: Client) -> None:
    """Store the client; the constraint alone knows which names are the same, also in a race."""
    try:
        with transaction.atomic():
            client.save()
    except IntegrityError:
        raise Invalid(NAME_TAKEN, fields={"name": [NAME_TAKEN]}) from None
