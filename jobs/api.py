"""Operations on jobs: how far they are, and stopping them."""

from typing import Any

from django_filters import FilterSet, filters
from rest_framework.response import Response

from jobs import selectors, services
from jobs.models import Job, JobState
from jobs.serializers import JobSerializer
from organizations.api.authentication import TenantAPIRequest
from organizations.api.views import (
    ListMixin,
    Operation,
    ResourceViewSet,
    RetrieveMixin,
    action,
    resource,
)
from organizations.permissions import Permission


def accepted(request: TenantAPIRequest, job: Job) -> Response:
    """Respond that a job was asked for, and where to ask how far it is."""
    data = JobSerializer(job, context={"org": request.organization.slug}).data
    return Response(data, status=202, headers={"Location": data["url"]})


class JobFilter(FilterSet):
    """Jobs by state, kind and what they are about."""

    state = filters.ChoiceFilter(choices=JobState.choices)
    kind = filters.CharFilter()
    subject_id = filters.UUIDFilter()
    client = filters.UUIDFilter(field_name="client_id")


class JobViewSet(ListMixin, RetrieveMixin, ResourceViewSet):
    """How far a job is; ask again until its state is `done`, `failed`, `refused` or `cancelled`."""

    tag = "jobs"
    operations = {
        "list": Operation(Permission.JOB_VIEW, is_kept=True),
        "retrieve": Operation(Permission.JOB_VIEW, is_kept=True),
        "cancel": Operation(Permission.JOB_CANCEL, errors=(409,)),
    }
    loaders = {"job": selectors.job_get}
    serializer_class = JobSerializer
    filterset_class = JobFilter
    ordering = ("-requested_at", "-pk")

    def list_rows(self) -> Any:
        """The jobs that the caller may see, the newest first."""
        return selectors.job_list()

    @action("cancellation", "post")
    def cancel(self, request: TenantAPIRequest, job: Job) -> Response:
        """Stop a job: at once while it waits, at its next step while it runs."""
        return self.respond(services.cancel_job(by=request.actor, job=job))


urlpatterns = resource("job", JobViewSet, many="jobs/", one="jobs/<uuid:job>/")
