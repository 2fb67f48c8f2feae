"""Usage imports of an assessment: send a file, see what was imported, hold it against the bill."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from assessments.models import Assessment
from assessments.selectors import assessment_get
from costing.catalog import selectors as catalog_selectors
from costing.usage import content, selectors, services
from costing.usage.forms import MergeForm, ReconciliationForm, UsageForm
from costing.usage.models import UsageImport
from costing.usage.previewing import Preview
from organizations.access import TenantRequest, tenant_view
from organizations.exceptions import Invalid
from organizations.pages import newest, read_page
from organizations.permissions import Permission

IMPORTS_A_PAGE = 50


@require_safe
@tenant_view(Permission.SCENARIO_VIEW, is_kept=True, assessment=assessment_get)
def usage_import_list(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """List an assessment's imports, and offer to send a file."""
    return _list(request, assessment, UsageForm())


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, assessment=assessment_get)
def usage_import_create(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Take a file in and show how its reading goes on."""
    form = UsageForm(request.POST, request.FILES)
    if not form.save(
        services.request_usage_import,
        by=request.actor,
        assessment=assessment,
        next_url=partial(import_url, request),
    ):
        return _list(request, assessment, form, status=422)
    return _to_progress(request, form.saved)


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, assessment=assessment_get)
def usage_import_merge(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Ask for imports to be one and show how that goes on."""
    form = MergeForm(request.POST, imports=selectors.usage_imports_to_merge(assessment))
    if not form.save(
        services.request_usage_merge,
        by=request.actor,
        assessment=assessment,
        next_url=partial(import_url, request),
    ):
        return _list(request, assessment, UsageForm(), merge_form=form, status=422)
    return _to_progress(request, form.saved)


def _to_progress(request: TenantRequest, requested: services.RequestedImport) -> HttpResponse:
    if requested.job is None:
        address = import_url(request, requested.usage_import.pk) + "?known=1"
    else:
        names = {"org": request.organization.slug, "job": requested.job.pk}
        address = reverse("jobs:job-progress", kwargs=names)
    is_fragment = bool(request.headers.get("HX-Request"))
    return HttpResponseClientRedirect(address) if is_fragment else redirect(address)


@require_POST
@tenant_view(Permission.SCENARIO_MANAGE, assessment=assessment_get)
def usage_import_preview(request: TenantRequest, assessment: Assessment) -> HttpResponse:
    """Show the first rows of a file as they will be counted; nothing of it is kept."""
    form = UsageForm(request.POST, request.FILES)
    if not form.save(services.preview_usage, by=request.actor):
        return _list(request, assessment, form, status=422)
    return _list(request, assessment, form, preview=form.saved)


def _list(
    request: TenantRequest,
    assessment: Assessment,
    form: UsageForm,
    *,
    preview: Preview | None = None,
    merge_form: MergeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    imports = selectors.usage_import_list(assessment)
    page = read_page(imports, newest("imported_at"), request, size=IMPORTS_A_PAGE)
    may_manage = request.actor.may(Permission.SCENARIO_MANAGE)
    if may_manage and merge_form is None:
        merge_form = MergeForm(imports=selectors.usage_imports_to_merge(assessment))
    context = {
        "assessment": assessment,
        "page": page,
        "rows": selectors.usage_imports_with_jobs(page),
        "failures": selectors.usage_import_failures(assessment),
        "form": form,
        "preview": preview,
        "merge_form": merge_form if merge_form and merge_form.is_possible else None,
        "may_manage": may_manage,
        "may_pull": request.actor.may(Permission.PULL_VIEW),
    }
    return render(request, "usage/usage_list.html", context, status=status)


def import_url(request: TenantRequest, import_id: UUID) -> str:
    """Return the address of an import's page."""
    names = {"org": request.organization.slug, "usage_import": import_id}
    return reverse("usage:usage-import-detail", kwargs=names)


MAX_BOOKS = 20


@require_safe
@tenant_view(Permission.SCENARIO_VIEW, is_kept=True, usage_import=selectors.usage_import_get)
def usage_reconciliation(request: TenantRequest, usage_import: UsageImport) -> HttpResponse:
    """Show why the bill of a period differs from what a price book predicts of its usage."""
    bills = selectors.billing_imports(usage_import)
    books, own = catalog_selectors.price_books_to_choose(MAX_BOOKS)
    form = ReconciliationForm(
        request.GET or None,
        bills=[(str(each.pk), each.filename) for each in bills],
        books=[(str(each.pk), str(each)) for each in books],
    )
    context: dict[str, Any] = {
        "usage_import": usage_import,
        "assessment": usage_import.assessment,
        "form": form,
    }
    status = 200
    if form.is_bound and not form.is_valid():
        raise Http404  # a bill or a book that is not there
    chosen = form.cleaned_data if form.is_bound else {}
    try:
        compared = selectors.usage_reconcile(
            usage_import,
            billing=_of(bills, chosen.get("billing")),
            book=_of(books, chosen.get("price_book")) or own,
        )
    except Invalid as error:
        context["refusal"] = error.message
        status = 422 if form.is_bound else 200
    else:
        context |= {"compared": compared, "page": content.reconciliation_page(compared.result)}
    return render(request, "usage/usage_reconciliation.html", context, status=status)


def _of(rows: list[Any], pk: UUID | str | None) -> Any:
    return next((row for row in rows if str(row.pk) == pk), None) if pk else None
