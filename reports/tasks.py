"""Draws deliverables and makes exports outside of the request."""

from celery import shared_task

from jobs.run import Run, job_kind
from organizations.permissions import Permission
from reports.documents import selectors, services
from reports.documents.files import prepare_file
from reports.exports.services import EXPORT_JOB, make_export, sweep_exports


@job_kind(services.RENDER_JOB, needs=Permission.DELIVERABLE_MANAGE)
def render_deliverable(run: Run) -> None:
    """Draw the run's deliverable from its frozen snapshot and store the one file."""
    run.step("Reading the frozen snapshot", 0.1)
    with run.tenant():
        deliverable = selectors.deliverable_get(run.subject_id)
    run.step("Drawing the pages", 0.4)
    content = services.draw_deliverable(deliverable)
    run.step("Storing the file", 0.9)
    part = prepare_file(
        content,
        place=str(run.organization_id),
        name=services.file_name(deliverable),
        token=run.lease_token,
    )
    with run.finish(result={"deliverable": str(deliverable.pk)}):
        services.store_deliverable(by=run.actor, deliverable=deliverable, part=part)
        services.tell_when_ready(by=run.actor, snapshot=deliverable.snapshot)


@job_kind(EXPORT_JOB, needs=Permission.ORGANIZATION_EXPORT)
def export_organization(run: Run) -> None:
    """Put all that the run's organization has into one archive."""
    make_export(run)


@shared_task(name="reports.sweep_exports")
def sweep() -> None:
    """Remove exports that are kept no longer."""
    sweep_exports()
