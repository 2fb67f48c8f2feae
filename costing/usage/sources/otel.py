"""OpenTelemetry's GenAI spans; cached tokens are inside the input. Must not import Django."""

from typing import Any

from costing.usage.entries import (
    Columns,
    Entry,
    LeftOut,
    Record,
    Source,
    count,
    first,
    hour_of,
    inside,
    model_name,
    seconds,
)

NO_CALL = "Spans that are no model calls"
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
WANTED = frozenset({*INPUT, *OUTPUT, *READ, *WRITTEN, *MODEL, *PROVIDER, "gen_ai.operation.name"})


def read(record: Record, columns: Columns) -> Entry:
    """One span."""
    found = _attributes(record.get("attributes"))
    if found.get("gen_ai.operation.name") in AGENT_OPERATIONS:
        raise LeftOut(AGENTS)
    tokens_in, tokens_out = first(found, INPUT), first(found, OUTPUT)
    if tokens_in is None and tokens_out is None:
        raise LeftOut(NO_CALL)
    return Entry(
        hour=hour_of(seconds(first(record, START), "startTimeUnixNano")),
        hours=1,
        model=model_name(first(found, MODEL), first(found, PROVIDER)),
        calls=1,
        tokens=inside(
            count(tokens_in, INPUT[0], required=True),
            count(tokens_out, OUTPUT[0]),
            read=count(first(found, READ), READ[0]),
            write_5m=count(first(found, WRITTEN), WRITTEN[0]),
            write_1h=0,
        ),
        billed_usd=None,
    )


def _attributes(given: Any) -> dict[str, Any]:
    """The few attributes that count, as OTLP writes them or as plain names."""
    if isinstance(given, dict):
        return {name: given[name] for name in WANTED & given.keys()}
    if not isinstance(given, list):
        return {}
    return {
        item["key"]: _value(item.get("value"))
        for item in given
        if isinstance(item, dict) and isinstance(item.get("key"), str) and item["key"] in WANTED
    }


def _value(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return first(value, ("intValue", "doubleValue", "stringValue"))


SPANS = Source(
    key="otel_spans",
    title="OpenTelemetry GenAI spans",
    known_by=(
        frozenset({"resourceSpans"}),
        frozenset({"attributes", "gen_ai.usage.input_tokens"}),
        frozenset({"attributes", "gen_ai.usage.prompt_tokens"}),
    ),
    read=read,
    within=("resourceSpans", "scopeSpans", "spans"),
)
