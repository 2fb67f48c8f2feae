"""The pages of a firm's members: who they are, what they may, who is invited."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organizations import selectors, services
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import DomainError
from organizations.forms import InvitationForm, RoleForm
from organizations.models import Membership
from organizations.permissions import Permission, Role

MEMBERS_A_PAGE = 50


@require_safe
@tenant_view(Permission.MEMBER_VIEW)
def member_list(request: TenantRequest) -> HttpResponse:
    """Show the members, the invitations without an answer, and the form to invite."""
    return show_members(request, invitation_form(request))


def show_members(
    request: TenantRequest, form: InvitationForm, *, status: int = 200
) -> HttpResponse:
    """Render the members' page."""
    pages = Paginator(selectors.membership_list(), MEMBERS_A_PAGE)
    context = {
        "page": pages.get_page(request.GET.get("page")),
        "invitations": selectors.invitation_list(),
        "form": form,
    }
    return render(request, "organizations/member_list.html", context, status=status)


def invitation_form(request: TenantRequest, data: Any = None) -> InvitationForm:
    """Make the form with what this actor may choose."""
    return InvitationForm(
        data,
        roles=request.actor.roles_to_invite,
        clients=selectors.client_list(),
        initial={"role": Role.RESPONDENT.value},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.MEMBER_MANAGE, member=selectors.membership_get)
def member_edit(request: TenantRequest, member: Membership) -> HttpResponse:
    """Change a member's role and client."""
    form = RoleForm(
        request.POST if request.method == "POST" else None,
        roles=frozenset(Role),
        clients=selectors.client_list(),
        initial={"role": member.role, "client": member.client_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_member_role(by=request.actor, membership=member, **form.values)
        except DomainError as error:
            form.refuse(error)
        else:
            return _back(request, member, f"{member.user.email} is {form.values['role']} now.")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "member": member}
    return render(request, "organizations/member_edit.html", context, status=status)


@require_POST
@tenant_view(Permission.MEMBER_MANAGE, member=selectors.membership_get)
def member_deactivate(request: TenantRequest, member: Membership) -> HttpResponse:
    """Close the firm to a member."""
    return _switch(request, member, services.deactivate_member, "cannot enter the firm any more")


@require_POST
@tenant_view(Permission.MEMBER_MANAGE, member=selectors.membership_get)
def member_reactivate(request: TenantRequest, member: Membership) -> HttpResponse:
    """Open the firm to a member again."""
    return _switch(request, member, services.reactivate_member, "can enter the firm again")


def _switch(
    request: TenantRequest,
    member: Membership,
    change: Callable[..., Membership],
    outcome: str,
) -> HttpResponse:
    try:
        change(by=request.actor, membership=member)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("organizations:member-list", org=request.organization.slug)
    return _back(request, member, f"{member.user.email} {outcome}.")


def _back(request: TenantRequest, member: Membership, message: str) -> HttpResponse:
    """Say what was done; who changed themselves may not see this page any more."""
    is_self = member.user_id == request.actor.user_id
    messages.success(request, message)
    if is_self:
        return redirect("organizations:home")
    return redirect("organizations:member-list", org=request.organization.slug)
