"""The price catalog: models, and the options of the scenario form."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from costing.catalog import selectors
from costing.catalog.views.price_books import asked_book
from organizations.access import TenantRequest, tenant_view
from organizations.permissions import Permission

PRICES_A_PAGE = 50
BOOKS_TO_CHOOSE = 50
LONGEST_SEARCH = 100


@require_safe
@tenant_view(Permission.CATALOG_VIEW)
def model_price_list(request: TenantRequest) -> HttpResponse:
    """List a price book's models, searched and page by page; the latest one's unless asked."""
    search = _search(request, "q")
    books, latest = selectors.price_books_to_choose(BOOKS_TO_CHOOSE)
    book = asked_book(request, "book") or latest
    pages = Paginator(selectors.model_price_list(book, search=search), PRICES_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "book": book,
        "is_latest": book == latest,
        "books": books,
        "page": page,
        "rows": selectors.prices_with_contracts(page.object_list, timezone.now().date()),
        "search": search,
        "may_manage": request.actor.may(Permission.CATALOG_MANAGE),
    }
    return render(request, "catalog/model_price_list.html", context)


@require_safe
@tenant_view(Permission.CATALOG_VIEW)
def model_option_list(request: TenantRequest) -> HttpResponse:
    """Offer the models that match what is being typed."""
    names = ("q", "premium_model__catalog", "small_model__catalog")
    search = next((found for name in names if (found := _search(request, name))), "")
    options = selectors.model_options(selectors.price_book_latest(), search=search)
    return render(request, "catalog/_model_options.html", {"options": options})


def _search(request: TenantRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "")[:LONGEST_SEARCH].strip()
