"""Pages of organizations, their members and invitations."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organizations import selectors, services
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Denied, DomainError, Invalid, Missing
from organizations.forms import InvitationForm, JoinForm, OrganizationForm, RoleForm
from organizations.models import Invitation, Membership, User
from organizations.permissions import Permission, Role
from organizations.services import SentInvitation

AUDIT_EVENTS_A_PAGE = 50


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Give one response for a row that does not exist and for another tenant's."""
    return render(request, "404.html", status=404)


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the person's organization, or let them choose between several."""
    organizations = selectors.organizations_of(user_id=cast(UUID, request.user.pk))
    if len(organizations) == 1:
        return redirect("scenarios:client-list", org=organizations[0].slug)
    return render(request, "organizations/home.html", {"organizations": organizations})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def organization_create(request: HttpRequest) -> HttpResponse:
    """Let a person with an account found another organization, where sign-up is open."""
    if not settings.SIGNUP_OPEN:
        raise Http404
    form = OrganizationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            organization = services.found_another_organization(
                name=form.cleaned_data["name"], owner=cast(User, request.user)
            )
        except Invalid as error:
            form.refuse(error)
        else:
            return redirect("scenarios:client-list", org=organization.slug)
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
    """Close the organization to a member."""
    return _switch(request, member, services.deactivate_member, "cannot enter the firm any more")


@require_POST
@tenant_view(Permission.MEMBER_MANAGE, member=selectors.membership_get)
def member_reactivate(request: TenantRequest, member: Membership) -> HttpResponse:
    """Open the organization to a member again."""
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


@require_POST
@tenant_view(Permission.MEMBER_INVITE)
def invitation_create(request: TenantRequest) -> HttpResponse:
    """Invite somebody."""
    form = invitation_form(request, request.POST)
    if form.is_valid():
        try:
            sent = services.invite_member(
                by=request.actor, site_url=request.build_absolute_uri("/"), **form.values
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return _sent(request, sent)
    return show_members(request, form, status=422)


@require_POST
@tenant_view(Permission.MEMBER_INVITE, invitation=selectors.invitation_get)
def invitation_resend(request: TenantRequest, invitation: Invitation) -> HttpResponse:
    """Send a new link; the old one ends."""
    try:
        sent = services.resend_invitation(
            by=request.actor, invitation=invitation, site_url=request.build_absolute_uri("/")
        )
    except Denied:
        raise
    except DomainError as error:
        messages.error(request, error.message)
        return _members(request)
    return _sent(request, sent)


@require_POST
@tenant_view(Permission.MEMBER_INVITE, invitation=selectors.invitation_get)
def invitation_revoke(request: TenantRequest, invitation: Invitation) -> HttpResponse:
    """Take an invitation back."""
    try:
        services.revoke_invitation(by=request.actor, invitation=invitation)
    except Denied:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"The invitation of {invitation.email} is revoked.")
    return _members(request)


def _sent(request: TenantRequest, sent: SentInvitation) -> HttpResponse:
    messages.success(request, f"An invitation to {sent.invitation.email} is on its way.")
    if settings.IS_MAIL_LOCAL:
        # Nobody receives mail there. Elsewhere the inviter must not have the link: with it they
        # could make an account for somebody else's address.
        messages.info(request, f"Mail stays on this machine. The link: {sent.url}")
    return _members(request)


def _members(request: TenantRequest) -> HttpResponse:
    return redirect("organizations:member-list", org=request.organization.slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link offers; accept it when asked to, never by being opened."""
    invitation = selectors.invitation_find(token=token)
    if invitation is None:
        return _dead(request)
    if request.user.is_authenticated:
        return _accept_signed_in(request, invitation, token)
    if selectors.account_exists(email=invitation.email):
        if request.method == "POST":
            return redirect_to_login(request.path, reverse("account_login"))
        return _page(request, invitation)
    return _accept_as_new(request, invitation, token)


def _accept_signed_in(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    assert request.user.is_authenticated
    if request.method != "POST":
        return _page(request, invitation)
    try:
        services.accept_invitation(by=request.user, token=token)
    except Missing:
        return _dead(request)
    except Denied:
        return _page(request, invitation, status=403)
    except DomainError as error:
        return render(request, "error.html", {"error": error}, status=error.status)
    return _welcome(invitation)


def _accept_as_new(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = JoinForm(data, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        try:
            membership = services.join_by_invitation(token=token, **form.cleaned_data)
        except Missing:
            return _dead(request)
        except DomainError as error:
            form.refuse(error)
        else:
            there = _welcome(invitation)["Location"]
            signed_in: HttpResponse = perform_login(request, membership.user, redirect_url=there)
            return signed_in
    status = 422 if request.method == "POST" else 200
    return _page(request, invitation, form=form, status=status)


def _welcome(invitation: Invitation) -> HttpResponse:
    return redirect("scenarios:client-list", org=invitation.organization.slug)


def _page(
    request: HttpRequest,
    invitation: Invitation,
    *,
    form: JoinForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"invitation": invitation, "form": form}
    return render(request, "organizations/invitation_accept.html", context, status=status)


def _dead(request: HttpRequest) -> HttpResponse:
    """Give one response for a link that never was, is used, revoked or too old."""
    return render(request, "organizations/invitation_dead.html", status=404)
