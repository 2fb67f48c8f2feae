"""Add a client to a firm, and rename it; costing shows the clients with their money."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from assessments.forms import ClientForm
from organizations import services
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Invalid
from organizations.models import Client
from organizations.permissions import Permission
from organizations.selectors import client_get


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.CLIENT_MANAGE)
def client_create(request: TenantRequest) -> HttpResponse:
    """Add a client and lead to its page."""
    form = ClientForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            client = services.create_client(by=request.actor, name=form.cleaned_data["name"])
        except Invalid as error:
            form.refuse(error)
        else:
            return redirect("scenarios:client-detail", request.organization.slug, client.pk)
    status = 422 if form.errors else 200
    return render(request, "assessments/client_form.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.CLIENT_MANAGE, client=client_get)
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
            return redirect("scenarios:client-detail", request.organization.slug, client.pk)
    context = {"form": form, "client": client}
    status = 422 if form.errors else 200
    return render(request, "assessments/client_form.html", context, status=status)
