"""Operations on jobs: how far they are, and stopping them."""

from django.http import HttpResponseBase
from django.urls import path
from django_filters import FilterSet, filters
from rest_framework.response import Response

from jobs import selectors, services
from jobs.models import Job, JobState
from jobs.serializers import JobSerializer
from organizations.api.endpoint import Endpoint, created, operation, shown
from organizations.api.filters import filter_parameters, narrowed
from organizations.api.pagination import PAGING, page_of, page_schema
from organizations.api.requests import TenantAPIRequest
from organizations.permissions import Permission


def accepted(request: TenantAPIRequest, job: Job) -> Response:
    """Answer that a job was asked for, and where to ask how far it is."""
    data = shown(JobSerializer, job, request)
    return created(data, url=data["url"], status=202)


class JobFilter(FilterSet):
    """Jobs by state, kind and what they are about."""

    state = filters.ChoiceFilter(choices=JobState.choices)
    kind = filters.CharFilter()
    subject_id = filters.UUIDFilter()
    client = filters.UUIDFilter(field_name="client_id")


class JobList(Endpoint):
    """`/organizations/{org}/jobs/`."""

    tag = "jobs"

    @operation(
        "job_list",
        Permission.JOB_VIEW,
        answers={200: page_schema(JobSerializer)},
        parameters=(*PAGING, *filter_parameters(JobFilter)),
    )
    def get(self, request: TenantAPIRequest) -> HttpResponseBase:
        """The jobs that the caller may see, the newest first."""
        rows = narrowed(request, JobFilter, selectors.job_list())
        return page_of(request, rows, JobSerializer, order=("-requested_at", "-pk"))


class JobDetail(Endpoint):
    """`/organizations/{org}/jobs/{job}/`."""

    tag = "jobs"

    @operation(
        "job_read",
        Permission.JOB_VIEW,
        answers={200: JobSerializer},
        rows={"job": selectors.job_get},
    )
    def get(self, request: TenantAPIRequest, job: Job) -> HttpResponseBase:
        """How far a job is; ask again until its state is `done`, `failed` or `cancelled`."""
        return Response(shown(JobSerializer, job, request))


class JobCancellation(Endpoint):
    """`/organizations/{org}/jobs/{job}/cancellation/`."""

    tag = "jobs"

    @operation(
        "job_cancel",
        Permission.JOB_CANCEL,
        answers={200: JobSerializer},
        rows={"job": selectors.job_get},
        errors=(409,),
    )
    def post(self, request: TenantAPIRequest, job: Job) -> HttpResponseBase:
        """Stop a job: at once while it waits, at its next step while it runs."""
        job = services.cancel_job(by=request.actor, job=job)
        return Response(shown(JobSerializer, job, request))


JOBS = "organizations/<slug:org>/jobs/"
urlpatterns = [
    path(JOBS, JobList.as_view(), name="job-list"),
    path(f"{JOBS}<uuid:job>/", JobDetail.as_view(), name="job-detail"),
    path(f"{JOBS}<uuid:job>/cancellation/", JobCancellation.as_view(), name="job-cancellation"),
]
