"""Pages of a firm's clients: the portfolio, and one client over time."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from assessments.models import TITLE_LENGTH, Assessment
from assessments.selectors import (
    AssessmentSummary,
    answer_progress,
    assessment_get,
    assessment_list,
    assessment_summaries,
    reassessment_find,
)
from costing.scenarios import selectors, services
from costing.scenarios.content.history import history
from costing.scenarios.content.portfolio import arrange, totals
from costing.scenarios.forms import PortfolioForm, ReassessmentForm
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Invalid
from organizations.models import Client
from organizations.permissions import Permission
from organizations.selectors import client_get

CLIENTS_A_PAGE = 50
ASSESSMENTS_A_PAGE = 50


@require_safe
@tenant_view(Permission.CLIENT_VIEW)
def client_list(request: TenantRequest) -> HttpResponse:
    """List the clients with score, money and what waits; a client's people see their own."""
    if request.actor.client_id is not None:
        return _client_page(request, client_get(request.actor.client_id))
    rows = selectors.portfolio_read()
    form = PortfolioForm(request.GET, bands=selectors.portfolio_bands())
    query = form.query
    found = arrange(rows, query)
    context = {
        "form": form,
        "query": query,
        "page": Paginator(found, CLIENTS_A_PAGE).get_page(request.GET.get("page")),
        "totals": totals(found),
        "is_empty": not rows,
        "may_manage": request.actor.may(Permission.CLIENT_MANAGE),
    }
    return render(request, "scenarios/client_list.html", context)


@require_safe
@tenant_view(Permission.CLIENT_VIEW, client=client_get)
def client_detail(request: TenantRequest, client: Client) -> HttpResponse:
    """Show a client's assessments over time and what is at stake."""
    return _client_page(request, client)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.ASSESSMENT_MANAGE, assessment=assessment_get)
def reassessment_create(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Start the reassessment of a finished assessment, or lead to the one that there is."""
    started = reassessment_find(assessment)
    form = ReassessmentForm(
        request.POST if request.method == "POST" else None,
        initial={
            "title": f"{assessment.title}, again"[:TITLE_LENGTH],
            "as_of": timezone.localdate(),
            "takes_scenarios": True,
        },
    )
    if started is None and form.is_valid():
        try:
            started = services.reassess(
                by=request.actor, assessment=assessment, **form.cleaned_data
            )
        except Invalid as error:
            form.refuse(error)
    if started is not None:
        org = request.organization.slug
        return redirect("assessments:assessment-detail", org, started.pk)
    context = {
        "assessment": assessment,
        "form": form,
        "answered": answer_progress(assessment).answered,
        "scenarios": selectors.scenario_list(assessment).count(),
    }
    status = 422 if form.errors else 200
    return render(request, "scenarios/reassessment_form.html", context, status=status)


def _client_page(request: TenantRequest, client: Client) -> HttpResponse:
    # One reading for the list and the drawing: a client has few assessments, and the line is long.
    rows = assessment_summaries(assessment_list(client=client))
    page = Paginator(rows, ASSESSMENTS_A_PAGE).get_page(request.GET.get("page"))
    latest = rows[0] if rows else None
    context = {
        "client": client,
        "page": page,
        "latest": latest,
        "history": history([_history_point(each) for each in rows]),
        "money": selectors.client_money(client).get(client.pk),
        "may_rename": request.actor.may(Permission.CLIENT_MANAGE),
        "may_assess": request.actor.may(Permission.ASSESSMENT_MANAGE),
        "may_answer": request.actor.may(Permission.ASSESSMENT_ANSWER),
    }
    return render(request, "scenarios/client_detail.html", context)


def _history_point(summary: AssessmentSummary) -> dict[str, Any]:
    assessment, overall = summary.assessment, summary.overall
    return {
        "on": assessment.as_of,
        "score": overall.overall,
        "shown": overall.shown,
        "low": overall.low,
        "high": overall.high,
        "is_approved": assessment.is_approved,
    }
