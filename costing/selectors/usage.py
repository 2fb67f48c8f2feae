"""Reads of usage imports and their cells."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from assessments.models import Assessment
from costing import mapping
from costing.models import UsageCell, UsageImport, UsageImportState
from costing.usage import figures
from jobs.models import Job, JobState

USAGE_JOB = "import-usage"
MOST_FAILURES = 5


@dataclass(frozen=True)
class UsageImportRow:
    """An import with the job that reads it, if that is still of interest."""

    usage_import: UsageImport
    job: Job | None


def usage_import_get(import_id: UUID) -> UsageImport:
    """Return the import with its assessment; raises UsageImport.DoesNotExist."""
    imports = UsageImport.objects.select_related("assessment__framework", "client")
    return imports.defer("assessment__framework__document").get(pk=import_id)


def usage_import_find(assessment: Assessment, checksum: str) -> UsageImport | None:
    """Return an assessment's import of the file of a checksum, if there is one."""
    return UsageImport.objects.filter(assessment=assessment, checksum=checksum).first()


def usage_import_list(assessment: Assessment) -> QuerySet[UsageImport]:
    """Return an assessment's imports, the last one first."""
    imports = UsageImport.objects.filter(assessment=assessment)
    return imports.order_by("-imported_at", "-pk")


def usage_imports_with_jobs(assessment: Assessment) -> list[UsageImportRow]:
    """Return an assessment's imports; two queries, however many there are."""
    imports = list(usage_import_list(assessment))
    jobs = _latest_jobs(each.pk for each in imports if not each.is_ready)
    return [UsageImportRow(each, jobs.get(each.pk)) for each in imports]


def _latest_jobs(import_ids: Iterable[UUID]) -> dict[UUID, Job]:
    jobs = Job.objects.filter(kind=USAGE_JOB, subject_id__in=list(import_ids))
    return {job.subject_id: job for job in jobs.order_by("requested_at", "pk")}


def usage_import_failures(assessment: Assessment) -> list[Job]:
    """Return the last jobs that could not read a file of an assessment, the newest first."""
    failed = Job.objects.filter(
        kind=USAGE_JOB, state=JobState.FAILED, payload__assessment=str(assessment.pk)
    )
    return list(failed.order_by("-requested_at", "-pk")[:MOST_FAILURES])


def usage_import_measured(assessment: Assessment) -> UsageImport | None:
    """Return the import that an assessment's measured figures come from.

    It is the one that reaches furthest, of equals the last, among those that count tokens.
    """
    imports = UsageImport.objects.filter(assessment=assessment, state=UsageImportState.READY)
    with_tokens = (each for each in imports.order_by("-end_at", "-imported_at", "-pk"))
    return next((each for each in with_tokens if mapping.counts_tokens(each)), None)


def usage_cells(usage_import: UsageImport) -> list[figures.UsageCell]:
    """Return an import's cells as plain values, by time."""
    rows = UsageCell.objects.filter(usage_import=usage_import).order_by("starts_at", "model", "pk")
    return [mapping.usage_cell(row) for row in rows.iterator()]
