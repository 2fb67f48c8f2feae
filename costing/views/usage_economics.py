"""What usage is good for: a scenario of it, and why the bill is what it is."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from costing import content, selectors, services
from costing.forms import MeasuredScenarioForm, ReconciliationForm
from costing.models import Scenario, UsageImport
from costing.views.usage import detail_page, import_url
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Invalid
from organizations.permissions import Permission

MOST_BOOKS = 20


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, usage_import=selectors.usage_import_get)
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
            return redirect(reverse("costing:scenario-detail", kwargs=names))
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
@tenant_view(Permission.SCENARIO_VIEW, usage_import=selectors.usage_import_get)
def usage_reconciliation(request: TenantRequest, usage_import: UsageImport) -> HttpResponse:
    """Show why the bill of a period differs from what a price book predicts of its usage."""
    bills = selectors.billing_imports(usage_import)
    books = list(selectors.price_book_list()[:MOST_BOOKS])
    form = ReconciliationForm(
        request.GET or None,
        bills=[(str(each.pk), each.filename) for each in bills],
        books=[(str(each.pk), str(each)) for each in books],
    )
    context: dict[str, Any] = {
        "usage_import": usage_import,
        "assessment": usage_import.assessment,
        "form": form,
    }
    status = 200
    if form.is_bound and not form.is_valid():
        raise Http404  # a bill or a book that is not there
    chosen = form.cleaned_data if form.is_bound else {}
    try:
        found = selectors.usage_reconcile(
            usage_import,
            billing=_of(bills, chosen.get("billing")),
            book=_of(books, chosen.get("price_book")),
        )
    except Invalid as error:
        context["refusal"] = error.message
        status = 422 if form.is_bound else 200
    else:
        context |= {"found": found, "page": content.reconciliation_page(found.result)}
    return render(request, "costing/usage_reconciliation.html", context, status=status)


def _of(rows: list[Any], pk: UUID | str | None) -> Any:
    return next((row for row in rows if str(row.pk) == pk), None) if pk else None
