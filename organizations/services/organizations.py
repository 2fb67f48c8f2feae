"""Writes of firms."""

from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from organizations import audit, selectors, tenancy
from organizations.exceptions import Invalid
from organizations.models import Organization, User
from organizations.permissions import Actor, Role
from organizations.services.members import add_member

SLUG_LENGTH = 50
SLUG_SUFFIX_LENGTH = 5
SLUG_ATTEMPTS = 5
MAX_ORGANIZATIONS = 20
LETTERS_AND_DIGITS = "abcdefghijkmnpqrstuvwxyz23456789"


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


def found_organization(*, name: str, owner: User) -> Organization:
    """Create a firm whose address is derived from its name.

    Other firms cannot be seen from here, so an address that is taken shows when it is stored;
    then a few random letters are added.
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
    """Create a firm of a person who has an account; asked twice for one name, the one there is.

    Raises Invalid for somebody who belongs to very many firms.
    """
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    firms = selectors.organizations_of(user_id=owner.pk)
    owned = selectors.organizations_of(user_id=owner.pk, role=Role.OWNER)
    same = [firm for firm in owned if firm.name.casefold() == name.casefold()]
    if same:
        return same[0]
    if len(firms) >= MAX_ORGANIZATIONS:
        message = f"You belong to {MAX_ORGANIZATIONS} firms already."
        raise Invalid(message, fields={"name": [message]})
    return found_organization(name=name, owner=owner)
