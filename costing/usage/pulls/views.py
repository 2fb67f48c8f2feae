"""Pages of pulls: an assessment's list with the form of another, and one with what can be done."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.models import Assessment
from assessments.selectors import assessment_get
from costing.usage.models import UsagePull
from costing.usage.pulls import selectors, services
from costing.usage.pulls.forms import PullForm, PullKeyForm, PullScheduleForm
from costing.usage.pulls.origins import CHECKED_ON, ORIGINS
from jobs.models import Job
from organizations.access import TenantRequest, tenant_view
from organizations.confirmation import Question, ask
from organizations.exceptions import Conflict
from organizations.pages import newest, read_page
from organizations.permissions import Permission

PULLS_A_PAGE = 50


@require_safe
@tenant_view(Permission.PULL_VIEW, assessment=assessment_get)
def pull_list(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """List an assessment's pulls, and offer to set one up."""
    return _list(request, assessment, PullForm())


@require_POST
@tenant_view(Permission.PULL_MANAGE, assessment=assessment_get)
def pull_create(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Set a pull up and show how its first run goes on."""
    form = PullForm(request.POST)
    if not form.save(
        services.create_pull,
        by=request.actor,
        assessment=assessment,
        next_url=lambda pull_id: pull_url(request, pull_id),
    ):
        return _list(request, assessment, form, status=422)
    return _to_progress(request, form.saved.job)


def _list(
    request: TenantRequest, assessment: Assessment, form: PullForm, *, status: int = 200
) -> HttpResponse:
    pulls = selectors.pull_list(assessment)
    page = read_page(pulls, newest("created_at"), request, size=PULLS_A_PAGE)
    context = {
        "assessment": assessment,
        "page": page,
        "rows": selectors.pulls_with_jobs(page),
        "form": form,
        "origins": ORIGINS.values(),
        "checked_on": CHECKED_ON,
        "may_manage": request.actor.may(Permission.PULL_MANAGE),
    }
    return render(request, "usage/pull_list.html", context, status=status)


@require_safe
@tenant_view(Permission.PULL_VIEW, usage_pull=selectors.pull_get)
def pull_detail(request: TenantRequest, usage_pull: UsagePull) -> HttpResponse:
    """Show how far a pull is and how its last run ended."""
    return _detail(request, usage_pull)


def _detail(
    request: TenantRequest,
    pull: UsagePull,
    *,
    key_form: PullKeyForm | None = None,
    schedule_form: PullScheduleForm | None = None,
) -> HttpResponse:
    [row] = selectors.pulls_with_jobs([pull])
    context = {
        "row": row,
        "pull": pull,
        "origin": ORIGINS.get(pull.origin),
        "assessment": pull.assessment,
        "key_form": key_form or PullKeyForm(),
        "schedule_form": schedule_form or PullScheduleForm(initial={"schedule": pull.schedule}),
        "may_manage": request.actor.may(Permission.PULL_MANAGE) and not pull.is_revoked,
    }
    is_refused = any(form is not None for form in (key_form, schedule_form))
    return render(request, "usage/pull_detail.html", context, status=422 if is_refused else 200)


@require_POST
@tenant_view(Permission.PULL_MANAGE, usage_pull=selectors.pull_get)
def pull_run(request: TenantRequest, usage_pull: UsagePull) -> HttpResponse:
    """Ask for a run now and show how it goes on."""
    address = pull_url(request, usage_pull.pk)
    try:
        job = services.request_pull(by=request.actor, pull=usage_pull, next_url=address)
    except Conflict as error:
        messages.error(request, error.message)
        return redirect(address)
    return _to_progress(request, job)


@require_POST
@tenant_view(Permission.PULL_MANAGE, usage_pull=selectors.pull_get)
def pull_key(request: TenantRequest, usage_pull: UsagePull) -> HttpResponse:
    """Replace the key of a pull."""
    form = PullKeyForm(request.POST)
    if not form.save(services.replace_pull_key, by=request.actor, pull=usage_pull):
        return _detail(request, usage_pull, key_form=form)
    messages.success(request, "The key is replaced; the old one is deleted.")
    return redirect(pull_url(request, usage_pull.pk))


@require_POST
@tenant_view(Permission.PULL_MANAGE, usage_pull=selectors.pull_get)
def pull_schedule(request: TenantRequest, usage_pull: UsagePull) -> HttpResponse:
    """Change how often a pull runs."""
    form = PullScheduleForm(request.POST)
    if not form.save(services.change_pull_schedule, by=request.actor, pull=usage_pull):
        return _detail(request, usage_pull, schedule_form=form)
    messages.success(request, "The new schedule applies from now on.")
    return redirect(pull_url(request, usage_pull.pk))


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.PULL_MANAGE, usage_pull=selectors.pull_get)
def pull_stop(request: TenantRequest, usage_pull: UsagePull) -> HttpResponse:
    """Ask, then stop a pull for good and forget its key."""
    address = pull_url(request, usage_pull.pk)
    if request.method != "POST":
        text = (
            "Its key is deleted at once, and nothing more is fetched. What it brought stays."
            " It cannot be started again: a new pull needs the key again."
        )
        return ask(request, Question(f"Stop {usage_pull.title}?", text, "Stop", address))
    services.revoke_pull(by=request.actor, pull=usage_pull)
    messages.success(request, "The pull is stopped and its key deleted.")
    return redirect(address)


def pull_url(request: TenantRequest, pull_id: UUID) -> str:
    """Return the address of a pull's page."""
    names = {"org": request.organization.slug, "usage_pull": pull_id}
    return reverse("usage:pull-detail", kwargs=names)


def _to_progress(request: TenantRequest, job: Job) -> HttpResponse:
    return redirect("jobs:job-progress", org=request.organization.slug, job=job.pk)
