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
from reports.models import (
    RECIPIENT_LENGTH,
    SHARE_DAYS,
    SHARED_KINDS,
    DeliverableKind,
    ShareLink,
    ShareLinkOpening,
    Snapshot,
)
from reports.sharing import selectors, services
from reports.snapshots.selectors import snapshot_get


class ShareLinkSerializer(serializers.Serializer):
    """A way to a snapshot's documents for whoever has its link."""

    id = serializers.UUIDField()
    snapshot = serializers.UUIDField(source="snapshot_id")
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=DeliverableKind.choices))
    recipient = serializers.CharField(help_text="For whom it was made; empty where nobody said.")
    created_by = serializers.CharField(source="created_by_label")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    is_open = serializers.BooleanField()
    opened_count = serializers.IntegerField()
    last_opened_at = serializers.DateTimeField(allow_null=True)


class OpeningSerializer(serializers.Serializer):
    """What was opened by a share link, and when."""

    what = serializers.ChoiceField(choices=[*ShareLinkOpening.TITLES])
    opened_at = serializers.DateTimeField()


class OpenedShareLinkSerializer(ShareLinkSerializer):
    """A share link with what was opened by it."""

    openings = OpeningSerializer(source="openings.all", many=True)


class NewShareLinkSerializer(ShareLinkSerializer):
    """A share link with its address, this once."""

    link = serializers.CharField(
        allow_null=True, help_text="Shown this once; null where the request is repeated."
    )


class ShareLinkInputSerializer(InputSerializer):
    """For whom a share link is, which documents it leads to, and for how long it is good."""

    days = serializers.ChoiceField(choices=SHARE_DAYS)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=DeliverableKind.choices),
        default=[kind.value for kind in SHARED_KINDS],
        allow_empty=False,
    )
    recipient = serializers.CharField(max_length=RECIPIENT_LENGTH, default="", allow_blank=True)


class ShareLinkViewSet(ListMixin, RetrieveMixin, DestroyMixin, ResourceViewSet):
    """One share link, and how often it was opened."""

    tag = "share links"
    operations = {
        "list": Operation(Permission.DELIVERABLE_MANAGE, is_kept=True),
        "create": Operation(
            Permission.DELIVERABLE_MANAGE,
            takes=ShareLinkInputSerializer,
            gives={201: NewShareLinkSerializer},
            shown_once=("link",),
        ),
        "retrieve": Operation(Permission.DELIVERABLE_MANAGE, gives=OpenedShareLinkSerializer),
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
        data = self.validated()
        new = services.create_share_link(by=request.actor, snapshot=snapshot, **data)
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
