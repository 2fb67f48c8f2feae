"""The rail: where a person can go in the firm that the page belongs to."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from organizations.permissions import Permission

RAIL = [
    ("Clients", "assessments:client-list", Permission.CLIENT_VIEW),
    ("Assessments", "assessments:assessment-list", Permission.ASSESSMENT_VIEW),
    ("Catalog", "costing:model-price-list", Permission.CATALOG_VIEW),
    ("Settings", "organizations:settings", Permission.ORGANIZATION_VIEW),
]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give every template the firm, the actor and the rail's items, if the page has a firm."""
    organization = getattr(request, "organization", None)
    actor = getattr(request, "actor", None)
    if organization is None or actor is None:
        return {"nav": []}
    items = []
    for label, name, permission in RAIL:
        if actor.may(permission):
            url = reverse(name, kwargs={"org": organization.slug})
            items.append({"label": label, "url": url, "current": request.path.startswith(url)})
    return {"nav": items, "organization": organization, "actor": actor}
