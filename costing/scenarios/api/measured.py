"""A scenario made of measured usage, over the API."""

from uuid import UUID

from django.http import HttpResponseBase
from django.urls import reverse

from costing.scenarios import selectors, services
from costing.scenarios.models import Scenario
from costing.scenarios.serializers import ScenarioSerializer
from costing.usage import selectors as usage_selectors
from costing.usage.models import UsageImport
from costing.usage.serializers import MeasuredScenarioInputSerializer
from organizations.api.endpoint import Endpoint, checked, created, operation, referred, shown
from organizations.api.requests import TenantAPIRequest
from organizations.api.versions import ETAG, tagged
from organizations.permissions import Permission

IMPORT = {"usage_import": usage_selectors.usage_import_get}


class UsageScenario(Endpoint):
    """`/organizations/{org}/usage-imports/{usage_import}/scenarios/`."""

    tag = "usage"

    @operation(
        "usage_scenario_create",
        Permission.SCENARIO_MANAGE,
        takes=MeasuredScenarioInputSerializer,
        answers={201: ScenarioSerializer},
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
                "scenarios:usage-import-detail", args=[request.organization.slug, usage_import.pk]
            ),
        )
        scenario = _stored(request, usage_import, data.get("scenario"), given)
        url = reverse("api:scenario-detail", args=[request.organization.slug, scenario.pk])
        answer = created(shown(ScenarioSerializer, scenario, request), url=url)
        return tagged(answer, scenario.version)


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
