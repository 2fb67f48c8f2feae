"""Reads of jobs."""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import Exists, ForeignObjectRel, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from jobs.models import Job, Ticket
from organizations.prepared import Prepared


def job_get(job_id: UUID) -> Job:
    """Return the job; raises Job.DoesNotExist."""
    return Job.objects.get(pk=job_id)


def job_list() -> QuerySet[Job]:
    """Return the tenant's jobs, the newest first."""
    return Job.objects.order_by("-requested_at", "-pk")


def job_latest(*, kind: str, subject_id: UUID) -> Job | None:
    """Return the newest job of a kind for a subject, if there is one."""
    return _latest(kind).first(subject_id)


@cache
def _latest(kind: str) -> Prepared[Job]:
    jobs = Job.objects
    return Prepared(
        lambda subject: jobs.filter(kind=kind, subject_id=subject).order_by("-requested_at", "-pk")[
            :1
        ]
    )


def jobs_unneeded(before: datetime) -> QuerySet[Job]:
    """Return the tenant's jobs that ended before then and that no other row refers to."""
    jobs = Job.objects.filter(requested_at__lt=before, finished_at__lt=before)
    for relation in Job._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            rows: Any = relation.related_model
            jobs = jobs.exclude(
                Exists(rows.objects.filter(**{relation.field.name: OuterRef("pk")}))
            )
    return jobs


def turn_next(organization_id: UUID) -> int:
    """Return the turn of an organization's next job, so that organizations take turns.

    It comes after the organization's own unfinished jobs, and never before the turn that is being
    served: many jobs of one organization wait behind each other, and nobody saves turns up.
    """
    waiting = Q(lease_expires_at__isnull=True, ready_at__lte=timezone.now())
    turns = Ticket.objects.aggregate(
        served=Min("turn", filter=waiting),
        last=Max("turn"),
        own=Max("turn", filter=Q(organization_id=organization_id)),
    )
    served = turns["served"] if turns["served"] is not None else turns["last"] or 0
    return served if turns["own"] is None else max(served, turns["own"] + 1)


def ticket_list_in_turn(*, limit: int) -> QuerySet[Ticket]:
    """Return the tickets of the jobs that may run now, the first in turn first."""
    ready = Ticket.objects.filter(lease_expires_at__isnull=True, ready_at__lte=timezone.now())
    return ready.order_by("turn", "ready_at", "pk")[:limit]
