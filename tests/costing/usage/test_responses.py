"""Raw responses and gateways' exports, in their documented shapes, with their traps."""

import json
from typing import Any

import pytest

from costing.usage import Reading
from tests.costing.usage.files import EPOCH, NOON, only_cell, read


def chat(**changes: Any) -> dict[str, Any]:
    """OpenAI's chat completion."""
    usage = {
        "prompt_tokens": 1000,
        "completion_tokens": 200,
        "total_tokens": 1200,
        "prompt_tokens_details": {"cached_tokens": 800, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 150},
    }
    usual = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": EPOCH + 600,
        "model": "gpt-large-1",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "A text."}}],
        "service_tier": "default",
        "usage": usage,
    }
    return usual | changes


def response(**changes: Any) -> dict[str, Any]:
    """OpenAI's response."""
    usual = {
        "id": "resp_1",
        "object": "response",
        "created_at": EPOCH + 600,
        "model": "gpt-large-1",
        "output": [],
        "error": None,
        "usage": {
            "input_tokens": 1000,
            "input_tokens_details": {"cached_tokens": 800},
            "output_tokens": 200,
            "output_tokens_details": {"reasoning_tokens": 150},
            "total_tokens": 1200,
        },
    }
    return usual | changes


def message(**changes: Any) -> dict[str, Any]:
    """Anthropic's message, which has no time of its own."""
    usual = {
        "id": "msg_1",
        "type": "message",
        "model": "claude-large",
        "content": [{"type": "text", "text": "A text."}],
        "stop_reason": "end_turn",
        "usage": {
            "input_tokens": 100,
            "cache_read_input_tokens": 800,
            "cache_creation_input_tokens": 100,
            "cache_creation": {"ephemeral_5m_input_tokens": 60, "ephemeral_1h_input_tokens": 40},
            "output_tokens": 200,
            "service_tier": "standard",
        },
    }
    return usual | changes


GEMINI = {
    "candidates": [],
    "modelVersion": "gemini-large",
    "createTime": NOON,
    "usageMetadata": {
        "promptTokenCount": 1000,
        "cachedContentTokenCount": 800,
        "candidatesTokenCount": 150,
        "thoughtsTokenCount": 50,
        "totalTokenCount": 1200,
    },
}
BEDROCK = {
    "schemaType": "ModelInvocationLog",
    "timestamp": NOON,
    "accountId": "1",
    "region": "us-east-1",
    "operation": "Converse",
    "modelId": "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-large-v1:0",
    "input": {
        "inputTokenCount": 100,
        "cacheReadInputTokenCount": 800,
        "cacheWriteInputTokenCount": 100,
        "inputBodyJson": {"messages": [{"content": "A secret."}]},
    },
    "output": {"outputTokenCount": 200, "outputBodyJson": {"usage": {"input_tokens": 9}}},
}
INSIDE = [200, 800, 0, 0, 200]  # 1,000 in, 800 of them cached
SPLIT = [100, 800, 60, 40, 200]


def lines(*records: dict[str, Any]) -> Reading:
    return read("\n".join(json.dumps(record) for record in records) + "\n")


SHAPES = {
    "chat": (chat(), "openai:gpt-large-1", INSIDE),
    "azure": (chat(prompt_filter_results=[]), "azure:gpt-large-1", INSIDE),
    "response": (response(), "openai:gpt-large-1", INSIDE),
    "message": ({"timestamp": NOON, "response": message()}, "anthropic:claude-large", SPLIT),
    "gemini": (GEMINI, "google:gemini-large", INSIDE),
    "bedrock": (BEDROCK, "bedrock:us.anthropic.claude-large-v1:0", [100, 800, 100, 0, 200]),
    "wrapped": (
        {"time": NOON, "request": {"body": "x"}, "response": {"body": chat()}},
        "openai:gpt-large-1",
        INSIDE,
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_raw_responses_come_into_their_buckets(shape: str) -> None:
    record, model, tokens = SHAPES[shape]

    for reading in (lines(record), lines(record, record), read(record)):
        assert reading.source == "raw_responses"
        [(key, cell)] = reading.cells.items()
        times = reading.good_rows
        assert (key.model, cell.calls) == (model, times)
        assert cell.tokens == [times * count for count in tokens]
        assert key.hour == EPOCH // 3600


@pytest.mark.parametrize(
    "record",
    [
        {"custom_id": "1", "response": {"status_code": 200, "body": chat()}},
        {"custom_id": "1", "time": NOON, "result": {"type": "succeeded", "message": message()}},
        chat(service_tier="flex"),
    ],
)
def test_results_of_batches_are_told_apart(record: dict[str, Any]) -> None:
    [key] = lines(record).cells

    assert key.is_batch


def test_failed_calls_are_left_out_and_a_response_without_a_time_is_bad() -> None:
    reading = lines(
        chat(),
        {"custom_id": "2", "response": None, "error": {"code": "expired"}},
        {"custom_id": "3", "result": {"type": "errored", "error": {}}},
        BEDROCK | {"errorCode": "ThrottlingException"},
        {"object": "chat.completion", "choices": []},
        message(),
    )

    assert (reading.good_rows, reading.bad_rows) == (1, 1)
    assert reading.left_out == {
        "Calls that failed": 3,
        "Responses without a count of tokens": 1,
    }
    assert reading.listed[0].reason == "time is missing."


def test_nothing_that_was_written_is_kept() -> None:
    kept = repr(lines(BEDROCK, chat(), {"time": NOON, "response": message()}))

    assert "secret" not in kept
    assert "A text" not in kept


HELICONE = {
    "request_id": "r",
    "request_created_at": NOON,
    "response_status": 200,
    "provider": "ANTHROPIC",
    "request_model": "claude-large",
    "response_model": "claude-large-1",
    "prompt_tokens": 1000,
    "prompt_cache_read_tokens": 700,
    "prompt_cache_write_tokens": 100,
    "completion_tokens": 200,
    "costUSD": 0.0125,
    "cache_reference_id": "00000000-0000-0000-0000-000000000000",
}


ACTIVITY = {
    "date": "2026-11-02",
    "model": "openai/gpt-large",
    "usage": 0.015,
    "byok_usage_inference": 0,
    "requests": 5,
    "prompt_tokens": 50,
    "completion_tokens": 125,
    "reasoning_tokens": 25,
}
GENERATION = {
    "id": "gen-1",
    "created_at": NOON,
    "model": "openai/gpt-large",
    "total_cost": 0.0015,
    "tokens_prompt": 9,
    "tokens_completion": 9,
    "native_tokens_prompt": 10,
    "native_tokens_completion": 25,
    "native_tokens_reasoning": 5,
    "native_tokens_cached": 3,
    "cancelled": False,
}


def test_helicone_leaves_failures_and_its_own_cache_out() -> None:
    hit = HELICONE | {"cache_reference_id": "7d0cfa40-0000-0000-0000-000000000001"}
    reading = read({"data": [HELICONE, hit, HELICONE | {"response_status": 429}]})

    # 1,000 − 700 − 100 = 200.
    assert only_cell(reading) == ("anthropic:claude-large-1", 1, [200, 700, 100, 0, 200], "0.0125")
    assert sum(reading.left_out.values()) == 2


def test_openrouter_counts_days_and_generations() -> None:
    model = "openrouter:openai/gpt-large"
    assert only_cell(read({"data": [ACTIVITY]})) == (model, 5, [50, 0, 0, 0, 125], "0.015")
    assert only_cell(read({"data": [GENERATION]})) == (model, 1, [7, 3, 0, 0, 25], "0.0015")
