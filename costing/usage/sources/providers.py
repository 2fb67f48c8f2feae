"""Usage of OpenAI and Anthropic in buckets of time, and LiteLLM's spend logs and daily spend."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from costing.usage.columns import Columns
from costing.usage.entries import (
    DAY_HOURS,
    HOUR_SECONDS,
    BadRow,
    Entry,
    LeftOut,
    Record,
    Source,
    Tokens,
    buckets,
    count,
    first,
    hour,
    model_name,
    seconds,
    span_hours,
    usd,
)
from costing.usage.groups import APPLICATION, KEY, TAG, at
from costing.usage.terms import AUDIO, IMAGE, detailed, modalities, served

NO_RESULT = "The result is not an object."
OWN_CACHE = "Calls that the gateway answered from its own cache"
FAILED = "Calls that failed"
LONG_CONTEXT = "200k-1M"
BATCHES = ("retrieve_batch", "aretrieve_batch")
READ = "cache_read_input_tokens"
WRITTEN = "cache_creation_input_tokens"


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
        hours=DAY_HOURS if is_day else span_hours(start, seconds(record, "end_time")),
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
    writes = record.get("cache_creation")
    writes = writes if isinstance(writes, dict) else {}
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


def read_log(record: Record, columns: Columns) -> list[Entry]:
    """One call. Its cached tokens stand in what the provider reported, kept in the metadata.

    A batch is billed when it is fetched.
    """
    if str(record.get("cache_hit")).lower() == "true":
        raise LeftOut(OWN_CACHE)
    if str(record.get("status")).lower() == "failure":
        raise LeftOut(FAILED)
    usage = _usage(record.get("metadata"))
    details = _object(usage.get("prompt_tokens_details"))
    creation = _object(details.get("cache_creation_token_details"))
    written = count({**details, **usage}, WRITTEN, "cache_creation_tokens", "cache_write_tokens")
    hour_long = count(creation, "ephemeral_1h_input_tokens")
    if hour_long > written:
        raise BadRow("There are more tokens written for an hour than tokens written.")
    from_cache = usage.get(READ)
    way = served(usage)
    entry = Entry(
        hour=hour(record, "startTime"),
        model=model_name(record.get("model"), record.get("custom_llm_provider")),
        calls=1,
        tokens=buckets(
            count(record, "prompt_tokens", required=True),
            count(record, "completion_tokens", required=True),
            includes_cache=True,
            read=count(
                {READ: details.get("cached_tokens") if from_cache is None else from_cache}, READ
            ),
            write_5m=written - hour_long,
            write_1h=hour_long,
        ),
        billed_usd=usd(record, "spend"),
        is_batch=way.is_batch or record.get("call_type") in BATCHES,
        service_tier=way.service_tier,
        region=way.region,
    )
    return modalities(entry, detailed(details, _object(usage.get("completion_tokens_details"))))


def _usage(metadata: Any) -> Record:
    """The counts that the metadata keeps; the rest of it is never looked at."""
    if isinstance(metadata, str) and metadata.strip():
        try:
            metadata = json.loads(metadata)
        except (ValueError, RecursionError):
            raise BadRow("metadata is no JSON.") from None
    metadata = _object(metadata)
    return {
        **_object(metadata.get("additional_usage_values")),
        **_object(metadata.get("usage_object")),
    }


def _object(value: Any) -> Record:
    return value if isinstance(value, dict) else {}


def day_rows(record: Record) -> Iterator[Record]:
    """The models of a day as the activity report breaks it down; a table's row is its own."""
    models = _object(record.get("breakdown")).get("models")
    if not isinstance(models, dict):
        yield record
        return
    for name, item in models.items():
        metrics = _object(_object(item).get("metrics"))
        yield {**metrics, "date": record.get("date"), "model": name}


def read_day(record: Record, columns: Columns) -> Entry:
    """One day of one model."""
    calls = {"api_requests": first(record, ("successful_requests", "api_requests"))}
    return Entry(
        hour=hour(record, "date"),
        hours=DAY_HOURS,
        model=model_name(record.get("model"), record.get("custom_llm_provider")),
        calls=count(calls, "api_requests", required=True),
        tokens=buckets(
            count(record, "prompt_tokens", required=True),
            count(record, "completion_tokens", required=True),
            includes_cache=True,
            read=count(record, READ),
            write_5m=count(record, WRITTEN),
        ),
        billed_usd=usd(record, "spend"),
    )


SPEND_LOGS = Source(
    key="litellm_spend_logs",
    title="LiteLLM spend logs",
    known_by=(
        frozenset({"startTime", "prompt_tokens", "completion_tokens", "spend"}),
        frozenset({"startTime", "prompt_tokens", "call_type"}),
    ),
    read=read_log,
    within=("data",),
    groups={
        APPLICATION: at("metadata/user_api_key_team_alias", "team_id"),
        KEY: at("metadata/user_api_key_alias", "api_key"),
        TAG: at("request_tags"),
    },
)
DAILY_SPEND = Source(
    key="litellm_daily_spend",
    title="LiteLLM daily spend",
    known_by=(frozenset({"api_requests", "prompt_tokens", "date"}),),
    read=read_day,
    within=("results",),
    rows=day_rows,
    is_summed=True,
    groups={APPLICATION: at("team_id"), KEY: at("api_key"), TAG: at("tag")},
)
