"""Raw responses of providers, one JSON value a line: OpenAI (also on Azure), Anthropic, Gemini and
Bedrock's invocation logs; bare, or wrapped as logs and batches keep them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from costing.usage.columns import Columns
from costing.usage.entries import (
    FAILED,
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
)
from costing.usage.groups import APPLICATION, TAG
from costing.usage.terms import AUDIO, IMAGE, detailed, modalities, region_in, region_name, served

NO_USAGE = "Responses without a count of tokens"
TIMES = (
    "created",
    "created_at",
    "createTime",
    "timestamp",
    "time",
    "request_time",
    "completed_at",
)
WRAPPERS = ("response", "body", "result", "message", "output", "data")
MAX_WRAPPERS = 4
READ, WRITTEN = "cache_read_input_tokens", "cache_creation_input_tokens"
DETAILS = ("prompt_tokens_details", "completion_tokens_details")
RESPONSE_DETAILS = ("input_tokens_details", "output_tokens_details")


def read_response(record: Record, columns: Columns) -> Entry | list[Entry]:
    """One response. Its own time counts, or else that of what wraps it."""
    if record.get("schemaType") == "ModelInvocationLog":
        return _invocation(record)
    inner, around = _unwrapped(record)
    usage = inner.get("usageMetadata")
    if isinstance(usage, Mapping):
        tokens, model, maker = _gemini(usage), inner.get("modelVersion"), "google"
        others = _gemini_modalities(usage)
    else:
        usage = nested(inner.get("usage"))
        tokens = _read_by_shape(inner, usage)
        model, maker = inner.get("model"), _maker(inner, usage)
        sent, given = DETAILS if "prompt_tokens" in usage else RESPONSE_DETAILS
        others = detailed(nested(usage.get(sent)), nested(usage.get(given)))
    time = next((value for each in (inner, around) if (value := first(each, TIMES))), None)
    way = served(usage, first(usage, ("service_tier",)) or inner.get("service_tier"))
    entry = Entry(
        hour=hour({"time": time}, "time"),
        model=model_name(model, maker),
        calls=1,
        tokens=tokens,
        is_batch=way.is_batch or "custom_id" in around,
        service_tier=way.service_tier,
        region=way.region,
    )
    return modalities(entry, others)


def _unwrapped(record: Record) -> tuple[Record, dict[str, Any]]:
    """The response itself, and all fields of what is around it. Raises LeftOut for a failed one."""
    around: dict[str, Any] = {}
    inner = record
    for _ in range(MAX_WRAPPERS):
        if str(inner.get("type")) in ("errored", "canceled", "expired") or inner.get("error"):
            raise LeftOut(FAILED)
        if any(isinstance(inner.get(name), Mapping) for name in ("usage", "usageMetadata")):
            return inner, around
        within = [inner[name] for name in WRAPPERS if isinstance(inner.get(name), Mapping)]
        if not within:
            break
        around |= inner
        inner = within[0]
    raise LeftOut(NO_USAGE)


def _read_by_shape(inner: Record, usage: Record) -> Tokens:
    shapes: tuple[tuple[str, Callable[[Record], Tokens]], ...] = (
        ("prompt_tokens", _chat),
        ("inputTokens", _converse),
        ("input_tokens", _openai_response if inner.get("object") == "response" else _anthropic),
    )
    for name, read in shapes:
        if name in usage:
            return read(usage)
    raise LeftOut(NO_USAGE)


def _maker(inner: Record, usage: Record) -> str:
    if "prompt_filter_results" in inner:
        return "azure"
    is_anthropic = "input_tokens" in usage and inner.get("object") != "response"
    return "anthropic" if is_anthropic else "openai"


def _chat(usage: Record) -> Tokens:
    """OpenAI's chat: cached tokens are inside the prompt, reasoning inside the completion."""
    details = nested(usage.get(DETAILS[0]))
    return buckets(
        count(usage, "prompt_tokens", required=True),
        count(usage, "completion_tokens"),
        includes_cache=True,
        read=count(details, "cached_tokens"),
    )


def _openai_response(usage: Record) -> Tokens:
    """OpenAI's responses: the same under other names."""
    details = nested(usage.get(RESPONSE_DETAILS[0]))
    return buckets(
        count(usage, "input_tokens", required=True),
        count(usage, "output_tokens"),
        includes_cache=True,
        read=count(details, "cached_tokens"),
    )


