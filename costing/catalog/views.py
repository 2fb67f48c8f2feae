"""Pages of the catalog: models and their prices, price books, contract prices, GPU capacity."""

from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from costing.catalog import forms, price_overrides, selectors
from costing.catalog.freshness import oldest_fresh
from costing.catalog.hosted import hosted_families
from costing.catalog.measured_points import point_source
from costing.catalog.models import PriceBook, PriceOverride
from costing.catalog.offers import OfferFilter, gpu_offers
from costing.catalog.price_reports import LINTS
from costing.catalog.price_text import TOKEN_PRICES
from costing.engine.inputs import MODEL_SECTIONS
from organizations import clock
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Conflict
from organizations.forms import posted
from organizations.permissions import Permission
from organizations.selectors import client_list

ROWS_A_PAGE = 50
BOOKS_TO_CHOOSE = 50


@require_safe
@tenant_view(Permission.CATALOG_VIEW, is_kept=True)
def price_book_list(request: TenantRequest) -> HttpResponse:
    """List the price books, the latest date first."""
    latest = selectors.price_book_latest()
    page = _page(request, selectors.price_book_list())
    context = {"page": page, "latest_id": latest and latest.pk}
    return render(request, "catalog/price_book_list.html", context)


@require_safe
@tenant_view(Permission.CATALOG_VIEW, is_kept=True, price_book=selectors.price_book_get)
def price_book_detail(request: TenantRequest, price_book: PriceBook) -> HttpResponse:
    """Show a book's provenance, and page by page what changed or what looks wrong."""
    report = selectors.price_book_report(price_book, against=asked_book(request, "against"))
    view = "lints" if request.GET.get("view") == "lints" else "changes"
    rows: Any = sorted(report.changes, key=lambda change: change.kind != "changed")
    code = request.GET.get("code", "")
    if view == "lints":
        rows = [lint for lint in report.lints if lint.code == code or code not in LINTS]
    context = {
        "book": price_book,
        "report": report,
        "view": view,
        "code": code,
        "page": _page(request, rows),
        "others": selectors.price_book_list().exclude(pk=price_book.pk)[:ROWS_A_PAGE],
    }
    return render(request, "catalog/price_book_detail.html", context)


def asked_book(request: TenantRequest, name: str) -> PriceBook | None:
    """Return the book that the query names, none where it names none; Http404 for no book."""
    given = request.GET.get(name, "")
    if not given:
        return None
    try:
        return selectors.price_book_get(UUID(given))
    except (ValueError, PriceBook.DoesNotExist):
        raise Http404 from None


@require_safe
@tenant_view(Permission.CATALOG_VIEW, is_kept=True)
def model_price_list(request: TenantRequest) -> HttpResponse:
    """List a price book's models, searched and page by page; the latest one's unless asked."""
    search = _search(request, "q")
    books, latest = selectors.price_books_to_choose(BOOKS_TO_CHOOSE)
    book = asked_book(request, "book") or latest
    page = _page(request, selectors.model_price_list(book, search=search))
    references = [price.reference for price in page]
    overrides = price_overrides.price_overrides_on(clock.today(), references)
    context = {
        "book": book,
        "is_latest": book == latest,
        "books": books,
        "page": page,
        "rows": [(price, overrides[price.reference]) for price in page],
        "search": search,
        "may_manage": request.actor.may(Permission.CATALOG_MANAGE),
        "oldest_fresh": oldest_fresh(clock.today()),
    }
    return render(request, "catalog/model_price_list.html", context)


@require_safe
@tenant_view(Permission.CATALOG_VIEW)
def model_option_list(request: TenantRequest) -> HttpResponse:
    """Offer the models that match what is being typed."""
    names = ("q", *(f"{key}__catalog" for key in MODEL_SECTIONS))
    search = next(filter(None, (_search(request, name) for name in names)), "")
    options = selectors.model_options(selectors.price_book_latest(), search=search)
    return render(request, "catalog/_model_options.html", {"options": options})


def _search(request: TenantRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "")[:100].strip()


