"""Reads of usage imports and their cells."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet, Sum

from assessments.models import Assessment
from costing import catalog
from costing.catalog import mapping as catalog_mapping
from costing.catalog.models import ModelPrice, PriceBook
from costing.catalog.price_overrides import names_of, price_overrides_on
from costing.engine.anti_patterns import Measured
from costing.usage import BUCKETS, Use, mapping, naming
from costing.usage.models import UsageCell, UsageImport, UsageImportState
from costing.usage.reconciling import BucketPrices
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


def measured_usage(assessment: Assessment) -> Measured:
    """Return what an assessment's usage says to the detection of anti-patterns."""
    usage_import = usage_import_measured(assessment)
    top = assessment.measured_top_model_spend_ratio
    return Measured(
        top_model_spend_ratio=None if top is None else float(top),
        prefix_hit_ratio=usage_import.figures["prefix_hit_ratio"] if usage_import else None,
    )


def usage_prices(
    book: PriceBook | None, models: Iterable[str], *, client_id: UUID, on: date
) -> dict[str, BucketPrices]:
    """Return prices of models as usage calls them: a book's, or the contract's of a day.

    Two queries, however many models there are.
    """
    wanted = {model: _references(model) for model in models if model}
    names = {name for references in wanted.values() for name in references}
    rows = ModelPrice.objects.filter(book=book, reference__in=names) if book and names else ()
    known = {row.reference: row for row in rows}
    found = {
        model: next((known[name] for name in references if name in known), None)
        for model, references in wanted.items()
    }
    listed = {model: row for model, row in found.items() if row is not None}
    contracts = _contracts(listed.values(), client_id=client_id, on=on)
    return {
        model: mapping.bucket_prices(
            catalog.with_contract(
                catalog_mapping.price_of_row(row, book), contracts.get(row.reference)
            )
        )
        for model, row in listed.items()
        if book is not None
    }


def _contracts(
    rows: Iterable[ModelPrice], *, client_id: UUID, on: date
) -> dict[str, catalog.Contract]:
    """The contracts that win for a client on a day, the client's own before the firm's."""
    names = {row.reference: names_of(row.reference) for row in rows}
    standing = [
        override
        for override in price_overrides_on(on, set().union(*names.values()))
        if override.client_id in (None, client_id)
    ]
    standing.sort(key=lambda override: override.client_id is None)
    won: dict[str, catalog.Contract] = {}
    for reference, spellings in names.items():
        override = next((each for each in standing if each.reference in spellings), None)
        if override is not None:
            won[reference] = catalog_mapping.contract_of_row(override)
    return won


def _references(model: str) -> list[str]:
    """The names that a book may list a model under, the likeliest first."""
    names = []
    for reference in naming.possible_references(model):
        canonical = catalog.canonical_reference(reference)
        names += [reference, *([canonical] if canonical else [])]
    return list(dict.fromkeys(names))


def usage_by_model(usage_import: UsageImport, *, start: datetime, end: datetime) -> dict[str, Use]:
    """Return the use of each model from a moment to before another, summed by the database."""
    sums = {bucket: Sum(bucket) for bucket in BUCKETS}
    rows = (
        UsageCell.objects.filter(usage_import=usage_import, starts_at__gte=start, starts_at__lt=end)
        .values("model")
        .annotate(**sums, all_calls=Sum("calls"), billed=Sum("billed_usd"))
        .order_by("model")
    )
    return {row["model"]: mapping.use_of_sums(row) for row in rows}
