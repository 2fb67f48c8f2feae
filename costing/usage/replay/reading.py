"""Reads a log of calls, JSON Lines or CSV, plain or gzipped, in order of time, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import heappop, heappush, heappushpop
from math import isfinite
from typing import IO, Any, ClassVar

from pydantic_core import from_json

from costing.usage.entries import BadRow
from costing.usage.records import LIMITS, Limits, Unpacked, csv_records, refusal
from costing.usage.replay.calls import Call, Identity
from costing.usage.replay.identity import content_of

NAMES = {
    "time": "timestamp time at start_time starttime created_at request_time t",
    "input": "input_tokens prompt_tokens input_length contexttokens in",
    "cache_read": "cache_read_input_tokens",
    "cache_write": "cache_creation_input_tokens",
    "output": "output_tokens completion_tokens output_length generatedtokens out",
    "model": "model model_name",
    "blocks": "hash_ids prefix_blocks block_hashes",
    "block_tokens": "block_size block_tokens",
    "prefix": "prefix_hash",
    "prefix_tokens": "prefix_tokens",
    "session": "session_id session conversation_id thread_id chat_id",
    "request": "request_hash",
    "embedding": "embedding",
    "messages": "messages",
    "prompt": "prompt",
    "tools": "tools",
    "system": "system",
}
"""What a call says, by the names that fields with it have in lower case."""
WITHIN = ("request", "body", "requestBody", "input", "kwargs", "usage", "response")
"""What stands in these is read as if it stood in the record, the later before the earlier."""
EPOCH_UNITS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))
MAX_TOKENS, MAX_EMBEDDING, MAX_KEYS, MAX_TEXT = 10**9, 4_096, 100_000, 400
MAX_LISTED, MAX_LAYOUTS = 20, 1_000
BLOCK_TOKENS = 512
MAX_TIME = 1e19  # nanoseconds since 1970 of a few centuries ahead
IN_ORDER_WITHIN = 20_000
"""Calls may stand in any order within so many lines; a longer log must be in order of time."""
MILLISECONDS_WITH = "hash_ids"
"""Beside this field times since the log's start are in milliseconds, as in Mooncake's traces."""


@dataclass
class Log:
    """A log while it is read: the calls so far, and the lines that are no calls, by reason."""

    calls: int = 0
    skipped: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    identity: Identity = Identity.NONE

    def skip(self, line: int, reason: str) -> None:
        self.skipped += 1
        if len(self.reasons) < MAX_LISTED:
            self.reasons.setdefault(reason, line)


def read_log(file: IO[bytes], log: Log, salt: bytes, limits: Limits = LIMITS) -> Iterator[Call]:
    """The calls of a log in order of time; raises Invalid for a file that is no log, or no order.

    A line that is no call is counted in `log` and left out. The salt is the organization's own.
    """
    window: list[tuple[float, int, Call]] = []
    last = float("-inf")
    for line, call in _calls(file, log, salt, limits):
        if call.at < last:
            raise refusal(
                f"Line {line:,} is earlier than calls more than {IN_ORDER_WITHIN:,} lines before"
                " it. Sort the log by time, earliest first."
            )
        if len(window) < IN_ORDER_WITHIN:
            heappush(window, (call.at, line, call))
            continue
        last, _, earliest = heappushpop(window, (call.at, line, call))
        yield earliest
    if not log.calls:
        why = next(iter(log.reasons), "it has no lines")
        raise refusal(f"No line of this file is a call of which time and tokens are known: {why}.")
    while window:
        yield heappop(window)[2]


def _calls(file: IO[bytes], log: Log, salt: bytes, limits: Limits) -> Iterator[tuple[int, Call]]:
    reader = _Reader(log, salt)
    for line, record in _records(file, limits):
        if line > limits.rows:
            raise refusal(f"This log has more than {limits.rows:,} lines: replay a part of it.")
        try:
            if isinstance(record, BadRow):
                raise record
            call = reader.call(record)
        except BadRow as error:
            log.skip(line, str(error))
            continue
        log.calls += 1
        yield line, call


def _records(file: IO[bytes], limits: Limits) -> Iterator[tuple[int, Any]]:
    lines = Unpacked(file, limits).buffered()
    start = lines.peek(1)[:1]
    if not start:
        raise refusal("This file is empty.")
    if start not in b"{[ \t\r\n\xef":
        yield from csv_records(lines, ",", limits)
        return
    number = 0
    while line := lines.readline(limits.line_bytes):
        number += 1
        if not line.endswith(b"\n") and len(line) == limits.line_bytes:
            raise refusal(f"Line {number:,} is longer than {limits.line_bytes:,} bytes.")
        if line.isspace():
            continue
        try:
            yield number, from_json(line.removeprefix(b"\xef\xbb\xbf"), allow_inf_nan=False)
        except ValueError:
            yield number, BadRow("the line is not JSON")


class _Reader:
    """Makes calls of records; remembers how long each session's last input was."""

    def __init__(self, log: Log, salt: bytes) -> None:
        self._log, self._salt = log, salt
        self._sessions: dict[int, tuple[int, int]] = {}

    def call(self, record: Any) -> Call:
        """The call of a record; raises BadRow for one without time or tokens."""
        if not isinstance(record, dict):
            raise BadRow("the line is not an object")
        fields = Fields(record)
        messages = _messages(fields)
        tokens = _input_tokens(fields)
        if messages:
            return self._of_messages(messages, tokens, fields)
        if tokens is None:
            raise BadRow("input tokens are missing")
        blocks = fields.get("blocks")
        if isinstance(blocks, list) and blocks:
            return self._of_blocks(blocks[:MAX_KEYS], tokens, fields)
        keys, ends = self._shared(fields, tokens)
        return _call(fields, tokens, keys, ends, answer=_answer(fields))

    def _of_messages(self, messages: list[Any], tokens: int | None, fields: "Fields") -> Call:
        self._log.identity = Identity.MESSAGES
        content = content_of(messages, tokens, self._salt)
        call = _call(fields, content.ends[-1], content.keys, content.ends, answer=content.answer)
        return call._replace(pieces=content.pieces, normalized=content.normalized)

    def _of_blocks(self, blocks: list[Any], tokens: int, fields: "Fields") -> Call:
        self._log.identity = Identity.BLOCKS
        size = fields.count("block_tokens") or BLOCK_TOKENS
        keys = [each if isinstance(each, int) else hash(str(each)) for each in blocks]
        ends = [min(end, tokens) for end in range(size, size * len(keys) + 1, size)]
        return _call(fields, tokens, keys, ends, answer=hash((keys[-1], tokens)))

    def _shared(self, fields: "Fields", tokens: int) -> tuple[list[int], list[int]]:
        """What a call has in common with others by the hash of its prefix, and by its session."""
        keys, ends = [], []
        prefix, length = fields.get("prefix"), fields.count("prefix_tokens")
        if isinstance(prefix, str | int) and length:
            self._log.identity = Identity.PREFIX
            keys, ends = [hash(("prefix", prefix))], [min(length, tokens)]
        session = fields.text("session")
        if session:
            shared = ends[0] if ends else 0
            for key, end in self._turn(hash(session), tokens):
                if end > shared:
                    keys.append(key)
                    ends.append(end)
            if self._log.identity is Identity.NONE:
                self._log.identity = Identity.SESSION
        return keys, ends

    def _turn(self, session: int, tokens: int) -> tuple[tuple[int, int], ...]:
        """A turn reads the input of the one before; a shorter one shares nothing that is known."""
        turn, before = self._sessions.get(session, (0, 0))
        self._sessions[session] = (turn + 1, tokens)
        own = (hash((session, turn + 1)), tokens)
        if turn and before <= tokens:
            return (hash((session, turn)), before), own
        return (own,)


