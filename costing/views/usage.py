"""Usage imports of an assessment: send a file, see what it came to, remove it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.models import Assessment
from assessments.selectors import assessment_get
from costing import content, selectors, services
from costing.forms import MeasuredScenarioForm, UsageForm
from costing.models import UsageImport
from jobs.selectors import job_latest
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Invalid
from organizations.permissions import Permission


@require_safe
@tenant_view(Permission.SCENARIO_VIEW, assessment=assessment_get)
def usage_import_list(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """List an assessment's imports, and offer to send a file."""
    return _list(request, assessment, UsageForm())


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, assessment=assessment_get)
def usage_import_create(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Take a file in and show how its reading goes on."""
    form = UsageForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, assessment, form, status=422)
    file = form.cleaned_data["file"]
    try:
        requested = services.request_usage_import(
            by=request.actor,
            assessment=assessment,
            file=services.UsageFile(
                filename=file.name,
                chunks=file.chunks(),
                chosen=form.cleaned_data["format"],
                columns=form.columns(),
            ),
            next_url=lambda import_id: import_url(request, import_id),
        )
    except Invalid as error:
        form.refuse(error)
        return _list(request, assessment, form, status=422)
    if requested.job is None:
        return redirect(import_url(request, requested.usage_import.pk) + "?known=1")
    names = {"org": request.organization.slug, "job": requested.job.pk}
    return redirect(reverse("jobs:job-progress", kwargs=names))


@require_safe
@tenant_view(Permission.SCENARIO_VIEW, usage_import=selectors.usage_import_get)
def usage_import_detail(request: TenantRequest, usage_import: UsageImport) -> HttpResponse:
    """Show what an import came to, or how far its reading is."""
    return detail_page(request, usage_import)


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, usage_import=selectors.usage_import_get)
def usage_import_delete(request: TenantRequest, usage_import: UsageImport) -> HttpResponse:
    """Remove an import with all that it came to."""
    assessment = usage_import.assessment
    services.delete_usage_import(by=request.actor, usage_import=usage_import)
    return redirect(
        "costing:usage-import-list", org=request.organization.slug, assessment=assessment.pk
    )


def detail_page(
    request: TenantRequest,
    usage_import: UsageImport,
    *,
    form: MeasuredScenarioForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """An import's page; with a form that was refused, its faults."""
    context: dict[str, Any] = {
        "usage_import": usage_import,
        "assessment": usage_import.assessment,
        "may_manage": request.actor.may(Permission.SCENARIO_MANAGE),
        "is_known": "known" in request.GET,
        "form": form,
    }
    if usage_import.is_ready:
        context["page"] = content.usage_page(usage_import.figures)
        if context["page"]["has_tokens"]:
            context |= _proposal(request, usage_import, form)
    else:
        context["job"] = job_latest(kind=services.USAGE_JOB, subject_id=usage_import.pk)
    return render(request, "costing/usage_detail.html", context, status=status)


def _proposal(
    request: TenantRequest, usage_import: UsageImport, form: MeasuredScenarioForm | None
) -> dict[str, Any]:
    proposal = services.usage_proposal(usage_import)
    context = {"proposal": proposal, "proposal_rows": content.proposal_rows(proposal)}
    if request.actor.may(Permission.SCENARIO_MANAGE):
        context["form"] = form or _scenario_form(usage_import)
    return context


def _scenario_form(usage_import: UsageImport) -> MeasuredScenarioForm:
    book = selectors.price_book_latest()
    models = [item["model"] for item in usage_import.figures["models"]]
    prices = selectors.usage_prices(
        book,
        models[:1],
        client_id=usage_import.client_id,
        on=usage_import.imported_at.date(),
    )
    scenarios = [
        (str(each.pk), each.title) for each in selectors.scenario_list(usage_import.assessment)
    ]
    initial = {"model": next((price.reference for price in prices.values()), "")}
    return MeasuredScenarioForm(scenarios=scenarios, initial=initial)


def _list(
    request: TenantRequest, assessment: Assessment, form: UsageForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "assessment": assessment,
        "rows": selectors.usage_imports_with_jobs(assessment),
        "failures": selectors.usage_import_failures(assessment),
        "form": form,
        "may_manage": request.actor.may(Permission.SCENARIO_MANAGE),
    }
    return render(request, "costing/usage_list.html", context, status=status)


def import_url(request: TenantRequest, import_id: UUID) -> str:
    """Return the address of an import's page."""
    names = {"org": request.organization.slug, "usage_import": import_id}
    return reverse("costing:usage-import-detail", kwargs=names)
