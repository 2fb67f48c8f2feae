"""OpenAI's organization usage of completions, in buckets; cached tokens are inside the input.

Must not import Django.
"""

from collections.abc import Iterator

from costing.usage.entries import (
    BadRow,
    Columns,
    Entry,
    Record,
    Source,
    count,
    hour_of,
    inside,
    model_name,
    seconds,
    span_hours,
)


def rows(record: Record) -> Iterator[Record]:
    """A bucket's results, each with the bucket's time; a flat row is its own."""
    results = record.get("results", record.get("result"))
    if not isinstance(results, list):
        yield record
        return
    time = {"start_time": record.get("start_time"), "end_time": record.get("end_time")}
    for result in results:
        yield {**result, **time} if isinstance(result, dict) else {}


def read(record: Record, columns: Columns) -> Entry:
    """One result of a bucket."""
    if not record:
        raise BadRow("The result is no object.")
    start = seconds(record.get("start_time"), "start_time")
    end = record.get("end_time")
    return Entry(
        hour=hour_of(start),
        hours=24 if end is None else span_hours(start, seconds(end, "end_time")),
        model=model_name(record.get("model"), "openai"),
        calls=count(record.get("num_model_requests"), "num_model_requests", required=True),
        tokens=inside(
            count(record.get("input_tokens"), "input_tokens", required=True),
            count(record.get("output_tokens"), "output_tokens", required=True),
            read=count(record.get("input_cached_tokens"), "input_cached_tokens"),
            write_5m=count(record.get("input_cache_write_tokens"), "input_cache_write_tokens"),
            write_1h=0,
        ),
        billed_usd=None,
    )


USAGE = Source(
    key="openai_usage",
    title="OpenAI usage of completions",
    known_by=(
        frozenset({"num_model_requests", "input_tokens"}),
        frozenset({"input_cached_tokens", "output_tokens"}),
    ),
    read=read,
    within=("data",),
    rows=rows,
)
