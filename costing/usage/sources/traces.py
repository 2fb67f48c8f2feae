"""Calls as tracing tools keep them: OpenTelemetry's GenAI spans and Langfuse's observations."""

from typing import Any

from costing.usage.columns import Columns
from costing.usage.entries import (
    BadRow,
    Entry,
    LeftOut,
    Record,
    Source,
    Tokens,
    buckets,
    by_lifetime,
    count,
    first,
    hour,
    model_name,
    nested,
    usd,
)
from costing.usage.groups import APPLICATION, TAG, at
from costing.usage.terms import AUDIO, IMAGE, modalities, region_in, served

NO_CALL = "Spans that are not model calls"
AGENTS = "Spans of agents and tools, whose model calls have spans of their own"
AGENT_OPERATIONS = frozenset(
    {"invoke_agent", "create_agent", "execute_tool", "invoke_workflow", "retrieval"}
)
START = ("startTimeUnixNano", "start_time_unix_nano", "startTime", "start_time")
INPUT = ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens")
OUTPUT = ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens")
READ = ("gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens")
WRITTEN = ("gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_creation_input_tokens")
MODEL = ("gen_ai.response.model", "gen_ai.request.model")
PROVIDER = ("gen_ai.provider.name", "gen_ai.system")
TOTAL = "gen_ai.usage.total_tokens"
# What was served goes before what was asked for.
TIER = (
    "openai.response.service_tier",
    "gen_ai.openai.response.service_tier",
    "openai.request.service_tier",
    "gen_ai.openai.request.service_tier",
)
SERVER = "server.address"
WANTED = frozenset(
    {
        SERVER,
        TOTAL,
        *INPUT,
        *OUTPUT,
        *READ,
        *WRITTEN,
        *MODEL,
        *PROVIDER,
        *TIER,
        "gen_ai.operation.name",
    }
)

OTHERS = "Observations that are not model calls"
CALLS = frozenset({"GENERATION", "EMBEDDING"})
CACHE_READ = ("cache_read_input_tokens", "input_cached_tokens", "input_cache_read")
CACHE_WRITTEN = (
    "cache_creation_input_tokens",
    "input_cache_creation",
    "input_cache_write_tokens",
)
WRITTEN_5M = ("ephemeral_5m_input_tokens", "input_cache_creation_5m")
WRITTEN_1H = ("ephemeral_1h_input_tokens", "input_cache_creation_1h")
CACHE = frozenset({*CACHE_READ, *CACHE_WRITTEN, *WRITTEN_5M, *WRITTEN_1H})


def read_span(record: Record, columns: Columns) -> Entry:
    """One span of a model call."""
    attributes = _attributes(record.get("attributes"))
    if attributes.get("gen_ai.operation.name") in AGENT_OPERATIONS:
        raise LeftOut(AGENTS)
    if first(attributes, (*INPUT, *OUTPUT)) is None:
        raise LeftOut(NO_CALL)
    return Entry(
        hour=hour({START[0]: first(record, START)}, START[0]),
        model=model_name(first(attributes, MODEL), first(attributes, PROVIDER)),
        calls=1,
        tokens=_span_tokens(attributes, columns),
        **served({}, first(attributes, TIER))._replace(region=_region(attributes))._asdict(),
    )


def _region(attributes: Record) -> str:
    """Where the endpoint that answered is. `cloud.region` is where the caller runs instead."""
    return region_in(attributes.get(SERVER))


def _span_tokens(attributes: Record, columns: Columns) -> Tokens:
    """The convention has cached tokens inside the input; a total or a person may say otherwise."""
    input_tokens, output = count(attributes, *INPUT, required=True), count(attributes, *OUTPUT)
    read, written = count(attributes, *READ), count(attributes, *WRITTEN)
    total = count(attributes, TOTAL)
    includes_cache = columns.input_includes_cache
    if read + written and total:
        includes_cache = total != input_tokens + output + read + written
    return buckets(input_tokens, output, includes_cache=includes_cache, read=read, write_5m=written)


