"""Celery's entry points: run one job, relay what is due, reap what fell silent, remove the old."""

from celery import shared_task

from jobs import services


@shared_task(name="jobs.run")
def run(job_id: str, organization_id: str) -> None:
    """Do one job: the one whose turn it is, whichever job's message this is."""
    services.run_next_job()


@shared_task(name="jobs.relay")
def relay() -> None:
    """Send a message for every job that waits for one."""
    services.relay_jobs()


@shared_task(name="jobs.reap")
def reap() -> None:
    """Take jobs back from workers that fell silent."""
    services.reap_jobs()


@shared_task(name="jobs.remove_old")
def remove_old() -> None:
    """Delete jobs that are kept no longer."""
    services.remove_old_jobs()
