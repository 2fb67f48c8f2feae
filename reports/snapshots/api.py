"""Operations on snapshots: an assessment frozen with its economics."""

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from rest_framework.response import Response

from assessments.models import Assessment
from assessments.selectors import assessment_get
from organizations.api.endpoint import Endpoint, made, operation, shown
from organizations.api.pagination import PAGING, page_of, page_schema
from organizations.api.requests import TenantAPIRequest
from organizations.permissions import Permission
from reports import selectors, services
from reports.documents.bundles import bundle_documents
from reports.documents.files import CONTENT_TYPES, attachment
from reports.models import Snapshot
from reports.serializers import SnapshotContentSerializer, SnapshotSerializer

ASSESSMENT = {"assessment": assessment_get}
SNAPSHOT = {"snapshot": selectors.snapshot_get}


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
        return made(SnapshotSerializer, snapshot, request, at="snapshot-detail")


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


class SnapshotArchive(Endpoint):
    """`/organizations/{org}/snapshots/{snapshot}/archive/`."""

    tag = "deliverables"

    @operation(
        "snapshot_archive",
        Permission.DELIVERABLE_VIEW,
        answers={(200, CONTENT_TYPES[".zip"]): OpenApiTypes.BINARY},
        rows=SNAPSHOT,
    )
    def get(self, request: TenantAPIRequest, snapshot: Snapshot) -> HttpResponseBase:
        """All finished documents as one ZIP; 404 until there is one."""
        bundle = bundle_documents(snapshot, selectors.deliverables_ready(snapshot))
        return attachment(bundle.content, filename=bundle.filename)