def _attributes(value: Any) -> Record:
    """The few attributes that count, as OTLP writes them or as plain names."""
    if isinstance(value, dict):
        return {name: value[name] for name in WANTED & value.keys()}
    if not isinstance(value, list):
        return {}
    return {
        item["key"]: _plain(item.get("value"))
        for item in value
        if isinstance(item, dict) and isinstance(item.get("key"), str) and item["key"] in WANTED
    }


def _plain(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return first(value, ("intValue", "doubleValue", "stringValue"))


def read_observation(record: Record, columns: Columns) -> list[Entry]:
    """One observation; its kinds of usage do not overlap, unless their total says so."""
    kind = record.get("type")
    if kind is not None and kind not in CALLS:
        raise LeftOut(OTHERS)
    cost = first(record, ("calculatedTotalCost", "totalCost"))
    if cost is None:
        cost = nested(record.get("costDetails")).get("total")
    usage = nested(record.get("usageDetails")) or _older(record.get("usage"))
    asked = record.get("modelParameters")
    entry = Entry(
        hour=hour(record, "startTime"),
        model=model_name(first(record, ("model", "providedModelName"))),
        calls=1,
        tokens=_tokens(usage),
        billed_usd=usd({"totalCost": cost}, "totalCost"),
        **served(nested(asked))._asdict(),
    )
    others = {
        name: Tokens(_sum_of(usage, "input", name), output=_sum_of(usage, "output", name))
        for name in (AUDIO, IMAGE)
    }
    return modalities(entry, others)


def _tokens(usage: Record) -> Tokens:
    read = count(usage, *CACHE_READ)
    hour_long = count(usage, *WRITTEN_1H)
    brief = count(usage, *WRITTEN_5M)
    written = count(usage, *CACHE_WRITTEN)
    if written:
        brief = by_lifetime(written, hour_long)["write_5m"]
    input_tokens, output = _sum(usage, "input"), _sum(usage, "output")
    total = count(usage, "total")
    # What an older client sent counts cached tokens twice; the total tells.
    return buckets(
        input_tokens,
        output,
        includes_cache=total == input_tokens + output,
        read=read,
        write_5m=brief,
        write_1h=hour_long,
    )


def _older(usage: Any) -> Record:
    if not isinstance(usage, dict):
        raise BadRow("usageDetails is missing.")
    if str(usage.get("unit") or "TOKENS").upper() != "TOKENS":
        raise BadRow("usage counts a unit other than tokens.")
    return usage


def _sum(usage: Record, start: str) -> int:
    """All that counts as input (or output) but for what a cache did."""
    if start not in usage:
        raise BadRow(f"{start} is missing.")
    return _sum_of(usage, start)


def _sum_of(usage: Record, start: str, modality: str = "") -> int:
    parts = (name for name in usage if name.startswith(start) and name not in CACHE)
    return sum(
        count({start: usage[name]}, start)
        for name in parts
        if modality in name and not name.endswith("Cost")
    )


def _all_attributes(record: Record) -> dict[str, Any]:
    """All attributes of a span, and of the resource that it is of; looked at for one name."""
    of_resource = nested(record.get("resource")).get("attributes")
    return _plain_attributes(of_resource) | _plain_attributes(record.get("attributes"))


def _plain_attributes(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return {**value}
    return {
        item["key"]: _plain(item.get("value"))
        for item in (value if isinstance(value, list) else ())
        if isinstance(item, dict) and isinstance(item.get("key"), str)
    }


def _service(record: Record) -> Any:
    return _all_attributes(record).get("service.name")


SPANS = Source(
    key="otel_spans",
    title="OpenTelemetry GenAI spans",
    known_by=(
        frozenset({"resourceSpans"}),
        frozenset({"attributes", "gen_ai.usage.input_tokens"}),
        frozenset({"attributes", "gen_ai.usage.prompt_tokens"}),
    ),
    read=read_span,
    within=("resourceSpans", "scopeSpans", "spans"),
    may_leave_cached_out=True,
    groups={APPLICATION: _service, TAG: _all_attributes},
)
OBSERVATIONS = Source(
    key="langfuse_observations",
    title="Langfuse observations",
    known_by=(frozenset({"traceId", "startTime"}), frozenset({"usageDetails", "startTime"})),
    read=read_observation,
    within=("data",),
    groups={APPLICATION: at("traceName"), TAG: at("tags", "traceTags")},
)
