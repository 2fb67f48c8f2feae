"""Usage held against the bill, over the API."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from costing.catalog import selectors as catalog_selectors
from costing.usage import selectors
from costing.usage.models import UsageImport
from costing.usage.serializers import ReconciliationSerializer
from organizations.api.endpoint import Endpoint, operation, referred, shown
from organizations.api.requests import TenantAPIRequest
from organizations.exceptions import Invalid, Missing
from organizations.permissions import Permission

IMPORT = {"usage_import": selectors.usage_import_get}
NO_ID = "Give the id of a row."
UUID_SCHEMA = {"type": "string", "format": "uuid"}
BILLING = OpenApiParameter(
    "billing",
    UUID_SCHEMA,
    description="The usage import that says what was billed; the file's own bill, else the newest.",
)
PRICE_BOOK = OpenApiParameter(
    "price_book", UUID_SCHEMA, description="The price book that predicts; the newest by default."
)


class UsageReconciliation(Endpoint):
    """`/organizations/{org}/usage-imports/{usage_import}/reconciliation/`."""

    tag = "usage"

    @operation(
        "usage_reconciliation_read",
        Permission.SCENARIO_VIEW,
        answers={200: ReconciliationSerializer},
        rows=IMPORT,
        parameters=(BILLING, PRICE_BOOK),
    )
    def get(self, request: TenantAPIRequest, usage_import: UsageImport) -> HttpResponseBase:
        """What a price book predicts of the usage, held against the bill, and why they differ."""
        if not usage_import.is_ready:
            raise Missing("The file has not been read yet.")
        found = selectors.usage_reconcile(
            usage_import,
            billing=_named(request, "billing", selectors.usage_import_get),
            book=_named(request, "price_book", catalog_selectors.price_book_get),
        )
        return Response(shown(ReconciliationSerializer, found, request))


def _named(request: TenantAPIRequest, name: str, load: Any) -> Any:
    """The row that a parameter names; Invalid alike for another's, for none and for no id."""
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        row_id = UUID(text)
    except ValueError:
        raise Invalid(NO_ID, fields={name: [NO_ID]}) from None
    return referred(load, row_id, name)
