"""Pages of a firm itself, and the answer for what does not exist."""

from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from organizations import selectors, services
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Invalid
from organizations.forms import OrganizationForm
from organizations.models import User
from organizations.permissions import Permission

AUDIT_EVENTS_A_PAGE = 50


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer alike for what does not exist and for what is another's."""
    return render(request, "404.html", status=404)


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the person's firm, or let them choose between several."""
    organizations = selectors.organizations_of(user_id=cast(UUID, request.user.pk))
    if len(organizations) == 1:
        return redirect("scenarios:client-list", org=organizations[0].slug)
    return render(request, "organizations/home.html", {"organizations": organizations})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def organization_create(request: HttpRequest) -> HttpResponse:
    """Let a person with an account found another firm, where sign-up is open."""
    if not settings.SIGNUP_OPEN:
        raise Http404
    form = OrganizationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            firm = services.found_another_organization(
                name=form.cleaned_data["name"], owner=cast(User, request.user)
            )
        except Invalid as error:
            form.refuse(error)
        else:
            return redirect("scenarios:client-list", org=firm.slug)
    status = 422 if form.errors else 200
    return render(request, "organizations/organization_form.html", {"form": form}, status=status)


@require_safe
@tenant_view(Permission.ORGANIZATION_VIEW)
def settings_page(request: TenantRequest) -> HttpResponse:
    """Show the person's own sign-in settings, and lead on."""
    return render(request, "organizations/settings.html")


@require_safe
@tenant_view(Permission.AUDIT_VIEW)
def audit_event_list(request: TenantRequest) -> HttpResponse:
    """List what was changed, by whom and when."""
    pages = Paginator(selectors.audit_event_list(), AUDIT_EVENTS_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    return render(request, "organizations/audit_event_list.html", {"page": page})
