"""Pages of organizations, their members and invitations."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organizations import audit_words, selectors, services
from organizations.access import TenantRequest, tenant_view
from organizations.confirmation import Question, ask, say_undoable
from organizations.exceptions import Conflict, Denied, Invalid, Missing
from organizations.forms import (
    ApiKeyForm,
    AuditFilter,
    InvitationForm,
    JoinForm,
    OrganizationForm,
    RoleForm,
    posted,
)
from organizations.models import ApiKey, AuditEvent, Invitation, Membership, User
from organizations.pages import newest, read_page
from organizations.permissions import Permission, Role
from organizations.services import SentInvitation
from organizations.services.api_keys import create_api_key, revoke_api_key
from organizations.shown_once import redirect_with_secret, secret_of

ROWS_A_PAGE = 50
MAX_EXPORTED = 50_000


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
    form = OrganizationForm(posted(request))
    if form.save(services.found_another_organization, owner=cast(User, request.user)):
        return redirect("scenarios:client-list", org=form.saved.slug)
    return _render_form(request, "organizations/organization_form.html", form)


def _render_form(request: HttpRequest, template: str, form: Form, **context: Any) -> HttpResponse:
    """Show a form; one that was sent and comes back was refused."""
    status = 422 if form.is_bound else 200
    return render(request, template, {"form": form, **context}, status=status)


@require_safe
@tenant_view(Permission.ORGANIZATION_VIEW, is_kept=True)
def settings_page(request: TenantRequest) -> HttpResponse:
    """Show the person's own sign-in settings, and lead on."""
    return render(request, "organizations/settings.html")


@require_safe
@tenant_view(Permission.AUDIT_VIEW, is_kept=True)
def audit_event_list(request: TenantRequest) -> HttpResponse:
    """List what was changed, by whom and when."""
    search = _audit_search(request)
    keys, months = newest("created_at"), AuditEvent.months
    page = read_page(search.qs, keys, request, size=ROWS_A_PAGE, months=months)
    context = {
        "page": page,
        "form": search.form,
        "lines": [_audit_line(event) for event in page],
        "kept_days": settings.AUDIT_KEPT_DAYS,
    }
    status = 422 if search.errors else 200
    return render(request, "organizations/audit_event_list.html", context, status=status)


@require_safe
@tenant_view(Permission.AUDIT_VIEW)
def audit_event_export(request: TenantRequest) -> HttpResponse:
    """Hand out the same list as CSV, up to a number of rows."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    lines = csv.writer(response)
    lines.writerow(["when_utc", "who", "what", "subject", "client", "details", "verb", "id"])
    for event in _audit_search(request).qs[:MAX_EXPORTED]:
        line = _audit_line(event)
        words = (line["what"], line["subject"], line["client"], "; ".join(line["details"]))
        told = map(_harmless, (line["who"], *words))
        lines.writerow([event.created_at.isoformat(), *told, event.verb, event.subject_id])
    return response


def _audit_search(request: TenantRequest) -> AuditFilter:
    """Return the filter, which leaves nothing while it cannot be used."""
    search = AuditFilter(request.GET, selectors.audit_event_list())
    if not search.is_valid():
        search.queryset = AuditEvent.objects.none()
    return search


def _audit_line(event: AuditEvent) -> dict[str, Any]:
    return {
        "when": f"{event.created_at.date()} {event.created_at:%H:%M:%S}",
        "who": event.actor_label,
        "client": event.client.name if event.client else "",
        "what": audit_words.sentence(event.verb),
        "subject": audit_words.subject_name(event.data),
        "details": audit_words.details(event.data),
    }


def _harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


@require_safe
@tenant_view(Permission.API_KEY_VIEW, is_kept=True)
def api_key_list(request: TenantRequest) -> HttpResponse:
    """Show the keys, the form to make one, and the secret of one that was just made."""
    return _show_keys(request, ApiKeyForm())


def _show_keys(request: TenantRequest, form: ApiKeyForm) -> HttpResponse:
    page = Paginator(selectors.api_key_list(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    template = "organizations/api_key_list.html"
    return _render_form(request, template, form, page=page, secret=secret_of(request))


@require_POST
@tenant_view(Permission.API_KEY_MANAGE)
def api_key_create(request: TenantRequest) -> HttpResponse:
    """Make a key and lead to the list, which shows its secret to this browser for a while."""
    form = ApiKeyForm(request.POST)
    if not form.save(create_api_key, by=request.actor):
        return _show_keys(request, form)
    return redirect_with_secret(_keys_url(request), form.saved.secret)


@require_POST
@tenant_view(Permission.API_KEY_MANAGE, api_key=selectors.api_key_get)
def api_key_revoke(request: TenantRequest, api_key: ApiKey) -> HttpResponse:
    """Refuse a key from its next request on."""
    revoke_api_key(by=request.actor, key=api_key)
    messages.success(request, f"The key {api_key.name} is revoked.")
    return redirect(_keys_url(request))


def _keys_url(request: TenantRequest) -> str:
    return reverse("organizations:api-key-list", kwargs={"org": request.organization.slug})


@require_safe
@tenant_view(Permission.MEMBER_VIEW, is_kept=True)
def member_list(request: TenantRequest) -> HttpResponse:
    """Show the members, the invitations without an answer, and the form to invite."""
    return _show_members(request, _invitation_form(request))


def _show_members(request: TenantRequest, form: InvitationForm) -> HttpResponse:
    pages = Paginator(selectors.membership_list(), ROWS_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    invitations = selectors.invitation_list()
    template = "organizations/member_list.html"
    return _render_form(request, template, form, page=page, invitations=invitations)


def _invitation_form(request: TenantRequest) -> InvitationForm:
    """Make the form with what this actor may choose."""
    return InvitationForm(
        posted(request),
        roles=request.actor.roles_to_invite,
        initial={"role": Role.RESPONDENT.value},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.MEMBER_MANAGE, member=selectors.membership_get)
def member_edit(request: TenantRequest, member: Membership) -> HttpResponse:
    """Change a member's role and client."""
    form = RoleForm(
        posted(request),
        roles=frozenset(Role),
        initial={"role": member.role, "client": member.client_id},
    )
    if form.save(services.change_member_role, by=request.actor, membership=member):
        return _changed(request, member, f"is {form.saved.role} now")
    return _render_form(request, "organizations/member_edit.html", form, member=member)


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.MEMBER_MANAGE, member=selectors.membership_get)
def member_deactivate(request: TenantRequest, member: Membership) -> HttpResponse:
    """Ask, then close the organization to a member."""
    if request.method != "POST":
        text = (
            "They cannot enter the organization from their next request on, the API keys that they"
            " made open nothing, and work that they asked for is refused. What they did stays, and"
            " so do the share links that they made: the page to change the member lists those."
            " Reactivate them to undo this."
        )
        back = reverse("organizations:member-list", args=[request.organization.slug])
        heading = f"Deactivate {member.user.email}?"
        return ask(request, Question(heading, text, "Deactivate", back))
    with _refusal_shown(request):
        services.deactivate_member(by=request.actor, membership=member)
        undo = reverse(
            "organizations:member-reactivate", args=[request.organization.slug, member.pk]
        )
        return _changed(request, member, "cannot enter the organization any more", undo)
    return _members(request)


