"""Pools proposed for a workload, over the API."""

from typing import Any

from django.http import HttpResponseBase
from rest_framework.response import Response

from costing import catalog
from costing.catalog import serializers
from costing.scenarios import selectors, services
from organizations.api.endpoint import Endpoint, checked, operation, referred
from organizations.api.requests import TenantAPIRequest
from organizations.exceptions import Invalid
from organizations.permissions import Permission


class PoolProposalList(Endpoint):
    """`/organizations/{org}/pool-proposals/`."""

    tag = "catalog"

    @operation(
        "pool_propose",
        Permission.CATALOG_VIEW,
        takes=serializers.PoolWishInputSerializer,
        answers={200: serializers.PoolProposalListSerializer},
        makes=False,
    )
    def post(self, request: TenantAPIRequest) -> HttpResponseBase:
        """The cheapest pools for a scenario's workload, or for one of which nothing is kept."""
        wish = checked(serializers.PoolWishInputSerializer, request)
        document = _document(wish)
        limit = wish.pop("limit")
        offers = catalog.OfferFilter(
            **{name: wish.pop(name) for name in ("provider", "region", "pricing")}
        )
        wished = catalog.PoolWish(**wish, keeps=document.get("pool") or {})
        proposals = services.propose_pools(document, wished, offers, limit=limit)
        return Response(serializers.PoolProposalListSerializer({"results": proposals}).data)


def _document(wish: dict[str, Any]) -> dict[str, Any]:
    """Take the workload out of a body: the scenario's, or the one given."""
    scenario_id, workload = wish.pop("scenario", None), wish.pop("workload", None)
    if (scenario_id is None) == (workload is None):
        text = "Give either a scenario or a workload."
        raise Invalid(text, fields={"scenario": [text]})
    if scenario_id is None:
        return {"workload": workload}
    document: dict[str, Any] = referred(selectors.scenario_get, scenario_id, "scenario").document
    return document
