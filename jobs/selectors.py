"""Reads of jobs."""

from uuid import UUID

from django.db.models import QuerySet

from jobs.models import Job


def job_get(job_id: UUID) -> Job:
    """Return the job; raises Job.DoesNotExist."""
    return Job.objects.get(pk=job_id)


def job_list() -> QuerySet[Job]:
    """Return the tenant's jobs, the newest first."""
    return Job.objects.order_by("-requested_at", "-pk")


def job_latest(*, kind: str, subject_id: UUID) -> Job | None:
    """Return the newest job of a kind for a subject, if there is one."""
    jobs = Job.objects.filter(kind=kind, subject_id=subject_id)
    return jobs.order_by("-requested_at", "-pk").first()
