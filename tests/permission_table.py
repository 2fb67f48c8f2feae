"""Who may call which URL: the table that tests/test_permissions.py walks.

A new URL needs a row here (or a reason in PUBLIC), a new kind of row needs a maker in THINGS.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from jobs.services import request_job
from organizations import tenancy
from organizations.models import Client, Organization
from tests import factories

# Principals that belong to the firm and client whose rows are asked for.
FIRM = frozenset({"owner", "consultant"})
ANSWERING = FIRM | {"respondent"}
EVERYONE = ANSWERING | {"viewer"}

# URLs outside of a firm, each with its reason.
PUBLIC = {
    "healthz": "tells a load balancer whether the process is well",
    "organizations:home": "leads a signed-in person to their own firms",
}
# URL names of the sign-in library, which has its own tests.
SIGN_IN = ("account_", "mfa_")

Maker = Callable[[Organization, Client], UUID]


@dataclass(frozen=True)
class Row:
    """One URL with one method: who of the firm passes, and what the path and the body hold.

    `things` names the kind of row behind each UUID of the path; `path` holds the other parts.
    """

    name: str
    method: str
    allowed: frozenset[str]
    things: Mapping[str, str] = field(default_factory=dict)
    path: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


def _client(organization: Organization, client: Client) -> UUID:
    return client.pk


def _job(organization: Organization, client: Client) -> UUID:
    with tenancy.enter(organization_id=organization.pk):
        return request_job(
            by=factories.system_actor(organization),
            kind="test",
            key=f"test:{client.pk}",
            subject_id=client.pk,
            client_id=client.pk,
        ).pk


# Each maker stores a row of the given client and returns its id.
THINGS: dict[str, Maker] = {
    "client": _client,
    "job": _job,
}

ROWS = [
    Row("organizations:settings", "GET", EVERYONE),
    Row("organizations:audit-event-list", "GET", frozenset({"owner"})),
    Row("jobs:job-progress", "GET", EVERYONE, {"job": "job"}),
    Row("jobs:job-cancel", "POST", FIRM, {"job": "job"}),
]