class Fields:
    """What a record says, also in its request and its usage, whatever its fields are called."""

    _layouts: ClassVar[dict[tuple[Any, ...], dict[str, tuple[str, ...]]]] = {}
    """Which names of NAMES records with the same fields have, by what they say."""

    def __init__(self, record: dict[Any, Any]) -> None:
        values = record
        for name in WITHIN:
            inner = record.get(name)
            if isinstance(inner, dict):
                usage = inner.get("usage")
                values = {**inner, **(usage if isinstance(usage, dict) else {}), **values}
        layout = tuple(values)
        names = self._layouts.get(layout)
        if names is None:
            if len(self._layouts) >= MAX_LAYOUTS:
                self._layouts.clear()
            names = self._layouts[layout] = _named(layout)
        self._values, self._names = values, names

    def get(self, what: str) -> Any:
        """What the first of its fields says that says something; None where none does."""
        for name in self._names.get(what, ()):
            value = self._values[name]
            if value is not None and value != "":
                return value
        return None

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def count(self, what: str) -> int | None:
        """A number of tokens; raises BadRow for what is none."""
        value = self.get(what)
        if value is None:
            return None
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            raise BadRow(f"{what} tokens are not a number") from None
        if not 0 <= number <= MAX_TOKENS:
            raise BadRow(f"{what} tokens are out of range")
        return int(number)

    def text(self, what: str) -> str:
        """A name of something, cut where it is too long."""
        value = self.get(what)
        return str(value)[:MAX_TEXT].replace("\0", "") if isinstance(value, str | int) else ""


