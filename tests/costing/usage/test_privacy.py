"""What a person wrote, was answered or is called is never kept."""

import io
import json
import logging
from typing import Any

import pytest

from costing.usage import plan_reading, read_usage
from organizations.exceptions import Invalid
from tests.costing.usage import files

CANARY = "canary-4711@example.com"
PERSONAL: dict[str, Any] = {
    "user": CANARY,
    "end_user": CANARY,
    "user_id": CANARY,
    "api_key": CANARY,
    "api_key_id": CANARY,
    "requester_ip_address": CANARY,
    "messages": [{"role": "user", "content": CANARY}],
    "response": {"choices": [{"message": {"content": CANARY}}]},
    "input": CANARY,
    "output": CANARY,
    "name": CANARY,
    CANARY: CANARY,
}
TRACED = {f"gen_ai.{name}": CANARY for name in ("prompt", "input.messages", "output.messages")}
WITH_PERSONS = {
    "openai": files.openai_page(**PERSONAL),
    "anthropic": files.anthropic_report(**PERSONAL),
    "litellm log": [
        files.litellm_log(
            **PERSONAL, metadata={"user_api_key_alias": CANARY, "usage_object": {"note": CANARY}}
        )
    ],
    "litellm day": files.litellm_day(**PERSONAL),
    "otel": files.spans(files.span(**TRACED, **{"user.id": CANARY, "enduser.id": CANARY})),
    "langfuse": [files.observation(**PERSONAL, metadata={"who": CANARY}, userId=CANARY)],
    "csv": f"time,who,input_tokens,output_tokens\n{files.NOON},{CANARY},1,1\n",
}


@pytest.mark.parametrize("content", WITH_PERSONS.values(), ids=WITH_PERSONS)
def test_nothing_personal_is_kept_or_logged(content: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    reading = files.read(content)

    assert reading.good_rows == 1
    assert CANARY not in repr(reading)
    assert CANARY not in caplog.text


@pytest.mark.parametrize("name", ["prompt_tokens", "completion_tokens", "startTime", "spend"])
def test_a_reason_never_repeats_what_stood_there(name: str) -> None:
    rows = [files.litellm_log(), files.litellm_log(**{name: CANARY})]

    reading = files.read(json.dumps(rows))

    assert reading.bad_rows == 1
    assert CANARY not in repr(reading)


def test_a_file_without_a_good_row_is_refused_without_repeating_it() -> None:
    file = io.BytesIO(f"time,input_tokens,output_tokens\n{CANARY},{CANARY},1\n".encode())

    with pytest.raises(Invalid) as raised:
        read_usage(file, plan_reading(file))

    assert CANARY not in raised.value.message + repr(raised.value.fields)
