"""Reads of the cells of an import: hours, sums by model, entries to merge."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from costing.usage.entries import BUCKETS, HOUR_SECONDS, Entry, Tokens
from costing.usage.merging import Part
from costing.usage.models import UsageCell, UsageImport
from costing.usage.uses import TERMS, Use
from organizations.exceptions import Invalid

KINDS = ("is_batch", "charge", *TERMS)


def _cells(usage_import: UsageImport) -> QuerySet[UsageCell]:
    """The cells of an import; raises Invalid where they were removed.

    With its first and last hour, so that its months alone are read.
    """
    if usage_import.hours_removed:
        raise Invalid(usage_import.hours_removed)
    cells = UsageCell.objects.filter(usage_import=usage_import)
    return cells.filter(starts_at__gte=usage_import.first_at, starts_at__lt=usage_import.end_at)


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


def usage_days(usage_import: UsageImport, start: datetime, end: datetime) -> frozenset[date]:
    """The days, in UTC, that an import counts anything on."""
    cells = _cells(usage_import).filter(starts_at__gte=start, starts_at__lt=end)
    return frozenset(
        cells.annotate(on=TruncDate("starts_at", tzinfo=UTC))
        .values_list("on", flat=True)
        .distinct()
    )


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