@require_POST
@tenant_view(Permission.MEMBER_MANAGE, member=selectors.membership_get)
def member_reactivate(request: TenantRequest, member: Membership) -> HttpResponse:
    """Open the organization to a member again."""
    services.reactivate_member(by=request.actor, membership=member)
    return _changed(request, member, "can enter the organization again")


def _changed(
    request: TenantRequest, member: Membership, outcome: str, undo: str = ""
) -> HttpResponse:
    """Say what was done; who changed themselves may not see this page any more."""
    is_self = member.user_id == request.actor.user_id
    say_undoable(request, f"{member.user.email} {outcome}.", "" if is_self else undo)
    return redirect("organizations:home") if is_self else _members(request)


@contextmanager
def _refusal_shown(request: TenantRequest) -> Iterator[None]:
    """Say on the next page why something was refused; what a role does not include stays a 403."""
    try:
        yield
    except (Invalid, Conflict) as error:
        messages.error(request, error.message)


@require_POST
@tenant_view(Permission.MEMBER_INVITE)
def invitation_create(request: TenantRequest) -> HttpResponse:
    """Invite somebody."""
    form = _invitation_form(request)
    if not form.save(services.invite_member, by=request.actor):
        return _show_members(request, form)
    _say_sent(request, form.saved)
    return _members(request)


@require_POST
@tenant_view(Permission.MEMBER_INVITE, invitation=selectors.invitation_get)
def invitation_resend(request: TenantRequest, invitation: Invitation) -> HttpResponse:
    """Send a new link; the old one ends."""
    with _refusal_shown(request):
        _say_sent(request, services.resend_invitation(by=request.actor, invitation=invitation))
    return _members(request)


@require_POST
@tenant_view(Permission.MEMBER_INVITE, invitation=selectors.invitation_get)
def invitation_revoke(request: TenantRequest, invitation: Invitation) -> HttpResponse:
    """Take an invitation back."""
    with _refusal_shown(request):
        services.revoke_invitation(by=request.actor, invitation=invitation)
        messages.success(request, f"The invitation of {invitation.email} is revoked.")
    return _members(request)


def _say_sent(request: TenantRequest, sent: SentInvitation) -> None:
    messages.success(request, f"An invitation to {sent.invitation.email} is on its way.")
    if settings.IS_MAIL_LOCAL:
        # Nobody receives mail there. Elsewhere the inviter must not have the link: with it they
        # could make an account for somebody else's address.
        messages.info(request, f"Mail stays on this machine. The link: {sent.url}")


def _members(request: TenantRequest) -> HttpResponse:
    return redirect("organizations:member-list", org=request.organization.slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link offers; accept it when asked to, never by being opened."""
    invitation = selectors.invitation_find(token=token)
    if invitation is None:
        return _dead(request)
    try:
        return _answer_invitation(request, invitation, token)
    except Missing:
        return _dead(request)


def _answer_invitation(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    there = reverse("scenarios:client-list", args=[invitation.organization.slug])
    form, status = None, 200
    if request.user.is_authenticated and request.method == "POST":
        try:
            services.accept_invitation(by=request.user, token=token)
            return redirect(there)
        except Denied:
            status = 403
    elif not request.user.is_authenticated and not selectors.account_exists(email=invitation.email):
        form = JoinForm(posted(request), email=invitation.email)
        if form.save(services.join_by_invitation, token=token):
            return cast(HttpResponse, perform_login(request, form.saved.user, redirect_url=there))
        status = 422 if form.is_bound else 200
    elif request.method == "POST":
        return redirect_to_login(request.path, reverse("account_login"))
    context = {"invitation": invitation, "form": form}
    return render(request, "organizations/invitation_accept.html", context, status=status)


def _dead(request: HttpRequest) -> HttpResponse:
    """Give one response for a link that never was, is used, revoked or too old."""
    return render(request, "organizations/invitation_dead.html", status=404)
