"""Operations on evidence: links and files that show an answer."""

from typing import Any

from django.http import HttpResponseBase
from django_filters import FilterSet, filters
from drf_spectacular.types import OpenApiTypes
from rest_framework.response import Response

from assessments import selectors, services
from assessments.files import download
from assessments.models import Assessment, Evidence
from assessments.serializers import (
    EvidenceFileInputSerializer,
    EvidenceLinkInputSerializer,
    EvidenceSerializer,
)
from assessments.uploads import FILE_KINDS
from organizations.api.endpoint import Endpoint, checked, made, operation, shown
from organizations.api.filters import filter_parameters, narrowed
from organizations.api.pagination import PAGING, page_of, page_schema
from organizations.api.parsing import StrictFormParser, StrictJSONParser
from organizations.api.requests import TenantAPIRequest
from organizations.permissions import Permission

EVIDENCE = {"evidence": selectors.evidence_get}


class EvidenceFilter(FilterSet):
    """Evidence by question."""

    kind = filters.CharFilter()
    key = filters.CharFilter()


class EvidenceList(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/evidence/`."""

    tag = "evidence"

    @operation(
        "evidence_list",
        Permission.ASSESSMENT_VIEW,
        answers={200: page_schema(EvidenceSerializer)},
        rows={"assessment": selectors.assessment_get},
        parameters=(*PAGING, *filter_parameters(EvidenceFilter)),
    )
    def get(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """An assessment's links and files, the oldest first."""
        rows = narrowed(request, EvidenceFilter, selectors.evidence_list(assessment))
        return page_of(request, rows, EvidenceSerializer, order=("added_at", "pk"))


class AnswerEvidence(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/answers/{kind}/{key}/evidence/`."""

    tag = "evidence"
    parser_classes = (StrictJSONParser, StrictFormParser)

    @operation(
        "evidence_create",
        Permission.ASSESSMENT_ANSWER,
        takes={
            StrictJSONParser.media_type: EvidenceLinkInputSerializer,
            StrictFormParser.media_type: EvidenceFileInputSerializer,
        },
        answers={201: EvidenceSerializer},
        rows={"assessment": selectors.assessment_get},
        errors=(409,),
    )
    def post(
        self, request: TenantAPIRequest, assessment: Assessment, kind: str, key: str
    ) -> HttpResponseBase:
        """Add a web address (as JSON) or a file (as a form) to a question's answer."""
        place: dict[str, Any] = {"assessment": assessment, "kind": kind, "key": key}
        if request.FILES:
            file = checked(EvidenceFileInputSerializer, request)["file"]
            evidence = services.add_file(
                by=request.actor, filename=file.name, content=file.read(), **place
            )
        else:
            data = checked(EvidenceLinkInputSerializer, request)
            evidence = services.add_link(by=request.actor, **data, **place)
        return made(EvidenceSerializer, evidence, request, at="evidence-detail")


class EvidenceDetail(Endpoint):
    """`/organizations/{org}/evidence/{evidence}/`."""

    tag = "evidence"

    @operation(
        "evidence_read",
        Permission.ASSESSMENT_VIEW,
        answers={200: EvidenceSerializer},
        rows=EVIDENCE,
    )
    def get(self, request: TenantAPIRequest, evidence: Evidence) -> HttpResponseBase:
        """One link or file."""
        return Response(shown(EvidenceSerializer, evidence, request))

    @operation(
        "evidence_delete",
        Permission.ASSESSMENT_ANSWER,
        answers={204: None},
        rows=EVIDENCE,
        errors=(409,),
    )
    def delete(self, request: TenantAPIRequest, evidence: Evidence) -> HttpResponseBase:
        """Take a link or a file away."""
        services.delete_evidence(by=request.actor, evidence=evidence)
        return Response(status=204)


class EvidenceFile(Endpoint):
    """`/organizations/{org}/evidence/{evidence}/file/`."""

    tag = "evidence"

    @operation(
        "evidence_file",
        Permission.ASSESSMENT_VIEW,
        answers={(200, each.content_type): OpenApiTypes.BINARY for each in FILE_KINDS},
        rows=EVIDENCE,
    )
    def get(self, request: TenantAPIRequest, evidence: Evidence) -> HttpResponseBase:
        """The file itself, to be saved and not shown; 404 for a link."""
        return download(
            evidence.path, filename=evidence.filename, content_type=evidence.content_type
        )
