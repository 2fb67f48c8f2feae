"""Writes of tenants and people."""

from organizations.services.invitations import (
    SentInvitation,
    accept_invitation,
    invite_member,
    join_by_invitation,
    resend_invitation,
    revoke_invitation,
)
from organizations.services.organizations import (
    add_member,
    change_member_role,
    create_client,
    create_organization,
    create_person,
    deactivate_member,
    found_another_organization,
    found_organization,
    reactivate_member,
    rename_client,
)
