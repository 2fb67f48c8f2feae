"""Anthropic's usage report of messages; what a cache served or stored is beside the input.

Must not import Django.
"""

from collections.abc import Iterator

from costing.usage.entries import (
    BadRow,
    Columns,
    Entry,
    Record,
    Source,
    beside,
    count,
    hour_of,
    model_name,
    seconds,
    span_hours,
)


def rows(record: Record) -> Iterator[Record]:
    """A bucket's results, each with the bucket's time."""
    results = record.get("results")
    if not isinstance(results, list):
        yield record
        return
    time = {"starting_at": record.get("starting_at"), "ending_at": record.get("ending_at")}
    for result in results:
        yield {**result, **time} if isinstance(result, dict) else {}


def read(record: Record, columns: Columns) -> Entry:
    """One result of a bucket; the report counts no calls."""
    if not record:
        raise BadRow("The result is no object.")
    start = seconds(record.get("starting_at"), "starting_at")
    writes = record.get("cache_creation")
    writes = writes if isinstance(writes, dict) else {}
    return Entry(
        hour=hour_of(start),
        hours=span_hours(start, seconds(record.get("ending_at"), "ending_at")),
        model=model_name(record.get("model"), "anthropic"),
        calls=None,
        tokens=beside(
            count(record.get("uncached_input_tokens"), "uncached_input_tokens", required=True),
            count(record.get("output_tokens"), "output_tokens", required=True),
            read=count(record.get("cache_read_input_tokens"), "cache_read_input_tokens"),
            write_5m=count(writes.get("ephemeral_5m_input_tokens"), "ephemeral_5m_input_tokens"),
            write_1h=count(writes.get("ephemeral_1h_input_tokens"), "ephemeral_1h_input_tokens"),
        ),
        billed_usd=None,
    )


USAGE_REPORT = Source(
    key="anthropic_usage",
    title="Anthropic usage report of messages",
    known_by=(frozenset({"uncached_input_tokens"}),),
    read=read,
    within=("data",),
    rows=rows,
)
