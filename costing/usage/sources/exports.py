"""Exports of gateways: Helicone's requests, OpenRouter's activity and generations."""

from typing import Any

from costing.engine.units import HOURS_PER_DAY
from costing.usage.columns import Columns
from costing.usage.entries import (
    FAILED,
    OWN_CACHE,
    Entry,
    LeftOut,
    Record,
    Source,
    buckets,
    count,
    first,
    hour,
    is_true,
    model_name,
    usd,
)
from costing.usage.groups import APPLICATION, KEY, TAG, at

OK = range(200, 300)
TIMES = ("request_created_at", "created_at", "createdAt")


def read_helicone(record: Record, columns: Columns) -> Entry:
    """One request; cached tokens are beside the prompt's, as they are for the makers it logs so."""
    if record.get("cache_reference_id") not in (None, "", NO_REFERENCE) or is_true(
        record, "cached"
    ):
        raise LeftOut(OWN_CACHE)
    status = first(record, ("response_status", "status"))
    if status is not None and str(status).isdigit() and int(str(status)) not in OK:
        raise LeftOut(FAILED)
    cost = {"cost": first(record, ("costUSD", "cost_usd", "cost"))}
    time = {TIMES[0]: first(record, TIMES)}
    return Entry(
        hour=hour(time, TIMES[0]),
        model=model_name(
            first(record, ("response_model", "model_override", "request_model", "model")),
            record.get("provider"),
        ),
        calls=1,
        tokens=buckets(
            count(record, "prompt_tokens", required=True),
            count(record, "completion_tokens"),
            includes_cache=columns.input_includes_cache,
            read=count(record, "prompt_cache_read_tokens"),
            write_5m=count(record, "prompt_cache_write_tokens"),
        ),
        billed_usd=usd(cost, "cost"),
    )


NO_REFERENCE = "00000000-0000-0000-0000-000000000000"


def read_activity(record: Record, columns: Columns) -> Entry:
    """One day of one model; reasoning is inside the completion's tokens."""
    return Entry(
        hour=hour(record, "date"),
        hours=HOURS_PER_DAY,
        model=model_name(_activity_model(record), "openrouter"),
        calls=count(record, "requests", required=True),
        tokens=buckets(
            count(record, "prompt_tokens", "promptTokens", required=True),
            count(record, "completion_tokens", "completionTokens"),
            includes_cache=True,
        ),
        billed_usd=usd(record, "usage"),
    )


def _activity_model(record: Record) -> Any:
    return first(record, ("model", "model_permaslug", "modelPermaslug"))


def read_generation(record: Record, columns: Columns) -> Entry:
    """One generation, by the provider's own tokens; cached ones are inside the prompt's."""
    if is_true(record, "cancelled") and not first(record, ("native_tokens_completion",)):
        raise LeftOut(FAILED)
    time = {TIMES[1]: first(record, TIMES)}
    return Entry(
        hour=hour(time, TIMES[1]),
        model=model_name(_activity_model(record), "openrouter"),
        calls=1,
        tokens=buckets(
            count(record, "native_tokens_prompt", "tokens_prompt", required=True),
            count(record, "native_tokens_completion", "tokens_completion"),
            includes_cache=True,
            read=count(record, "native_tokens_cached"),
        ),
        billed_usd=usd({"cost": first(record, ("total_cost", "cost_total", "usage"))}, "cost"),
    )


HELICONE = Source(
    key="helicone_requests",
    title="Helicone requests",
    known_by=(
        frozenset({"request_created_at", "prompt_tokens", "completion_tokens"}),
        frozenset({"response_status", "request_model", "prompt_tokens"}),
    ),
    read=read_helicone,
    within=("data",),
    may_leave_cached_out=True,
    groups={TAG: at("properties", "request_properties")},
)
ACTIVITY = Source(
    key="openrouter_activity",
    title="OpenRouter activity",
    known_by=(
        frozenset({"byok_usage_inference", "prompt_tokens", "requests"}),
        frozenset({"byokUsageInference", "promptTokens", "requests"}),
    ),
    read=read_activity,
    within=("data",),
    is_summed=True,
)
GENERATIONS = Source(
    key="openrouter_generations",
    title="OpenRouter generations",
    known_by=(frozenset({"native_tokens_prompt"}), frozenset({"generation_id", "tokens_prompt"})),
    read=read_generation,
    within=("data",),
    groups={APPLICATION: at("app_name"), KEY: at("api_key_name")},
)
