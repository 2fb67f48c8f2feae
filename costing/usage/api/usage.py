"""Operations on usage imports: send a file, see what it came to, remove it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.urls import reverse
from rest_framework.response import Response

from assessments.models import Assessment
from assessments.selectors import assessment_get
from costing.usage import Columns, selectors, services
from costing.usage.models import UsageImport
from costing.usage.serializers import (
    BadRowListSerializer,
    UsageFiguresSerializer,
    UsageImportSerializer,
    UsageInputSerializer,
)
from jobs.api import accepted
from jobs.serializers import JobSerializer
from organizations.api.endpoint import Endpoint, checked, created, operation, shown
from organizations.api.pagination import PAGING, page_of, page_schema
from organizations.api.parsing import StrictFormParser
from organizations.api.requests import TenantAPIRequest
from organizations.exceptions import Missing
from organizations.permissions import Permission

IMPORT = {"usage_import": selectors.usage_import_get}
NOT_READ = "The file has not been read yet."


class UsageImportList(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/usage-imports/`."""

    tag = "usage"
    parser_classes = (StrictFormParser,)

    @operation(
        "usage_import_list",
        Permission.SCENARIO_VIEW,
        answers={200: page_schema(UsageImportSerializer)},
        rows={"assessment": assessment_get},
        parameters=PAGING,
    )
    def get(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """An assessment's usage imports, the last one first."""
        rows = selectors.usage_import_list(assessment)
        return page_of(request, rows, UsageImportSerializer, order=("-imported_at", "-pk"))

    @operation(
        "usage_import_create",
        Permission.SCENARIO_MANAGE,
        takes={"multipart/form-data": UsageInputSerializer},
        answers={200: UsageImportSerializer, 202: JobSerializer},
        rows={"assessment": assessment_get},
    )
    def post(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """Send a file of usage, to be read by a job; one that was read before answers at once."""
        data = checked(UsageInputSerializer, request)
        requested = services.request_usage_import(
            by=request.actor,
            assessment=assessment,
            file=_file(data),
            next_url=lambda import_id: _page(request, import_id),
        )
        if requested.job is not None:
            return accepted(request, requested.job)
        answer = shown(UsageImportSerializer, requested.usage_import, request)
        return created(answer, url=answer["url"], status=200)


class UsageImportDetail(Endpoint):
    """`/organizations/{org}/usage-imports/{usage_import}/`."""

    tag = "usage"

    @operation(
        "usage_import_read",
        Permission.SCENARIO_VIEW,
        answers={200: UsageImportSerializer},
        rows=IMPORT,
    )
    def get(self, request: TenantAPIRequest, usage_import: UsageImport) -> HttpResponseBase:
        """One import: what it was read as, and how many rows counted."""
        return Response(shown(UsageImportSerializer, usage_import, request))

    @operation(
        "usage_import_delete",
        Permission.SCENARIO_MANAGE,
        answers={204: None},
        rows=IMPORT,
        errors=(409,),
    )
    def delete(self, request: TenantAPIRequest, usage_import: UsageImport) -> HttpResponseBase:
        """Remove an import with all that it came to."""
        services.delete_usage_import(by=request.actor, usage_import=usage_import)
        return Response(status=204)


class UsageBadRowList(Endpoint):
    """`/organizations/{org}/usage-imports/{usage_import}/bad-rows/`."""

    tag = "usage"

    @operation(
        "usage_bad_row_list",
        Permission.SCENARIO_VIEW,
        answers={200: BadRowListSerializer},
        rows=IMPORT,
    )
    def get(self, request: TenantAPIRequest, usage_import: UsageImport) -> HttpResponseBase:
        """The first hundred rows that could not be used, each with its line and the reason."""
        rows = {"total": usage_import.bad_rows, "results": usage_import.listed_rows}
        return Response(shown(BadRowListSerializer, rows, request))


class UsageFiguresDetail(Endpoint):
    """`/organizations/{org}/usage-imports/{usage_import}/figures/`."""

    tag = "usage"

    @operation(
        "usage_figures_read",
        Permission.SCENARIO_VIEW,
        answers={200: UsageFiguresSerializer},
        rows=IMPORT,
    )
    def get(self, request: TenantAPIRequest, usage_import: UsageImport) -> HttpResponseBase:
        """What an import came to, and the workload that it proposes."""
        if not usage_import.is_ready:
            raise Missing(NOT_READ)
        return Response(shown(UsageFiguresSerializer, usage_import, request))


def _file(data: dict[str, Any]) -> services.UsageFile:
    columns = {name: data[name] for name in Columns.__dataclass_fields__ if name in data}
    return services.UsageFile(
        filename=data["file"].name,
        chunks=data["file"].chunks(),
        chosen=data["format"],
        columns=Columns(**columns, input_includes_cache=data["cached"] == "inside"),
    )


def _page(request: TenantAPIRequest, import_id: UUID) -> str:
    return reverse("scenarios:usage-import-detail", args=[request.organization.slug, import_id])
