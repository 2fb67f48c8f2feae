"""Logs, read: what each line says, in order of time, and what is no call."""

import gzip
from io import BytesIO

import pytest

from costing.usage.records import Limits
from costing.usage.replay import Identity, Log, read_log
from costing.usage.replay import reading as module
from organizations.exceptions import Invalid
from tests.costing.replay.logs import calls_of, lines, replayed

CUT_OFF = gzip.compress(b'{"t": 1, "input_tokens": 1}\n' * 9, mtime=0)[:-9]


def test_line_of_an_openai_request_with_its_usage() -> None:
    log = Log()
    (call,) = calls_of(
        lines(
            {
                "created_at": "2026-11-02T09:00:00.5Z",
                "request": {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi."}]},
                "response": {"usage": {"prompt_tokens": 12, "completion_tokens": 3}},
            }
        ),
        log,
    )

    assert call.at == 1_793_610_000.5
    assert (call.model, call.input_tokens, call.output_tokens) == ("gpt-4o", 12, 3)
    assert call.ends == [12]
    assert log.identity is Identity.MESSAGES


def test_cached_tokens_that_are_counted_apart_belong_to_the_input() -> None:
    (call,) = calls_of(
        lines(
            {
                "time": 1_790_000_000_000,  # milliseconds
                "usage": {
                    "input_tokens": 10,
                    "cache_read_input_tokens": 2000,
                    "cache_creation_input_tokens": 500,
                    "output_tokens": 7,
                },
            }
        )
    )

    assert (call.at, call.input_tokens, call.output_tokens) == (1_790_000_000.0, 2510, 7)


def test_csv_with_the_columns_of_azures_trace() -> None:
    file = BytesIO(
        b"TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,4808,10\n"
        b"2023-11-16 18:17:04.0319600,3180,8\n"
    )
    log = Log()
    first, second = calls_of(file, log)

    assert (first.input_tokens, first.output_tokens) == (4808, 10)
    assert second.at - first.at == pytest.approx(0.052)
    assert log.identity is Identity.NONE


def test_blocks_name_the_leading_parts_and_times_are_milliseconds() -> None:
    first, second = calls_of(
        lines(
            {"timestamp": 0, "input_length": 1100, "output_length": 5, "hash_ids": [7, 8, 9]},
            {"timestamp": 2500, "input_length": 1100, "output_length": 5, "hash_ids": [7, 8, 9]},
        )
    )

    assert (list(first.keys), list(first.ends)) == ([7, 8, 9], [512, 1024, 1100])
    assert second.at == 2.5
    assert first.answer == second.answer is not None


def test_turn_of_a_session_begins_with_the_input_of_the_one_before() -> None:
    turns = [
        {"t": second, "session_id": session, "input_tokens": tokens, "output_tokens": 1}
        for second, session, tokens in ((0, "a", 100), (1, "b", 50), (2, "a", 180), (3, "a", 90))
    ]
    first, other, second, shorter = calls_of(lines(*turns))

    assert second.keys[0] == first.keys[-1]
    assert list(second.ends) == [100, 180]
    assert not set(other.keys) & set(first.keys)
    assert not set(shorter.keys) & set(second.keys)  # cut: nothing is known to be shared


def test_hash_of_a_prefix_goes_before_what_a_session_adds() -> None:
    records = [
        {"t": each, "session": "s", "prefix_hash": "p", "prefix_tokens": 80}
        | {"input_tokens": 100 + each, "output_tokens": 1}
        for each in (0, 1)
    ]
    first, second = calls_of(lines(*records))

    assert list(first.ends) == [80, 100]
    assert list(second.ends) == [80, 100, 101]
    assert second.keys[:2] == first.keys


def test_same_messages_share_their_keys_up_to_where_they_differ() -> None:
    def record(second: int, *texts: str) -> dict[str, object]:
        messages = [{"role": "user", "content": text} for text in texts]
        return {"t": second, "system": "Be kind.", "messages": messages, "output_tokens": 1}

    one, two, three = calls_of(
        lines(record(0, "A", "B"), record(1, "A", "C"), record(2, "a!", " b"))
    )

    assert one.keys[:2] == two.keys[:2]
    assert one.keys[2] != two.keys[2]
    assert one.normalized == three.normalized != two.normalized
    assert one.answer != three.answer


def test_lines_may_be_out_of_order_by_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IN_ORDER_WITHIN", 2)
    some = [{"t": second, "input_tokens": 1, "output_tokens": 1} for second in (3, 1, 2, 5, 4)]

    assert [call.at for call in calls_of(lines(*some))] == [1, 2, 3, 4, 5]
    far = [{"t": second, "input_tokens": 1} for second in (5, 6, 7, 8, 1)]
    with pytest.raises(Invalid, match="Line 5 is earlier"):
        calls_of(lines(*far))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("no json", "the line is not JSON"),
        ("[1]", "the line is not an object"),
        ('{"input_tokens": 1}', "the time is missing"),
        ('{"t": "soon", "input_tokens": 1}', "the time is in no known format"),
        ('{"t": -1, "input_tokens": 1}', "the time is out of range"),
        ('{"t": 1}', "input tokens are missing"),
        ('{"t": 1, "input_tokens": "many"}', "input tokens are not a number"),
        ('{"t": 1, "input_tokens": -4}', "input tokens are out of range"),
        ('{"t": 1, "input_tokens": 1e400}', "input tokens are out of range"),
        ('{"t": 1, "input_tokens": NaN}', "the line is not JSON"),
        ('{"t": 1, "input_tokens": 1, "output_tokens": {}}', "output tokens are not a number"),
        (
            '{"t": 1, "input_tokens": 1, "embedding": ["x"]}',
            "the embedding is not a list of numbers",
        ),
    ],
)
def test_line_that_is_no_call_is_counted_and_left_out(line: str, reason: str) -> None:
    log = Log()
    calls = calls_of(lines({"t": 0, "input_tokens": 1}, line), log)

    assert (len(calls), log.calls, log.skipped) == (1, 1, 1)
    assert log.reasons == {reason: 2}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "This file is empty"),
        (b"\n\n", "it has no lines"),
        (b"{}", "No line of this file is a call"),
        (CUT_OFF, "damaged or was cut off"),
        (b"{" + b"x" * 200, "longer than 100 bytes"),
        (b'{"t": 1, "input_tokens": 1}\n' * 4, "more than 3 lines"),
    ],
)
def test_file_that_is_no_log_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        list(read_log(BytesIO(content), Log(), b"", Limits(line_bytes=100, rows=3)))


def test_nothing_that_was_said_is_left_in_the_replay() -> None:
    secret = "The canary sings at 4711."
    file = lines(
        *({"t": each, "messages": [{"role": "user", "content": secret}]} for each in range(9))
    )

    result = replayed(file)

    assert result.repeated_questions is not None
    assert result.repeated_questions.exact_ratio == pytest.approx(8 / 9)
    assert "canary" not in repr(result)
