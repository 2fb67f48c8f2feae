"""Resources of usage: imports, what they came to, and why a bill is what it is."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter
from rest_framework.decorators import action as extra_action
from rest_framework.response import Response

from assessments.models import Assessment
from assessments.selectors import assessment_get
from costing.catalog.selectors import price_book_get
from costing.usage import selectors, serializers, services
from costing.usage.models import NOT_READ, UsageImport
from costing.usage.pulls.api import urlpatterns as pull_paths
from jobs.api import accepted
from jobs.serializers import JobSerializer
from organizations.api.authentication import TenantAPIRequest
from organizations.api.parsing import StrictFormParser
from organizations.api.views import (
    DestroyMixin,
    ListMixin,
    Operation,
    ResourceViewSet,
    RetrieveMixin,
    action,
    find_referenced,
    resource,
)
from organizations.exceptions import Invalid, Missing
from organizations.permissions import Permission

USAGE_IMPORT = "usage-imports/<uuid:usage_import>/"
NO_ID = "Give the id of a row."
UUID_SCHEMA = {"type": "string", "format": "uuid"}
BILLING = OpenApiParameter(
    "billing",
    UUID_SCHEMA,
    description="The usage import that says what was billed; by default the file's own bill, else"
    " the newest of the same hours that names one of its models.",
)
PRICE_BOOK = OpenApiParameter(
    "price_book", UUID_SCHEMA, description="The price book that predicts; the newest by default."
)


class UsageImportViewSet(ListMixin, RetrieveMixin, DestroyMixin, ResourceViewSet):
    """One import: what it was read as, and how many rows counted."""

    tag = "usage"
    operations = {
        "list": Operation(Permission.SCENARIO_VIEW, is_kept=True),
        "create": Operation(
            Permission.SCENARIO_MANAGE,
            takes={StrictFormParser.media_type: serializers.UsageInputSerializer},
            gives={200: serializers.UsageImportSerializer, 202: JobSerializer},
        ),
        "retrieve": Operation(Permission.SCENARIO_VIEW, is_kept=True),
        "destroy": Operation(Permission.SCENARIO_MANAGE, status=204, errors=(409,)),
    }
    loaders = {"assessment": assessment_get, "usage_import": selectors.usage_import_get}
    serializer_class = serializers.UsageImportSerializer
    parser_classes = (StrictFormParser,)
    ordering = ("-imported_at", "-pk")

    def list_rows(self, assessment: Assessment) -> QuerySet[UsageImport]:
        """An assessment's usage imports, the last one first."""
        return selectors.usage_import_list(assessment)

    def create(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """Send files of usage, to be read by a job; what was read before answers at once."""
        return _requested(
            self,
            services.request_usage_import(
                by=request.actor,
                assessment=assessment,
                sent=services.UsageFile.of(self.validated(serializers.UsageInputSerializer)),
                next_url=partial(_import_url, request),
            ),
        )

    def perform_destroy(self, usage_import: UsageImport) -> None:
        """Archive an import with all that it came to: it can be restored."""
        services.archive_usage_import(by=self.request.actor, usage_import=usage_import)


class UsagePreviewViewSet(ResourceViewSet):
    """The first rows of a file as they will be counted."""

    tag = "usage"
    operations = {
        "create": Operation(
            Permission.SCENARIO_MANAGE,
            takes={StrictFormParser.media_type: serializers.UsageInputSerializer},
            gives=serializers.PreviewSerializer,
            status=200,
        ),
    }
    loaders = {"assessment": assessment_get}
    parser_classes = (StrictFormParser,)

    def create(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """Send files to see how the first is read, and its first rows; nothing of them is kept."""
        sent = services.UsageFile.of(self.validated(serializers.UsageInputSerializer))
        return self.respond(services.preview_usage(by=request.actor, sent=sent))


class UsageMergeViewSet(ResourceViewSet):
    """Imports that are to be one."""

    tag = "usage"
    operations = {
        "create": Operation(
            Permission.SCENARIO_MANAGE,
            takes=serializers.MergeInputSerializer,
            gives={200: serializers.UsageImportSerializer, 202: JobSerializer},
        ),
    }
    loaders = {"assessment": assessment_get}
    serializer_class = serializers.UsageImportSerializer

    def create(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """Ask for imports to be one more, which counts what they do; they stay as they are."""
        return _requested(
            self,
            services.request_usage_merge(
                by=request.actor,
                assessment=assessment,
                next_url=partial(_import_url, request),
                **self.validated(serializers.MergeInputSerializer),
            ),
        )


def _import_url(request: TenantAPIRequest, pk: UUID) -> str:
    return reverse("usage:usage-import-detail", args=[request.organization.slug, pk])


def _requested(view: ResourceViewSet, requested: services.RequestedImport) -> Response:
    """Respond with the job that was asked for, else with the import that there is."""
    if requested.job is not None:
        return accepted(view.request, requested.job)
    response = view.respond(requested.usage_import)
    response["Location"] = response.data["url"]
    return response


class UsageViewSet(ResourceViewSet):
    """What an import came to."""

    tag = "usage"
    operations = {
        "bad_rows": Operation(
            Permission.SCENARIO_VIEW,
            gives=serializers.BadRowListSerializer,
            name="usage_bad_row_list",
        ),
        "figures": Operation(
            Permission.SCENARIO_VIEW,
            gives=serializers.UsageFiguresSerializer,
            name="usage_figures_read",
        ),
        "coverage": Operation(
            Permission.SCENARIO_MANAGE,
            takes=serializers.CoverageInputSerializer,
            gives=serializers.UsageFiguresSerializer,
            errors=(409,),
            name="usage_coverage_update",
        ),
        "reconciliation": Operation(
            Permission.SCENARIO_VIEW,
            gives=serializers.ReconciliationSerializer,
            parameters=(BILLING, PRICE_BOOK),
            name="usage_reconciliation_read",
        ),
    }
    loaders = {"usage_import": selectors.usage_import_get}

    @extra_action(detail=True, url_path="bad-rows", url_name="bad-row-list")
    def bad_rows(self, request: TenantAPIRequest, usage_import: UsageImport) -> Response:
        """The first hundred rows that could not be used, each with its line and the reason."""
        return self.respond(usage_import)

    @action("figures", "get")
    def figures(self, request: TenantAPIRequest, usage_import: UsageImport) -> Response:
        """What an import came to, and the workload that it proposes."""
        return self.respond(_ready(usage_import))

    @action("coverage", "put")
    def coverage(self, request: TenantAPIRequest, usage_import: UsageImport) -> Response:
        """Say what a file covers: its month is estimated anew from its whole days."""
        coverage = services.Coverage(**self.validated(serializers.CoverageInputSerializer))
        changed = services.change_coverage(
            by=request.actor, usage_import=_ready(usage_import), coverage=coverage
        )
        return self.respond(changed)

    @action("reconciliation", "get")
    def reconciliation(self, request: TenantAPIRequest, usage_import: UsageImport) -> Response:
        """What a price book predicts of the usage, held against the bill, and why they differ."""
        compared = selectors.usage_reconcile(
            _ready(usage_import),
            billing=self._named("billing", selectors.usage_import_get),
            book=self._named("price_book", price_book_get),
        )
        return self.respond(compared)

    def _named(self, name: str, load: Callable[[UUID], Any]) -> Any:
        """The row that a parameter names; Invalid alike for another's, for none and for no id."""
        text = self.request.query_params.get(name)
        if text is None:
            return None
        try:
            row_id = UUID(text)
        except ValueError:
            raise Invalid.at(name, NO_ID) from None
        return find_referenced(load, row_id, name)


def _ready(usage_import: UsageImport) -> UsageImport:
    if not usage_import.is_ready:
        raise Missing(NOT_READ)
    return usage_import


urlpatterns = [
    *resource(
        "usage-import",
        UsageImportViewSet,
        many="assessments/<uuid:assessment>/usage-imports/",
        one=USAGE_IMPORT,
    ),
    *resource(
        "usage-preview",
        UsagePreviewViewSet,
        many="assessments/<uuid:assessment>/usage-previews/",
    ),
    *resource("usage-merge", UsageMergeViewSet, many="assessments/<uuid:assessment>/usage-merges/"),
    *resource("usage", UsageViewSet, one=USAGE_IMPORT),
    *pull_paths,
]
