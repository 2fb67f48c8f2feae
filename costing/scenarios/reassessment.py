"""Starts an assessment anew, with the scenarios of the last one: the service, its page, its API."""

from datetime import date

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from rest_framework import serializers
from rest_framework.response import Response

from assessments.models import TITLE_LENGTH, Assessment
from assessments.selectors import answer_progress, assessment_get, reassessment_find
from assessments.serializers import AssessmentSerializer, TitleInputSerializer
from assessments.services import start_reassessment
from costing.scenarios import selectors, services
from costing.scenarios.economics import request_economics
from organizations.access import TenantRequest, tenant_view
from organizations.api.authentication import TenantAPIRequest
from organizations.api.views import Operation, ResourceViewSet, action
from organizations.exceptions import Conflict, Invalid
from organizations.forms import DayField, DomainForm, posted
from organizations.permissions import Actor, Permission


@transaction.atomic
def reassess(
    *, by: Actor, assessment: Assessment, title: str, as_of: date, takes_scenarios: bool
) -> Assessment:
    """Start a reassessment and, with its scenarios, ask for their economics under its scores.

    Repeated, it returns the same one and copies nothing. Raises as start_reassessment does.
    """
    started, is_new = start_reassessment(by=by, assessment=assessment, title=title, as_of=as_of)
    if is_new and takes_scenarios:
        for scenario in services.copy_scenarios(by=by, source=assessment, target=started):
            request_economics(by=by, scenario=scenario)
    return started


class ReassessmentForm(DomainForm):
    """A reassessment's title and date, and whether it takes the scenarios."""

    shows = (Invalid, Conflict)
    title = forms.CharField(max_length=TITLE_LENGTH, label="Title")
    as_of = DayField(label="As of", help_text="The day that the answers describe.")
    takes_scenarios = forms.BooleanField(
        label="Take the scenarios along, at the prices they have",
        required=False,
        help_text="They are computed again with the scores of the reassessment.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.ASSESSMENT_MANAGE, assessment=assessment_get)
def reassessment_create(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Start the reassessment of a finished assessment, or lead to the one that there is."""
    form = ReassessmentForm(
        posted(request),
        initial={
            "title": f"{assessment.title}, again"[:TITLE_LENGTH],
            "as_of": timezone.localdate(),
            "takes_scenarios": True,
        },
    )
    started = reassessment_find(assessment)
    if started is None and form.save(reassess, by=request.actor, assessment=assessment):
        started = form.saved
    if started is not None:
        return redirect("assessments:assessment-detail", request.organization.slug, started.pk)
    context = {
        "assessment": assessment,
        "form": form,
        "answered": answer_progress(assessment).answered,
        "scenarios": selectors.scenario_list(assessment).count(),
    }
    status = 422 if form.errors else 200
    return render(request, "scenarios/reassessment_form.html", context, status=status)


class ReassessmentInputSerializer(TitleInputSerializer):
    """The reassessment's title and date, and whether the scenarios come along."""

    takes_scenarios = serializers.BooleanField(default=True)


class ReassessmentViewSet(ResourceViewSet):
    """The reassessment of an assessment."""

    tag = "assessments"
    operations = {
        "start": Operation(
            Permission.ASSESSMENT_MANAGE,
            takes=ReassessmentInputSerializer,
            gives={200: AssessmentSerializer, 201: AssessmentSerializer},
            errors=(409,),
            name="reassessment_create",
        ),
    }
    loaders = {"assessment": assessment_get}
    serializer_class = AssessmentSerializer

    @action("reassessment", "post")
    def start(self, request: TenantAPIRequest, assessment: Assessment) -> Response:
        """Start anew from a submitted or approved assessment; 200 where that was done before."""
        data = self.validated()
        is_new = reassessment_find(assessment) is None
        started = reassess(by=request.actor, assessment=assessment, **data)
        if is_new:
            return self.respond_created(started, at="assessment-detail")
        return self.respond(assessment_get(started.pk))
