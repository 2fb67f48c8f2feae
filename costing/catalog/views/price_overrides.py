"""Contract prices of a firm: listed beside the list price, added, ended."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from costing.catalog import selectors, services
from costing.catalog.forms import PriceOverrideEndForm, PriceOverrideForm
from costing.catalog.models import PriceOverride
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Permission
from organizations.selectors import client_list

OVERRIDES_A_PAGE = 50


@require_safe
@tenant_view(Permission.CATALOG_VIEW)
def price_override_list(request: TenantRequest) -> HttpResponse:
    """List the firm's contract prices, each with the list price beside it."""
    pages = Paginator(selectors.price_override_list(), OVERRIDES_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    book = selectors.price_book_latest()
    listed = selectors.list_prices_of(book, page.object_list)
    today = timezone.now().date()
    context = {
        "page": page,
        "book": book,
        "rows": [
            (override, listed.get(override.reference), override.state_on(today))
            for override in page.object_list
        ],
        "may_manage": request.actor.may(Permission.CATALOG_MANAGE),
    }
    return render(request, "catalog/price_override_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.CATALOG_MANAGE)
def price_override_create(request: TenantRequest) -> HttpResponse:
    """Add a contract price."""
    org = request.organization.slug
    form = PriceOverrideForm(
        request.POST if request.method == "POST" else None,
        clients=list(client_list()),
        options_url=reverse("catalog:model-option-list", kwargs={"org": org}),
        initial={
            "reference": request.GET.get("model", "")[:200].replace("\0", ""),
            "valid_from": timezone.now().date().replace(day=1),
        },
    )
    if form.is_valid():
        content = services.PriceOverrideInput(
            reference=form.cleaned_data["reference"],
            client=form.chosen_client(),
            figures=form.figures(),
            valid_from=form.cleaned_data["valid_from"],
            valid_until=form.cleaned_data["valid_until"],
            reason=form.cleaned_data["reason"],
        )
        try:
            services.create_price_override(by=request.actor, content=content)
        except Invalid as error:
            form.refuse(error)
        else:
            return redirect("catalog:price-override-list", org)
    context = {"form": form, "options": selectors.model_options(selectors.price_book_latest())}
    status = 422 if form.errors else 200
    return render(request, "catalog/price_override_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.CATALOG_MANAGE, price_override=selectors.price_override_get)
def price_override_end(request: TenantRequest, price_override: PriceOverride) -> HttpResponse:
    """End a contract price."""
    form = PriceOverrideEndForm(
        request.POST if request.method == "POST" else None,
        initial={"ended_on": max(timezone.now().date(), price_override.valid_from)},
    )
    status, conflict = 200, None
    if form.is_valid():
        try:
            services.end_price_override(
                by=request.actor,
                override=price_override,
                ended_on=form.cleaned_data["ended_on"],
                reason=form.cleaned_data["ended_reason"],
            )
        except Conflict as error:
            status, conflict = 409, error
        except Invalid as error:
            form.refuse(error)
        else:
            return redirect("catalog:price-override-list", request.organization.slug)
    context = {"form": form, "override": price_override, "conflict": conflict}
    status = 422 if form.errors else status
    return render(request, "catalog/price_override_end.html", context, status=status)
