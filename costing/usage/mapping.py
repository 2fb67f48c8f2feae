"""Rows of imported usage to plain cells and back, and the prices of their buckets."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from costing import catalog
from costing.usage import BUCKETS, HOUR_SECONDS, Cell, Key, Tokens, Use
from costing.usage import UsageCell as PlainCell
from costing.usage.models import UsageCell, UsageImport
from costing.usage.reconciling import BucketPrices


def usage_row(key: Key, cell: Cell, *, usage_import: UsageImport) -> UsageCell:
    """The row, not yet stored, of one cell of an import."""
    return UsageCell(
        organization_id=usage_import.organization_id,
        client_id=usage_import.client_id,
        usage_import_id=usage_import.pk,
        model=key.model,
        starts_at=moment_of(key.hour),
        hours=key.hours,
        calls=cell.calls,
        billed_usd=cell.billed_usd,
        **dict(zip(BUCKETS, cell.tokens, strict=True)),
    )


def read_cell(key: Key, cell: Cell) -> PlainCell:
    """The plain cell of what was read."""
    return PlainCell(
        key.model, key.hour, key.hours, cell.calls, Tokens(*cell.tokens), cell.billed_usd
    )


def moment_of(hour: int) -> datetime:
    """The moment at which an hour, counted since 1970, begins."""
    return datetime.fromtimestamp(hour * HOUR_SECONDS, tz=UTC)


def use_of_sums(row: Mapping[str, Any]) -> Use:
    """The use that the sums of a query hold."""
    tokens = Tokens(*(row[bucket] or 0 for bucket in BUCKETS))
    return Use(calls=row["all_calls"], tokens=tokens, billed_usd=row["billed"])


def bucket_prices(price: catalog.ModelPrice) -> BucketPrices:
    """What each bucket of tokens costs at a price, in USD per million.

    Without a price of its own a cache read or write costs the input price; an hour-long write
    twice the input price, as its one maker lists it.
    """
    whole, read, write = (
        price.input_usd_per_mtok,
        price.cache_read_usd_per_mtok,
        price.cache_write_usd_per_mtok,
    )
    hour = price.cache_write_1h_usd_per_mtok
    return BucketPrices(
        reference=price.reference,
        usd_per_mtok=(
            whole,
            whole if read is None else read,
            whole if write is None else write,
            2 * whole if hour is None else hour,
            price.output_usd_per_mtok,
        ),
    )


def counts_tokens(usage_import: UsageImport) -> bool:
    """Whether an import's source names tokens; costs alone say nothing of the workload."""
    return any(usage_import.figures.get("tokens", {}).values())
