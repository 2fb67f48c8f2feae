"""Operations on scenarios, their economics, and estimates of which nothing is kept."""

from django.http import Http404, HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from rest_framework.response import Response

from assessments.models import Assessment
from assessments.selectors import assessment_get
from costing.scenarios import selectors, serializers, services
from costing.scenarios.models import EconomicsResult, Scenario
from jobs.api import accepted
from jobs.serializers import JobSerializer
from organizations.api.endpoint import Endpoint, checked, made, operation, shown
from organizations.api.pagination import PAGING, page_of, page_schema
from organizations.api.requests import TenantAPIRequest
from organizations.api.versions import ETAG, IF_MATCH, expected_version, precondition, tagged
from organizations.permissions import Permission

SCENARIO = {"scenario": selectors.scenario_get}


class ScenarioList(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/scenarios/`."""

    tag = "scenarios"

    @operation(
        "scenario_list",
        Permission.SCENARIO_VIEW,
        answers={200: page_schema(serializers.ScenarioSerializer)},
        rows={"assessment": assessment_get},
        parameters=PAGING,
    )
    def get(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """An assessment's scenarios, the last changed first."""
        rows = selectors.scenario_list(assessment)
        order = ("-changed_at", "-pk")
        return page_of(request, rows, serializers.ScenarioSerializer, order=order)

    @operation(
        "scenario_create",
        Permission.SCENARIO_MANAGE,
        takes=serializers.ScenarioInputSerializer,
        answers={201: serializers.ScenarioSerializer},
        rows={"assessment": assessment_get},
        parameters=(ETAG,),
    )
    def post(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """Add a scenario; the latest price book and the contract prices that hold are pinned."""
        data = checked(serializers.ScenarioInputSerializer, request)
        scenario = services.create_scenario(
            by=request.actor, assessment=assessment, content=services.ScenarioInput(**data)
        )
        answer = made(serializers.ScenarioSerializer, scenario, request, at="scenario-detail")
        return tagged(answer, scenario.version)


class ScenarioDetail(Endpoint):
    """`/organizations/{org}/scenarios/{scenario}/`."""

    tag = "scenarios"

    @operation(
        "scenario_read",
        Permission.SCENARIO_VIEW,
        answers={200: serializers.ScenarioSerializer},
        rows=SCENARIO,
        parameters=(ETAG,),
    )
    def get(self, request: TenantAPIRequest, scenario: Scenario) -> HttpResponseBase:
        """One scenario."""
        answer = Response(shown(serializers.ScenarioSerializer, scenario, request))
        return tagged(answer, scenario.version)

    @operation(
        "scenario_save",
        Permission.SCENARIO_MANAGE,
        takes=serializers.ScenarioChangeInputSerializer,
        answers={200: serializers.ScenarioSerializer},
        rows=SCENARIO,
        parameters=(ETAG, IF_MATCH),
        errors=(409, 412),
    )
    def put(self, request: TenantAPIRequest, scenario: Scenario) -> HttpResponseBase:
        """Change a scenario over the version that was read; its price book stays."""
        data = checked(serializers.ScenarioChangeInputSerializer, request)
        version = expected_version(request, data, standing=scenario.version)
        content = services.ScenarioInput(
            title=data["title"],
            document=data["document"],
            trigger=scenario.trigger,
            origins=scenario.origins if data["document"] == scenario.document else {},
        )
        with precondition(request):
            saved = services.save_scenario(
                by=request.actor, scenario=scenario, version=version, content=content
            )
        answer = Response(shown(serializers.ScenarioSerializer, saved, request))
        return tagged(answer, saved.version)


class ScenarioComputation(Endpoint):
    """`/organizations/{org}/scenarios/{scenario}/computations/`."""

    tag = "scenarios"

    @operation(
        "scenario_compute",
        Permission.SCENARIO_MANAGE,
        answers={202: JobSerializer},
        rows=SCENARIO,
    )
    def post(self, request: TenantAPIRequest, scenario: Scenario) -> HttpResponseBase:
        """Ask for a scenario's economics; `result/` has them when the job is done."""
        job = services.request_economics(by=request.actor, scenario=scenario)
        return accepted(request, job)


class ScenarioResult(Endpoint):
    """`/organizations/{org}/scenarios/{scenario}/result/`."""

    tag = "scenarios"

    @operation(
        "scenario_result",
        Permission.SCENARIO_VIEW,
        answers={200: serializers.LatestEconomicsSerializer},
        rows=SCENARIO,
    )
    def get(self, request: TenantAPIRequest, scenario: Scenario) -> HttpResponseBase:
        """The newest economics of a scenario, and whether it changed since."""
        economics = selectors.economics_latest(scenario)
        if economics is None:
            raise Http404
        changed = selectors.economics_change(scenario, economics)
        context = {"org": request.organization.slug, "changed_since": changed}
        return Response(serializers.LatestEconomicsSerializer(economics, context=context).data)


class ResultDetail(Endpoint):
    """`/organizations/{org}/results/{result}/`."""

    tag = "scenarios"

    @operation(
        "result_read",
        Permission.SCENARIO_VIEW,
        answers={200: serializers.EconomicsSerializer},
        rows={"result": selectors.economics_get},
    )
    def get(self, request: TenantAPIRequest, result: EconomicsResult) -> HttpResponseBase:
        """One result; it never changes."""
        return Response(shown(serializers.EconomicsSerializer, result, request))


class EstimateList(Endpoint):
    """`/organizations/{org}/estimates/`."""

    tag = "estimates"

    @operation(
        "estimate",
        Permission.CATALOG_VIEW,
        takes=OpenApiTypes.OBJECT,
        answers={200: OpenApiTypes.OBJECT},
        makes=False,
    )
    def post(self, request: TenantAPIRequest) -> HttpResponseBase:
        """The economics of a scenario, as `manage.py estimate` prints them; nothing is kept."""
        return Response(services.estimate_scenario(request.data, today=timezone.now().date()))
