"""Writes of organizations, their clients and the people who can sign in."""

from uuid import uuid4

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from organizations import audit, selectors, tenancy
from organizations.exceptions import Invalid
from organizations.models import Client, Organization, User
from organizations.permissions import Actor, Role
from organizations.services.members import add_member

SLUG_LENGTH = 50
SLUG_SUFFIX_LENGTH = 5
SLUG_ATTEMPTS = 5
MAX_ORGANIZATIONS = 20
LETTERS_AND_DIGITS = "abcdefghijkmnpqrstuvwxyz23456789"


def create_organization(*, name: str, slug: str, owner: User) -> Organization:
    """Create an organization with its first owner.

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


def found_organization(*, name: str, owner: User) -> Organization:
    """Create an organization whose address is derived from its name.

    Other organizations are not visible here, so a taken address shows when it is stored; then a
    few random letters are added.
    """
    base = slugify(name)[:SLUG_LENGTH].strip("-_") or "firm"
    slug = base
    for _ in range(SLUG_ATTEMPTS):
        try:
            return create_organization(name=name, slug=slug, owner=owner)
        except Invalid:
            slug = f"{base}-{get_random_string(SLUG_SUFFIX_LENGTH, LETTERS_AND_DIGITS)}"
    raise Invalid("The firm could not be created; try another name.")


@transaction.atomic
def found_another_organization(*, name: str, owner: User) -> Organization:
    """Create an organization of a person with an account; of the same name again, return it.

    Raises Invalid for somebody who belongs to very many organizations.
    """
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    belongs_to = selectors.organizations_of(user_id=owner.pk)
    owned = selectors.organizations_of(user_id=owner.pk, role=Role.OWNER)
    same = [each for each in owned if each.name.casefold() == name.casefold()]
    if same:
        return same[0]
    if len(belongs_to) >= MAX_ORGANIZATIONS:
        message = f"You belong to {MAX_ORGANIZATIONS} firms already."
        raise Invalid(message, fields={"name": [message]})
    return found_organization(name=name, owner=owner)


NAME_TAKEN = "You have a client of this name already."


@transaction.atomic
def create_client(*, by: Actor, name: str) -> Client:
    """Add a client; raises Invalid where the organization has one of this name."""
    client = Client(organization_id=by.organization_id, name=name)
    _save(client)
    audit.record(by=by, verb="client.created", subject=client, data={"name": name})
    return client


@transaction.atomic
def rename_client(*, by: Actor, client: Client, name: str) -> Client:
    """Change a client's name; raises Invalid where the organization has another of this name."""
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


def create_person(*, email: str, name: str, password: str) -> User:
    """Store a person whose address is known to be theirs, so that they can sign in at once."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, name=name)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    except IntegrityError:
        message = "There is an account for this address already: sign in with it."
        raise Invalid(message) from None
    return user
