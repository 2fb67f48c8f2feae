"""Who may call which operation of the API: the table that tests/api/test_permissions.py walks.

A new operation needs a row here, a new kind of row a maker in THINGS.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from organizations import tenancy
from organizations.models import Client, Organization
from organizations.permissions import Role
from organizations.services.api_keys import create_api_key
from tests import factories, permission_table

OWNER = frozenset({"owner"})
# The firm's own people and programs.
FIRM = frozenset({"owner", "consultant", "key"})
FIRM_READING = FIRM | {"reading_key"}
ANSWERING = FIRM | {"respondent", "client_key"}
EVERYONE = FIRM_READING | ANSWERING | {"viewer", "client_reading_key"}

# Paths outside of a firm, each with its reason.
PUBLIC = {
    "api:schema": "describes the API, knows no firm",
    "api:docs": "shows the description",
    "api:organization-list": "leads a caller to their own firms",
}

Things = Mapping[str, UUID]


@dataclass(frozen=True)
class Row:
    """One path with one method: who of the firm passes, and what the path and the body hold."""

    name: str
    method: str
    allowed: frozenset[str]
    things: tuple[str, ...] = ()
    path: Mapping[str, Any] = field(default_factory=dict)
    data: Callable[[Things], Any] | None = None


def _member(organization: Organization, client: Client) -> UUID:
    return factories.make_member(organization, Role.VIEWER, client=client).pk


def _api_key(organization: Organization, client: Client) -> UUID:
    person = factories.make_member(organization, Role.OWNER)
    with tenancy.enter(organization_id=organization.pk):
        by = factories.actor_of(person)
        return create_api_key(by=by, name="Nightly", client_id=client.pk).key.pk


THINGS: dict[str, Callable[[Organization, Client], UUID]] = {
    **permission_table.THINGS,
    "member": _member,
    "api_key": _api_key,
}

ROWS = [
    Row("organization-detail", "GET", EVERYONE),
    Row("member-list", "GET", FIRM_READING),
    Row("member-detail", "GET", FIRM_READING, ("member",)),
    Row("client-list", "GET", EVERYONE),
    Row("client-list", "POST", FIRM, data=lambda _: {"name": "Westwind"}),
    Row("client-detail", "GET", EVERYONE, ("client",)),
    Row("client-detail", "PUT", FIRM, ("client",), data=lambda _: {"name": "Northeast"}),
    Row("audit-event-list", "GET", OWNER),
    Row("api-key-list", "GET", OWNER),
    Row("api-key-list", "POST", OWNER, data=lambda _: {"name": "Nightly"}),
    Row("api-key-detail", "GET", OWNER, ("api_key",)),
    Row("api-key-detail", "DELETE", OWNER, ("api_key",)),
]
