"""Re-prices a scenario: what would change, and the act itself."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from costing.catalog import selectors as catalog_selectors
from costing.catalog.forms import RepricingForm
from costing.catalog.models import PriceBook
from costing.catalog.views import asked_book
from costing.scenarios import selectors, services
from costing.scenarios.content.titles import STRATEGY_TITLES
from costing.scenarios.models import Scenario
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Permission

BOOKS_TO_CHOOSE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.SCENARIO_MANAGE, scenario=selectors.scenario_get)
def scenario_reprice(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Show what another book, or contracts that changed, would make of it; pin it on POST."""
    if request.method != "POST":
        book = asked_book(request, "book") or _suggested(scenario)
        return _page(request, scenario, book)
    form = RepricingForm(request.POST)
    if not form.is_valid():
        return _page(request, scenario, _suggested(scenario), form=form, status=422)
    try:
        book = catalog_selectors.price_book_get(form.cleaned_data["price_book"])
    except PriceBook.DoesNotExist:
        raise Http404 from None
    try:
        repriced = services.reprice_scenario(
            by=request.actor, scenario=scenario, version=form.cleaned_data["version"], book=book
        )
    except Conflict as conflict:
        scenario = selectors.scenario_get(scenario.pk)
        return _page(request, scenario, book, conflict=conflict, status=409)
    except Invalid as error:
        form.refuse(error)
        return _page(request, scenario, book, form=form, status=422)
    url = reverse("scenarios:scenario-detail", args=[request.organization.slug, repriced.pk])
    services.request_economics(by=request.actor, scenario=repriced, next_url=url)
    return redirect(url)


def _suggested(scenario: Scenario) -> PriceBook | None:
    """The newest book of the source that the scenario is priced by, else the latest."""
    pinned = scenario.price_book
    books = catalog_selectors.price_book_list()
    own = books.filter(source_key=pinned.source_key).first() if pinned else None
    return own or catalog_selectors.price_book_latest()


def _page(
    request: TenantRequest,
    scenario: Scenario,
    book: PriceBook | None,
    *,
    form: RepricingForm | None = None,
    conflict: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    preview = selectors.repricing_preview(scenario, book) if book else None
    context = {
        "scenario": scenario,
        "assessment": scenario.assessment,
        "book": book,
        "books": catalog_selectors.price_book_list()[:BOOKS_TO_CHOOSE],
        "preview": preview,
        "months": [
            (STRATEGY_TITLES[month.strategy], month)
            for month in (preview.months if preview else ())
        ],
        "form": form,
        "conflict": conflict,
    }
    return render(request, "scenarios/scenario_reprice.html", context, status=status)
