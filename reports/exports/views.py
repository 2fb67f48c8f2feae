"""The page on which an owner takes the organization's data along."""

from django.conf import settings
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from jobs.models import Job
from organizations.access import TenantRequest, tenant_view
from organizations.permissions import Permission
from reports.exports import services

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@tenant_view(Permission.ORGANIZATION_EXPORT, is_kept=True)
def export_list(request: TenantRequest) -> HttpResponseBase:
    """Have an archive made, see how far it is, and download those that are kept."""
    if request.method == "POST":
        services.request_export(by=request.actor, next_url=request.path)
        return redirect(request.path)
    jobs = services.export_list()[:SHOWN]
    rows = [(job, services.kept_until(job), services.is_kept(job)) for job in jobs]
    context = {
        "rows": rows,
        "newest": rows[0][0] if rows else None,
        "days": settings.EXPORT_KEPT_DAYS,
    }
    return render(request, "reports/export_list.html", context)


@require_safe
@tenant_view(Permission.ORGANIZATION_EXPORT, export=services.export_get)
def export_download(request: TenantRequest, export: Job) -> HttpResponseBase:
    """Hand out an archive."""
    return archive_response(export, request.organization.slug)


def archive_response(export: Job, slug: str) -> FileResponse:
    """Return an export's archive, to be saved and kept by no cache; Missing where it is gone."""
    file = services.open_export(export)
    assert export.finished_at is not None  # an archive is there once its job has ended
    name = f"{slug}-{export.finished_at.date()}.zip"
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


PAGE = "o/<slug:org>/settings/exports/"
PATHS = [
    path(PAGE, export_list, name="export-list"),
    path(f"{PAGE}<uuid:export>/file/", export_download, name="export-download"),
]
