"""Who may do what, on one screen; pure, so it must not import Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Role(StrEnum):
    """What a member is in an organization. Respondents and viewers are bound to one client."""

    OWNER = "owner"
    CONSULTANT = "consultant"
    RESPONDENT = "respondent"
    VIEWER = "viewer"


ORGANIZATION_ROLES = frozenset({Role.OWNER, Role.CONSULTANT})
CLIENT_ROLES = frozenset({Role.RESPONDENT, Role.VIEWER})


class Permission(StrEnum):
    """One act that a page or an API operation asks for."""

    ORGANIZATION_VIEW = "organization.view"
    ORGANIZATION_EXPORT = "organization.export"
    ORGANIZATION_ERASE = "organization.erase"
    BRANDING_MANAGE = "branding.manage"
    MEMBER_VIEW = "member.view"
    MEMBER_INVITE = "member.invite"
    MEMBER_MANAGE = "member.manage"
    AUDIT_VIEW = "audit.view"
    API_KEY_VIEW = "api_key.view"
    API_KEY_MANAGE = "api_key.manage"
    CLIENT_VIEW = "client.view"
    CLIENT_MANAGE = "client.manage"
    ASSESSMENT_VIEW = "assessment.view"
    ASSESSMENT_ANSWER = "assessment.answer"
    ASSESSMENT_SUBMIT = "assessment.submit"
    ASSESSMENT_MANAGE = "assessment.manage"
    NOTE_VIEW = "note.view"
    NOTE_WRITE = "note.write"
    SCORECARD_VIEW = "scorecard.view"
    ROADMAP_VIEW = "roadmap.view"
    ROADMAP_MANAGE = "roadmap.manage"
    CATALOG_VIEW = "catalog.view"
    CATALOG_MANAGE = "catalog.manage"
    SCENARIO_VIEW = "scenario.view"
    SCENARIO_MANAGE = "scenario.manage"
    PULL_VIEW = "pull.view"
    PULL_MANAGE = "pull.manage"
    DELIVERABLE_VIEW = "deliverable.view"
    DELIVERABLE_MANAGE = "deliverable.manage"
    ARCHIVE_VIEW = "archive.view"
    ARCHIVE_MANAGE = "archive.manage"
    JOB_VIEW = "job.view"
    JOB_CANCEL = "job.cancel"


# What a client's people may do only once the organization published the assessment.
RESULTS = frozenset(
    {
        Permission.SCORECARD_VIEW,
        Permission.ROADMAP_VIEW,
        Permission.SCENARIO_VIEW,
        Permission.DELIVERABLE_VIEW,
    }
)
_VIEWER = frozenset(
    {
        Permission.ORGANIZATION_VIEW,
        Permission.CLIENT_VIEW,
        Permission.ASSESSMENT_VIEW,
        Permission.JOB_VIEW,
    }
    | RESULTS
)
_RESPONDENT = _VIEWER | {Permission.ASSESSMENT_ANSWER, Permission.ASSESSMENT_SUBMIT}
_CONSULTANT = frozenset(Permission) - {
    Permission.ORGANIZATION_EXPORT,
    Permission.ORGANIZATION_ERASE,
    Permission.BRANDING_MANAGE,
    Permission.MEMBER_MANAGE,
    Permission.AUDIT_VIEW,
    Permission.API_KEY_VIEW,
    Permission.API_KEY_MANAGE,
}
# What an owner may let an API key of the organization read beside what a consultant does.
AUDITING = frozenset({Permission.AUDIT_VIEW, Permission.API_KEY_VIEW})
# What an API key of scope `read` may do, of all that its role includes.
_READING = frozenset(each for each in Permission if each.value.endswith(".view"))

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.RESPONDENT: _RESPONDENT,
    Role.CONSULTANT: _CONSULTANT,
    Role.OWNER: frozenset(Permission),
}

# Whom a member may invite: a consultant brings in a client's people, an owner anybody.
ROLES_TO_INVITE: Mapping[Role, frozenset[Role]] = {
    Role.VIEWER: frozenset(),
    Role.RESPONDENT: frozenset(),
    Role.CONSULTANT: CLIENT_ROLES,
    Role.OWNER: frozenset(Role),
}


class Publishable(Protocol):
    """A row that the organization publishes to the client's people, or that belongs to one."""

    @property
    def is_published(self) -> bool:
        """Whether they may see results of it."""


@dataclass(frozen=True)
class Actor:
    """Who acts: a member, an API key (no user), or the product itself (no role: may do all)."""

    organization_id: UUID
    label: str
    user_id: UUID | None = None
    api_key_id: UUID | None = None
    role: Role | None = None
    client_id: UUID | None = None
    is_read_only: bool = False
    granted: frozenset[Permission] = frozenset()

    @property
    def permissions(self) -> frozenset[Permission]:
        """All that this actor may do."""
        included = frozenset(Permission) if self.role is None else ROLE_PERMISSIONS[self.role]
        included |= self.granted
        return included & _READING if self.is_read_only else included

    @property
    def roles_to_invite(self) -> frozenset[Role]:
        """The roles that this actor may invite people to."""
        return frozenset(Role) if self.role is None else ROLES_TO_INVITE[self.role]

    def may(self, permission: Permission) -> bool:
        """Tell whether this actor may do one act."""
        return permission in self.permissions

    def may_see_results(self, row: "Publishable") -> bool:
        """Tell whether this actor may see results of a row: a client's people once published."""
        return self.role not in CLIENT_ROLES or row.is_published