def _named(layout: tuple[Any, ...]) -> dict[str, tuple[str, ...]]:
    own = {str(name).lower(): name for name in layout}
    found = {
        what: tuple(own[name] for name in names.split() if name in own)
        for what, names in NAMES.items()
    }
    return {what: names for what, names in found.items() if names}


def _call(
    fields: Fields, tokens: int, keys: list[int], ends: list[int], answer: int | None
) -> Call:
    return Call(
        at=_seconds(fields),
        input_tokens=tokens,
        output_tokens=fields.count("output") or 0,
        model=fields.text("model"),
        keys=keys,
        ends=ends,
        answer=answer,
        embedding=_embedding(fields.get("embedding")),
    )


def _messages(fields: Fields) -> list[Any]:
    """The parts of an input in the order in which they are sent, where the log has its texts."""
    messages = fields.get("messages")
    if not isinstance(messages, list) or not messages:
        prompt = fields.get("prompt")
        messages = [prompt] if isinstance(prompt, str) else []
    if not messages:
        return []
    leading = [fields.get(name) for name in ("tools", "system")]
    return [*(each for each in leading if each), *messages]


def _input_tokens(fields: Fields) -> int | None:
    """All input tokens: where cached ones are counted apart they belong to it."""
    tokens = fields.count("input")
    if tokens is None:
        return None
    return tokens + (fields.count("cache_read") or 0) + (fields.count("cache_write") or 0)


def _seconds(fields: Fields) -> float:
    """When a call began: ISO 8601, or a number since 1970 or since the log's start."""
    value = fields.get("time")
    if value is None:
        raise BadRow("the time is missing")
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    except (TypeError, ValueError):
        return _of_text(value)
    if not 0 <= number <= MAX_TIME:
        raise BadRow("the time is out of range")
    for above, unit in EPOCH_UNITS:
        if number > above:
            return number / unit
    return number / 1000.0 if MILLISECONDS_WITH in fields else number


def _of_text(value: Any) -> float:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadRow("the time is in no known format") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _embedding(value: Any) -> tuple[float, ...] | None:
    if not isinstance(value, list) or not 0 < len(value) <= MAX_EMBEDDING:
        return None
    try:
        vector = tuple(map(float, value))
    except (TypeError, ValueError, OverflowError):
        raise BadRow("the embedding is not a list of numbers") from None
    return vector if all(map(isfinite, vector)) else None


def _answer(fields: Fields) -> int | None:
    found = fields.get("request")
    return hash(("request", found)) if isinstance(found, str | int) else None
