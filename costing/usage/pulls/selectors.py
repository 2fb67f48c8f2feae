"""Reads of pulls."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from assessments.models import Assessment
from costing.usage.models import PullTurn, UsagePull
from jobs.models import UNFINISHED, Job

PULL_JOB = "pull-usage"


@dataclass(frozen=True)
class PullRow:
    """A pull with the job that runs it now, if one does, and when it is due next."""

    pull: UsagePull
    job: Job | None
    turn: PullTurn | None


def pull_get(pull_id: UUID) -> UsagePull:
    """Return the pull with its assessment; raises UsagePull.DoesNotExist."""
    pulls = UsagePull.objects.select_related(
        "assessment__framework", "assessment__client", "client", "usage_import"
    )
    return pulls.defer("assessment__framework__document").get(pk=pull_id)


def pull_list(assessment: Assessment) -> QuerySet[UsagePull]:
    """Return an assessment's pulls, stopped ones too, the newest first."""
    pulls = UsagePull.objects.filter(assessment=assessment).select_related("usage_import")
    return pulls.order_by("-created_at", "-pk")


def pulls_with_jobs(pulls: Iterable[UsagePull]) -> list[PullRow]:
    """Return pulls with their unfinished jobs and turns; two queries, however many there are."""
    pulls = list(pulls)
    ids = [each.pk for each in pulls]
    jobs = Job.objects.filter(kind=PULL_JOB, subject_id__in=ids, state__in=UNFINISHED)
    by_pull = {job.subject_id: job for job in jobs}
    turns = PullTurn.objects.in_bulk(ids)
    return [PullRow(each, by_pull.get(each.pk), turns.get(each.pk)) for each in pulls]


def turns_due(*, limit: int) -> list[PullTurn]:
    """Return the pulls that are due, of all organizations: the first of each, then the second."""
    due = PullTurn.objects.filter(due_at__lte=timezone.now())
    place = Window(RowNumber(), partition_by=F("organization_id"), order_by="due_at")
    return list(due.annotate(place=place).order_by("place", "due_at", "pk")[:limit])
