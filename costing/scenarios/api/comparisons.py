"""Scenarios side by side, of which nothing is kept."""

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponseBase
from rest_framework.response import Response

from assessments.models import Assessment
from assessments.selectors import assessment_get
from costing.scenarios import content, selectors, serializers
from organizations.api.endpoint import NO_SUCH, Endpoint, checked, operation
from organizations.api.requests import TenantAPIRequest
from organizations.exceptions import Invalid
from organizations.permissions import Permission


class ComparisonList(Endpoint):
    """`/organizations/{org}/assessments/{assessment}/comparisons/`."""

    tag = "scenarios"

    @operation(
        "comparison",
        Permission.SCENARIO_VIEW,
        takes=serializers.ComparisonInputSerializer,
        answers={200: serializers.ComparisonSerializer},
        rows={"assessment": assessment_get},
        makes=False,
    )
    def post(self, request: TenantAPIRequest, assessment: Assessment) -> HttpResponseBase:
        """Two to four scenarios of the assessment's client side by side; nothing is kept."""
        data = checked(serializers.ComparisonInputSerializer, request)
        try:
            compared = selectors.scenarios_compared(assessment.client_id, data["scenarios"])
        except ObjectDoesNotExist:
            fields = {"scenarios": [NO_SUCH]}
            raise Invalid("There is no such scenario.", fields=fields) from None
        return Response(content.comparison(compared))
