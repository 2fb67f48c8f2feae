"""The public traces that the replay is held against; `python -m tests.costing.replay.traces`.

Prints the table of docs/methodology.md: where formula and replay part, and by how much. The traces
are not part of the product; docs/replay.md says where they come from.
"""

import gzip
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from costing.usage.replay import Call, Identity, Log, Replay, replay

FOLDER = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[4] / "shared/data")) / "traces"
MOONCAKE_BLOCK, SESSION_BLOCK = 512, 64
NAMES = ("conversation", "synthetic", "coding agents")


def calls_of(name: str) -> list[Call]:
    """The calls of a trace in order of time."""
    if name == "coding agents":
        return sorted(_agents(), key=lambda call: call.at)
    return list(_mooncake(name))


def _call(
    at: float, record: dict[str, Any], size: int, fields: tuple[str, str], keys: list[int]
) -> Call:
    tokens, answered = (record[field] for field in fields)
    ends = [min(end, tokens) for end in range(size, size * len(keys) + 1, size)]
    return Call(at, tokens, answered, keys=keys, ends=ends)


def _mooncake(name: str) -> Iterator[Call]:
    with gzip.open(FOLDER / f"mooncake_{name}_trace.jsonl.gz") as file:
        for line in file:
            record = from_json(line)
            at, keys = record["timestamp"] / 1000, record["hash_ids"]
            yield _call(at, record, MOONCAKE_BLOCK, ("input_length", "output_length"), keys)


def _agents() -> Iterator[Call]:
    """Sessions that all begin at once: they share nothing, so that it does not matter when."""
    with gzip.open(FOLDER / "claude_code_sessions.jsonl.gz") as file:
        for number, line in enumerate(file):
            for record in _requests(from_json(line)["requests"]):
                keys = [hash((number, each)) for each in record["hash_ids"]]
                yield _call(record["t"], record, SESSION_BLOCK, ("in", "out"), keys)


def _requests(records: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for record in records:
        if "hash_ids" in record:
            yield record
        yield from _requests(record.get("requests", []))


def replayed(name: str) -> Replay:
    return replay(calls_of(name), Log(identity=Identity.BLOCKS))


def table() -> Iterator[str]:
    """The rows of the table, in Markdown."""
    yield "| trace | calls | input per call | lifetime | read, replayed | read, by formula |"
    yield "|---|---|---|---|---|---|"
    for name in NAMES:
        result = replayed(name)
        traffic = result.traffic
        for each in result.prompt_cache:
            yield (
                f"| {name} | {traffic.calls:,} | {traffic.input_tokens_per_call:,.0f}"
                f" | {each.ttl_seconds:,.0f} s | {each.read_ratio:.1%}"
                f" | {each.formula_read_ratio:.1%} |"
            )


if __name__ == "__main__":
    sys.stdout.write("\n".join(table()) + "\n")
