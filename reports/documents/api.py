"""Operations on snapshots, and on the documents that jobs draw from them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.response import Response

from assessments.models import Assessment
from assessments.selectors import assessment_get
from organizations.api.authentication import TenantAPIRequest
from organizations.api.views import (
    ListMixin,
    Operation,
    ResourceViewSet,
    RetrieveMixin,
    action,
    resource,
)
from organizations.permissions import Permission
from reports.documents import selectors, services
from reports.documents.files import CONTENT_TYPES, bundle_documents, download
from reports.documents.serializers import (
    DeliverableInputSerializer,
    DeliverableSerializer,
    SnapshotContentSerializer,
    SnapshotSerializer,
)
from reports.models import Deliverable, DeliverableKind, PaperSize, Snapshot
from reports.snapshots.selectors import snapshot_get, snapshot_list
from reports.snapshots.services import create_snapshot, publish_snapshot, withdraw_snapshot

DOCUMENT_TYPES = sorted({CONTENT_TYPES[kind.suffix] for kind in DeliverableKind})


class SnapshotViewSet(ListMixin, RetrieveMixin, ResourceViewSet):
    """One snapshot with its frozen content; it never changes."""

    tag = "deliverables"
    operations = {
        "list": Operation(Permission.DELIVERABLE_VIEW, is_kept=True),
        "create": Operation(Permission.DELIVERABLE_MANAGE, errors=(422,)),
        "retrieve": Operation(Permission.DELIVERABLE_VIEW, gives=SnapshotContentSerializer),
        "publish": Operation(Permission.DELIVERABLE_MANAGE, gives={200: SnapshotSerializer}),
        "withdraw": Operation(
            Permission.DELIVERABLE_MANAGE, gives={200: SnapshotSerializer}, errors=(409,)
        ),
        "archive": Operation(
            Permission.DELIVERABLE_VIEW,
            gives={(200, CONTENT_TYPES[".zip"]): OpenApiTypes.BINARY},
        ),
    }
    loaders = {"assessment": assessment_get, "snapshot": snapshot_get}
    serializer_class = SnapshotSerializer
    ordering = ("-number", "pk")

    def list_rows(self, assessment: Assessment) -> QuerySet[Snapshot]:
        """An assessment's snapshots, the newest first."""
        return snapshot_list(assessment, seen_by=self.request.actor)

    def create(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """Freeze an assessment with its latest economics; the same content is the same snapshot."""
        return self.respond_created(create_snapshot(by=request.actor, assessment=assessment))

    @action("publication", "post")
    def publish(self, request: TenantAPIRequest, snapshot: Snapshot) -> Response:
        """Show a snapshot, and the assessment's results, to the client's people."""
        publish_snapshot(by=request.actor, snapshot=snapshot)
        return self.respond(snapshot_get(snapshot.pk))

    @action("withdrawal", "post")
    def withdraw(self, request: TenantAPIRequest, snapshot: Snapshot) -> Response:
        """Hide a snapshot from the client's people again."""
        withdraw_snapshot(by=request.actor, snapshot=snapshot)
        return self.respond(snapshot_get(snapshot.pk))

    @action("archive", "get")
    def archive(self, request: TenantAPIRequest, snapshot: Snapshot) -> HttpResponse:
        """All finished documents as one ZIP; 404 until there is one."""
        return bundle_documents(snapshot, selectors.deliverables_ready(snapshot))


class DeliverableViewSet(ListMixin, RetrieveMixin, ResourceViewSet):
    """One document, and how far it is."""

    tag = "deliverables"
    operations = {
        "list": Operation(Permission.DELIVERABLE_VIEW, is_kept=True),
        "create": Operation(
            Permission.DELIVERABLE_MANAGE,
            takes=DeliverableInputSerializer,
            gives={200: DeliverableSerializer, 202: DeliverableSerializer},
        ),
        "retrieve": Operation(Permission.DELIVERABLE_VIEW, is_kept=True),
        "file": Operation(
            Permission.DELIVERABLE_VIEW,
            gives={(200, kind): OpenApiTypes.BINARY for kind in DOCUMENT_TYPES},
        ),
    }
    loaders = {"snapshot": snapshot_get, "deliverable": selectors.deliverable_get}
    serializer_class = DeliverableSerializer
    ordering = ("-requested_at", "pk")

    def list_rows(self, snapshot: Snapshot) -> QuerySet[Deliverable]:
        """A snapshot's documents, those asked for last first."""
        return selectors.deliverable_list(snapshot)

    def create(self, request: TenantAPIRequest, snapshot: Snapshot) -> Response:
        """Ask for a document: 202 with its job's address, or 200 where it is there already."""
        data: dict[str, Any] = self.validated()
        deliverable = services.request_deliverable(
            by=request.actor,
            snapshot=snapshot,
            kind=DeliverableKind(data["kind"]),
            paper=PaperSize(data["paper"]),
        )
        if deliverable.is_ready:
            return self.respond(deliverable)
        response = self.respond(deliverable, status=202)
        response["Location"] = response.data["job"]["url"]
        return response

    @action("file", "get")
    def file(self, request: TenantAPIRequest, deliverable: Deliverable) -> HttpResponse:
        """The file itself; 404 until it is there."""
        return download(deliverable.path, filename=deliverable.filename)


urlpatterns = [
    *resource(
        "snapshot",
        SnapshotViewSet,
        many="assessments/<uuid:assessment>/snapshots/",
        one="snapshots/<uuid:snapshot>/",
    ),
    *resource(
        "deliverable",
        DeliverableViewSet,
        many="snapshots/<uuid:snapshot>/deliverables/",
        one="deliverables/<uuid:deliverable>/",
    ),
]
