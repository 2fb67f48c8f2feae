"""The operation that starts an assessment anew, with its scenarios."""

from django.http import HttpResponseBase

from assessments.api.assessments import ASSESSMENT, fresh
from assessments.models import Assessment
from assessments.selectors import reassessment_find
from assessments.serializers import AssessmentSerializer
from costing.scenarios import services
from costing.scenarios.serializers.reassessments import ReassessmentInputSerializer
from organizations.api.endpoint import Endpoint, checked, made, operation
from organizations.api.requests import TenantAPIRequest
from organizations.permissions import Permission


class AssessmentReassessment(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/reassessment/`."""

    tag = "assessments"

    @operation(
        "reassessment_create",
        Permission.ASSESSMENT_MANAGE,
        takes=ReassessmentInputSerializer,
        answers={200: AssessmentSerializer, 201: AssessmentSerializer},
        rows=ASSESSMENT,
        errors=(409,),
    )
    def post(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """Start anew from a submitted or approved assessment; 200 where that was done before."""
        data = checked(ReassessmentInputSerializer, request)
        is_new = reassessment_find(assessment) is None
        started = services.reassess(by=request.actor, assessment=assessment, **data)
        if not is_new:
            return fresh(request, started)
        return made(AssessmentSerializer, started, request, at="assessment-detail")
