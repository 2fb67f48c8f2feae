"""Writes of tenants and people."""

from organizations.services.invitations import (
    SentInvitation,
    accept_invitation,
    invite_member,
    join_by_invitation,
    resend_invitation,
    revoke_invitation,
)
from organizations.services.members import (
    add_member,
    change_member_role,
    deactivate_member,
    reactivate_member,
)
from organizations.services.organizations import (
    create_client,
    create_organization,
    create_person,
    found_another_organization,
    found_organization,
    rename_client,
)

__all__ = [
    "SentInvitation",
    "accept_invitation",
    "add_member",
    "change_member_role",
    "create_client",
    "create_organization",
    "create_person",
    "deactivate_member",
    "found_another_organization",
    "found_organization",
    "invite_member",
    "join_by_invitation",
    "reactivate_member",
    "rename_client",
    "resend_invitation",
    "revoke_invitation",
]
