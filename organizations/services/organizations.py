"""Writes of organizations, their clients, and the people who sign in and belong to them."""

from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from organizations import audit, selectors, tenancy
from organizations.exceptions import Invalid
from organizations.models import Client, Membership, Organization, User
from organizations.permissions import CLIENT_ROLES, Actor, Role

SLUG_LENGTH = 50
SLUG_SUFFIX_LENGTH = 5
SLUG_ATTEMPTS = 5
MAX_ORGANIZATIONS = 20
LETTERS_AND_DIGITS = "abcdefghijkmnpqrstuvwxyz23456789"
IS_MEMBER = "This person is a member of the organization already."


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
        message = "Another organization has this address already; choose another one."
        raise Invalid.at("slug", message) from None
    return organization


def found_organization(*, name: str, owner: User) -> Organization:
    """Create an organization whose address is derived from its name.

    Other organizations are not visible here, so a taken address shows when it is stored; then a
    few random letters are added.
    """
    base = slugify(name)[:SLUG_LENGTH].strip("-_") or "organization"
    slug = base
    for _ in range(SLUG_ATTEMPTS):
        try:
            return create_organization(name=name, slug=slug, owner=owner)
        except Invalid:
            slug = f"{base}-{get_random_string(SLUG_SUFFIX_LENGTH, LETTERS_AND_DIGITS)}"
    raise Invalid("The organization could not be created; try another name.")


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
        raise Invalid.at("name", f"You belong to {MAX_ORGANIZATIONS} organizations already.")
    return found_organization(name=name, owner=owner)


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
    data = {"before": before, "after": name}
    audit.record(by=by, verb="client.renamed", subject=client, data=data)
    return client


def _save(client: Client) -> None:
    """Store the client; the constraint alone knows which names are the same, also in a race."""
    try:
        with transaction.atomic():
            client.save()
    except IntegrityError:
        raise Invalid.at("name", "You have a client of this name already.") from None


def create_person(*, email: str, name: str, password: str) -> User:
    """Store a person whose address is known to be theirs, so that they can sign in at once."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, name=name)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    except IntegrityError:
        raise Invalid("There is an account for this address already: sign in with it.") from None
    return user


def require_client_for_role(*, role: Role, client_id: UUID | None) -> None:
    """Raise unless a client is named where the role asks for one, and only there."""
    if (role in CLIENT_ROLES) != (client_id is not None):
        raise Invalid.at(
            "client",
            "A respondent or viewer belongs to one client; an owner or consultant to none.",
        )


@transaction.atomic
def add_member(*, by: Actor, user: User, role: Role, client_id: UUID | None = None) -> Membership:
    """Give a person a role in the organization; respondents and viewers for one client."""
    require_client_for_role(role=role, client_id=client_id)
    if Membership.objects.filter(user=user).exists():
        raise Invalid.at("email", IS_MEMBER)
    membership = Membership.objects.create(
        organization_id=by.organization_id, user=user, role=role.value, client_id=client_id
    )
    data = {"role": role.value, "email": user.email}
    audit.record(by=by, verb="membership.created", subject=membership, data=data)
    return membership


@transaction.atomic
def change_member_role(
    *, by: Actor, membership: Membership, role: Role, client_id: UUID | None = None
) -> Membership:
    """Give a member another role, or another client; it counts from their next request on."""
    require_client_for_role(role=role, client_id=client_id)
    membership = _lock(membership)
    before, after = (
        {"role": str(one), "client": str(client) if client else None}
        for one, client in ((membership.role, membership.client_id), (role, client_id))
    )
    if before == after:
        return membership
    if role is not Role.OWNER:
        _require_another_owner(membership)
    membership.role, membership.client_id = role.value, client_id
    membership.save(update_fields=["role", "client"])
    data = {"email": membership.user.email, "before": before, "after": after}
    audit.record(by=by, verb="membership.role_changed", subject=membership, data=data)
    return membership


def deactivate_member(*, by: Actor, membership: Membership) -> Membership:
    """Close the organization to a member from their next request on; what they did stays."""
    return _set_active(by=by, membership=membership, is_active=False)


def reactivate_member(*, by: Actor, membership: Membership) -> Membership:
    """Open the organization to a member again, with the role that they had."""
    return _set_active(by=by, membership=membership, is_active=True)


@transaction.atomic
def _set_active(*, by: Actor, membership: Membership, is_active: bool) -> Membership:
    membership = _lock(membership)
    if membership.is_active == is_active:
        return membership
    if not is_active:
        _require_another_owner(membership)
    membership.is_active = is_active
    membership.save(update_fields=["is_active"])
    verb = "membership.reactivated" if is_active else "membership.deactivated"
    audit.record(by=by, verb=verb, subject=membership, data={"email": membership.user.email})
    return membership


def _lock(membership: Membership) -> Membership:
    """Return the row as it stands now; others who change members of the organization wait.

    All owners are locked along, in one order: two owners who demote each other at once must not
    both find that the other one stays.
    """
    owners = Membership.objects.filter(role=Role.OWNER.value)
    rows = (owners | Membership.objects.filter(pk=membership.pk)).order_by("pk")
    locked = rows.select_for_update(of=("self",)).select_related("user")
    return next(row for row in locked if row.pk == membership.pk)


def _require_another_owner(membership: Membership) -> None:
    if membership.role != Role.OWNER or not membership.is_active:
        return
    owners = Membership.objects.filter(
        role=Role.OWNER.value, is_active=True, user__is_active=True
    ).exclude(pk=membership.pk)
    if not owners.exists():
        message = "An organization needs an owner: make somebody else an owner first."
        raise Invalid.at("role", message)
