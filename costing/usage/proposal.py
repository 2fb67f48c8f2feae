"""Proposes a scenario's workload with its ranges from measured figures; must not import Django."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from costing.engine.units import HOURS_PER_WEEK
from costing.usage.figures import Block, Figures, Use, hit_ratio, per_month

LEAST_PREFIX = 1024
LEAST_WEEKS = 2
LEAST_DAYS = 3
LEAST_CACHED_RATIO = 0.01
PROFILE_DIGITS = 6
NO_CALLS = "This source counts no calls, so say how many there are a month."
SHORT = "The file covers less than a week: the spread over the week is not known, so it is even."
NO_WRITES = (
    "Tokens written to a cache are not counted here. The prefix is at least as long as what was"
    " read on average, and its hit ratio is what gives exactly those tokens."
)
HOUR_LONG = "Entries that live an hour were written: their price differs, and the model has one."
BY_DAY = "Told by the day: the hours of a day are even."
ONE_CALL = "Each call counts as one request; say how many calls a request causes if it is more."


@dataclass(frozen=True)
class Proposal:
    """A `workload` and `ranges` as a scenario has them, the levers that show, and what to know."""

    workload: dict[str, Any]
    ranges: dict[str, dict[str, float]] = field(default_factory=dict)
    current_levers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    ranges_from: str = ""


def propose(figures: Figures, *, calls_per_month: float | None = None) -> Proposal:
    """The workload that the figures come to; `calls_per_month` where the source counts none.

    Tokens are means per call, requests per month of 730 hours. Ranges run from the lowest to the
    highest whole week, or day where there are no two whole weeks.
    """
    calls = figures.calls_per_month if figures.total.calls else calls_per_month
    notes = [ONE_CALL] if calls else [NO_CALLS]
    workload: dict[str, Any] = {}
    if calls:
        scale = per_month(1, figures.hours) or 0.0
        workload["requests_per_month"] = round(calls, 2)
        workload |= _tokens(figures.total, calls / scale, notes)
    if figures.hours >= HOURS_PER_WEEK and any(figures.profile):
        workload["hourly_profile"] = [round(share, PROFILE_DIGITS) for share in figures.profile]
        notes += [] if figures.is_hourly else [BY_DAY]
    else:
        notes.append(SHORT)
    blocks, unit = _spread(figures)
    ranges = _ranges(workload, blocks) if figures.total.calls else {}
    is_cached = (figures.cache_read_ratio or 0.0) >= LEAST_CACHED_RATIO
    return Proposal(
        workload=workload,
        ranges=ranges,
        current_levers=("prompt_caching",) if is_cached else (),
        notes=tuple(notes),
        ranges_from=unit if ranges else "",
    )


def _tokens(total: Use, calls: float, notes: list[str]) -> dict[str, float]:
    """Means per call; the prefix and its hit ratio give exactly the tokens that were read."""
    inside = total.input_tokens / calls
    found = {
        "input_tokens_per_call": max(round(inside, 2), 1.0),
        "output_tokens_per_call": max(round(total.tokens.output / calls, 2), 1.0),
    }
    read = total.tokens.cache_read / calls
    written = (total.tokens.cache_write_5m + total.tokens.cache_write_1h) / calls
    if not read and not written:
        return found
    prefix = read + written
    if not written:
        notes.append(NO_WRITES)
        prefix = max(read, min(float(LEAST_PREFIX), inside))
    if total.tokens.cache_write_1h:
        notes.append(HOUR_LONG)
    prefix = min(round(prefix, 2), found["input_tokens_per_call"])
    found["prefix_tokens_per_call"] = prefix
    found["prefix_hit_ratio"] = round(min(read / prefix, 1.0), 4)
    return found


def _spread(figures: Figures) -> tuple[Sequence[Block], str]:
    if len(figures.weeks) >= LEAST_WEEKS:
        return figures.weeks, "week"
    days = [
        day
        for day in figures.days
        if day.hour >= figures.first_hour and day.hour + day.hours <= figures.end_hour
    ]
    return (days, "day") if len(days) >= LEAST_DAYS else ((), "")


def _ranges(workload: dict[str, Any], blocks: Sequence[Block]) -> dict[str, dict[str, float]]:
    by_input: dict[str, Callable[[Block], float | None]] = {
        "requests_per_month": lambda block: per_month(block.use.calls, block.hours),
        "input_tokens_per_call": lambda block: _mean(block.use, block.use.input_tokens),
        "output_tokens_per_call": lambda block: _mean(block.use, block.use.tokens.output),
        "prefix_hit_ratio": lambda block: hit_ratio(block.use.tokens),
    }
    ranges = {}
    for name, measure in by_input.items():
        values = [value for block in blocks if (value := measure(block)) is not None]
        if name not in workload or not values:
            continue
        # A range holds its value, and no input is nothing.
        low = round(min(*values, workload[name]), 4)
        high = round(max(*values, workload[name]), 4)
        low = min(low, workload[name])
        if name != "prefix_hit_ratio":
            low = max(low, min(1.0, workload[name]))
        if low < high:
            ranges[f"workload.{name}"] = {"low": low, "high": max(high, workload[name])}
    return ranges


def _mean(use: Use, tokens: int) -> float | None:
    return tokens / use.calls if use.calls else None
