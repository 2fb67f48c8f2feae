"""Langfuse's observations; its kinds of usage do not overlap, unless their total says so.

Must not import Django.
"""

from typing import Any

from costing.usage.entries import (
    BadRow,
    Columns,
    Entry,
    LeftOut,
    Record,
    Source,
    Tokens,
    beside,
    count,
    first,
    hour_of,
    inside,
    model_name,
    seconds,
    usd,
)

OTHERS = "Observations that are no model calls"
CALLS = frozenset({"GENERATION", "EMBEDDING"})
READ = ("cache_read_input_tokens", "input_cached_tokens", "input_cache_read")
WRITTEN = ("cache_creation_input_tokens", "input_cache_creation", "input_cache_write_tokens")
WRITTEN_5M = ("ephemeral_5m_input_tokens", "input_cache_creation_5m")
WRITTEN_1H = ("ephemeral_1h_input_tokens", "input_cache_creation_1h")
CACHE = frozenset({*READ, *WRITTEN, *WRITTEN_5M, *WRITTEN_1H})


def read(record: Record, columns: Columns) -> Entry:
    """One observation."""
    kind = record.get("type")
    if kind is not None and kind not in CALLS:
        raise LeftOut(OTHERS)
    costs = record.get("costDetails")
    cost = first(record, ("calculatedTotalCost", "totalCost"))
    if cost is None and isinstance(costs, dict):
        cost = costs.get("total")
    return Entry(
        hour=hour_of(seconds(record.get("startTime"), "startTime")),
        hours=1,
        model=model_name(first(record, ("model", "providedModelName"))),
        calls=1,
        tokens=_tokens(record),
        billed_usd=usd(cost, "totalCost"),
    )


def _tokens(record: Record) -> Tokens:
    usage = record.get("usageDetails")
    if not isinstance(usage, dict) or not usage:
        usage = _older(record.get("usage"))
    read_tokens = count(first(usage, READ), READ[0])
    hour = count(first(usage, WRITTEN_1H), WRITTEN_1H[0])
    five = count(first(usage, WRITTEN_5M), WRITTEN_5M[0])
    written = count(first(usage, WRITTEN), WRITTEN[0])
    if written:
        if hour > written:
            raise BadRow("There are more tokens written for an hour than tokens written.")
        five = written - hour
    input_tokens, output = _sum(usage, "input"), _sum(usage, "output")
    total = count(usage.get("total"), "total")
    cached = read_tokens + five + hour
    # What an older client sent counts cached tokens twice; the total tells.
    way = inside if cached and total == input_tokens + output else beside
    return way(input_tokens, output, read=read_tokens, write_5m=five, write_1h=hour)


def _older(usage: Any) -> dict[str, Any]:
    if not isinstance(usage, dict):
        raise BadRow("usageDetails is missing.")
    if str(usage.get("unit") or "TOKENS").upper() != "TOKENS":
        raise BadRow("usage counts another unit than tokens.")
    return usage


def _sum(usage: dict[str, Any], start: str) -> int:
    """All that counts as input (or output) but for what a cache did."""
    if start not in usage:
        raise BadRow(f"{start} is missing.")
    parts = (name for name in usage if name.startswith(start) and name not in CACHE)
    return sum(count(usage[name], start) for name in parts if not name.endswith("Cost"))


OBSERVATIONS = Source(
    key="langfuse_observations",
    title="Langfuse observations",
    known_by=(frozenset({"traceId", "startTime"}), frozenset({"usageDetails", "startTime"})),
    read=read,
    within=("data",),
)
