"""Resources of scenarios: economics, comparisons, prices, pools, measured usage, estimates."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from assessments.models import Assessment
from assessments.selectors import assessment_get, scores_compute
from costing.catalog import selectors as catalog_selectors
from costing.catalog.api import book_named
from costing.catalog.offers import OfferFilter
from costing.catalog.origins import Origins
from costing.catalog.pools import PoolWish
from costing.engine import estimate_document
from costing.engine.inputs import Stated
from costing.scenarios import (
    archive,
    estimates,
    measured,
    pools,
    repricing,
    selectors,
    serializers,
    services,
)
from costing.scenarios.content.bases import guess_errors, with_guesses
from costing.scenarios.content.comparison import compare
from costing.scenarios.economics import request_economics
from costing.scenarios.estimate_command import line_of
from costing.scenarios.models import Scenario
from costing.scenarios.reassessment import ReassessmentViewSet
from costing.scenarios.replay_api import LogReplayViewSet, ReplayedHitsViewSet
from costing.scenarios.schemas import reference
from costing.usage import selectors as usage_selectors
from costing.usage.models import UsageImport
from costing.usage.serializers import MeasuredScenarioInputSerializer
from jobs.api import accepted
from jobs.models import Job, JobState
from jobs.serializers import JobSerializer
from organizations.api.authentication import TenantAPIRequest
from organizations.api.errors import error_body
from organizations.api.headers import ETAG, IF_MATCH, expected_version, precondition, tagged
from organizations.api.views import (
    NO_SUCH,
    CreateMixin,
    Data,
    ListMixin,
    Operation,
    ResourceViewSet,
    RetrieveMixin,
    UpdateMixin,
    action,
    find_referenced,
    resource,
)
from organizations.concurrency import place
from organizations.exceptions import Conflict, DomainError, Invalid
from organizations.permissions import Permission

BOOK = OpenApiParameter(
    "price_book",
    OpenApiTypes.UUID,
    description="The book to price by; the pinned one, with the contracts of today, unless given.",
)


class ScenarioViewSet(CreateMixin, ListMixin, RetrieveMixin, UpdateMixin, ResourceViewSet):
    """One scenario."""

    tag = "scenarios"
    operations = {
        "list": Operation(Permission.SCENARIO_VIEW, is_kept=True),
        "retrieve": Operation(Permission.SCENARIO_VIEW),
        "create": Operation(Permission.SCENARIO_MANAGE, takes=serializers.ScenarioInputSerializer),
        "update": Operation(
            Permission.SCENARIO_MANAGE, takes=serializers.ScenarioChangeInputSerializer
        ),
        "compute": Operation(Permission.SCENARIO_MANAGE, gives={202: JobSerializer}),
        "result": Operation(Permission.SCENARIO_VIEW, gives=serializers.LatestEconomicsSerializer),
        "preview_repricing": Operation(
            Permission.SCENARIO_MANAGE,
            gives=serializers.RepricingSerializer,
            parameters=(BOOK, ETAG),
            name="scenario_repricing_preview",
        ),
        "reprice": Operation(
            Permission.SCENARIO_MANAGE,
            takes=serializers.RepricingInputSerializer,
            parameters=(ETAG, IF_MATCH),
            errors=(409, 412),
        ),
    }
    loaders = {"assessment": assessment_get, "scenario": selectors.scenario_get}
    serializer_class = serializers.ScenarioSerializer
    is_versioned = True
    ordering = ("-changed_at", "-pk")

    def list_rows(self, assessment: Assessment) -> Any:
        """An assessment's scenarios, the last changed first."""
        return selectors.scenario_list(assessment)

    def perform_create(self, data: Data, assessment: Assessment) -> Scenario:
        """Add a scenario; the latest price book and the contract prices that hold are pinned."""
        origins = _origins(data, {})
        content = services.ScenarioInput(**data, origins=origins)
        return services.create_scenario(
            by=self.request.actor, assessment=assessment, content=content
        )

    def perform_update(self, data: Data, scenario: Scenario) -> Scenario:
        """Change a scenario over the version that was read; its price book stays."""
        version = data.pop("version")
        origins = scenario.figure_origins if data["document"] == scenario.document else {}
        origins = _origins(data, origins)
        content = services.ScenarioInput.of(scenario, origins=origins, **data)
        return services.save_scenario(
            by=self.request.actor, scenario=scenario, version=version, content=content
        )

    @action("computations", "post", name="computation")
    def compute(self, request: TenantAPIRequest, scenario: Scenario) -> Response:
        """Ask for a scenario's economics; `result/` has them when the job is done."""
        return accepted(request, request_economics(by=request.actor, scenario=scenario))

    @action("result", "get")
    def result(self, request: TenantAPIRequest, scenario: Scenario) -> Response:
        """The newest economics of a scenario, and whether it changed since."""
        economics = selectors.economics_latest(scenario)
        if economics is None:
            raise Http404
        scores = scores_compute(scenario.assessment)
        context = self.get_serializer_context() | {
            "changed_since": selectors.economics_change(
                scenario, economics, scores, maturity=economics.estimate.scenario.maturity
            ),
            "provisional": scores.provisional,
        }
        return Response(serializers.LatestEconomicsSerializer(economics, context=context).data)

    @action("repricing", "post")
    def reprice(self, request: TenantAPIRequest, scenario: Scenario) -> Response:
        """Pin a book, and the contract prices that hold now, over the version that was read."""
        data = self.validated()
        version = expected_version(request, data, standing=scenario.version)
        book = book_named(data["price_book"], "price_book")
        with precondition(request):
            repriced = repricing.reprice_scenario(
                by=request.actor, scenario=scenario, version=version, book=book
            )
        return self.respond(repriced)

    @reprice.mapping.get
    def preview_repricing(self, request: TenantAPIRequest, scenario: Scenario) -> Response:
        """What other prices would make of a scenario; nothing is changed."""
        given = request.query_params.get("price_book")
        book = scenario.price_book or catalog_selectors.price_book_latest()
        if given is not None:
            book = book_named(given, "price_book")
        if book is None:
            raise Invalid("There is no price book.", fields={"price_book": ["Load one first."]})
        preview = repricing.repricing_preview(scenario, book)
        return tagged(Response(serializers.RepricingSerializer(preview).data), scenario.version)


