"""Operations on deliverables: documents drawn from a snapshot by jobs."""

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from rest_framework.response import Response

from organizations.api.endpoint import Endpoint, checked, created, operation, shown
from organizations.api.pagination import PAGING, page_of, page_schema
from organizations.api.requests import TenantAPIRequest
from organizations.permissions import Permission
from reports import selectors, services
from reports.documents.files import CONTENT_TYPES, download
from reports.models import Deliverable, DeliverableKind, PaperSize, Snapshot
from reports.serializers import DeliverableInputSerializer, DeliverableSerializer
from reports.snapshots.api import SNAPSHOT

DELIVERABLE = {"deliverable": selectors.deliverable_get}
DOCUMENTS = [CONTENT_TYPES[suffix] for suffix in {kind.suffix: None for kind in DeliverableKind}]


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
        answers={(200, kind): OpenApiTypes.BINARY for kind in DOCUMENTS},
        rows=DELIVERABLE,
    )
    def get(self, request: TenantAPIRequest, deliverable: Deliverable) -> HttpResponseBase:
        """The file itself; 404 until it is there."""
        return download(deliverable.path, filename=deliverable.filename)
