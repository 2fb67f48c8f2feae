"""Reads of usage imports, and of the jobs that read them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from assessments.models import Assessment
from costing.engine.anti_patterns import Measured
from costing.usage.coverage import UTC_NAME
from costing.usage.models import UsageImport, UsageImportState, UsagePull
from jobs.models import Job, JobState

USAGE_JOB = "import-usage"
MAX_FAILURES = 5
MAX_TO_MERGE = 200


@dataclass(frozen=True)
class UsageImportRow:
    """An import with the job that reads it, if that is still of interest."""

    usage_import: UsageImport
    job: Job | None


def usage_import_get(import_id: UUID) -> UsageImport:
    """Return the import with its assessment; raises UsageImport.DoesNotExist."""
    imports = UsageImport.objects.select_related(
        "assessment__framework", "assessment__client", "client"
    )
    return imports.defer("assessment__framework__document").get(pk=import_id)


def usage_import_list(assessment: Assessment) -> QuerySet[UsageImport]:
    """Return an assessment's imports that are not archived, the last one first."""
    imports = UsageImport.objects.filter(assessment=assessment, archived_at=None)
    return imports.order_by("-imported_at", "-pk")


def _read_imports(assessment: Assessment) -> QuerySet[UsageImport]:
    return usage_import_list(assessment).filter(state=UsageImportState.READY)


def _imports_with_hours(assessment: Assessment) -> QuerySet[UsageImport]:
    return _read_imports(assessment).filter(hours_removed_at=None)


def usage_imports_read(assessment: Assessment, import_ids: Sequence[UUID]) -> list[UsageImport]:
    """Return those of an assessment's imports that were read and have hours, by when they came."""
    rows = _imports_with_hours(assessment).filter(pk__in=import_ids)
    return list(rows.order_by("imported_at", "pk"))


def usage_imports_to_merge(assessment: Assessment) -> list[UsageImport]:
    """Return the last imports that have been read, with what names them and no more."""
    names = ("pk", "filename", "first_at", "end_at", "imported_at")
    return list(_imports_with_hours(assessment).only(*names)[:MAX_TO_MERGE])


def usage_imports_with_jobs(imports: Iterable[UsageImport]) -> list[UsageImportRow]:
    """Return imports with the jobs that read them; one query, however many there are."""
    imports = list(imports)
    unread = [each.pk for each in imports if not each.is_ready]
    jobs = Job.objects.filter(kind=USAGE_JOB, subject_id__in=unread)
    latest = {job.subject_id: job for job in jobs.order_by("requested_at", "pk")}
    return [UsageImportRow(each, latest.get(each.pk)) for each in imports]


def usage_import_failures(assessment: Assessment) -> list[Job]:
    """Return the last jobs that could not read a file of an assessment, the newest first."""
    failed = Job.objects.filter(
        kind=USAGE_JOB,
        state__in=(JobState.FAILED, JobState.REFUSED),
        payload__assessment=str(assessment.pk),
    )
    return list(failed.order_by("-requested_at", "-pk")[:MAX_FAILURES])


def usage_import_measured(assessment: Assessment) -> UsageImport | None:
    """Return the import that an assessment's measured figures come from.

    It is the one that reaches furthest, of equals the last, among those that count tokens.
    """
    ordered = _read_imports(assessment).order_by("-end_at", "-imported_at", "-pk")
    return next((each for each in ordered if each.use.total_tokens), None)


def measured_usage(assessment: Assessment) -> Measured:
    """Return what an assessment's usage says to the detection of anti-patterns."""
    usage_import = usage_import_measured(assessment)
    top = assessment.measured_top_model_spend_ratio
    return Measured(
        top_model_spend_ratio=None if top is None else float(top),
        prefix_hit_ratio=usage_import.measured.prefix_hit_ratio if usage_import else None,
    )


def time_zone_of(client_id: UUID) -> str:
    """Return the time zone that was last chosen for a client's usage; UTC before anybody did."""
    said = UsageImport.objects.filter(client_id=client_id).order_by("-imported_at", "-pk")
    return said.values_list("time_zone", flat=True).first() or UTC_NAME


def usage_imports_old(before: datetime) -> QuerySet[UsageImport]:
    """Return the tenant's imports that came before then, of usage before then, with their hours.

    Archived ones too; not those that a pull may still add to.
    """
    pulls = UsagePull.objects.filter(usage_import=OuterRef("pk"), revoked_at=None)
    return UsageImport.objects.exclude(Exists(pulls)).filter(
        state=UsageImportState.READY,
        imported_at__lt=before,
        end_at__lt=before,
        hours_removed_at=None,
    )


def billing_imports(usage_import: UsageImport) -> list[UsageImport]:
    """Return the imports of the same assessment that say what was billed, the newest first."""
    imports = _imports_with_hours(usage_import.assessment)
    return [each for each in imports if each.use.billed_usd is not None]
