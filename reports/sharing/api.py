"""Operations on share links, by which somebody without a sign-in reads a snapshot's documents."""

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework import serializers
from rest_framework.response import Response

from organizations.api.authentication import TenantAPIRequest
from organizations.api.views import (
    DestroyMixin,
    ListMixin,
    Operation,
    ResourceViewSet,
    RetrieveMixin,
    resource,
)
from organizations.permissions import Permission
from organizations.serializers import InputSerializer
from reports.models import SHARE_DAYS, ShareLink, Snapshot
from reports.sharing import selectors, services
from reports.snapshots.selectors import snapshot_get


class ShareLinkSerializer(serializers.Serializer):
    """A way to a snapshot's documents for whoever has its link."""

    id = serializers.UUIDField()
    snapshot = serializers.UUIDField(source="snapshot_id")
    created_by = serializers.CharField(source="created_by_label")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    is_open = serializers.BooleanField()
    opened_count = serializers.IntegerField()
    last_opened_at = serializers.DateTimeField(allow_null=True)


class NewShareLinkSerializer(ShareLinkSerializer):
    """A share link with its address, this once."""

    link = serializers.CharField(
        allow_null=True, help_text="Shown this once; null where the request is repeated."
    )


class ShareLinkInputSerializer(InputSerializer):
    """For how long a share link is good."""

    days = serializers.ChoiceField(choices=SHARE_DAYS)


class ShareLinkViewSet(ListMixin, RetrieveMixin, DestroyMixin, ResourceViewSet):
    """One share link, and how often it was opened."""

    tag = "share links"
    operations = {
        "list": Operation(Permission.DELIVERABLE_MANAGE),
        "create": Operation(
            Permission.DELIVERABLE_MANAGE,
            takes=ShareLinkInputSerializer,
            gives={201: NewShareLinkSerializer},
            shown_once=("link",),
        ),
        "retrieve": Operation(Permission.DELIVERABLE_MANAGE),
        "destroy": Operation(
            Permission.DELIVERABLE_MANAGE, errors=(409,), name="share_link_revoke"
        ),
    }
    loaders = {"snapshot": snapshot_get, "share_link": selectors.share_link_get}
    serializer_class = ShareLinkSerializer
    ordering = ("-created_at", "pk")

    def list_rows(self, snapshot: Snapshot) -> QuerySet[ShareLink]:
        """A snapshot's share links, the newest first, closed ones included."""
        return selectors.share_link_list(snapshot)

    def create(self, request: TenantAPIRequest, snapshot: Snapshot) -> Response:
        """Open a snapshot's documents to whoever has the link; it stands in this response alone."""
        days = self.validated()["days"]
        new = services.create_share_link(by=request.actor, snapshot=snapshot, days=days)
        link = request.build_absolute_uri(reverse("reports:share-open", args=[new.token]))
        return self.respond_created(new.share_link, link=link)

    def perform_destroy(self, share_link: ShareLink) -> ShareLink:
        """Close a link from the next request on; it stays in the list."""
        return services.revoke_share_link(by=self.request.actor, share_link=share_link)


urlpatterns = resource(
    "share-link",
    ShareLinkViewSet,
    many="snapshots/<uuid:snapshot>/share-links/",
    one="share-links/<uuid:share_link>/",
)
