"""Pages of an assessment's deliverables, and their download."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assessments.models import Assessment
from assessments.selectors import assessment_get
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Invalid
from organizations.permissions import Permission
from reports import models
from reports.documents import selectors, services
from reports.documents.files import bundle_documents, download
from reports.models import Deliverable, DeliverableKind, PaperSize, Snapshot
from reports.snapshots.selectors import snapshot_get
from reports.snapshots.services import create_snapshot, publish_snapshot, withdraw_snapshot


class DeliverableForm(forms.Form):
    kind = forms.TypedChoiceField(choices=DeliverableKind.choices, coerce=DeliverableKind)
    paper = forms.TypedChoiceField(
        choices=PaperSize.choices, coerce=PaperSize, required=False, empty_value=PaperSize.A4
    )


@require_safe
@tenant_view(Permission.DELIVERABLE_VIEW, is_kept=True, assessment=assessment_get)
def deliverable_list(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Show an assessment's snapshots with their documents, and how far those are."""
    context = {
        "assessment": assessment,
        "folders": selectors.snapshot_folders(assessment, seen_by=request.actor),
        "papers": PaperSize.choices,
        "kinds": DeliverableKind.choices,
        "share_days": models.SHARE_DAYS,
        "shared_kinds": models.SHARED_KINDS,
        "may_manage": request.actor.may(Permission.DELIVERABLE_MANAGE),
    }
    return render(request, "reports/deliverable_list.html", context)


@require_POST
@tenant_view(Permission.DELIVERABLE_MANAGE, assessment=assessment_get)
def snapshot_create(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Freeze the assessment as it stands and ask for its documents."""
    list_url = _list_url(request, assessment)
    snapshot = create_snapshot(by=request.actor, assessment=assessment)
    services.request_documents(by=request.actor, snapshot=snapshot, next_url=list_url)
    return redirect(list_url)


@require_POST
@tenant_view(Permission.DELIVERABLE_MANAGE, snapshot=snapshot_get)
def snapshot_publish(request: TenantRequest, snapshot: Snapshot) -> HttpResponse:
    publish_snapshot(by=request.actor, snapshot=snapshot)
    return redirect(_list_url(request, snapshot.assessment))


@require_POST
@tenant_view(Permission.DELIVERABLE_MANAGE, snapshot=snapshot_get)
def snapshot_withdraw(request: TenantRequest, snapshot: Snapshot) -> HttpResponse:
    """Hide a snapshot from the client's people again."""
    withdraw_snapshot(by=request.actor, snapshot=snapshot)
    return redirect(_list_url(request, snapshot.assessment))


@require_POST
@tenant_view(Permission.DELIVERABLE_MANAGE, snapshot=snapshot_get)
def deliverable_create(request: TenantRequest, snapshot: Snapshot) -> HttpResponse:
    list_url = _list_url(request, snapshot.assessment)
    form = DeliverableForm(request.POST)
    if not form.is_valid():
        fields = {name: [str(error) for error in errors] for name, errors in form.errors.items()}
        raise Invalid("There is no such document or paper.", fields=fields)
    asked = {**form.cleaned_data, "next_url": list_url}
    services.request_deliverable(by=request.actor, snapshot=snapshot, **asked)
    return redirect(list_url)


@require_safe
@tenant_view(Permission.DELIVERABLE_VIEW, deliverable=selectors.deliverable_get)
def deliverable_download(request: TenantRequest, deliverable: Deliverable) -> HttpResponse:
    return download(deliverable.path, filename=deliverable.filename)


@require_safe
@tenant_view(Permission.DELIVERABLE_VIEW, snapshot=snapshot_get)
def snapshot_download(request: TenantRequest, snapshot: Snapshot) -> HttpResponse:
    return bundle_documents(snapshot, selectors.deliverables_ready(snapshot))


def _list_url(request: TenantRequest, assessment: Assessment) -> str:
    return reverse("reports:deliverable-list", args=[request.organization.slug, assessment.pk])
