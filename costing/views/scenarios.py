"""Scenarios of an assessment: choose why, describe, compute, read the economics."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.models import Assessment
from assessments.selectors import assessment_get
from costing import content, selectors, services
from costing.forms import ScenarioForm
from costing.models import Scenario
from jobs.selectors import job_latest
from organizations.access import TenantRequest, door
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Permission


@require_safe
@door(Permission.SCENARIO_VIEW, assessment=assessment_get)
def scenario_list(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """List an assessment's scenarios with what each came to."""
    context = {
        "assessment": assessment,
        "rows": selectors.scenarios_with_economics(assessment),
        "may_manage": request.actor.may(Permission.SCENARIO_MANAGE),
    }
    return render(request, "costing/scenario_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@door(Permission.SCENARIO_MANAGE, assessment=assessment_get)
def scenario_create(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """First ask why the person is here, then for the figures; store and compute."""
    triggers = selectors.scenario_triggers(assessment)
    trigger = next((known for known in triggers if known.key == request.GET.get("trigger")), None)
    if request.method != "POST":
        if trigger is None and "trigger" not in request.GET:
            context = {"assessment": assessment, "triggers": triggers}
            return render(request, "costing/scenario_triggers.html", context)
        form = _form(request, document=trigger.document if trigger else {}, initial=_title(trigger))
        return _form_page(request, form, assessment=assessment, trigger=trigger)
    form = _form(request, document=trigger.document if trigger else {})
    if form.is_valid():
        try:
            scenario = services.create_scenario(
                by=request.actor,
                assessment=assessment,
                content=_content(form, trigger.key if trigger else ""),
            )
        except Invalid as error:
            form.add_document_errors(error.fields)
        else:
            return _stored(request, scenario)
    return _form_page(request, form, assessment=assessment, trigger=trigger, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@door(Permission.SCENARIO_MANAGE, scenario=selectors.scenario_get)
def scenario_edit(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Change a scenario's figures; a stale form is answered with what stands now."""
    form = _form(
        request,
        document=scenario.document,
        origins=scenario.origins,
        initial={"title": scenario.title, "version": scenario.version},
    )
    page: dict[str, Any] = {"assessment": scenario.assessment, "scenario": scenario}
    if request.method != "POST":
        return _form_page(request, form, **page)
    if not form.is_valid():
        return _form_page(request, form, **page, status=422)
    try:
        stored = services.save_scenario(
            by=request.actor,
            scenario=scenario,
            version=form.cleaned_data["version"] or 0,
            content=_content(form, scenario.trigger),
        )
    except Conflict as conflict:
        form = form.at(conflict.current["version"])
        return _form_page(request, form, **page, conflict=conflict, status=409)
    except Invalid as error:
        form.add_document_errors(error.fields)
        return _form_page(request, form, **page, status=422)
    return _stored(request, stored)


@require_POST
@door(Permission.SCENARIO_MANAGE, scenario=selectors.scenario_get)
def scenario_compute(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Ask for the scenario's economics and show their progress."""
    _compute(request, scenario)
    return redirect(_detail_url(request, scenario))


@require_safe
@door(Permission.SCENARIO_VIEW, scenario=selectors.scenario_get)
def scenario_detail(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Show the economics of a scenario, or how far they are."""
    economics = selectors.economics_latest(scenario)
    job = job_latest(kind=services.ECONOMICS_JOB, subject_id=scenario.pk)
    changed = selectors.economics_change(scenario, economics) if economics else ""
    may_manage = request.actor.may(Permission.SCENARIO_MANAGE)
    context: dict[str, Any] = {
        "scenario": scenario,
        "assessment": scenario.assessment,
        "economics": economics,
        "job": job,
        "may_manage": may_manage,
        "may_compute": (economics is None or changed) and (job is None or job.is_finished),
        "changed": changed,
        "has_newer_contracts": may_manage and selectors.contracts_changed(scenario),
    }
    if economics:
        given = content.Given(
            selectors.model_prices_of(scenario), scenario.origins, scenario.document
        )
        context["page"] = content.economics_page(
            economics.result, economics.anti_patterns, economics.curves, given
        )
    return render(request, "costing/scenario_detail.html", context)


def _form(request: TenantRequest, **kwargs: Any) -> ScenarioForm:
    options_url = reverse("costing:model-option-list", kwargs={"org": request.organization.slug})
    data = request.POST if request.method == "POST" else None
    return ScenarioForm(data, options_url=options_url, **kwargs)


def _title(trigger: selectors.ScenarioTrigger | None) -> dict[str, str]:
    return {"title": trigger.title if trigger else "Our workload"}


def _content(form: ScenarioForm, trigger: str) -> services.ScenarioInput:
    return services.ScenarioInput(
        title=form.cleaned_data["title"],
        document=form.document(),
        trigger=trigger,
        origins=form.origins(),
    )


def _form_page(
    request: TenantRequest, form: ScenarioForm, *, status: int = 200, **context: Any
) -> HttpResponse:
    scenario = context.get("scenario")
    book = (scenario and scenario.price_book) or selectors.price_book_latest()
    contracts = selectors.contracts_to_show(
        form.references(), book, scenario, context["assessment"]
    )
    context |= {
        "form": form,
        "book": book,
        "options": selectors.model_options(book),
        "prices": selectors.model_prices_find(book, form.references(), contracts),
    }
    return render(request, "costing/scenario_form.html", context, status=status)


def _stored(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    if request.POST.get("action") == "compute":
        _compute(request, scenario)
    return redirect(_detail_url(request, scenario))


def _compute(request: TenantRequest, scenario: Scenario) -> None:
    services.request_economics(
        by=request.actor, scenario=scenario, next_url=_detail_url(request, scenario)
    )


def _detail_url(request: TenantRequest, scenario: Scenario) -> str:
    names = {"org": request.organization.slug, "scenario": scenario.pk}
    return reverse("costing:scenario-detail", kwargs=names)
