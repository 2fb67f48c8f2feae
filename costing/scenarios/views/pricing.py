"""Prices and pools of a scenario: re-price it, and the wizard that proposes a pool."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from costing.catalog import selectors as catalog_selectors
from costing.catalog.models import PriceBook
from costing.catalog.pools import sizing_text, steps_of
from costing.catalog.views import asked_book
from costing.scenarios import selectors, services
from costing.scenarios.content.titles import STRATEGY_TITLES
from costing.scenarios.forms import PoolChoiceForm, PoolWishForm, RepricingForm
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
        return _repricing_page(request, scenario, book)
    form = RepricingForm(request.POST)
    if not form.is_valid():
        return _repricing_page(request, scenario, _suggested(scenario), form=form, status=422)
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
        return _repricing_page(request, scenario, book, conflict=conflict, status=409)
    except Invalid as error:
        form.refuse(error)
        return _repricing_page(request, scenario, book, form=form, status=422)
    url = reverse("scenarios:scenario-detail", args=[request.organization.slug, repriced.pk])
    services.request_economics(by=request.actor, scenario=repriced, next_url=url)
    return redirect(url)


def _suggested(scenario: Scenario) -> PriceBook | None:
    """The newest book of the source that the scenario is priced by, else the latest."""
    pinned = scenario.price_book
    books = catalog_selectors.price_book_list()
    own = books.filter(source_key=pinned.source_key).first() if pinned else None
    return own or catalog_selectors.price_book_latest()


def _repricing_page(
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


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.SCENARIO_MANAGE, scenario=selectors.scenario_get)
def scenario_pool(request: TenantRequest, scenario: Scenario) -> HttpResponse:
    """Propose pools for a scenario's workload; take one."""
    wishes = PoolWishForm(
        request.GET if "model_class" in request.GET else None,
        facets=catalog_selectors.offer_facets(),
        pool=scenario.document.get("pool") or {},
        has_routing=scenario.document.get("routing") is not None,
    )
    page: dict[str, Any] = {"scenario": scenario, "assessment": scenario.assessment, "form": wishes}
    if request.method == "POST":
        return _take(request, scenario, wishes, page)
    return _pool_page(
        request, page, status=422 if wishes.is_bound and not wishes.is_valid() else 200
    )


def _take(
    request: TenantRequest, scenario: Scenario, wishes: PoolWishForm, page: dict[str, Any]
) -> HttpResponse:
    taken = PoolChoiceForm(request.POST)
    if not (wishes.is_valid() and taken.is_valid()):
        return _pool_page(request, page | {"refusal": "Choose one of the pools below."}, status=422)
    choice = services.PoolChoice(
        wish=wishes.wish(),
        offer_key=taken.cleaned_data["offer"],
        profile_key=taken.cleaned_data["profile"],
    )
    try:
        _, proposal = services.use_pool(
            by=request.actor,
            scenario=scenario,
            version=taken.cleaned_data["version"],
            choice=choice,
        )
    except Conflict as conflict:
        return _pool_page(request, page | {"conflict": conflict}, status=409)
    except Invalid as error:
        return _pool_page(request, page | {"refusal": error.message}, status=422)
    offer, profile = proposal.offer, proposal.profile
    messages.success(request, f"The pool now is {profile.title}, on {offer.instance_type}.")
    return redirect(
        "scenarios:scenario-detail", org=request.organization.slug, scenario=scenario.pk
    )


def _pool_page(request: TenantRequest, page: dict[str, Any], *, status: int = 200) -> HttpResponse:
    form, scenario = page["form"], page["scenario"]
    conflict = page.get("conflict")
    page["version"] = conflict.current["version"] if conflict else scenario.version
    if form.is_bound and form.is_valid():
        proposals = services.propose_pools(scenario.document, form.wish(), form.offers())
        page["options"] = [
            (proposal, steps_of(proposal), sizing_text(proposal)) for proposal in proposals
        ]
    return render(request, "scenarios/scenario_pool.html", page, status=status)
