"""Share links: what the organization does with them, and the pages of whoever has one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from organizations import tenancy
from organizations.access import TenantRequest, tenant_view
from organizations.branding import logo_response
from organizations.exceptions import Invalid, Missing
from organizations.models import Membership
from organizations.permissions import Permission
from organizations.selectors import branding_find, membership_get
from organizations.shown_once import redirect_with_secret, secret_of
from organizations.throttling import throttled
from reports.documents.content.identity import identity_of
from reports.documents.files import bundle_documents, document_name, download, snapshot_stem
from reports.models import (
    RECIPIENT_LENGTH,
    SHARE_DAYS,
    DeliverableKind,
    ShareLink,
    ShareLinkOpening,
    Snapshot,
)
from reports.sharing import selectors, services
from reports.snapshots.selectors import snapshot_get, snapshot_payload

LINKS_A_PAGE = 50
NO_SUCH_LINK = "There is nothing here."


class ShareLinkForm(forms.Form):
    """For whom a link is, which documents it leads to, and for how long."""

    recipient = forms.CharField(required=False, max_length=RECIPIENT_LENGTH)
    kinds = forms.MultipleChoiceField(
        choices=DeliverableKind.choices, error_messages={"required": services.NO_DOCUMENT}
    )
    days = forms.TypedChoiceField(
        choices=[(days, f"{days} days") for days in SHARE_DAYS], coerce=int
    )


def share_link_view(
    view: Callable[Concatenate[HttpRequest, ShareLink, ...], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Guard a view below `/shared/<token>/`; it gets the open link, inside of its client.

    One that is unknown, revoked or expired leads to a page that says so and whom to ask. No cache
    keeps what is shown, no search engine finds it, and no other site learns its address.
    """

    @throttled
    @wraps(view)
    def guarded(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        with _entered(token) as share_link:
            if share_link is None or share_link.is_archived or not share_link.is_open:
                context = {"share_link": share_link}
                response = render(request, "reports/share_link_closed.html", context, status=404)
            else:
                response = view(request, share_link, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@contextmanager
def _entered(token: str) -> Iterator[ShareLink | None]:
    found = selectors.share_link_find(token=token)
    if found is None:
        yield None
        return
    with tenancy.enter(organization_id=found.organization_id, client_id=found.client_id):
        yield selectors.share_link_get(found.pk)


@require_POST
@tenant_view(Permission.DELIVERABLE_MANAGE, snapshot=snapshot_get)
def share_link_create(request: TenantRequest, snapshot: Snapshot) -> HttpResponse:
    """Make a link and lead to the page that shows it: this once, only its hash is kept."""
    form = ShareLinkForm(request.POST)
    if not form.is_valid():
        fields = {name: [str(each) for each in errors] for name, errors in form.errors.items()}
        message = services.NO_DOCUMENT if "kinds" in fields else services.GOOD_FOR
        raise Invalid(message, fields=fields)
    new = services.create_share_link(by=request.actor, snapshot=snapshot, **form.cleaned_data)
    names = {"org": request.organization.slug, "share_link": new.share_link.pk}
    return redirect_with_secret(reverse("reports:share-link-detail", kwargs=names), new.token)


@require_safe
@tenant_view(Permission.DELIVERABLE_MANAGE, share_link=selectors.share_link_get)
def share_link_detail(request: TenantRequest, share_link: ShareLink) -> HttpResponse:
    """Show a link to the browser that has just made it."""
    list_url, token = _list_url(request, share_link.snapshot), secret_of(request)
    context = {
        "share_link": share_link,
        "openings": share_link.openings.order_by("-opened_at", "-pk"),
        "url": token and request.build_absolute_uri(reverse("reports:share-open", args=[token])),
        "list_url": list_url,
    }
    return render(request, "reports/share_link_detail.html", context)


@require_safe
@tenant_view(Permission.MEMBER_MANAGE, member=membership_get)
def member_share_link_list(request: TenantRequest, member: Membership) -> HttpResponse:
    """List the open links that a member made: they outlast the member, until somebody ends them."""
    links = selectors.share_links_made_by(member.user_id)
    page = Paginator(links, LINKS_A_PAGE).get_page(request.GET.get("page"))
    context = {"member": member, "page": page}
    return render(request, "reports/member_share_link_list.html", context)


@require_POST
@tenant_view(Permission.DELIVERABLE_MANAGE, share_link=selectors.share_link_get)
def share_link_revoke(request: TenantRequest, share_link: ShareLink) -> HttpResponse:
    """Close a link."""
    services.revoke_share_link(by=request.actor, share_link=share_link)
    return redirect(_list_url(request, share_link.snapshot))


@require_safe
@share_link_view
def share_open(request: HttpRequest, share_link: ShareLink) -> HttpResponse:
    """Show the finished documents that the link leads to."""
    if request.method == "GET":
        services.note_opening(share_link)
    snapshot, branding = share_link.snapshot, branding_find()
    token = request.resolver_match.kwargs["token"] if request.resolver_match else ""
    if branding is not None and branding.logo_sha256:
        branding.logo_url = reverse("reports:share-logo", args=[token])
    payload = snapshot_payload(snapshot)
    context = {
        "share_link": share_link,
        "identity": identity_of(payload, snapshot.sha256),
        "provisional": payload.provisional,
        "documents": selectors.deliverables_shared(share_link),
        "token": token,
        "branding": branding,
    }
    return render(request, "reports/shared.html", context)


@require_safe
@share_link_view
def share_logo(request: HttpRequest, share_link: ShareLink) -> HttpResponse:
    """Show the organization's logo to whoever has the link."""
    branding = branding_find()
    if branding is None or not branding.logo_sha256:
        raise Missing(NO_SUCH_LINK)
    return logo_response(branding)


@require_safe
@share_link_view
def share_document(request: HttpRequest, share_link: ShareLink, deliverable: UUID) -> HttpResponse:
    """Hand out one document of the link's snapshot, to be saved and not shown."""
    shared = selectors.deliverables_shared(share_link)
    found = next((each for each in shared if each.pk == deliverable), None)
    if found is None:
        raise Missing(NO_SUCH_LINK)
    if request.method == "GET":
        services.note_opening(share_link, found.kind)
    return download(found.path, filename=document_name(snapshot_stem(share_link.snapshot), found))


@require_safe
@share_link_view
def share_archive(request: HttpRequest, share_link: ShareLink) -> HttpResponse:
    """Hand out all finished documents that the link leads to as one ZIP."""
    snapshot = share_link.snapshot
    archive = bundle_documents(snapshot, selectors.deliverables_shared(share_link))
    if request.method == "GET":
        services.note_opening(share_link, ShareLinkOpening.ARCHIVE)
    return archive


def _list_url(request: TenantRequest, snapshot: Snapshot) -> str:
    return reverse(
        "reports:deliverable-list", args=[request.organization.slug, snapshot.assessment_id]
    )
