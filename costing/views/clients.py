"""Pages of a firm's clients: the portfolio, and one client over time."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.selectors import assessment_list, assessment_summaries
from costing import selectors
from costing.content.portfolio import arrange, totals
from costing.forms import PortfolioForm
from organizations.access import TenantRequest, door
from organizations.models import Client
from organizations.permissions import Permission
from organizations.selectors import client_get

CLIENTS_A_PAGE = 50
ASSESSMENTS_A_PAGE = 50


@require_safe
@door(Permission.CLIENT_VIEW)
def client_list(request: TenantRequest) -> HttpResponse:
    """List the clients with score, money and what waits; a client's people see their own."""
    if request.actor.client_id is not None:
        return _client_page(request, client_get(request.actor.client_id))
    rows = selectors.portfolio_read()
    form = PortfolioForm(request.GET, bands=selectors.portfolio_bands())
    query = form.query
    found = arrange(rows, query)
    context = {
        "form": form,
        "query": query,
        "page": Paginator(found, CLIENTS_A_PAGE).get_page(request.GET.get("page")),
        "totals": totals(found),
        "is_empty": not rows,
        "may_manage": request.actor.may(Permission.CLIENT_MANAGE),
    }
    return render(request, "costing/client_list.html", context)


@require_safe
@door(Permission.CLIENT_VIEW, client=client_get)
def client_detail(request: TenantRequest, client: Client) -> HttpResponse:
    """Show a client's assessments over time and what is at stake."""
    return _client_page(request, client)


def _client_page(request: TenantRequest, client: Client) -> HttpResponse:
    page = Paginator(assessment_list(client=client), ASSESSMENTS_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "client": client,
        "page": page,
        "rows": assessment_summaries(page.object_list),
        "money": selectors.client_money(client).get(client.pk),
        "may_rename": request.actor.may(Permission.CLIENT_MANAGE),
        "may_assess": request.actor.may(Permission.ASSESSMENT_MANAGE),
    }
    return render(request, "costing/client_detail.html", context)
