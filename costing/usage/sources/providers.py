"""Reports of OpenAI and Anthropic: usage in buckets of time."""

from collections.abc import Callable, Iterator

from costing.engine.units import HOURS_PER_DAY
from costing.usage.columns import Columns
from costing.usage.entries import (
    HOUR_SECONDS,
    BadRow,
    Entry,
    Record,
    Source,
    Tokens,
    buckets,
    count,
    model_name,
    nested,
    seconds,
    span_hours,
)
from costing.usage.groups import APPLICATION, KEY, at
from costing.usage.terms import AUDIO, IMAGE, modalities, served

NO_RESULT = "The result is not an object."
LONG_CONTEXT = "200k-1M"


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


def read_openai(record: Record, columns: Columns) -> list[Entry]:
    """One result of a bucket of completions; cached tokens are inside the input.

    Audio and images are inside too where text has a count of its own, else beside.
    """
    start = seconds(record, "start_time")
    is_day = record.get("end_time") is None
    others = {
        name: buckets(
            count(record, f"input_{name}_tokens"),
            count(record, f"output_{name}_tokens"),
            includes_cache=True,
            read=count(record, f"input_cached_{name}_tokens"),
        )
        for name in (AUDIO, IMAGE)
    }
    entry = Entry(
        hour=start // HOUR_SECONDS,
        hours=HOURS_PER_DAY if is_day else span_hours(start, seconds(record, "end_time")),
        model=model_name(record.get("model"), "openai"),
        calls=count(record, "num_model_requests", required=True),
        tokens=buckets(
            count(record, "input_tokens", required=True),
            count(record, "output_tokens", required=True),
            includes_cache=True,
            read=count(record, "input_cached_tokens"),
            write_5m=count(record, "input_cache_write_tokens"),
        ),
        **served(record)._asdict(),
    )
    if record.get("input_text_tokens") is None:
        whole = (entry.tokens, *others.values())
        entry = entry._replace(tokens=Tokens(*map(sum, zip(*whole, strict=True))))
    return modalities(entry, others)


def read_anthropic(record: Record, columns: Columns) -> Entry:
    """One result of a bucket of messages; cached tokens are beside the input, and no calls are
    counted. A report grouped by context window tells the long ones.
    """
    start = seconds(record, "starting_at")
    writes = nested(record.get("cache_creation"))
    return Entry(
        hour=start // HOUR_SECONDS,
        hours=span_hours(start, seconds(record, "ending_at")),
        model=model_name(record.get("model"), "anthropic"),
        tokens=buckets(
            count(record, "uncached_input_tokens", required=True),
            count(record, "output_tokens", required=True),
            includes_cache=False,
            read=count(record, "cache_read_input_tokens"),
            write_5m=count(writes, "ephemeral_5m_input_tokens"),
            write_1h=count(writes, "ephemeral_1h_input_tokens"),
        ),
        **served(record)._asdict(),
        above_input_tokens=200_000 if record.get("context_window") == LONG_CONTEXT else 0,
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
    covers=("start_time", "end_time"),
    is_summed=True,
    groups={APPLICATION: at("project_id"), KEY: at("api_key_id")},
)
ANTHROPIC = Source(
    key="anthropic_usage",
    title="Anthropic usage report of messages",
    known_by=(frozenset({"uncached_input_tokens"}),),
    read=read_anthropic,
    within=("data",),
    rows=bucket_rows("starting_at", "ending_at"),
    covers=("starting_at", "ending_at"),
    is_summed=True,
    groups={APPLICATION: at("workspace_id"), KEY: at("api_key_id")},
)
