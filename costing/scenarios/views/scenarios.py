"""Scenarios of an assessment: what there is, compute, read the economics, compare."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from assessments.models import Assessment
from assessments.selectors import assessment_get, framework_get
from costing.scenarios import content, selectors, services
from costing.scenarios.content import MAX_COMPARED, MIN_COMPARED
from costing.scenarios.models import Scenario
from jobs.selectors import job_latest
from organizations.access import TenantRequest, tenant_view
from organizations.permissions import Permission


@require_safe
@tenant_view(Permission.SCENARIO_VIEW, assessment=assessment_get)
def scenario_list(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """List an assessment's scenarios with what each came to."""
    rows = selectors.scenarios_with_economics(assessment)
    newest = [("scenario", str(scenario.pk)) for scenario, _ in rows[:MAX_COMPARED]]
    context = {
        "assessment": assessment,
        "rows": rows,
        "compare_query": f"?{urlencode(newest)}",
        "may_manage": request.actor.may(Permission.SCENARIO_MANAGE),
    }
    return render(request, "scenarios/scenario_list.html", context)


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, scenario=selectors.scenario_get)
def scenario_compute(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Ask for the scenario's economics and show their progress."""
    return computing(request, scenario)


@require_safe
@tenant_view(Permission.SCENARIO_VIEW, scenario=selectors.scenario_get)
def scenario_detail(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Show the economics of a scenario, or how far they are."""
    economics = selectors.economics_latest(scenario)
    job = job_latest(kind=services.ECONOMICS_JOB, subject_id=scenario.pk)
    changed = selectors.economics_change(scenario, economics) if economics else ""
    may_manage = request.actor.may(Permission.SCENARIO_MANAGE)
    prices = selectors.model_prices_of(scenario)
    context: dict[str, Any] = {
        "scenario": scenario,
        "assessment": scenario.assessment,
        "economics": economics,
        "job": job,
        "may_manage": may_manage,
        "may_compute": (economics is None or changed) and (job is None or job.is_finished),
        "changed": changed,
        "has_newer_contracts": may_manage
        and selectors.contracts_changed(scenario, prices.values()),
    }
    if economics:
        given = content.Given(prices, scenario.origins, scenario.document)
        context["page"] = content.EconomicsPage(
            economics.estimate,
            economics.patterns,
            economics.pictures,
            given,
            framework_get(scenario.assessment),
        )
    return render(request, "scenarios/scenario_detail.html", context)


def computing(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Ask for the economics and go to where they will be."""
    next_url = detail_url(request, scenario)
    services.request_economics(by=request.actor, scenario=scenario, next_url=next_url)
    return redirect(next_url)


def detail_url(request: TenantRequest, scenario: Scenario) -> str:
    names = {"org": request.organization.slug, "scenario": scenario.pk}
    return reverse("scenarios:scenario-detail", kwargs=names)


@require_safe
@tenant_view(Permission.SCENARIO_VIEW, assessment=assessment_get)
def scenario_compare(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Compare two to four scenarios of the assessment's client; choose them where none are."""
    chosen = _chosen(request)
    has_right_number = MIN_COMPARED <= len(chosen) <= MAX_COMPARED
    try:
        compared = selectors.scenarios_compared(assessment.client_id, chosen[:MAX_COMPARED])
    except ObjectDoesNotExist:
        raise Http404 from None
    context = {
        "assessment": assessment,
        "choices": selectors.scenario_list_of_client(assessment.client_id),
        "chosen": chosen,
        "most": MAX_COMPARED,
        "has_wrong_number": bool(chosen) and not has_right_number,
        "page": content.Comparison(compared) if has_right_number else None,
    }
    status = 422 if context["has_wrong_number"] else 200
    return render(request, "scenarios/scenario_compare.html", context, status=status)


def _chosen(request: TenantRequest) -> list[UUID]:
    """The scenarios that the address names, each once; what is no key names nothing there is."""
    try:
        keys = [UUID(key) for key in request.GET.getlist("scenario")]
    except ValueError:
        raise Http404 from None
    return list(dict.fromkeys(keys))
