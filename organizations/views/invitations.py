"""Invitations: what the firm does with them, and the page on which one is accepted."""

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from organizations import selectors, services
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Denied, DomainError, Missing
from organizations.forms import JoinForm
from organizations.models import Invitation
from organizations.permissions import Permission
from organizations.services import SentInvitation
from organizations.views.members import invitation_form, show_members


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
    """Send a new link and kill the old one."""
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
    """Answer alike for a link that never was, is used, revoked or too old."""
    return render(request, "organizations/invitation_dead.html", status=404)
