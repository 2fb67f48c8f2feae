"""Operations on share links, by which somebody without a sign-in reads a snapshot's documents."""

from django.http import HttpResponseBase
from django.urls import reverse
from rest_framework.response import Response

from organizations.api.endpoint import Endpoint, checked, made, operation
from organizations.api.pagination import PAGING, page_of, page_schema
from organizations.api.requests import TenantAPIRequest
from organizations.permissions import Permission
from reports import selectors, services
from reports.models import ShareLink, Snapshot
from reports.serializers import (
    NewShareLinkSerializer,
    ShareLinkInputSerializer,
    ShareLinkSerializer,
)
from reports.snapshots.api import SNAPSHOT

SHARE_LINK = {"share_link": selectors.share_link_get}


class ShareLinkList(Endpoint):
    """`/organizations/{org}/snapshots/{snapshot}/share-links/`."""

    tag = "share links"

    @operation(
        "share_link_list",
        Permission.DELIVERABLE_MANAGE,
        answers={200: page_schema(ShareLinkSerializer)},
        rows=SNAPSHOT,
        parameters=PAGING,
    )
    def get(self, request: TenantAPIRequest, snapshot: Snapshot) -> HttpResponseBase:
        """A snapshot's share links, the newest first, closed ones included."""
        rows = selectors.share_link_list(snapshot)
        return page_of(request, rows, ShareLinkSerializer, order=("-created_at", "pk"))

    @operation(
        "share_link_create",
        Permission.DELIVERABLE_MANAGE,
        takes=ShareLinkInputSerializer,
        answers={201: NewShareLinkSerializer},
        rows=SNAPSHOT,
        shown_once=("link",),
    )
    def post(self, request: TenantAPIRequest, snapshot: Snapshot) -> HttpResponseBase:
        """Open a snapshot's documents to whoever has the link; it stands in this answer alone."""
        data = checked(ShareLinkInputSerializer, request)
        new = services.create_share_link(by=request.actor, snapshot=snapshot, days=data["days"])
        link = request.build_absolute_uri(reverse("reports:share-open", args=[new.token]))
        return made(ShareLinkSerializer, new.share_link, request, at="share-link-detail", link=link)


class ShareLinkDetail(Endpoint):
    """`/organizations/{org}/share-links/{share_link}/`."""

    tag = "share links"

    @operation(
        "share_link_read",
        Permission.DELIVERABLE_MANAGE,
        answers={200: ShareLinkSerializer},
        rows=SHARE_LINK,
    )
    def get(self, request: TenantAPIRequest, share_link: ShareLink) -> HttpResponseBase:
        """One share link, and how often it was opened."""
        return Response(ShareLinkSerializer(share_link).data)

    @operation(
        "share_link_revoke",
        Permission.DELIVERABLE_MANAGE,
        answers={200: ShareLinkSerializer},
        rows=SHARE_LINK,
        errors=(409,),
    )
    def delete(self, request: TenantAPIRequest, share_link: ShareLink) -> HttpResponseBase:
        """Close a link from the next request on; it stays in the list."""
        revoked = services.revoke_share_link(by=request.actor, share_link=share_link)
        return Response(ShareLinkSerializer(revoked).data)
