"""An import of usage with the workload that it proposes, and the scenario made of that."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from costing.catalog import selectors as catalog_selectors
from costing.scenarios import selectors, services
from costing.scenarios.models import Scenario
from costing.usage import content as usage_content
from costing.usage import selectors as usage_selectors
from costing.usage.forms import MeasuredScenarioForm
from costing.usage.models import UsageImport
from costing.usage.views import import_url
from jobs.selectors import job_latest
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Invalid
from organizations.permissions import Permission


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, usage_import=usage_selectors.usage_import_get)
def usage_scenario(request: TenantRequest, usage_import: UsageImport) -> HttpResponse:
    """Make a scenario of what was measured, or put it into one that there is."""
    scenarios = list(selectors.scenario_list(usage_import.assessment))
    choices = [(str(each.pk), each.title) for each in scenarios]
    form = MeasuredScenarioForm(request.POST, scenarios=choices)
    if form.is_valid():
        given = services.MeasuredInput(
            reference=form.cleaned_data["model"].strip(),
            calls_per_month=form.cleaned_data["calls_per_month"],
            source_url=import_url(request, usage_import.pk),
        )
        try:
            scenario = _stored(request, usage_import, scenarios, form.cleaned_data, given)
        except Invalid as error:
            form.refuse(_named(error))
        else:
            names = {"org": request.organization.slug, "scenario": scenario.pk}
            return redirect(reverse("scenarios:scenario-detail", kwargs=names))
    return detail_page(request, usage_import, form=form, status=422)


def _stored(
    request: TenantRequest,
    usage_import: UsageImport,
    scenarios: list[Scenario],
    given: dict[str, Any],
    measured: services.MeasuredInput,
) -> Scenario:
    chosen = next((each for each in scenarios if str(each.pk) == given["scenario"]), None)
    common: dict[str, Any] = {"by": request.actor, "usage_import": usage_import, "given": measured}
    if chosen is None:
        return services.create_measured_scenario(**common)
    whole = selectors.scenario_get(chosen.pk)
    return services.measure_scenario(**common, scenario=whole)


def _named(error: Invalid) -> Invalid:
    """The error by this form's fields: the model is what a new scenario's reference stands in."""
    fields = dict(error.fields)
    if "premium_model.catalog" in fields:
        fields["model"] = fields.pop("premium_model.catalog")
    return Invalid(error.message, fields=fields)


@require_safe
@tenant_view(Permission.SCENARIO_VIEW, usage_import=usage_selectors.usage_import_get)
def usage_import_detail(request: TenantRequest, usage_import: UsageImport) -> HttpResponse:
    """Show what an import came to, or how far its reading is."""
    return detail_page(request, usage_import)


def detail_page(
    request: TenantRequest,
    usage_import: UsageImport,
    *,
    form: MeasuredScenarioForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """An import's page; with a form that was refused, its errors."""
    context: dict[str, Any] = {
        "usage_import": usage_import,
        "assessment": usage_import.assessment,
        "may_manage": request.actor.may(Permission.SCENARIO_MANAGE),
        "is_known": "known" in request.GET,
        "form": form,
    }
    if usage_import.is_ready:
        page = context["page"] = usage_content.usage_page(usage_import.measured)
        if page.has_tokens:
            context |= _proposal(request, usage_import, form)
    else:
        context["job"] = job_latest(kind=usage_selectors.USAGE_JOB, subject_id=usage_import.pk)
    return render(request, "scenarios/usage_detail.html", context, status=status)


def _proposal(
    request: TenantRequest, usage_import: UsageImport, form: MeasuredScenarioForm | None
) -> dict[str, Any]:
    proposal = services.usage_proposal(usage_import)
    context = {"proposal": proposal, "proposal_rows": usage_content.proposal_rows(proposal)}
    if request.actor.may(Permission.SCENARIO_MANAGE):
        context["form"] = form or _scenario_form(usage_import)
    return context


def _scenario_form(usage_import: UsageImport) -> MeasuredScenarioForm:
    book = catalog_selectors.price_book_latest()
    models = [use.model for use in usage_import.measured.models]
    prices = usage_selectors.usage_prices(
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
