"""Price books: which there are; where one comes from, what changed and what looks wrong in it."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from costing import catalog
from costing.catalog import selectors
from costing.catalog.models import PriceBook
from organizations.access import TenantRequest, tenant_view
from organizations.permissions import Permission

ROWS_A_PAGE = 50
VIEWS = ("changes", "lints")


@require_safe
@tenant_view(Permission.CATALOG_VIEW)
def price_book_list(request: TenantRequest) -> HttpResponse:
    """List the price books, the latest date first."""
    pages = Paginator(selectors.price_book_list(), ROWS_A_PAGE)
    latest = selectors.price_book_latest()
    context = {
        "page": pages.get_page(request.GET.get("page")),
        "latest_id": latest and latest.pk,
    }
    return render(request, "catalog/price_book_list.html", context)


@require_safe
@tenant_view(Permission.CATALOG_VIEW, price_book=selectors.price_book_get)
def price_book_detail(request: TenantRequest, price_book: PriceBook) -> HttpResponse:
    """Show a book's provenance, and page by page what changed or what looks wrong."""
    report = selectors.price_book_report(price_book, against=asked_book(request, "against"))
    view = request.GET.get("view")
    view = view if view in VIEWS else VIEWS[0]
    rows: Any = sorted(report.changes, key=lambda change: change.kind != "changed")
    code = request.GET.get("code", "")
    if view == "lints":
        known = code in catalog.LINTS
        rows = [lint for lint in report.lints if lint.code == code] if known else report.lints
    context = {
        "book": price_book,
        "report": report,
        "view": view,
        "code": code,
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
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
