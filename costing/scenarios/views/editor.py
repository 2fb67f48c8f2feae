"""The scenario editor: choose why, describe the workload, see what it comes to, store."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from assessments.models import Assessment
from assessments.selectors import assessment_get
from costing.catalog import selectors as catalog_selectors
from costing.catalog.models import PriceBook
from costing.scenarios import content, selectors, services
from costing.scenarios.forms import ScenarioForm
from costing.scenarios.models import Scenario
from costing.scenarios.views.scenarios import computing, detail_url
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.SCENARIO_MANAGE, assessment=assessment_get)
def scenario_create(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """First ask why the person is here, then for the figures; store and compute."""
    triggers = selectors.scenario_triggers(assessment)
    trigger = _trigger(request, triggers)
    if request.method != "POST":
        if trigger is None and "trigger" not in request.GET:
            context = {"assessment": assessment, "triggers": triggers}
            return render(request, "scenarios/scenario_triggers.html", context)
        form = _form(request, document=trigger.document if trigger else {}, initial=_title(trigger))
        return _form_page(request, form, assessment=assessment, trigger=trigger)
    form = _form(request, document=trigger.document if trigger else {})
    if request.POST.get("action") == "preview":
        return _form_page(request, form, assessment=assessment, trigger=trigger)
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
@tenant_view(Permission.SCENARIO_MANAGE, scenario=selectors.scenario_get)
def scenario_edit(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Change a scenario's figures; a stale form is answered with what stands now."""
    form = _form(
        request,
        document=scenario.document,
        origins=scenario.origins,
        initial={"title": scenario.title, "version": scenario.version},
    )
    page: dict[str, Any] = {"assessment": scenario.assessment, "scenario": scenario}
    if request.method != "POST" or request.POST.get("action") == "preview":
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
@tenant_view(Permission.SCENARIO_MANAGE, assessment=assessment_get)
def scenario_preview(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Show what a new scenario comes to while it is being written; keep nothing."""
    trigger = _trigger(request, selectors.scenario_triggers(assessment))
    form = _form(request, document=trigger.document if trigger else {})
    return _preview_fragment(request, form, assessment, catalog_selectors.price_book_latest())


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, scenario=selectors.scenario_get)
def scenario_edit_preview(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Show what a change of a scenario comes to while it is being written; keep nothing."""
    form = _form(request, document=scenario.document, origins=scenario.origins)
    book = scenario.price_book or catalog_selectors.price_book_latest()
    return _preview_fragment(request, form, scenario.assessment, book, scenario)


def _preview_fragment(
    request: TenantRequest,
    form: ScenarioForm,
    assessment: Assessment,
    book: PriceBook | None,
    scenario: Scenario | None = None,
) -> HttpResponse:
    contracts = selectors.contracts_to_show(form.references(), book, scenario, assessment)
    context = {"form": form, "preview": _preview(form, assessment, book, contracts)}
    return render(request, "scenarios/_form_preview.html", context)


def _preview(
    form: ScenarioForm,
    assessment: Assessment,
    book: PriceBook | None,
    contracts: Mapping[str, Any],
) -> content.Headline | None:
    """What the form comes to; None where it cannot be priced, with the reasons at its fields."""
    document = form.base_document
    if form.is_bound:
        if not form.is_priceable():
            return None
        document = form.document()
    estimate, errors = services.preview_scenario(
        document, assessment=assessment, book=book, contracts=contracts
    )
    if form.is_bound:
        form.add_document_errors(errors)
    return content.Headline(estimate) if estimate else None


def _trigger(
    request: TenantRequest, triggers: list[selectors.ScenarioTrigger]
) -> selectors.ScenarioTrigger | None:
    key = request.GET.get("trigger")
    return next((known for known in triggers if known.key == key), None)


def _form(request: TenantRequest, **kwargs: Any) -> ScenarioForm:
    options_url = reverse("catalog:model-option-list", kwargs={"org": request.organization.slug})
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
    scenario, assessment = context.get("scenario"), context["assessment"]
    book = (scenario and scenario.price_book) or catalog_selectors.price_book_latest()
    contracts = selectors.contracts_to_show(form.references(), book, scenario, assessment)
    names = {"org": request.organization.slug}
    name, row = (
        ("scenario-edit-preview", {"scenario": scenario.pk})
        if scenario
        else ("scenario-preview", {"assessment": assessment.pk})
    )
    context |= {
        "preview": _preview(form, assessment, book, contracts),
        "preview_url": reverse(f"scenarios:{name}", kwargs=names | row),
        "form": form,
        "book": book,
        "options": catalog_selectors.model_options(book),
        "prices": catalog_selectors.model_prices_find(book, form.references(), contracts),
    }
    return render(request, "scenarios/scenario_form.html", context, status=status)


def _stored(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    if request.POST.get("action") == "compute":
        return computing(request, scenario)
    return redirect(detail_url(request, scenario))
