"""Reads of usage imports and their cells."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from assessments.models import Assessment
from costing.catalog import mapping as catalog_mapping
from costing.catalog.models import ModelPrice, PriceBook
from costing.catalog.names import possible_references
from costing.catalog.price_overrides import price_overrides_of
from costing.catalog.prices import with_override
from costing.catalog.selectors import price_book_latest
from costing.catalog.source import canonical_reference
from costing.engine.anti_patterns import Measured
from costing.usage.applications import Group, figures_by_group, propose_group
from costing.usage.baseline import Baseline, measured_baseline
from costing.usage.coverage import UTC_NAME
from costing.usage.entries import BUCKETS, HOUR_SECONDS, Entry, Tokens
from costing.usage.merging import Part
from costing.usage.models import UsageCell, UsageImport, UsageImportState, UsagePull
from costing.usage.pricing import BucketPrices
from costing.usage.reconciling import Apart, Reconciliation, reconcile
from costing.usage.uses import TERMS, Use
from jobs.models import Job, JobState
from organizations.exceptions import Invalid

KINDS = ("is_batch", "charge", *TERMS)
USAGE_JOB = "import-usage"
MAX_FAILURES = 5


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


MAX_TO_MERGE = 200


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
    listed = {
        model: next(known[name] for name in references if name in known)
        for model, references in wanted.items()
        if known.keys() & references
    }
    references = [row.reference for row in listed.values()]
    overrides = price_overrides_of(references, client_id=client_id, on=on)
    prices = {}
    for model, row in listed.items():
        if book is not None:
            price, contract = catalog_mapping.price_of_row(row, book), overrides.get(row.reference)
            paid = with_override(price, contract)
            prices[model] = BucketPrices.of(paid, price if contract else None)
    return prices


def _references(model: str) -> list[str]:
    """The names that a book may list a model under, the likeliest first."""
    names = []
    for reference in possible_references(model):
        canonical = canonical_reference(reference)
        names += [reference, *([canonical] if canonical else [])]
    return list(dict.fromkeys(names))


def time_zone_of(client_id: UUID) -> str:
    """Return the time zone that was last said of a client's usage; UTC before anybody did."""
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


def _cells(usage_import: UsageImport) -> QuerySet[UsageCell]:
    """The cells of an import; raises Invalid where they were removed."""
    if usage_import.hours_removed:
        raise Invalid(usage_import.hours_removed)
    return UsageCell.objects.filter(usage_import=usage_import)


