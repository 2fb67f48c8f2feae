"""Scenarios of a client side by side."""

from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.models import Assessment
from assessments.selectors import assessment_get
from costing.scenarios import content, selectors
from costing.scenarios.content import MAX_COMPARED, MIN_COMPARED
from organizations.access import TenantRequest, tenant_view
from organizations.permissions import Permission


@require_safe
@tenant_view(Permission.SCENARIO_VIEW, assessment=assessment_get)
def scenario_compare(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Compare two to four scenarios of the assessment's client; choose them where none are."""
    chosen = _chosen(request)
    has_right_number = MIN_COMPARED <= len(chosen) <= MAX_COMPARED
    try:
        compared = selectors.scenarios_compared(assessment.client_id, chosen[:MAX_COMPARED])
    except ObjectDoesNotExist:
        raise Http404 from None
    context = {
        "assessment": assessment,
        "choices": selectors.scenario_list_of_client(assessment.client_id),
        "chosen": chosen,
        "most": MAX_COMPARED,
        "has_wrong_number": bool(chosen) and not has_right_number,
        "page": content.Comparison(compared) if has_right_number else None,
    }
    status = 422 if context["has_wrong_number"] else 200
    return render(request, "scenarios/scenario_compare.html", context, status=status)


def _chosen(request: TenantRequest) -> list[UUID]:
    """The scenarios that the address names, each once; what is no key names nothing there is."""
    try:
        keys = [UUID(key) for key in request.GET.getlist("scenario")]
    except ValueError:
        raise Http404 from None
    return list(dict.fromkeys(keys))
