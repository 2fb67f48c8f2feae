"""Small usage files in each maker's documented shape, and what reading them gives."""

import io
import json
from typing import Any

from costing.usage import Columns, Plan, Reading, plan_reading, read_usage

NOON = "2026-11-02T12:10:00Z"  # a Monday
EPOCH = 1_793_620_800  # 12:00
HOUR = EPOCH // 3600


def read(
    content: str | bytes | dict | list, *, chosen: str = "", columns: Columns | None = None
) -> Reading:
    """Read a file of this content."""
    return read_planned(content, chosen=chosen, columns=columns)[1]


def read_planned(
    content: str | bytes | dict | list, *, chosen: str = "", columns: Columns | None = None
) -> tuple[Plan, Reading]:
    """Read a file of this content, and say how it was read."""
    file = io.BytesIO(content_of(content))
    plan = plan_reading(file, chosen=chosen, columns=columns)
    return plan, read_usage(file, plan)


def content_of(content: str | bytes | dict | list) -> bytes:
    """The bytes of a text, or of a value as JSON."""
    if isinstance(content, bytes):
        return content
    return (content if isinstance(content, str) else json.dumps(content)).encode()


def only_cell(reading: Reading) -> tuple[str, int | None, list[int], str | None]:
    """The one cell's model, calls, tokens by bucket and cost."""
    [(key, cell)] = reading.cells.items()
    billed = None if cell.billed_usd is None else str(cell.billed_usd)
    return key.model, cell.calls, cell.tokens, billed


def openai_page(**result: Any) -> dict[str, Any]:
    """A page of the organization's usage of completions with one bucket and one result."""
    usual = {
        "object": "organization.usage.completions.result",
        "input_tokens": 1000,
        "output_tokens": 200,
        "input_cached_tokens": 800,
        "num_model_requests": 5,
        "project_id": None,
        "model": "large-1",
    }
    bucket = {"object": "bucket", "start_time": EPOCH, "end_time": EPOCH + 3600}
    return {
        "object": "page",
        "data": [bucket | {"results": [usual | result]}],
        "has_more": False,
        "next_page": None,
    }


def anthropic_report(**result: Any) -> dict[str, Any]:
    """A usage report of messages with one bucket and one result."""
    usual = {
        "uncached_input_tokens": 100,
        "cache_read_input_tokens": 800,
        "cache_creation": {"ephemeral_5m_input_tokens": 60, "ephemeral_1h_input_tokens": 40},
        "output_tokens": 200,
        "server_tool_use": {"web_search_requests": 1},
        "model": "claude-large",
        "service_tier": "standard",
    }
    bucket = {"starting_at": "2026-11-02T12:00:00Z", "ending_at": "2026-11-02T13:00:00Z"}
    return {"data": [bucket | {"results": [usual | result]}], "has_more": False, "next_page": None}


def litellm_log(**changes: Any) -> dict[str, Any]:
    """One row of the gateway's spend logs."""
    usual: dict[str, Any] = {
        "request_id": "r-1",
        "call_type": "acompletion",
        "spend": 0.0125,
        "prompt_tokens": 1000,
        "completion_tokens": 200,
        "total_tokens": 1200,
        "startTime": NOON,
        "endTime": NOON,
        "model": "large-1",
        "custom_llm_provider": "openai",
        "cache_hit": "False",
        "metadata": {
            "usage_object": {
                "prompt_tokens": 1000,
                "prompt_tokens_details": {"cached_tokens": 700},
                "cache_creation_input_tokens": 100,
            }
        },
    }
    return usual | changes


def litellm_day(**metrics: Any) -> dict[str, Any]:
    """A day of the gateway's activity report with one model."""
    usual = {
        "spend": 1.5,
        "prompt_tokens": 1000,
        "completion_tokens": 200,
        "cache_read_input_tokens": 700,
        "cache_creation_input_tokens": 100,
        "total_tokens": 1200,
        "successful_requests": 5,
        "failed_requests": 1,
        "api_requests": 6,
    }
    models = {"large-1": {"metrics": usual | metrics, "metadata": {}}}
    return {
        "results": [{"date": "2026-11-02", "metrics": usual, "breakdown": {"models": models}}],
        "metadata": {"total_spend": 1.5, "page": 1},
    }


def span(**attributes: Any) -> dict[str, Any]:
    """One span of a model call, as OTLP writes it in JSON."""
    usual = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "large-1",
        "gen_ai.usage.input_tokens": 1000,
        "gen_ai.usage.output_tokens": 200,
        "gen_ai.usage.cache_read.input_tokens": 700,
        "gen_ai.usage.cache_creation.input_tokens": 100,
    }
    return {
        "name": "chat large-1",
        "startTimeUnixNano": str((EPOCH + 600) * 10**9),
        "attributes": [
            {"key": key, "value": _otlp(value)}
            for key, value in (usual | attributes).items()
            if value is not None
        ],
    }


def _otlp(value: Any) -> dict[str, Any]:
    return {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}


def spans(*listed: dict[str, Any]) -> dict[str, Any]:
    """An export of spans."""
    return {
        "resourceSpans": [
            {"resource": {"attributes": []}, "scopeSpans": [{"scope": {}, "spans": list(listed)}]}
        ]
    }


def observation(**changes: Any) -> dict[str, Any]:
    """One observation of a model call."""
    usual = {
        "id": "o-1",
        "traceId": "t-1",
        "type": "GENERATION",
        "startTime": NOON,
        "model": "claude-large",
        "usageDetails": {
            "input": 200,
            "cache_read_input_tokens": 700,
            "cache_creation_input_tokens": 100,
            "output": 200,
            "total": 1200,
        },
        "calculatedTotalCost": 0.0125,
    }
    return usual | changes


FOCUS_HEADER = (
    "BilledCost,BillingCurrency,ChargeCategory,ChargeDescription,ChargePeriodStart,"
    "ChargePeriodEnd,ServiceCategory,ServiceName,SkuMeter\n"
)


def focus_row(**changes: str) -> str:
    """One charge as a line of CSV."""
    usual = {
        "BilledCost": "12.5",
        "BillingCurrency": "USD",
        "ChargeCategory": "Usage",
        "ChargeDescription": "tokens",
        "ChargePeriodStart": "2026-11-02T00:00:00Z",
        "ChargePeriodEnd": "2026-11-03T00:00:00Z",
        "ServiceCategory": "AI and Machine Learning",
        "ServiceName": "Models",
        "SkuMeter": "large-1",
    }
    return ",".join((usual | changes).values()) + "\n"
