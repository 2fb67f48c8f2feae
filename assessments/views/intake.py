"""The first step of the questionnaire: why the assessment is run."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from assessments import selectors, services
from assessments.forms import IntakeForm
from assessments.models import Assessment
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Conflict, Invalid
from organizations.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.ASSESSMENT_ANSWER, assessment=selectors.assessment_get)
def intake(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Ask which reasons bring the client here, and go on to the questions."""
    if request.method != "POST":
        if assessment.is_fixed:
            return _questions(request, assessment)
        return _page(request, assessment, _form(assessment))
    form = _form(assessment, request.POST)
    if not form.is_valid():
        return _page(request, assessment, form, status=422)
    try:
        services.give_intake(by=request.actor, assessment=assessment, **form.cleaned_data)
    except Invalid as error:
        form.refuse(error)
        return _page(request, assessment, form, status=422)
    except Conflict as conflict:
        if "triggers" not in conflict.current:
            raise
        return _conflict(request, assessment, form, conflict)
    return _questions(request, assessment)


def _questions(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    return redirect("assessments:questionnaire", request.organization.slug, assessment.pk)


def _conflict(
    request: TenantRequest, assessment: Assessment, form: IntakeForm, conflict: Conflict
) -> HttpResponse:
    """Show what stands, with what was ticked here; to save again is then a choice."""
    fresh = selectors.assessment_get(assessment.pk)
    mine = {"triggers": form.cleaned_data["triggers"], "read": selectors.intake_mark(fresh)}
    standing = selectors.trigger_list(fresh)
    again = _form(fresh, mine)
    return _page(request, fresh, again, status=409, conflict=conflict, standing=standing)


def _form(assessment: Assessment, data: Any = None) -> IntakeForm:
    read = {"triggers": assessment.triggers, "read": selectors.intake_mark(assessment)}
    framework = selectors.framework_get(assessment)
    return IntakeForm(data, framework=framework, initial=read)


def _page(
    request: TenantRequest,
    assessment: Assessment,
    form: IntakeForm,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    context |= {"assessment": assessment, "form": form}
    return render(request, "assessments/intake.html", context, status=status)
