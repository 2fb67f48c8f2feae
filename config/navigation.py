"""The rail: where a person can go in the organization that the page belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from config.places import Crumb, find_place
from organizations import selectors
from organizations.branding import branding_for
from organizations.models import Organization
from organizations.permissions import Actor, Permission

# Label, its part of an organization's address, URL name, and the permission that it needs; a
# public page needs none.
RAIL: list[tuple[str, str, str, Permission | None]] = [
    ("Clients", "clients", "scenarios:client-list", Permission.CLIENT_VIEW),
    ("Assessments", "assessments", "assessments:assessment-list", Permission.ASSESSMENT_VIEW),
    ("Catalog", "catalog", "catalog:model-price-list", Permission.CATALOG_VIEW),
    ("Toolkit", "toolkit", "reports:toolkit", None),
    ("Settings", "settings", "organizations:settings", Permission.ORGANIZATION_VIEW),
]
# Scenarios, deliverables, jobs and whatever else an organization has belong to an assessment.
SECTIONS = frozenset(section for _, section, _, _ in RAIL)
ELSEWHERE = "assessments"
# The archive's page is one of the settings' tabs.
WITHIN = {"archive": "settings"}


@dataclass(frozen=True)
class RailLink:
    """A page that the rail leads to; the current one is what the page shown belongs to."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Rail:
    """The organization, its pages, and the person's other organizations."""

    organization: Organization | None = None
    links: Sequence[RailLink] = ()
    other_organizations: Sequence[Organization] = ()

    @property
    def here(self) -> list[Crumb]:
        """The page of the rail that the page shown belongs to, if there is one."""
        return [Crumb(link.label, link.url) for link in self.links if link.is_current]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give every template the organization, the actor, and what is read when it is shown."""
    rail = SimpleLazyObject(lambda: find_rail(request))
    token = getattr(request, "token_of_kept_page", None)
    return {
        "rail": rail,
        "place": SimpleLazyObject(lambda: find_place(request, rail.organization, rail.here)),
        "branding": SimpleLazyObject(lambda: branding_for(request)),
        "organization": getattr(request, "organization", None),
        "actor": getattr(request, "actor", None),
        "is_signup_open": settings.SIGNUP_OPEN,
        **({"csrf_token": token} if token else {}),
    }


def find_rail(request: HttpRequest) -> Rail:
    """Return the rail of the page's organization, or of the only one that the person has."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Rail()
    user_id = cast(UUID, user.pk)
    organization: Organization | None = getattr(request, "organization", None)
    if organization is not None:
        inside: Any = request  # of a TenantRequest
        links = rail_links(request, organization, inside.actor)
        return Rail(organization, links, inside.other_organizations)
    if hasattr(request, "membership_elsewhere"):  # of a non-member's page that is not found
        member = request.membership_elsewhere
    else:
        member = selectors.membership_first(user_id=user_id)
    if member is None:
        return Rail()
    organization = member.organization
    if member.other_organizations:
        return Rail(other_organizations=[organization, *member.other_organizations])
    return Rail(organization, rail_links(request, organization, selectors.membership_actor(member)))


def rail_links(request: HttpRequest, organization: Organization, actor: Actor) -> list[RailLink]:
    """Return the pages that the actor may see, the one that this page belongs to marked."""
    here = section_of(request.path)
    # A client's people have one client, and its page is where they start.
    labels = {"Clients": "Overview"} if actor.client_id else {}
    return [
        RailLink(
            label=labels.get(label, label),
            url=reverse(name, kwargs={"org": organization.slug} if permission else None),
            is_current=section == here,
        )
        for label, section, name, permission in RAIL
        if permission is None or actor.may(permission)
    ]


def section_of(path: str) -> str:
    """Return the part of the product that a path belongs to; empty for one of no organization."""
    parts = path.strip("/").split("/")
    if parts[0] != "o":
        return parts[0] if parts[0] in SECTIONS else ""
    section = parts[2] if len(parts) > 2 else ""
    return section if section in SECTIONS else WITHIN.get(section, ELSEWHERE)
