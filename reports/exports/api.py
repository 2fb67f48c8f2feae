"""Operations on exports of the organization: jobs that make an archive."""

from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from rest_framework.response import Response

from jobs.api import accepted
from jobs.models import Job
from jobs.serializers import JobSerializer
from organizations.api.authentication import TenantAPIRequest
from organizations.api.views import ListMixin, Operation, ResourceViewSet, action, resource
from organizations.permissions import Permission
from reports.exports import services
from reports.exports.views import archive_response


class ExportViewSet(ListMixin, ResourceViewSet):
    """Archives of all that the organization has; only a person who owns it asks for one."""

    tag = "organizations"
    operations = {
        "list": Operation(Permission.ORGANIZATION_EXPORT),
        "create": Operation(Permission.ORGANIZATION_EXPORT, gives={202: JobSerializer}),
        "file": Operation(
            Permission.ORGANIZATION_EXPORT, gives={(200, "application/zip"): OpenApiTypes.BINARY}
        ),
    }
    loaders = {"export": services.export_get}
    serializer_class = JobSerializer
    ordering = ("-requested_at", "-pk")

    def list_rows(self) -> Any:
        """The exports that were asked for, the newest first."""
        return services.export_list()

    def create(self, request: TenantAPIRequest) -> Response:
        """Have all rows and files put into one archive, by a job."""
        page = reverse("reports:export-list", args=[request.organization.slug])
        return accepted(request, services.request_export(by=request.actor, next_url=page))

    @action("file", "get")
    def file(self, request: TenantAPIRequest, export: Job) -> HttpResponseBase:
        """The archive of an export that is done; 404 before, and once it is kept no longer."""
        return archive_response(export, request.organization.slug)


urlpatterns = resource("export", ExportViewSet, many="exports/", one="exports/<uuid:export>/")
