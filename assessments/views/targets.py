"""Target levels that a consultant chooses, on the scorecard's page."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from assessments import selectors, services
from assessments.forms import TargetForm
from assessments.models import Assessment
from assessments.views.assessments import scorecard_page
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Invalid
from organizations.permissions import Permission


@require_POST
@tenant_view(Permission.ASSESSMENT_MANAGE, assessment=selectors.assessment_get)
def target_edit(request: TenantRequest, assessment: Assessment, dimension: str) -> HttpResponse:
    """Aim at another level in a dimension, or again at what the rules say."""
    form = TargetForm(request.POST, dimension=dimension)
    if form.is_valid():
        try:
            _store(request, assessment, dimension, **form.cleaned_data)
        except Invalid as error:
            form.refuse(error)
        else:
            names = {"org": request.organization.slug, "assessment": assessment.pk}
            return redirect(f"{reverse('assessments:scorecard', kwargs=names)}#targets")
    return scorecard_page(request, assessment, refused=form, status=422)


def _store(
    request: TenantRequest, assessment: Assessment, dimension: str, level: int | None, reason: str
) -> None:
    if level is None:
        services.clear_target(by=request.actor, assessment=assessment, dimension=dimension)
        return
    services.choose_target(
        by=request.actor, assessment=assessment, dimension=dimension, level=level, reason=reason
    )
