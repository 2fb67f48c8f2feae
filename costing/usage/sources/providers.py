"""Usage reports of OpenAI and Anthropic, in buckets of time; must not import Django."""

from collections.abc import Callable, Iterator

from costing.usage.entries import (
    DAY_HOURS,
    HOUR_SECONDS,
    BadRow,
    Columns,
    Entry,
    Record,
    Source,
    beside,
    inside,
)
from costing.usage.fields import count, model_name, seconds, span_hours

NO_RESULT = "The result is no object."


def bucket_rows(*times: str) -> Callable[[Record], Iterator[Record | BadRow]]:
    """What splits a bucket into results, each with the bucket's times; a flat row is its own."""

    def rows(record: Record) -> Iterator[Record | BadRow]:
        results = record.get("results", record.get("result"))
        if not isinstance(results, list):
            yield record or BadRow(NO_RESULT)
            return
        time = {name: record.get(name) for name in times}
        for result in results:
            yield {**result, **time} if isinstance(result, dict) else BadRow(NO_RESULT)

    return rows


def read_openai(record: Record, columns: Columns) -> Entry:
    """One result of a bucket of completions; cached tokens are inside the input."""
    start = seconds(record, "start_time")
    is_day = record.get("end_time") is None
    return Entry(
        hour=start // HOUR_SECONDS,
        hours=DAY_HOURS if is_day else span_hours(start, seconds(record, "end_time")),
        model=model_name(record.get("model"), "openai"),
        calls=count(record, "num_model_requests", required=True),
        tokens=inside(
            count(record, "input_tokens", required=True),
            count(record, "output_tokens", required=True),
            read=count(record, "input_cached_tokens"),
            write_5m=count(record, "input_cache_write_tokens"),
        ),
    )


def read_anthropic(record: Record, columns: Columns) -> Entry:
    """One result of a bucket of messages; cached tokens are beside the input, and no calls are
    counted.
    """
    start = seconds(record, "starting_at")
    writes = record.get("cache_creation")
    writes = writes if isinstance(writes, dict) else {}
    return Entry(
        hour=start // HOUR_SECONDS,
        hours=span_hours(start, seconds(record, "ending_at")),
        model=model_name(record.get("model"), "anthropic"),
        tokens=beside(
            count(record, "uncached_input_tokens", required=True),
            count(record, "output_tokens", required=True),
            read=count(record, "cache_read_input_tokens"),
            write_5m=count(writes, "ephemeral_5m_input_tokens"),
            write_1h=count(writes, "ephemeral_1h_input_tokens"),
        ),
    )


OPENAI = Source(
    key="openai_usage",
    title="OpenAI usage of completions",
    known_by=(
        frozenset({"num_model_requests", "input_tokens"}),
        frozenset({"input_cached_tokens", "output_tokens"}),
    ),
    read=read_openai,
    within=("data",),
    rows=bucket_rows("start_time", "end_time"),
)
ANTHROPIC = Source(
    key="anthropic_usage",
    title="Anthropic usage report of messages",
    known_by=(frozenset({"uncached_input_tokens"}),),
    read=read_anthropic,
    within=("data",),
    rows=bucket_rows("starting_at", "ending_at"),
)
