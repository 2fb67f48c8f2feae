"""A request of the API inside its tenant."""

from rest_framework.request import Request

from organizations.models import Organization
from organizations.permissions import Actor


class TenantAPIRequest(Request):
    """A request with who acts, and in which firm."""

    actor: Actor
    organization: Organization