def _anthropic(usage: Record) -> Tokens:
    """Anthropic's messages: cached tokens are beside the input; writes may be told by lifetime."""
    hour_long = count(nested(usage.get("cache_creation")), "ephemeral_1h_input_tokens")
    return buckets(
        count(usage, "input_tokens", required=True),
        count(usage, "output_tokens"),
        includes_cache=False,
        read=count(usage, READ),
        **by_lifetime(count(usage, WRITTEN), hour_long),
    )


def _gemini(usage: Record) -> Tokens:
    """Gemini: cached tokens are inside the prompt, thoughts beside the candidates' tokens."""
    return buckets(
        count(usage, "promptTokenCount", required=True) + count(usage, "toolUsePromptTokenCount"),
        count(usage, "candidatesTokenCount") + count(usage, "thoughtsTokenCount"),
        includes_cache=True,
        read=count(usage, "cachedContentTokenCount"),
    )


def _gemini_modalities(usage: Record) -> dict[str, Tokens]:
    """What Gemini counts by modality, cached tokens among the prompt's."""

    def of(details: str, name: str) -> int:
        parts = usage.get(details)
        listed = parts if isinstance(parts, list) else []
        return sum(
            count(part, "tokenCount")
            for part in listed
            if isinstance(part, Mapping) and str(part.get("modality")).lower() == name
        )

    return {
        name: buckets(
            of("promptTokensDetails", name),
            of("candidatesTokensDetails", name),
            includes_cache=True,
            read=of("cacheTokensDetails", name),
        )
        for name in (AUDIO, IMAGE)
    }


def _converse(usage: Record) -> Tokens:
    """Bedrock's Converse: cached tokens are beside the input."""
    return buckets(
        count(usage, "inputTokens", required=True),
        count(usage, "outputTokens"),
        includes_cache=False,
        read=count(usage, "cacheReadInputTokens"),
        write_5m=count(usage, "cacheWriteInputTokens"),
    )


def _invocation(record: Record) -> Entry:
    """One line of Bedrock's invocation log: counts beside the bodies, which are never looked at."""
    if record.get("errorCode"):
        raise LeftOut(FAILED)
    sent, given = nested(record.get("input")), nested(record.get("output"))
    model = str(record.get("modelId") or "").rsplit("/", 1)[-1]  # also of a profile's ARN
    return Entry(
        hour=hour(record, "timestamp"),
        model=model_name(model, "bedrock"),
        calls=1,
        tokens=buckets(
            count(sent, "inputTokenCount", required=True),
            count(given, "outputTokenCount"),
            includes_cache=False,
            read=count(sent, "cacheReadInputTokenCount"),
            write_5m=count(sent, "cacheWriteInputTokenCount"),
        ),
        is_batch=bool(record.get("batchRecordId"))
        or "ModelInvocationJob" in str(record.get("operation")),
        # Where the model ran, which a cross-region profile chooses; else where it was called.
        region=region_name(first(record, ("inferenceRegion", "region")))
        or region_in(record.get("modelId")),
    )


def _role(record: Record) -> str | None:
    """The role that called Bedrock: an application's; a user's name is a person's."""
    kind, _, rest = str(nested(record.get("identity")).get("arn")).rpartition(":")[2].partition("/")
    return rest.partition("/")[0] if kind == "assumed-role" else None


def _labels(record: Record) -> Any:
    """The labels that the caller set: in the response, around it, or in Bedrock's log."""
    for _ in range(MAX_WRAPPERS):
        named = first(record, ("requestMetadata", "metadata"))
        if isinstance(named, Mapping) and named:
            return named
        record = next(
            (record[name] for name in WRAPPERS if isinstance(record.get(name), Mapping)), {}
        )
    return None


RESPONSES = Source(
    key="raw_responses",
    title="Raw responses (OpenAI, Azure, Anthropic, Gemini, Bedrock)",
    known_by=(
        frozenset({"choices", "usage", "prompt_tokens"}),
        frozenset({"usage", "input_tokens", "output", "created_at"}),
        frozenset({"usage", "input_tokens", "stop_reason"}),
        frozenset({"usageMetadata", "promptTokenCount"}),
        frozenset({"schemaType", "modelId"}),
    ),
    read=read_response,
    groups={APPLICATION: _role, TAG: _labels},
)