@require_safe
@tenant_view(Permission.CATALOG_VIEW, is_kept=True)
def gpu_offer_list(request: TenantRequest) -> HttpResponse:
    """List the GPU offers, narrowed and page by page."""
    books = list(selectors.offer_book_list())
    form = forms.OfferFilterForm(request.GET, facets=selectors.offer_facets(), books=books)
    status = 200 if form.is_valid() else 422
    page = _page(request, selectors.offer_list(form.wanted()))
    context = {
        "form": form,
        "page": page,
        "books": books,
        "bundled_count": len(gpu_offers()),
        "is_narrowed": form.wanted() != OfferFilter(),
        "oldest_fresh": oldest_fresh(clock.today()),
    }
    return render(request, "catalog/gpu_offer_list.html", context, status=status)


@require_safe
@tenant_view(Permission.CATALOG_VIEW, is_kept=True)
def throughput_list(request: TenantRequest) -> HttpResponse:
    """List the speeds measured in public, each with its derivation."""
    form = forms.ThroughputFilterForm(request.GET)
    status = 200 if form.is_valid() else 422
    context = {"form": form, "profiles": selectors.throughput_find(**form.wanted())}
    return render(request, "catalog/throughput_list.html", context, status=status)


@require_safe
@tenant_view(Permission.CATALOG_VIEW, is_kept=True)
def hosted_price_list(request: TenantRequest) -> HttpResponse:
    """List what models of open weights cost where others host them."""
    form = forms.HostedPriceFilterForm(request.GET)
    status = 200 if form.is_valid() else 422
    today = clock.today()
    context = {
        "form": form,
        "families": hosted_families(form.wanted(), today),
        "oldest_fresh": oldest_fresh(today),
    }
    return render(request, "catalog/hosted_price_list.html", context, status=status)


@require_safe
@tenant_view(Permission.CATALOG_VIEW, is_kept=True)
def measured_point_list(request: TenantRequest) -> HttpResponse:
    """List what replicas were measured to carry at so many calls at once."""
    form = forms.MeasuredPointFilterForm(request.GET)
    status = 200 if form.is_valid() else 422
    page = _page(request, selectors.measured_series_find(**form.wanted()))
    context = {"form": form, "page": page, "source": point_source()}
    return render(request, "catalog/measured_point_list.html", context, status=status)


@require_safe
@tenant_view(Permission.CATALOG_VIEW, is_kept=True)
def price_override_list(request: TenantRequest) -> HttpResponse:
    """List the organization's contract prices, each with the list price beside it."""
    page = _page(request, price_overrides.price_override_list())
    book = selectors.price_book_latest()
    listed = price_overrides.list_prices_of(book, page.object_list)
    titles = {name: title.capitalize() for name, title in TOKEN_PRICES.items()}
    today, rows = clock.today(), []
    for override in page.object_list:
        price = listed.get(override.reference)
        figures = [
            (title, getattr(override, name), getattr(price, name, None))
            for name, title in titles.items()
        ]
        rows.append((override, price, figures, override.state_on(today)))
    context = {
        "page": page,
        "book": book,
        "titles": titles.values(),
        "rows": rows,
        "may_manage": request.actor.may(Permission.CATALOG_MANAGE),
    }
    return render(request, "catalog/price_override_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.CATALOG_MANAGE)
def price_override_create(request: TenantRequest) -> HttpResponse:
    """Add a contract price."""
    org = request.organization.slug
    form = forms.PriceOverrideForm(
        posted(request),
        clients=list(client_list()),
        options_url=reverse("catalog:model-option-list", kwargs={"org": org}),
        initial={
            "reference": request.GET.get("model", "")[:200].replace("\0", ""),
            "valid_from": clock.today().replace(day=1),
        },
    )
    if form.save(price_overrides.create_price_override, by=request.actor):
        return redirect("catalog:price-override-list", org)
    context = {"form": form, "options": selectors.model_options(selectors.price_book_latest())}
    status = 422 if form.errors else 200
    return render(request, "catalog/price_override_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.CATALOG_MANAGE, price_override=price_overrides.price_override_get)
def price_override_end(request: TenantRequest, price_override: PriceOverride) -> HttpResponse:
    """End a contract price."""
    ended_on = max(clock.today(), price_override.valid_from)
    form = forms.PriceOverrideEndForm(posted(request), initial={"ended_on": ended_on})
    conflict = None
    try:
        if form.save(price_overrides.end_price_override, by=request.actor, override=price_override):
            return redirect("catalog:price-override-list", request.organization.slug)
    except Conflict as error:
        conflict = error
    context = {"form": form, "override": price_override, "conflict": conflict}
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "catalog/price_override_end.html", context, status=status)


def _page(request: TenantRequest, rows: Any) -> Page[Any]:
    return Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
