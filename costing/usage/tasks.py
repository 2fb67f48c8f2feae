"""Reads usage files outside of the request, and removes what is kept no longer."""

from celery import shared_task

from costing.usage import files, retention, selectors, services
from costing.usage.pulls import pulling
from costing.usage.pulls import services as pull_services
from costing.usage.pulls.selectors import PULL_JOB
from jobs.run import JobCancelled, Run, job_kind
from organizations.exceptions import DomainError, Invalid
from organizations.permissions import Permission


@job_kind(selectors.USAGE_JOB, needs=Permission.SCENARIO_MANAGE)
def import_usage(run: Run) -> None:
    """Read the run's usage file once; of one that cannot be used, or is stopped, nothing stays."""
    with run.tenant():
        usage_import = selectors.usage_import_get(run.subject_id)
    try:
        run.step("Opening the file", 0.0)
        if usage_import.merged_from:
            with run.tenant():
                reading = services.read_merged(usage_import)
        else:
            reading = services.read_upload(
                usage_import,
                on_progress=lambda done: run.step("Reading the rows", 0.05 + 0.8 * done),
            )
        run.step("Storing calls and tokens by model and hour", 0.9)
    except (Invalid, JobCancelled) as error:
        reason = "stopped" if isinstance(error, JobCancelled) else "unusable"
        with run.tenant():
            services.discard_usage_import(by=run.actor, import_id=run.subject_id, reason=reason)
        raise
    with run.finish(result={"usage_import": str(run.subject_id)}):
        services.store_usage(by=run.actor, usage_import=usage_import, reading=reading)


PULL_STOPPED = "What was fetched before stays, and the next run goes on from there."


@job_kind(PULL_JOB, needs=Permission.PULL_MANAGE, stopped=PULL_STOPPED)
def pull_usage(run: Run) -> None:
    """Pull what is due; what has been fetched stays, however the run ends."""
    try:
        run.step("Asking the source", 0.0)
        goes_on = (pull := pulling.begin_pull(run)).go()
    except (DomainError, JobCancelled) as error:
        reason = error.message if isinstance(error, DomainError) else "Somebody stopped this run."
        with run.tenant():
            pulling.end_run(run, error=reason)
        raise
    with run.finish(result={"pull": str(run.subject_id), "rows": pull.rows}):
        pulling.end_run(run, goes_on=goes_on)


@shared_task(name="usage.request_due_pulls")
def request_due_pulls() -> None:
    """Ask for the pulls that are due; organizations take turns."""
    pull_services.request_due_pulls()


@shared_task(name="usage.sweep_uploads")
def sweep_uploads() -> None:
    """Remove usage files that no job came to read."""
    files.sweep_uploads()


@shared_task(name="usage.remove_old_hours")
def remove_old_hours() -> None:
    """Remove the hours of imports that are kept no longer."""
    retention.remove_old_hours()
