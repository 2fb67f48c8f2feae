"""Pages of GPU capacity: what it costs, and what it was measured to carry."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from costing import catalog
from costing.catalog import selectors
from costing.catalog.forms import OfferFilterForm, ThroughputFilterForm
from organizations.access import TenantRequest, tenant_view
from organizations.permissions import Permission

OFFERS_A_PAGE = 50


@require_safe
@tenant_view(Permission.CATALOG_VIEW)
def gpu_offer_list(request: TenantRequest) -> HttpResponse:
    """List the GPU offers, narrowed and page by page."""
    books = list(selectors.offer_book_list())
    form = OfferFilterForm(request.GET, facets=selectors.offer_facets(), books=books)
    status = 200 if form.is_valid() else 422
    offers = selectors.offer_list(form.wanted())
    page = Paginator(offers, OFFERS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "books": books,
        "bundled_count": len(catalog.gpu_offers()),
        "is_narrowed": form.wanted() != catalog.OfferFilter(),
    }
    return render(request, "catalog/gpu_offer_list.html", context, status=status)


@require_safe
@tenant_view(Permission.CATALOG_VIEW)
def throughput_list(request: TenantRequest) -> HttpResponse:
    """List the speeds measured in public, each with its derivation."""
    form = ThroughputFilterForm(request.GET)
    status = 200 if form.is_valid() else 422
    context = {"form": form, "profiles": selectors.throughput_find(**form.wanted())}
    return render(request, "catalog/throughput_list.html", context, status=status)
