"""Operations on frameworks and assessments."""

from django.http import Http404, HttpResponseBase
from django_filters import FilterSet, filters
from rest_framework.response import Response

from assessments import selectors, serializers, services
from assessments.models import Assessment, AssessmentStatus
from assessments.scoring import targets_document
from organizations.api.endpoint import Endpoint, checked, made, operation, referred, shown
from organizations.api.filters import filter_parameters, narrowed
from organizations.api.pagination import PAGING, page_of, page_schema
from organizations.api.requests import TenantAPIRequest
from organizations.permissions import Permission
from organizations.selectors import client_get

ASSESSMENT = {"assessment": selectors.assessment_get}


def fresh(request: TenantAPIRequest, assessment: Assessment) -> Response:
    """Answer an assessment as it stands now."""
    row = selectors.assessment_get(assessment.pk)
    return Response(shown(serializers.AssessmentSerializer, row, request))


class AssessmentFilter(FilterSet):
    """Assessments by client, status and date."""

    client = filters.UUIDFilter(field_name="client_id")
    status = filters.ChoiceFilter(choices=AssessmentStatus.choices)
    as_of_from = filters.DateFilter(field_name="as_of", lookup_expr="gte")
    as_of_until = filters.DateFilter(field_name="as_of", lookup_expr="lte")


class FrameworkList(Endpoint):
    """`/organizations/{org}/frameworks/`."""

    tag = "frameworks"

    @operation(
        "framework_list",
        Permission.ASSESSMENT_VIEW,
        answers={200: page_schema(serializers.FrameworkVersionSerializer)},
        parameters=PAGING,
    )
    def get(self, request: TenantAPIRequest) -> HttpResponseBase:
        """The published versions of the framework, the newest first."""
        return page_of(
            request,
            selectors.framework_list(),
            serializers.FrameworkVersionSerializer,
            order=("-published_at", "-pk"),
        )


class FrameworkDetail(Endpoint):
    """`/organizations/{org}/frameworks/{version}/`."""

    tag = "frameworks"

    @operation(
        "framework_read",
        Permission.ASSESSMENT_VIEW,
        answers={200: serializers.FrameworkDocumentSerializer},
    )
    def get(self, request: TenantAPIRequest, version: str) -> HttpResponseBase:
        """One version with all that it asks; it never changes."""
        found = selectors.framework_find(version)
        if found is None:
            raise Http404
        return Response(shown(serializers.FrameworkDocumentSerializer, found, request))


class AssessmentList(Endpoint):
    """`/organizations/{org}/assessments/`."""

    tag = "assessments"

    @operation(
        "assessment_list",
        Permission.ASSESSMENT_VIEW,
        answers={200: page_schema(serializers.AssessmentSerializer)},
        parameters=(*PAGING, *filter_parameters(AssessmentFilter)),
    )
    def get(self, request: TenantAPIRequest) -> HttpResponseBase:
        """The assessments that the caller may see, the newest first."""
        rows = narrowed(request, AssessmentFilter, selectors.assessment_list())
        order = ("-created_at", "-pk")
        return page_of(request, rows, serializers.AssessmentSerializer, order=order)

    @operation(
        "assessment_create",
        Permission.ASSESSMENT_MANAGE,
        takes=serializers.AssessmentInputSerializer,
        answers={201: serializers.AssessmentSerializer},
    )
    def post(self, request: TenantAPIRequest) -> HttpResponseBase:
        """Start an assessment of a client, bound to the framework's latest version."""
        data = checked(serializers.AssessmentInputSerializer, request)
        client = referred(client_get, data.pop("client"), "client")
        assessment = services.create_assessment(by=request.actor, client=client, **data)
        return made(serializers.AssessmentSerializer, assessment, request, at="assessment-detail")


class AssessmentDetail(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/`."""

    tag = "assessments"

    @operation(
        "assessment_read",
        Permission.ASSESSMENT_VIEW,
        answers={200: serializers.AssessmentSerializer},
        rows=ASSESSMENT,
    )
    def get(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """One assessment."""
        return Response(shown(serializers.AssessmentSerializer, assessment, request))

    @operation(
        "assessment_edit",
        Permission.ASSESSMENT_MANAGE,
        takes=serializers.AssessmentChangeInputSerializer,
        answers={200: serializers.AssessmentSerializer},
        rows=ASSESSMENT,
        errors=(409,),
    )
    def put(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """Change an open assessment's title, date and reasons."""
        data = checked(serializers.AssessmentChangeInputSerializer, request)
        services.edit_assessment(by=request.actor, assessment=assessment, **data)
        return fresh(request, assessment)


class AssessmentWeights(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/weights/`."""

    tag = "assessments"

    @operation(
        "assessment_weigh",
        Permission.ASSESSMENT_MANAGE,
        takes=serializers.WeightsInputSerializer,
        answers={200: serializers.AssessmentSerializer},
        rows=ASSESSMENT,
        errors=(409,),
    )
    def put(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """Keep the client's own weights beside the version's; an empty object takes them away."""
        data = checked(serializers.WeightsInputSerializer, request)
        services.set_weights(
            by=request.actor, assessment=assessment, weights=data["weights"] or None
        )
        return fresh(request, assessment)


class ScorecardDetail(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/scorecard/`."""

    tag = "assessments"

    @operation(
        "scorecard_read",
        Permission.ASSESSMENT_VIEW,
        answers={200: serializers.ScorecardSerializer},
        rows=ASSESSMENT,
    )
    def get(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """The scores as of now with their explanation, and those that a job stored last."""
        scores = selectors.scores_compute(assessment)
        targets = selectors.targets_compute(assessment, scores)
        stored = selectors.scorecard_latest(assessment)
        scorecard = {
            "scores": scores.document(),
            "targets": targets_document(targets),
            "stored": stored,
        }
        return Response(shown(serializers.ScorecardSerializer, scorecard, request))