def _origins(data: Data, origins: Origins) -> Origins:
    """Take the guesses out of a scenario's data into its origins; without any said, they stay.

    Raises Invalid with the place of every path at fault.
    """
    guessed = data.pop("guessed", None)
    if guessed is None:
        return origins
    errors = guess_errors(Stated(data["document"]), guessed)
    if errors:
        raise Invalid("Some inputs cannot be called guesses.", fields=errors)
    return with_guesses(origins, guessed)


class ResultViewSet(RetrieveMixin, ResourceViewSet):
    """One result; it never changes."""

    tag = "scenarios"
    operations = {"retrieve": Operation(Permission.SCENARIO_VIEW)}
    loaders = {"result": selectors.economics_get}
    serializer_class = serializers.EconomicsSerializer


class ComparisonViewSet(ResourceViewSet):
    """Scenarios side by side, of which nothing is kept."""

    tag = "scenarios"
    operations = {
        "create": Operation(
            Permission.SCENARIO_VIEW,
            takes=serializers.ComparisonInputSerializer,
            gives={200: serializers.ComparisonSerializer},
            name="comparison",
            is_once=False,
        ),
    }
    loaders = {"assessment": assessment_get}

    def create(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """Two to four scenarios of the assessment's client side by side; nothing is kept."""
        chosen = self.validated()["scenarios"]
        try:
            compared = selectors.scenarios_compared(assessment.client_id, chosen)
        except ObjectDoesNotExist:
            fields = {"scenarios": [NO_SUCH]}
            raise Invalid("There is no such scenario.", fields=fields) from None
        return Response(serializers.ComparisonSerializer(compare(compared)).data)


class PoolProposalViewSet(ResourceViewSet):
    """Pools proposed for a workload."""

    tag = "catalog"
    operations = {
        "create": Operation(
            Permission.CATALOG_VIEW,
            takes=serializers.PoolWishInputSerializer,
            gives={200: serializers.PoolProposalListSerializer},
            name="pool_propose",
            is_once=False,
        ),
    }

    def create(self, request: TenantAPIRequest) -> Response:
        """The cheapest pools for a scenario's workload, or for one of which nothing is kept."""
        wish = self.validated()
        document = _document(wish)
        limit = wish.pop("limit")
        offers = OfferFilter(**{name: wish.pop(name) for name in pools.WHERE})
        wished = PoolWish(**wish, keeps=document.get("pool") or {})
        with place(request.organization.pk):
            proposed = pools.propose_pools(document, wished, offers, limit=limit)
        return Response(serializers.PoolProposalListSerializer(proposed).data)


def _document(wish: Data) -> Data:
    scenario_id, workload = wish.pop("scenario", None), wish.pop("workload", None)
    if (scenario_id is None) == (workload is None):
        text = "Give either a scenario or a workload."
        raise Invalid(text, fields={"scenario": [text]})
    if scenario_id is None:
        return {"workload": workload}
    document: Data = find_referenced(selectors.scenario_get, scenario_id, "scenario").document
    return document


class UsageScenarioViewSet(ResourceViewSet):
    """A scenario made of measured usage."""

    tag = "usage"
    operations = {
        "measure": Operation(
            Permission.SCENARIO_MANAGE,
            takes=MeasuredScenarioInputSerializer,
            gives={201: serializers.ScenarioSerializer},
            parameters=(ETAG,),
            errors=(409,),
            name="usage_scenario_create",
        ),
    }
    loaders = {"usage_import": usage_selectors.usage_import_get}
    serializer_class = serializers.ScenarioSerializer
    is_versioned = True

    @action("scenarios", "post", name="scenario")
    def measure(self, request: TenantAPIRequest, usage_import: UsageImport) -> Response:
        """Make a scenario of what was measured, or put it into one of the assessment's."""
        data = self.validated()
        scenario_id = data.get("scenario")
        scenario = scenario_id and find_referenced(selectors.scenario_get, scenario_id, "scenario")
        stored = measured.measure_scenario(
            by=request.actor,
            usage_import=usage_import,
            scenario=scenario,
            given=measured.MeasuredInput(
                reference=data.get("model", ""),
                calls_per_month=data.get("calls_per_month"),
                by_group=data["by_group"],
                source_url=reverse(
                    "usage:usage-import-detail",
                    args=[request.organization.slug, usage_import.pk],
                ),
            ),
        )
        return self.respond_created(stored, at="scenario-detail")


BULK_ESTIMATES = {
    "type": "object",
    "properties": {
        "results": {
            "type": "array",
            "items": {"oneOf": [reference("Estimate"), reference("Error")]},
        }
    },
    "required": ["results"],
}


class EstimateViewSet(ResourceViewSet):
    """An estimate that a job computed; 409 until it is done."""

    tag = "estimates"
    operations = {
        "create": Operation(
            Permission.CATALOG_VIEW,
            takes={"application/json": reference("ScenarioDocument")},
            gives={200: reference("Estimate"), 202: JobSerializer},
            name="estimate",
            is_once=False,
        ),
        "retrieve": Operation(
            Permission.CATALOG_VIEW, gives={200: reference("Estimate")}, errors=(409,)
        ),
    }
    loaders = {"estimate": estimates.estimate_job_get}

    def create(self, request: TenantAPIRequest) -> HttpResponse:
        """The economics of a scenario, as `manage.py estimate` prints them; of a heavy one, a job.

        Nothing is stored but what a job computed: `subject_id` names it below `estimates/`.
        """
        found = estimates.estimate_scenario(
            by=request.actor, document=request.data, today=timezone.now().date()
        )
        if isinstance(found, Job):
            return accepted(request, found)
        return HttpResponse(found, content_type="application/json")

    def retrieve(self, request: TenantAPIRequest, estimate: Job) -> Response:
        """Return the job's result."""
        if estimate.state != JobState.DONE:
            raise Conflict("It is not computed.", current={"state": estimate.state})
        return Response(estimate.result)


class BulkEstimateViewSet(ResourceViewSet):
    """Estimates of many scenarios at once."""

    tag = "estimates"
    operations = {
        "create": Operation(
            Permission.CATALOG_VIEW,
            takes=serializers.BulkEstimateInputSerializer,
            gives={200: BULK_ESTIMATES},
            name="estimate_bulk",
            is_once=False,
        ),
    }

    def create(self, request: TenantAPIRequest) -> HttpResponse:
        """The economics of each scenario, or what is wrong with it, in their order; none is kept.

        One that is heavy, or for which 2 s are too short, has an error: `estimates/` takes it.
        """
        found = estimates.estimate_scenarios(
            by=request.actor,
            documents=self.validated()["scenarios"],
            today=timezone.now().date(),
        )
        bodies = [
            error_body(each.code, each.message, each.fields)
            if isinstance(each, DomainError)
            else estimate_document(each)
            for each in found
        ]
        return HttpResponse(line_of({"results": bodies}), content_type="application/json")


ASSESSMENT = "assessments/<uuid:assessment>/"
urlpatterns = [
    *resource("assessment", ReassessmentViewSet, one=ASSESSMENT),
    *resource(
        "scenario",
        ScenarioViewSet,
        many=f"{ASSESSMENT}scenarios/",
        one="scenarios/<uuid:scenario>/",
    ),
    *resource("comparison", ComparisonViewSet, many=f"{ASSESSMENT}comparisons/"),
    *resource("result", ResultViewSet, one="results/<uuid:result>/"),
    *resource("pool-proposal", PoolProposalViewSet, many="pool-proposals/"),
    *resource("usage", UsageScenarioViewSet, one="usage-imports/<uuid:usage_import>/"),
    *resource("bulk-estimate", BulkEstimateViewSet, many="estimates/bulk/"),
    *resource("estimate", EstimateViewSet, many="estimates/", one="estimates/<uuid:estimate>/"),
    *resource(
        "log-replay",
        LogReplayViewSet,
        many="scenarios/<uuid:scenario>/log-replays/",
        one="log-replays/<uuid:log_replay>/",
    ),
    *resource("log-replay", ReplayedHitsViewSet, one="log-replays/<uuid:log_replay>/"),
    *archive.urlpatterns,
]
