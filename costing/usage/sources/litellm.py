"""LiteLLM's spend logs and daily spend."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from costing.engine.units import HOURS_PER_DAY
from costing.usage.columns import Columns
from costing.usage.entries import (
    FAILED,
    OWN_CACHE,
    BadRow,
    Entry,
    LeftOut,
    Record,
    Source,
    buckets,
    by_lifetime,
    count,
    first,
    hour,
    is_true,
    model_name,
    nested,
    usd,
)
from costing.usage.groups import APPLICATION, KEY, TAG, at
from costing.usage.terms import detailed, modalities, served

BATCHES = ("retrieve_batch", "aretrieve_batch")
READ = "cache_read_input_tokens"
WRITTEN = "cache_creation_input_tokens"


def read_log(record: Record, columns: Columns) -> list[Entry]:
    """One call. Its cached tokens stand in what the provider reported, kept in the metadata.

    A batch is billed when it is fetched.
    """
    if is_true(record, "cache_hit"):
        raise LeftOut(OWN_CACHE)
    if str(record.get("status")).lower() == "failure":
        raise LeftOut(FAILED)
    usage = _usage(record.get("metadata"))
    details = nested(usage.get("prompt_tokens_details"))
    creation = nested(details.get("cache_creation_token_details"))
    written = count({**details, **usage}, WRITTEN, "cache_creation_tokens", "cache_write_tokens")
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
            **by_lifetime(written, count(creation, "ephemeral_1h_input_tokens")),
        ),
        billed_usd=usd(record, "spend"),
        is_batch=way.is_batch or record.get("call_type") in BATCHES,
        service_tier=way.service_tier,
        region=way.region,
    )
    return modalities(entry, detailed(details, nested(usage.get("completion_tokens_details"))))


def _usage(metadata: Any) -> Record:
    """The counts that the metadata keeps; the rest of it is never looked at."""
    if isinstance(metadata, str) and metadata.strip():
        try:
            metadata = json.loads(metadata)
        except (ValueError, RecursionError):
            raise BadRow("metadata is no JSON.") from None
    metadata = nested(metadata)
    return {
        **nested(metadata.get("additional_usage_values")),
        **nested(metadata.get("usage_object")),
    }


def day_rows(record: Record) -> Iterator[Record]:
    """The models of a day as the activity report breaks it down; a table's row is its own."""
    models = nested(record.get("breakdown")).get("models")
    if not isinstance(models, Mapping):
        yield record
        return
    for name, item in models.items():
        metrics = nested(nested(item).get("metrics"))
        yield {**metrics, "date": record.get("date"), "model": name}


def read_day(record: Record, columns: Columns) -> Entry:
    """One day of one model."""
    calls = {"api_requests": first(record, ("successful_requests", "api_requests"))}
    return Entry(
        hour=hour(record, "date"),
        hours=HOURS_PER_DAY,
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
