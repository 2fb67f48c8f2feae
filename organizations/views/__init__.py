"""Pages of firms, their members and invitations."""

from organizations.views.firm import (
    audit_event_list,
    home,
    organization_create,
    page_not_found,
    settings_page,
)
from organizations.views.invitations import (
    invitation_accept,
    invitation_create,
    invitation_resend,
    invitation_revoke,
)
from organizations.views.members import (
    member_deactivate,
    member_edit,
    member_list,
    member_reactivate,
)

__all__ = [
    "audit_event_list",
    "home",
    "invitation_accept",
    "invitation_create",
    "invitation_resend",
    "invitation_revoke",
    "member_deactivate",
    "member_edit",
    "member_list",
    "member_reactivate",
    "organization_create",
    "page_not_found",
    "settings_page",
]
