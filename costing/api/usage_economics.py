"""Operations that make something of usage: a scenario, a reconciliation with the bill."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from costing import selectors, serializers, services
from costing.models import Scenario, UsageImport
from costing.serializers.reconciliations import (
    MeasuredScenarioInputSerializer,
    ReconciliationSerializer,
)
from organizations.api.endpoint import (
    Endpoint,
    checked,
    created,
    operation,
    referred,
    shown,
)
from organizations.api.requests import TenantAPIRequest
from organizations.api.versions import ETAG, tagged
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


class UsageScenario(Endpoint):
    """`/organizations/{org}/usage-imports/{usage_import}/scenarios/`."""

    tag = "usage"

    @operation(
        "usage_scenario_create",
        Permission.SCENARIO_MANAGE,
        takes=MeasuredScenarioInputSerializer,
        answers={201: serializers.ScenarioSerializer},
        rows=IMPORT,
        parameters=(ETAG,),
        errors=(409,),
    )
    def post(self, request: TenantAPIRequest, usage_import: UsageImport) -> HttpResponseBase:
        """Make a scenario of what was measured, or put it into one of the assessment's."""
        data = checked(MeasuredScenarioInputSerializer, request)
        given = services.MeasuredInput(
            reference=data.get("model", ""),
            calls_per_month=data.get("calls_per_month"),
            source_url=reverse(
                "costing:usage-import-detail", args=[request.organization.slug, usage_import.pk]
            ),
        )
        scenario = _stored(request, usage_import, data.get("scenario"), given)
        url = reverse("api:scenario-detail", args=[request.organization.slug, scenario.pk])
        answer = created(shown(serializers.ScenarioSerializer, scenario, request), url=url)
        return tagged(answer, scenario.version)


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
            book=_named(request, "price_book", selectors.price_book_get),
        )
        return Response(shown(ReconciliationSerializer, found, request))


def _stored(
    request: TenantAPIRequest,
    usage_import: UsageImport,
    scenario_id: UUID | None,
    given: services.MeasuredInput,
) -> Scenario:
    if scenario_id is None:
        return services.create_measured_scenario(
            by=request.actor, usage_import=usage_import, given=given
        )
    scenario = referred(selectors.scenario_get, scenario_id, "scenario")
    return services.measure_scenario(
        by=request.actor, usage_import=usage_import, scenario=scenario, given=given
    )


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
