"""Operations on target levels: what to aim at in a dimension, and a consultant's own choice."""

from django.http import Http404, HttpResponseBase
from rest_framework.response import Response

from assessments import selectors, services
from assessments.models import Assessment
from assessments.scoring import targets_document
from assessments.serializers import TargetInputSerializer, TargetSerializer
from organizations.api.endpoint import Endpoint, checked, operation
from organizations.api.requests import TenantAPIRequest
from organizations.permissions import Permission

ASSESSMENT = {"assessment": selectors.assessment_get}


class TargetDetail(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/targets/{dimension}/`."""

    tag = "assessments"

    @operation(
        "target_read",
        Permission.ASSESSMENT_VIEW,
        answers={200: TargetSerializer},
        rows=ASSESSMENT,
    )
    def get(
        self, request: TenantAPIRequest, assessment: Assessment, dimension: str
    ) -> HttpResponseBase:
        """The level to aim at in one dimension, and why."""
        return _target(assessment, dimension)

    @operation(
        "target_choose",
        Permission.ASSESSMENT_MANAGE,
        takes=TargetInputSerializer,
        answers={200: TargetSerializer},
        rows=ASSESSMENT,
    )
    def put(
        self, request: TenantAPIRequest, assessment: Assessment, dimension: str
    ) -> HttpResponseBase:
        """Aim at another level than the rules say."""
        data = checked(TargetInputSerializer, request)
        services.choose_target(by=request.actor, assessment=assessment, dimension=dimension, **data)
        return _target(assessment, dimension)

    @operation(
        "target_clear",
        Permission.ASSESSMENT_MANAGE,
        answers={200: TargetSerializer},
        rows=ASSESSMENT,
    )
    def delete(
        self, request: TenantAPIRequest, assessment: Assessment, dimension: str
    ) -> HttpResponseBase:
        """Aim again at what the rules say."""
        services.clear_target(by=request.actor, assessment=assessment, dimension=dimension)
        return _target(assessment, dimension)


def _target(assessment: Assessment, dimension: str) -> Response:
    scores = selectors.scores_compute(assessment)
    found = targets_document(selectors.targets_compute(assessment, scores))
    if dimension not in found:
        raise Http404
    return Response(found[dimension])
