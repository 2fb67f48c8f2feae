"""Writes of invitations: offered, sent again, revoked, accepted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from organizations import audit, mail, selectors, tenancy
from organizations.exceptions import Conflict, Denied, Invalid, Missing
from organizations.models import EMAIL_LENGTH, Invitation, Membership, User
from organizations.permissions import Actor, Role
from organizations.services.organizations import (
    IS_MEMBER,
    add_member,
    create_person,
    require_client_for_role,
)
from organizations.services.outbox import queue_mail
from organizations.tokens import hash_token, make_token

VALID_FOR = timedelta(days=7)
RESEND_AFTER = timedelta(minutes=1)
# Of an organization in a day: enough for a large client, too few to spam with.
MAX_INVITATIONS = 200
IS_INVITED = "This address is invited already: send it again, or revoke it first."


@dataclass(frozen=True)
class SentInvitation:
    """An invitation with the link that its mail carries; the token is in no other place."""

    invitation: Invitation
    url: str


@transaction.atomic
def invite_member(
    *, by: Actor, email: str, role: Role, client_id: UUID | None = None
) -> SentInvitation:
    """Offer a role to an address, by a mail that leaves when this transaction is committed."""
    _require_may_invite(by, role)
    require_client_for_role(role=role, client_id=client_id)
    email = email.strip().lower()
    _require_new(email)
    invitation = Invitation(
        organization_id=by.organization_id,
        email=email,
        role=role.value,
        client_id=client_id,
        invited_by_id=by.user_id,
    )
    try:
        with transaction.atomic():
            sent = _send(by=by, invitation=invitation)
    except IntegrityError:
        raise Invalid.at("email", IS_INVITED) from None
    data = {"email": email, "role": role.value}
    audit.record(by=by, verb="invitation.created", subject=invitation, data=data)
    return sent


@transaction.atomic
def resend_invitation(*, by: Actor, invitation: Invitation) -> SentInvitation:
    """Send a new link that is good for seven days; the old one is dead."""
    invitation = _lock_unfinished(by, invitation)
    if invitation.sent_at and invitation.sent_at > timezone.now() - RESEND_AFTER:
        raise Invalid("The mail was sent less than a minute ago: give it a moment to arrive.")
    sent = _send(by=by, invitation=invitation)
    _record(by, "resent", invitation)
    return sent


@transaction.atomic
def revoke_invitation(*, by: Actor, invitation: Invitation) -> Invitation:
    """Take the offer back: its link is dead."""
    invitation = _lock_unfinished(by, invitation)
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    _record(by, "revoked", invitation)
    return invitation


def accept_invitation(*, by: User, token: str) -> Membership:
    """Make the person a member who was invited by the address that they sign in with."""
    with _presented(token) as invitation:
        if by.email != invitation.email:
            raise Denied("This invitation is for another email address.")
        return _accept(invitation, by)


def join_by_invitation(*, token: str, name: str, password: str) -> Membership:
    """Make an account for the invited address, and its person a member.

    Having the link shows that the address is theirs.
    """
    with _presented(token) as invitation:
        user = create_person(email=invitation.email, name=name, password=password)
        return _accept(invitation, user)


@contextmanager
def _presented(token: str) -> Iterator[Invitation]:
    """Enter the tenant of a token's invitation, with its row locked: only one can accept it."""
    found = selectors.invitation_find(token=token)
    if found is None:
        raise Missing("This invitation cannot be used.")
    with tenancy.enter(organization_id=found.organization_id):
        invitation = Invitation.objects.select_for_update().get(pk=found.pk)
        if not invitation.is_open or invitation.token_hash != hash_token(token):
            raise Missing("This invitation cannot be used.")
        yield invitation


def _accept(invitation: Invitation, user: User) -> Membership:
    role = Role(invitation.role)
    actor = Actor(
        organization_id=invitation.organization_id,
        label=str(user),
        user_id=user.pk,
        role=role,
        client_id=invitation.client_id,
    )
    membership = add_member(by=actor, user=user, role=role, client_id=invitation.client_id)
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    _record(actor, "accepted", invitation)
    return membership


def _require_may_invite(by: Actor, role: Role) -> None:
    if role not in by.roles_to_invite:
        raise Denied("Your role does not include inviting people to this one.")


def _require_new(email: str) -> None:
    if len(email) > EMAIL_LENGTH:
        raise Invalid.at("email", f"An address has at most {EMAIL_LENGTH} characters.")
    if Membership.objects.filter(user__email=email).exists():
        raise Invalid.at("email", IS_MEMBER)
    unfinished = Q(accepted_at__isnull=True, revoked_at__isnull=True)
    if Invitation.objects.filter(unfinished, email=email).exists():
        raise Invalid.at("email", IS_INVITED)
    of_today = Q(created_at__gt=timezone.now() - timedelta(days=1))
    if Invitation.objects.filter(unfinished | of_today).count() >= MAX_INVITATIONS:
        raise Invalid(
            f"An organization may invite {MAX_INVITATIONS} people a day:"
            " revoke some, or go on tomorrow."
        )


def _lock_unfinished(by: Actor, invitation: Invitation) -> Invitation:
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    _require_may_invite(by, Role(invitation.role))
    if invitation.accepted_at or invitation.revoked_at:
        raise Conflict("This invitation has been accepted or revoked already.")
    return invitation


def _record(by: Actor, act: str, invitation: Invitation) -> None:
    data = {"email": invitation.email}
    audit.record(by=by, verb=f"invitation.{act}", subject=invitation, data=data)


def _send(*, by: Actor, invitation: Invitation) -> SentInvitation:
    """Store a new link and queue its mail; that it went is in `sent_at`."""
    token = make_token()
    invitation.token_hash, invitation.expires_at = hash_token(token), timezone.now() + VALID_FOR
    invitation.sent_at = None
    invitation.save()
    url = mail.invitation_url(token)
    letter = mail.invitation_letter(invitation=invitation, inviter=by.label, url=url)
    queue_mail(letter, organization_id=invitation.organization_id, token_hash=invitation.token_hash)
    return SentInvitation(invitation, url)
