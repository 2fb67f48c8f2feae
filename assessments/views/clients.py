"""Pages of a firm's clients."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from assessments import selectors
from assessments.forms import ClientForm
from organizations import services
from organizations.access import TenantRequest, door
from organizations.exceptions import Invalid
from organizations.models import Client
from organizations.permissions import Permission
from organizations.selectors import client_get
from organizations.selectors import client_list as clients

CLIENTS_A_PAGE = 50
ASSESSMENTS_A_PAGE = 50


@require_safe
@door(Permission.CLIENT_VIEW)
def client_list(request: TenantRequest) -> HttpResponse:
    """List the clients, each with where its latest assessment stands."""
    page = Paginator(clients(), CLIENTS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": selectors.client_summaries(page.object_list),
        "may_manage": request.actor.may(Permission.CLIENT_MANAGE),
    }
    return render(request, "assessments/client_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@door(Permission.CLIENT_MANAGE)
def client_create(request: TenantRequest) -> HttpResponse:
    """Add a client and lead to its page."""
    form = ClientForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            client = services.create_client(by=request.actor, name=form.cleaned_data["name"])
        except Invalid as error:
            form.refuse(error)
        else:
            return redirect("assessments:client-detail", request.organization.slug, client.pk)
    status = 422 if form.errors else 200
    return render(request, "assessments/client_form.html", {"form": form}, status=status)


@require_safe
@door(Permission.CLIENT_VIEW, client=client_get)
def client_detail(request: TenantRequest, client: Client) -> HttpResponse:
    """Show a client's assessments over time."""
    assessments = selectors.assessment_list(client=client)
    page = Paginator(assessments, ASSESSMENTS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "client": client,
        "page": page,
        "rows": selectors.assessment_summaries(page.object_list),
        "may_rename": request.actor.may(Permission.CLIENT_MANAGE),
        "may_assess": request.actor.may(Permission.ASSESSMENT_MANAGE),
    }
    return render(request, "assessments/client_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@door(Permission.CLIENT_MANAGE, client=client_get)
def client_edit(request: TenantRequest, client: Client) -> HttpResponse:
    """Rename a client."""
    data = request.POST if request.method == "POST" else None
    form = ClientForm(data, initial={"name": client.name})
    if form.is_valid():
        name = form.cleaned_data["name"]
        try:
            services.rename_client(by=request.actor, client=client, name=name)
        except Invalid as error:
            form.refuse(error)
        else:
            return redirect("assessments:client-detail", request.organization.slug, client.pk)
    context = {"form": form, "client": client}
    status = 422 if form.errors else 200
    return render(request, "assessments/client_form.html", context, status=status)
