"""Writes of tenants and people."""

from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from organizations import audit, tenancy
from organizations.exceptions import Invalid
from organizations.models import Client, Membership, Organization, User
from organizations.permissions import CLIENT_ROLES, Actor, Role


def create_organization(*, name: str, slug: str, owner: User) -> Organization:
    """Create a firm with its first owner.

    There is no actor yet: the person becomes the owner by this act.
    """
    organization = Organization(id=uuid4(), name=name, slug=slug)
    actor = Actor(
        organization_id=organization.id, label=str(owner), user_id=owner.pk, role=Role.OWNER
    )
    try:
        with tenancy.enter(organization_id=organization.id, user_id=owner.pk):
            organization.save(force_insert=True)
            audit.record(by=actor, verb="organization.created", subject=organization)
            add_member(by=actor, user=owner, role=Role.OWNER)
    except IntegrityError:
        message = "Another firm has this address already; choose another one."
        raise Invalid(message, fields={"slug": [message]}) from None
    return organization


@transaction.atomic
def add_member(*, by: Actor, user: User, role: Role, client_id: UUID | None = None) -> Membership:
    """Give a person a role in the firm; respondents and viewers for one client."""
    if (role in CLIENT_ROLES) != (client_id is not None):
        message = "A respondent or viewer belongs to one client; an owner or consultant to none."
        raise Invalid(message, fields={"client": [message]})
    if Membership.objects.filter(user=user).exists():
        message = "This person is a member of the firm already."
        raise Invalid(message, fields={"email": [message]})
    membership = Membership.objects.create(
        organization_id=by.organization_id, user=user, role=role.value, client_id=client_id
    )
    audit.record(
        by=by,
        verb="membership.created",
        subject=membership,
        data={"role": role.value, "email": user.email},
    )
    return membership


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
