"""Re-pricing of a scenario: what it would change, and the act."""

from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from costing.catalog import selectors as catalog_selectors
from costing.catalog import serializers as catalog_serializers
from costing.scenarios import selectors, serializers, services
from costing.scenarios.models import Scenario
from organizations.api.endpoint import Endpoint, checked, operation, referred, shown
from organizations.api.requests import TenantAPIRequest
from organizations.api.versions import ETAG, IF_MATCH, expected_version, precondition, tagged
from organizations.exceptions import Invalid
from organizations.permissions import Permission

BOOK = OpenApiParameter(
    "price_book",
    OpenApiTypes.UUID,
    description="The book to price by; the pinned one, with the contracts of today, unless given.",
)


class ScenarioRepricing(Endpoint):
    """`/organizations/{org}/scenarios/{scenario}/repricing/`."""

    tag = "scenarios"

    @operation(
        "scenario_repricing_preview",
        Permission.SCENARIO_MANAGE,
        answers={200: catalog_serializers.RepricingSerializer},
        rows={"scenario": selectors.scenario_get},
        parameters=(BOOK, ETAG),
    )
    def get(self, request: TenantAPIRequest, scenario: Scenario) -> HttpResponseBase:
        """What other prices would make of a scenario; nothing is changed."""
        given = request.query_params.get("price_book")
        book = scenario.price_book or catalog_selectors.price_book_latest()
        if given is not None:
            book = referred(catalog_selectors.price_book_get, _as_id(given), "price_book")
        if book is None:
            raise Invalid("There is no price book.", fields={"price_book": ["Load one first."]})
        preview = selectors.repricing_preview(scenario, book)
        document = selectors.repricing_document(preview)
        answer = Response(shown(catalog_serializers.RepricingSerializer, document, request))
        return tagged(answer, scenario.version)

    @operation(
        "scenario_reprice",
        Permission.SCENARIO_MANAGE,
        takes=catalog_serializers.RepricingInputSerializer,
        answers={200: serializers.ScenarioSerializer},
        rows={"scenario": selectors.scenario_get},
        parameters=(ETAG, IF_MATCH),
        errors=(409, 412),
    )
    def post(self, request: TenantAPIRequest, scenario: Scenario) -> HttpResponseBase:
        """Pin a book, and the contract prices that hold now, over the version that was read."""
        data = checked(catalog_serializers.RepricingInputSerializer, request)
        version = expected_version(request, data, standing=scenario.version)
        book = referred(catalog_selectors.price_book_get, data["price_book"], "price_book")
        with precondition(request):
            repriced = services.reprice_scenario(
                by=request.actor, scenario=scenario, version=version, book=book
            )
        answer = Response(shown(serializers.ScenarioSerializer, repriced, request))
        return tagged(answer, repriced.version)


def _as_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        fields = {"price_book": ["Give a UUID."]}
        raise Invalid("There is no such book.", fields=fields) from None
