"""Writes of members: who belongs to an organization, and as what."""

from uuid import UUID

from django.db import transaction

from organizations import audit
from organizations.exceptions import Invalid
from organizations.models import Membership, User
from organizations.permissions import CLIENT_ROLES, Actor, Role


def require_client_for_role(*, role: Role, client_id: UUID | None) -> None:
    """Raise unless a client is named where the role asks for one, and only there."""
    if (role in CLIENT_ROLES) != (client_id is not None):
        message = "A respondent or viewer belongs to one client; an owner or consultant to none."
        raise Invalid(message, fields={"client": [message]})


@transaction.atomic
def add_member(*, by: Actor, user: User, role: Role, client_id: UUID | None = None) -> Membership:
    """Give a person a role in the organization; respondents and viewers for one client."""
    require_client_for_role(role=role, client_id=client_id)
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
def change_member_role(
    *, by: Actor, membership: Membership, role: Role, client_id: UUID | None = None
) -> Membership:
    """Give a member another role, or another client; it counts from their next request on."""
    require_client_for_role(role=role, client_id=client_id)
    membership = _lock(membership)
    before = {"role": membership.role, "client": _text(membership.client_id)}
    after = {"role": role.value, "client": _text(client_id)}
    if before == after:
        return membership
    if role is not Role.OWNER:
        _require_another_owner(membership)
    membership.role, membership.client_id = role.value, client_id
    membership.save(update_fields=["role", "client"])
    audit.record(
        by=by,
        verb="membership.role_changed",
        subject=membership,
        data={"email": membership.user.email, "before": before, "after": after},
    )
    return membership


@transaction.atomic
def deactivate_member(*, by: Actor, membership: Membership) -> Membership:
    """Close the organization to a member from their next request on; what they did stays."""
    membership = _lock(membership)
    if not membership.is_active:
        return membership
    _require_another_owner(membership)
    return _set_active(by=by, membership=membership, is_active=False)


@transaction.atomic
def reactivate_member(*, by: Actor, membership: Membership) -> Membership:
    """Open the organization to a member again, with the role that they had."""
    membership = _lock(membership)
    if membership.is_active:
        return membership
    return _set_active(by=by, membership=membership, is_active=True)


def _lock(membership: Membership) -> Membership:
    """Return the row as it stands now; others who change members of the organization wait.

    All active owners are locked along, in one order: two owners who demote each other at once
    must not both find that the other one stays.
    """
    owners = Membership.objects.filter(role=Role.OWNER.value, is_active=True)
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
        message = "A firm needs an owner: make somebody else an owner first."
        raise Invalid(message, fields={"role": [message]})


def _set_active(*, by: Actor, membership: Membership, is_active: bool) -> Membership:
    membership.is_active = is_active
    membership.save(update_fields=["is_active"])
    audit.record(
        by=by,
        verb="membership.reactivated" if is_active else "membership.deactivated",
        subject=membership,
        data={"email": membership.user.email},
    )
    return membership


def _text(row_id: UUID | None) -> str | None:
    return str(row_id) if row_id else None