def usage_hours(usage_import: UsageImport) -> list[Entry]:
    """Return what ran in each hour, or on each day, of all models together."""
    cells = _cells(usage_import)
    return [
        entry._replace(hour=int(row["starts_at"].timestamp()) // HOUR_SECONDS, hours=row["hours"])
        for row, entry in _summed(cells, ("starts_at", "hours", *KINDS))
    ]


def usage_part(usage_import: UsageImport) -> Part:
    """Return an import's cells as entries, to be merged with those of others."""
    columns = ("model", "starts_at", "hours", "calls", *BUCKETS, "billed_usd", *KINDS, "group")
    rows = _cells(usage_import).values_list(*columns, named=True)
    entries = [
        Entry(
            model=row.model,
            hour=int(row.starts_at.timestamp()) // HOUR_SECONDS,
            hours=row.hours,
            calls=row.calls,
            tokens=Tokens(*(getattr(row, bucket) for bucket in BUCKETS)),
            billed_usd=row.billed_usd,
            group=row.group,
            **{kind: getattr(row, kind) for kind in KINDS},
        )
        for row in rows.iterator()
    ]
    cover = usage_import.measured.cover
    return Part(entries, cover.declared, cover.stretches)


def usage_by_model(
    usage_import: UsageImport,
    *,
    start: datetime,
    end: datetime,
    days: frozenset[date] | None = None,
) -> dict[str, Use]:
    """Return the use of each model from a moment to before another, summed by the database.

    Only on some days, in UTC, where these are named.
    """
    if days is not None and not days:
        return {}
    cells = _cells(usage_import).filter(starts_at__gte=start, starts_at__lt=end)
    if days is not None:
        cells = cells.annotate(on=TruncDate("starts_at", tzinfo=UTC)).filter(on__in=days)
    entries: dict[str, list[Entry]] = {}
    for _, entry in _summed(cells, ("model", *KINDS)):
        entries.setdefault(entry.model, []).append(entry)
    return {model: Use.sum_of(of_model) for model, of_model in entries.items()}


def _summed(
    cells: QuerySet[UsageCell], keys: Sequence[str]
) -> Iterator[tuple[Mapping[str, Any], Entry]]:
    """The sums of cells by some of their columns, with these."""
    columns = ("calls", *BUCKETS, "billed_usd")
    rows = (
        cells.values(*keys)
        .order_by(*keys)
        .annotate(
            uncounted=Count("pk", filter=Q(calls=None)),
            **{f"all_{each}": Sum(each) for each in columns},
        )
    )
    for row in rows:
        calls, *tokens, billed = (row[f"all_{each}"] for each in columns)
        yield (
            row,
            Entry(
                model=row.get("model", ""),
                hour=0,
                calls=None if row["uncounted"] else calls,
                tokens=Tokens(*tokens),
                billed_usd=billed,
                **{kind: row[kind] for kind in KINDS},
            ),
        )


def usage_baseline(usage_import: UsageImport) -> Baseline | None:
    """Return what runs today by an import, at the newest book's or the contract's prices.

    Three queries, however many models there are.
    """
    figures = usage_import.measured
    prices = usage_prices(
        price_book_latest(),
        [use.model for use in figures.models],
        client_id=usage_import.client_id,
        on=usage_import.imported_at.date(),
    )
    return measured_baseline(figures, prices)


def usage_groups(usage_import: UsageImport, calls_per_month: float | None) -> list[Group]:
    """Return the groups of an import, each measured by itself; four queries, however many.

    `calls_per_month` of all together where the source counts none.
    """
    whole = usage_import.measured
    prices = usage_prices(
        price_book_latest(),
        [use.model for use in whole.models],
        client_id=usage_import.client_id,
        on=usage_import.imported_at.date(),
    )
    measured = figures_by_group(usage_part(usage_import).entries, whole)
    return [
        Group(
            name=use.group,
            figures=measured[use.group],
            baseline=measured_baseline(measured[use.group], prices),
            proposal=propose_group(measured[use.group], whole, calls_per_month),
        )
        for use in whole.groups
        if use.group in measured
    ]


NO_BOOK = "No prices are loaded yet."
NO_BILL = "Neither file says what was billed. Choose one that does."
NO_BILL_OF_MODELS = (
    "No bill names one of these models in these hours. Choose the one to compare with."
)
NO_TOKENS = "This file names costs alone. Start from one that counts tokens."
APART = "The two files have no hour in common."


@dataclass(frozen=True)
class UsageReconciliation:
    """A reconciliation with what it compares: the usage, the bill, the book, the hours."""

    usage: UsageImport
    billing: UsageImport
    book: PriceBook
    start: datetime
    end: datetime
    result: Reconciliation


def billing_imports(usage_import: UsageImport) -> list[UsageImport]:
    """Return the imports of the same assessment that say what was billed, the newest first."""
    imports = _imports_with_hours(usage_import.assessment)
    return [each for each in imports if each.use.billed_usd is not None]


def usage_reconcile(
    usage_import: UsageImport,
    *,
    billing: UsageImport | None = None,
    book: PriceBook | None = None,
) -> UsageReconciliation:
    """Compare what a book (the newest) predicts with a bill (see _bill_of).

    Contract prices that hold on the last day win. Only the hours that both files cover are
    compared. Raises Invalid with the fields at fault where there is nothing to compare.
    """
    book = book or price_book_latest()
    if book is None:
        raise Invalid.at("price_book", NO_BOOK)
    if not usage_import.use.total_tokens:
        raise Invalid(NO_TOKENS)
    billing = billing or _bill_of(usage_import, book)
    if billing.assessment_id != usage_import.assessment_id:
        raise Invalid.at("billing", NO_BILL)
    hours = _common_hours(usage_import, billing)
    if hours is None:
        raise Invalid.at("billing", APART)
    start, end = hours
    uses = _both_sides(usage_import, billing, start, end)
    last_day = (end - timedelta(seconds=1)).date()
    models = {model for of in uses for model in of}
    prices = usage_prices(book, models, client_id=usage_import.client_id, on=last_day)
    by_reference = {price.reference: price for price in prices.values()}
    used, billed, used_apart, billed_apart = (_named(of, prices) for of in uses)
    result = reconcile(used, billed, by_reference, Apart(used_apart, billed_apart))
    return UsageReconciliation(usage_import, billing, book, start, end, result)


def _both_sides(
    usage_import: UsageImport, billing: UsageImport, start: datetime, end: datetime
) -> list[dict[str, Use]]:
    """What was used and billed on days that both sides have, then on those that one lacks."""
    if billing == usage_import:
        used = usage_by_model(usage_import, start=start, end=end)
        return [used, used, {}, {}]
    days = [_days(each, start, end) for each in (usage_import, billing)]
    common = days[0] & days[1]
    return [
        usage_by_model(each, start=start, end=end, days=of)
        for each, of in (
            (usage_import, common),
            (billing, common),
            (usage_import, days[0] - common),
            (billing, days[1] - common),
        )
    ]


def _days(usage_import: UsageImport, start: datetime, end: datetime) -> frozenset[date]:
    """The days, in UTC, that an import counts anything on."""
    cells = _cells(usage_import).filter(starts_at__gte=start, starts_at__lt=end)
    return frozenset(
        cells.annotate(on=TruncDate("starts_at", tzinfo=UTC))
        .values_list("on", flat=True)
        .distinct()
    )


def _bill_of(usage_import: UsageImport, book: PriceBook) -> UsageImport:
    """The usage's own bill, else the newest of the same hours with a model in common.

    A bill without one may be another vendor's, so it is taken only where somebody names it.
    """
    if usage_import.use.billed_usd is not None:
        return usage_import
    bills = billing_imports(usage_import)
    if not bills:
        raise Invalid.at("billing", NO_BILL)
    models = {
        each.pk: {use.model for use in each.measured.models} for each in (usage_import, *bills)
    }
    prices = usage_prices(
        book,
        {model for of_import in models.values() for model in of_import},
        client_id=usage_import.client_id,
        on=usage_import.imported_at.date(),
    )
    known = {
        pk: {prices[model].reference if model in prices else model for model in of_import} - {""}
        for pk, of_import in models.items()
    }
    for bill in bills:
        if _common_hours(usage_import, bill) and known[bill.pk] & known[usage_import.pk]:
            return bill
    raise Invalid.at("billing", NO_BILL_OF_MODELS)


def _common_hours(one: UsageImport, other: UsageImport) -> tuple[datetime, datetime] | None:
    """The hours that both cover; whole days, in UTC, where one of them counts by the day."""
    firsts = [each.first_at for each in (one, other) if each.first_at]
    ends = [each.end_at for each in (one, other) if each.end_at]
    if len(firsts) < 2 or len(ends) < 2 or max(firsts) >= min(ends):
        return None
    start, end = max(firsts), min(ends)
    if one.measured.is_hourly and other.measured.is_hourly:
        return start, end
    return _midnight(start), _midnight(end + timedelta(days=1, seconds=-1))


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _named(uses: Mapping[str, Use], prices: Mapping[str, BucketPrices]) -> dict[str, Use]:
    """The uses by the book's own names, where it has one: two files spell a model in two ways."""
    named: dict[str, Use] = {}
    for model, use in uses.items():
        name = prices[model].reference if model in prices else model
        named[name] = Use.sum_of((named[name], use)) if name in named else use
    return named
