"""A job's progress, as a page or as the fragment that a page polls."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from jobs import selectors, services
from jobs.models import Job, JobState
from jobs.run import NOTHING_CHANGED, kinds
from organizations.access import TenantRequest, tenant_view
from organizations.permissions import Permission


@require_safe
@tenant_view(Permission.JOB_VIEW, job=selectors.job_get)
def job_progress(request: TenantRequest, job: Job) -> HttpResponse:
    """Show how far the job is; when it is done, lead to its result."""
    return _progress(request, job)


@require_POST
@tenant_view(Permission.JOB_CANCEL, job=selectors.job_get)
def job_cancel(request: TenantRequest, job: Job) -> HttpResponse:
    """Stop the job."""
    job = services.cancel_job(by=request.actor, job=job)
    if request.headers.get("HX-Request"):
        return _progress(request, job)
    return redirect("jobs:job-progress", org=request.organization.slug, job=job.pk)


def _progress(request: TenantRequest, job: Job) -> HttpResponse:
    is_fragment = bool(request.headers.get("HX-Request"))
    template = "jobs/_progress.html" if is_fragment else "jobs/job_progress.html"
    kind = kinds.get(job.kind)
    context = {"job": job, "stopped": kind.stopped if kind else NOTHING_CHANGED}
    response = render(request, template, context)
    if is_fragment and job.state == JobState.DONE and job.next_url:
        response["HX-Redirect"] = job.next_url
    return response
