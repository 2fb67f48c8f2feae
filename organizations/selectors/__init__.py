"""Reads of tenants and people."""

from organizations.selectors.invitations import (
    account_exists,
    invitation_find,
    invitation_get,
    invitation_list,
)
from organizations.selectors.members import (
    membership_actor,
    membership_find,
    membership_get,
    membership_list,
    organizations_of,
    owner_names,
)
from organizations.selectors.organizations import (
    audit_event_list,
    client_activity,
    client_get,
    client_list,
)

__all__ = [
    "account_exists",
    "audit_event_list",
    "client_activity",
    "client_get",
    "client_list",
    "invitation_find",
    "invitation_get",
    "invitation_list",
    "membership_actor",
    "membership_find",
    "membership_get",
    "membership_list",
    "organizations_of",
    "owner_names",
]
