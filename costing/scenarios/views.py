"""Scenarios of an assessment: what there is, write one, compute, read the economics, compare."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.framework import Trigger
from assessments.models import Assessment
from assessments.selectors import answer_list, assessment_get, framework_get, scores_compute
from costing.catalog import selectors as catalog_selectors
from costing.catalog.prices import ModelPrice
from costing.engine.inputs import Stated
from costing.engine.results import EffortDays
from costing.scenarios import selectors, services
from costing.scenarios.content.comparison import MAX_COMPARED, MIN_COMPARED, compare
from costing.scenarios.content.economics import EconomicsPage
from costing.scenarios.content.headline import Headline
from costing.scenarios.content.sources import (
    Given,
    StalePrice,
    checked_days,
    stale_prices,
    stale_rate,
)
from costing.scenarios.content.titles import LEVER_TITLES
from costing.scenarios.contract_terms import contract_end
from costing.scenarios.economics import ECONOMICS_JOB, preview_scenario, request_economics
from costing.scenarios.forms import PROPOSE, LeverForm, ScenarioForm
from costing.scenarios.models import EconomicsResult, Scenario
from costing.scenarios.parts import PartForm, part_choices, workload_money, workload_parts
from jobs.selectors import job_latest
from organizations.access import TenantRequest, tenant_view
from organizations.concurrency import place
from organizations.exceptions import Busy, Conflict, Invalid
from organizations.permissions import Permission
from presentation.money import USD, Currency, shown_in


@require_safe
@tenant_view(Permission.SCENARIO_VIEW, is_kept=True, assessment=assessment_get)
def scenario_list(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """List an assessment's scenarios with what each came to."""
    rows = selectors.scenarios_with_economics(assessment)
    parts = [scenario for scenario, _ in reversed(rows) if scenario.alternative_to_id is None]
    may_manage = request.actor.may(Permission.SCENARIO_MANAGE)
    newest = [("scenario", str(scenario.pk)) for scenario, _ in rows[:MAX_COMPARED]]
    context = {
        "assessment": assessment,
        "rows": [(*row, PartForm(None, parts=parts, scenario=row[0])) for row in rows],
        "money": workload_money(workload_parts(result for _, result in rows if result)),
        "compare_query": f"?{urlencode(newest)}",
        "may_manage": may_manage,
        "may_choose": may_manage and len(rows) > 1,
    }
    return render(request, "scenarios/scenario_list.html", context)


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, scenario=selectors.scenario_get)
def scenario_compute(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Ask for the scenario's economics and show their progress."""
    return computing(request, scenario)


@require_safe
@tenant_view(Permission.SCENARIO_VIEW, is_kept=True, scenario=selectors.scenario_get)
def scenario_detail(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Show the economics of a scenario, or how far they are."""
    economics, maturity = selectors.economics_stated(scenario)
    currency = selectors.economics_currency(economics)
    job = job_latest(kind=ECONOMICS_JOB, subject_id=scenario.pk)
    answers = answer_list(scenario.assessment)
    scores = scores_compute(scenario.assessment, answers)
    changed = (
        selectors.economics_change(scenario, economics, scores, maturity=maturity)
        if economics
        else ""
    )
    may_manage = request.actor.may(Permission.SCENARIO_MANAGE)
    prices = selectors.model_prices_of(scenario)
    context: dict[str, Any] = {
        "scenario": scenario,
        "assessment": scenario.assessment,
        "economics": economics,
        "job": job,
        "prices": prices,
        "may_manage": may_manage,
        "may_compute": (economics is None or changed) and (job is None or job.is_finished),
        "changed": changed,
        "provisional": scores.provisional,
        "stale_prices": _stale(scenario, prices.values(), currency),
        "mismatches": selectors.scenario_mismatches(scenario, answers),
        "may_answer": request.actor.may(Permission.ASSESSMENT_ANSWER)
        and not scenario.assessment.is_fixed,
        "has_newer_contracts": may_manage
        and selectors.contracts_changed(scenario, prices.values()),
    }
    if economics:
        given = Given(prices, scenario.figure_origins, scenario.stated)
        days = context["days"] = selectors.work_left(scenario.assessment, answers)
        context["page"] = SimpleLazyObject(
            lambda: _economics_page(economics, given, scenario.assessment, days)
        )
    with shown_in(currency):
        return render(request, "scenarios/scenario_detail.html", context)


def _stale(
    scenario: Scenario, prices: Iterable[ModelPrice], currency: Currency
) -> list[StalePrice]:
    """The scenario's prices, and the rate of its currency, that are old on the assessment's day."""
    on = scenario.assessment.as_of
    return [
        *stale_prices(checked_days(prices), scenario.figure_origins, on),
        *stale_rate(currency, on),
    ]


def _economics_page(
    stated: EconomicsResult, given: Given, assessment: Assessment, days: EffortDays
) -> EconomicsPage:
    result = selectors.economics_read(stated)
    return EconomicsPage(
        result.estimate,
        result.patterns,
        result.pictures,
        given,
        framework_get(assessment),
        days,
        as_of=assessment.as_of,
    )


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, scenario=selectors.scenario_get)
def scenario_lever(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Say that a lever runs today, or not, as answers or usage have it; compute anew."""
    form, address = LeverForm(request.POST), "scenarios:scenario-detail"
    if not form.is_valid():
        messages.error(request, "Nothing was changed: choose a lever of this scenario.")
        return redirect(address, request.organization.slug, scenario.pk)
    try:
        saved = services.set_current_lever(by=request.actor, scenario=scenario, **form.cleaned_data)
    except Conflict as conflict:
        messages.error(request, conflict.message)
    except Invalid:
        title = LEVER_TITLES[form.cleaned_data["lever"]].lower()
        messages.error(request, f"Nothing was changed: first describe {title} in the figures.")
        address = "scenarios:scenario-edit"
    else:
        return computing(request, saved)
    return redirect(address, request.organization.slug, scenario.pk)


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, scenario=selectors.scenario_get)
def scenario_duplicate(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Add an alternative that says the same, and open its figures."""
    copy = services.duplicate_scenario(by=request.actor, scenario=scenario)
    return redirect("scenarios:scenario-edit", request.organization.slug, copy.pk)


def computing(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Ask for the economics and go to where they will be."""
    url = reverse("scenarios:scenario-detail", args=[request.organization.slug, scenario.pk])
    request_economics(by=request.actor, scenario=scenario, next_url=url)
    return redirect(url)


@require_safe
@tenant_view(Permission.SCENARIO_VIEW, is_kept=True, assessment=assessment_get)
def scenario_compare(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Compare two to four scenarios of the assessment's client; choose them where none are."""
    try:
        named = [UUID(key) for key in request.GET.getlist("scenario")]
        chosen = list(dict.fromkeys(named))
        compared = selectors.scenarios_compared(assessment.client_id, chosen[:MAX_COMPARED])
    except (ValueError, ObjectDoesNotExist):
        raise Http404 from None
    has_right_number = MIN_COMPARED <= len(chosen) <= MAX_COMPARED
    has_wrong_number = bool(chosen) and not has_right_number
    page = compare(compared) if has_right_number else None
    context = {
        "assessment": assessment,
        "choices": selectors.scenario_list_of_client(assessment.client_id),
        "chosen": chosen,
        "most": MAX_COMPARED,
        "has_wrong_number": has_wrong_number,
        "page": page,
    }
    status = 422 if has_wrong_number else 200
    with shown_in(page.currency if page else USD):
        return render(request, "scenarios/scenario_compare.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.SCENARIO_MANAGE, assessment=assessment_get)
def scenario_create(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """First ask why the person is here, then for the figures; store and compute."""
    if request.method != "POST" and "trigger" not in request.GET:
        context = {"assessment": assessment, "triggers": framework_get(assessment).triggers}
        return render(request, "scenarios/scenario_triggers.html", context)
    trigger = _trigger(request, assessment)
    start = {"title": trigger.title if trigger else "Our workload"}
    parts = selectors.part_list(assessment)
    preset = trigger.preset() if trigger else {}
    form = _form(request, document=preset, initial=start, parts=part_choices(parts))
    if _only_looks(request):
        return _form_page(request, form, assessment, trigger=trigger)
    if form.is_valid():
        content = services.ScenarioInput(**form.stated(), trigger=trigger.key if trigger else "")
        try:
            scenario = services.create_scenario(
                by=request.actor, assessment=assessment, content=content
            )
        except Invalid as error:
            form.add_document_errors(error.fields)
        else:
            return _stored(request, scenario)
    return _form_page(request, form, assessment, trigger=trigger, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.SCENARIO_MANAGE, scenario=selectors.scenario_get)
def scenario_edit(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Change a scenario's figures; a stale form is answered with what stands now."""
    start = {"title": scenario.title, "version": scenario.version}
    form = _form(request, scenario, initial=start)
    assessment = scenario.assessment
    if _only_looks(request):
        return _form_page(request, form, assessment, scenario)
    if form.is_valid():
        try:
            stored = services.save_scenario(
                by=request.actor,
                scenario=scenario,
                version=form.cleaned_data["version"] or 0,
                content=services.ScenarioInput.of(scenario, **form.stated()),
            )
        except Conflict as conflict:
            form = form.at(conflict.current["version"])
            return _form_page(request, form, assessment, scenario, conflict=conflict, status=409)
        except Invalid as error:
            form.add_document_errors(error.fields)
        else:
            return _stored(request, stored)
    return _form_page(request, form, assessment, scenario, status=422)


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, assessment=assessment_get)
def scenario_preview(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Show what a new scenario comes to while it is being written; keep nothing."""
    trigger = _trigger(request, assessment)
    form = _form(request, document=trigger.preset() if trigger else {})
    context = _priced(form, assessment, None)
    with shown_in(_currency(context)):
        return render(request, "scenarios/_form_preview.html", context)


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, scenario=selectors.scenario_get)
def scenario_edit_preview(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Show what a change of a scenario comes to while it is being written; keep nothing."""
    context = _priced(_form(request, scenario), scenario.assessment, scenario)
    with shown_in(_currency(context)):
        return render(request, "scenarios/_form_preview.html", context)


def _priced(
    form: ScenarioForm,
    assessment: Assessment,
    scenario: Scenario | None,
    *,
    may_do_without: bool = False,
) -> dict[str, Any]:
    """The form with the prices that it would have, and what it comes to.

    The preview is None where it cannot be priced, with the reasons at the form's fields, or where
    others are computing and the page may do without. Else that raises Busy.
    """
    book = (scenario and scenario.price_book) or catalog_selectors.price_book_latest()
    contracts = selectors.contracts_to_show(form.references(), book, scenario, assessment)
    estimate, is_busy = None, False
    if not form.is_bound or form.is_priceable():
        document = form.document() if form.is_bound else form.base_document
        try:
            with place(assessment.organization_id):
                estimate, errors = preview_scenario(
                    document, assessment=assessment, book=book, contracts=contracts
                )
        except Busy:
            if not may_do_without:
                raise
            errors, is_busy = {}, True
        if form.is_bound:
            form.add_document_errors(errors)
    return {
        "form": form,
        "book": book,
        "contracts": contracts,
        "preview": Headline(estimate) if estimate else None,
        "is_busy": is_busy,
    }


def _currency(context: Mapping[str, Any]) -> Currency:
    """The currency of a form's preview."""
    preview: Headline | None = context["preview"]
    return preview.estimate.scenario.shown_in if preview else USD


def _trigger(request: TenantRequest, assessment: Assessment) -> Trigger | None:
    triggers, key = framework_get(assessment).triggers, request.GET.get("trigger")
    return next((known for known in triggers if known.key == key), None)


def _only_looks(request: TenantRequest) -> bool:
    return request.method != "POST" or request.POST.get("action") == "preview"


def _form(request: TenantRequest, scenario: Scenario | None = None, **kwargs: Any) -> ScenarioForm:
    if scenario:
        kwargs |= {"document": scenario.document, "origins": scenario.figure_origins}
    options_url = reverse("catalog:model-option-list", args=[request.organization.slug])
    data = request.POST if request.method == "POST" else None
    return ScenarioForm(data, options_url=options_url, **kwargs)


def _form_page(
    request: TenantRequest,
    form: ScenarioForm,
    assessment: Assessment,
    scenario: Scenario | None = None,
    *,
    status: int = 200,
    **outcome: Any,
) -> HttpResponse:
    name, row = (
        ("scenario-edit-preview", scenario) if scenario else ("scenario-preview", assessment)
    )
    context = _priced(form, assessment, scenario, may_do_without=True)
    book, contracts = context["book"], context["contracts"]
    prices = catalog_selectors.model_prices_find(book, form.references(), contracts)
    form.suggest(contract_end(Stated(form.base_document), prices, assessment.as_of))
    context |= {
        "assessment": assessment,
        "scenario": scenario,
        "preview_url": reverse(f"scenarios:{name}", args=[request.organization.slug, row.pk]),
        "options": catalog_selectors.model_options(book),
        "prices": prices,
    }
    with shown_in(_currency(context)):
        return render(request, "scenarios/scenario_form.html", context | outcome, status=status)


def _stored(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    if request.POST.get("action") == "compute":
        return computing(request, scenario)
    page = "pool" if request.POST.get("action") == PROPOSE else "detail"
    return redirect(f"scenarios:scenario-{page}", request.organization.slug, scenario.pk)
