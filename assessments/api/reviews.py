"""Operations on an assessment's way: submitted, returned or approved, reopened."""

from django.http import HttpResponseBase

from assessments import serializers, services
from assessments.api.assessments import ASSESSMENT, fresh
from assessments.models import Assessment
from jobs.api import accepted
from jobs.serializers import JobSerializer
from organizations.api.endpoint import Endpoint, checked, operation
from organizations.api.requests import TenantAPIRequest
from organizations.permissions import Permission


class AssessmentSubmission(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/submission/`."""

    tag = "reviews"

    @operation(
        "assessment_submit",
        Permission.ASSESSMENT_SUBMIT,
        answers={202: JobSerializer},
        rows=ASSESSMENT,
        errors=(409,),
    )
    def post(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """Fix the answers and ask for the scorecard that they come to."""
        job = services.submit_assessment(by=request.actor, assessment=assessment)
        return accepted(request, job)


class AssessmentReopening(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/reopening/`."""

    tag = "reviews"

    @operation(
        "assessment_reopen",
        Permission.ASSESSMENT_MANAGE,
        answers={200: serializers.AssessmentSerializer},
        rows=ASSESSMENT,
        errors=(409,),
    )
    def post(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """Let the answers be changed again."""
        services.reopen_assessment(by=request.actor, assessment=assessment)
        return fresh(request, assessment)


class AssessmentReturn(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/return/`."""

    tag = "reviews"

    @operation(
        "assessment_return",
        Permission.ASSESSMENT_MANAGE,
        takes=serializers.RemarkInputSerializer,
        answers={200: serializers.AssessmentSerializer},
        rows=ASSESSMENT,
        errors=(409,),
    )
    def post(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """Give a submitted assessment back to be answered again, with what is asked for."""
        data = checked(serializers.RemarkInputSerializer, request)
        services.return_assessment(by=request.actor, assessment=assessment, remark=data["remark"])
        return fresh(request, assessment)


class AssessmentApproval(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/approval/`."""

    tag = "reviews"

    @operation(
        "assessment_approve",
        Permission.ASSESSMENT_MANAGE,
        answers={200: serializers.AssessmentSerializer},
        rows=ASSESSMENT,
        errors=(409,),
    )
    def post(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """Accept a submitted assessment as it stands."""
        services.approve_assessment(by=request.actor, assessment=assessment)
        return fresh(request, assessment)
