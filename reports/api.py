"""Operations on snapshots and deliverables."""

from django.http import HttpResponseBase
from django.urls import path, reverse
from drf_spectacular.types import OpenApiTypes
from rest_framework.response import Response

from assessments.models import Assessment
from assessments.selectors import assessment_get
from organizations.api.endpoint import Endpoint, checked, created, operation, shown
from organizations.api.pagination import PAGING, page_of, page_schema
from organizations.api.requests import TenantAPIRequest
from organizations.permissions import Permission
from reports import selectors, services
from reports.files import CONTENT_TYPES, download
from reports.models import Deliverable, DeliverableKind, PaperSize, Snapshot
from reports.serializers import (
    DeliverableInputSerializer,
    DeliverableSerializer,
    SnapshotContentSerializer,
    SnapshotSerializer,
)

ASSESSMENT = {"assessment": assessment_get}
SNAPSHOT = {"snapshot": selectors.snapshot_get}
DELIVERABLE = {"deliverable": selectors.deliverable_get}


class SnapshotList(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/snapshots/`."""

    tag = "deliverables"

    @operation(
        "snapshot_list",
        Permission.DELIVERABLE_VIEW,
        answers={200: page_schema(SnapshotSerializer)},
        rows=ASSESSMENT,
        parameters=PAGING,
    )
    def get(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """An assessment's snapshots, the newest first."""
        rows = selectors.snapshot_list(assessment)
        return page_of(request, rows, SnapshotSerializer, order=("-number", "pk"))

    @operation(
        "snapshot_create",
        Permission.DELIVERABLE_MANAGE,
        answers={201: SnapshotSerializer},
        rows=ASSESSMENT,
        errors=(422,),
    )
    def post(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """Freeze an assessment with its latest economics; the same content is the same snapshot."""
        snapshot = services.create_snapshot(by=request.actor, assessment=assessment)
        url = reverse("api:snapshot-detail", args=[request.organization.slug, snapshot.pk])
        return created(shown(SnapshotSerializer, snapshot, request), url=url)


class SnapshotDetail(Endpoint):
    """`/organizations/{org}/snapshots/{snapshot}/`."""

    tag = "deliverables"

    @operation(
        "snapshot_read",
        Permission.DELIVERABLE_VIEW,
        answers={200: SnapshotContentSerializer},
        rows=SNAPSHOT,
    )
    def get(self, request: TenantAPIRequest, snapshot: Snapshot) -> HttpResponseBase:
        """One snapshot with its frozen content; it never changes."""
        return Response(shown(SnapshotContentSerializer, snapshot, request))


class DeliverableList(Endpoint):
    """`/organizations/{org}/snapshots/{snapshot}/deliverables/`."""

    tag = "deliverables"

    @operation(
        "deliverable_list",
        Permission.DELIVERABLE_VIEW,
        answers={200: page_schema(DeliverableSerializer)},
        rows=SNAPSHOT,
        parameters=PAGING,
    )
    def get(self, request: TenantAPIRequest, snapshot: Snapshot) -> HttpResponseBase:
        """A snapshot's documents, those asked for last first."""
        rows = selectors.deliverable_list(snapshot)
        return page_of(request, rows, DeliverableSerializer, order=("-requested_at", "pk"))

    @operation(
        "deliverable_create",
        Permission.DELIVERABLE_MANAGE,
        takes=DeliverableInputSerializer,
        answers={200: DeliverableSerializer, 202: DeliverableSerializer},
        rows=SNAPSHOT,
    )
    def post(self, request: TenantAPIRequest, snapshot: Snapshot) -> HttpResponseBase:
        """Ask for a document: 202 with its job's address, or 200 where it is there already."""
        data = checked(DeliverableInputSerializer, request)
        deliverable = services.request_deliverable(
            by=request.actor,
            snapshot=snapshot,
            kind=DeliverableKind(data["kind"]),
            paper=PaperSize(data["paper"]),
        )
        answer = shown(DeliverableSerializer, deliverable, request)
        if deliverable.is_ready:
            return Response(answer)
        return created(answer, url=answer["job"]["url"], status=202)


class DeliverableDetail(Endpoint):
    """`/organizations/{org}/deliverables/{deliverable}/`."""

    tag = "deliverables"

    @operation(
        "deliverable_read",
        Permission.DELIVERABLE_VIEW,
        answers={200: DeliverableSerializer},
        rows=DELIVERABLE,
    )
    def get(self, request: TenantAPIRequest, deliverable: Deliverable) -> HttpResponseBase:
        """One document, and how far it is."""
        return Response(shown(DeliverableSerializer, deliverable, request))


class DeliverableFile(Endpoint):
    """`/organizations/{org}/deliverables/{deliverable}/file/`."""

    tag = "deliverables"

    @operation(
        "deliverable_file",
        Permission.DELIVERABLE_VIEW,
        answers={(200, kind): OpenApiTypes.BINARY for kind in CONTENT_TYPES.values()},
        rows=DELIVERABLE,
    )
    def get(self, request: TenantAPIRequest, deliverable: Deliverable) -> HttpResponseBase:
        """The file itself; 404 until it is there."""
        return download(deliverable.path, filename=deliverable.filename)


ORGANIZATION = "organizations/<slug:org>/"
SNAPSHOTS = f"{ORGANIZATION}snapshots/<uuid:snapshot>/"
DELIVERABLES = f"{ORGANIZATION}deliverables/<uuid:deliverable>/"
urlpatterns = [
    path(
        f"{ORGANIZATION}assessments/<uuid:assessment>/snapshots/",
        SnapshotList.as_view(),
        name="snapshot-list",
    ),
    path(SNAPSHOTS, SnapshotDetail.as_view(), name="snapshot-detail"),
    path(f"{SNAPSHOTS}deliverables/", DeliverableList.as_view(), name="deliverable-list"),
    path(DELIVERABLES, DeliverableDetail.as_view(), name="deliverable-detail"),
    path(f"{DELIVERABLES}file/", DeliverableFile.as_view(), name="deliverable-file"),
]
