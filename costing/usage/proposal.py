"""Proposes a scenario's workload from measured figures, and puts it into a scenario document."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from costing.engine.inputs import Range, ranges_document
from costing.engine.inputs.workload import tree_calls
from costing.engine.levers import PROMPT_CACHING, ROUTING
from costing.engine.units import HOURS_PER_WEEK
from costing.usage.baseline import Baseline
from costing.usage.figures import Figures, hit_ratio
from costing.usage.uses import Block, Use

MIN_PREFIX = 1024
MIN_WEEKS = 2
MIN_DAYS = 3
MIN_CACHED_RATIO = 0.01
PROFILE_DIGITS = 6
RATIO_DIGITS = 4
NO_CALLS = "This source counts no calls, so say how many there are a month."
SHORT = "The file covers less than a week: the spread over the week is not known, so it is even."
NO_WRITES = (
    "Tokens written to a cache are not counted here. The prefix is at least as long as what was"
    " read on average, and its hit ratio is what gives exactly those tokens."
)
HOUR_LONG = "Entries that live an hour were written: their price differs, and the model has one."
BY_DAY = "Reported by the day: the hours of a day are taken to be even."
ONE_CALL = "Each call counts as one request; say how many calls a request causes if it is more."


# What a measured profile replaces.
ASSUMED_HOURS = ("active_hours_per_day", "active_days_per_week")

Document = dict[str, Any]  # of a scenario, as it is stored
Workload = dict[str, float]  # the numbers of a scenario's workload, by input


@dataclass(frozen=True)
class Proposal:
    """The measured inputs of a workload, their ranges, the levers that show, and what to know.

    `ranges` run from the lowest to the highest `ranges_from` ("week" or "day").
    """

    workload: Workload
    hourly_profile: tuple[float, ...] = ()
    ranges: dict[str, Range] = field(default_factory=dict)
    current_levers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    ranges_from: str = ""

    @property
    def workload_document(self) -> Document:
        """The workload as a scenario document has it."""
        profile = {"hourly_profile": list(self.hourly_profile)} if self.hourly_profile else {}
        return {**self.workload, **profile}

    @property
    def ranges_document(self) -> Document:
        """The ranges as a scenario document has them, by path."""
        return ranges_document({f"workload.{name}": ends for name, ends in self.ranges.items()})


def propose(figures: Figures, *, calls_per_month: float | None = None) -> Proposal:
    """The workload that the figures come to; `calls_per_month` where the source counts none.

    Tokens are means per call, requests per month of 730 hours with the range of its estimate (see
    `volume`). Other ranges run from the lowest to the highest whole week, or day where there are no
    two whole weeks.
    """
    volume = figures.volume
    calls = figures.calls_per_month if figures.calls else calls_per_month
    notes = [ONE_CALL] if calls else [NO_CALLS]
    workload: Workload = {}
    if calls and volume:
        workload = {"requests_per_month": round(calls, 2)}
        counted = figures.calls or calls * figures.total_tokens / volume.per_month
        workload |= _tokens(figures, counted, notes) | _modalities(figures, counted)
        if any(figures.batch_tokens):
            batch = sum(figures.batch_tokens) / figures.total_tokens
            workload["batch_ratio"] = round(batch, RATIO_DIGITS)
        notes.insert(0, volume.finding)
    profile = _profile(figures, notes)
    blocks, unit = _spread(figures)
    ranges = _ranges(workload, blocks) if figures.calls else {}
    if volume and "requests_per_month" in workload:
        scale = workload["requests_per_month"] / volume.per_month
        low, high = (round(end * scale, 2) for end in (volume.low, volume.high))
        ranges = {"requests_per_month": Range(low, high), **ranges}
    is_cached = (figures.cache_read_ratio or 0.0) >= MIN_CACHED_RATIO
    return Proposal(
        workload=workload,
        hourly_profile=profile,
        ranges=ranges,
        current_levers=(PROMPT_CACHING,) if is_cached else (),
        notes=tuple(notes),
        ranges_from=unit if ranges else "",
    )


def _profile(figures: Figures, notes: list[str]) -> tuple[float, ...]:
    """The hours of the week, where a whole week was measured."""
    hours = sum(day.hours for day in figures.days if day.is_whole)
    if max(hours, figures.hours) < HOURS_PER_WEEK or not any(figures.profile):
        notes.append(SHORT)
        return ()
    notes += [] if figures.is_hourly else [BY_DAY]
    return tuple(round(share, PROFILE_DIGITS) for share in figures.profile)


def _tokens(total: Use, calls: float, notes: list[str]) -> Workload:
    """Means per call; the prefix and its hit ratio give exactly the tokens that were read."""
    inside = total.input_tokens / calls
    means = {
        "input_tokens_per_call": max(round(inside, 2), 1.0),
        "output_tokens_per_call": max(round(total.tokens.output / calls, 2), 1.0),
    }
    read = total.tokens.cache_read / calls
    written = (total.tokens.cache_write_5m + total.tokens.cache_write_1h) / calls
    if not read and not written:
        return means
    prefix = read + written
    if not written:
        notes.append(NO_WRITES)
        prefix = max(read, min(float(MIN_PREFIX), inside))
    if total.tokens.cache_write_1h:
        notes.append(HOUR_LONG)
    prefix = min(round(prefix, 2), means["input_tokens_per_call"])
    hits = round(min(read / prefix, 1.0), 4)
    return {**means, "prefix_tokens_per_call": prefix, "prefix_hit_ratio": hits}


def _modalities(total: Use, calls: float) -> Workload:
    """Audio and images of the input per call, which are parts of it."""
    parts: Workload = {}
    for each in total.at_terms:
        if each.modality and each.input_tokens:
            name = f"{each.modality}_tokens_per_call"
            parts[name] = round(parts.get(name, 0.0) + each.input_tokens / calls, 2)
    return parts


def _spread(figures: Figures) -> tuple[Sequence[Block], str]:
    if len(figures.weeks) >= MIN_WEEKS:
        return figures.weeks, "week"
    days = [day for day in figures.days if day.is_whole]
    return (days, "day") if len(days) >= MIN_DAYS else ((), "")


MEASURES: Mapping[str, Callable[[Block], float | None]] = {
    "input_tokens_per_call": lambda block: _mean(block, block.input_tokens),
    "output_tokens_per_call": lambda block: _mean(block, block.tokens.output),
    "prefix_hit_ratio": lambda block: hit_ratio(block.tokens),
}


def _ranges(workload: Workload, blocks: Sequence[Block]) -> dict[str, Range]:
    ranges = {}
    for name, measure in MEASURES.items():
        values = [value for block in blocks if (value := measure(block)) is not None]
        if name not in workload or not values:
            continue
        # A range holds its value, and no input is nothing.
        value = workload[name]
        low = min(round(min(*values, value), 4), value)
        high = round(max(*values, value), 4)
        if name != "prefix_hit_ratio":
            low = max(low, min(1.0, value))
        if low < high:
            ranges[name] = Range(low, max(high, value))
    return ranges


def _mean(use: Use, tokens: int) -> float | None:
    return tokens / use.calls if use.calls else None


def new_document(proposal: Proposal, *, reference: str, baseline: Baseline | None) -> Document:
    """A scenario of the measured workload with a model of the catalog, and with the small model
    that took simple calls where one did.
    """
    document: Document = {
        "workload": proposal.workload_document,
        "premium_model": {"catalog": reference},
        "current_levers": list(proposal.current_levers),
    }
    if baseline and ROUTING in baseline.current_levers and baseline.small_reference != reference:
        document |= {
            "small_model": {"catalog": baseline.small_reference},
            "routing": {"simple_ratio": ratio(baseline.simple_ratio)},
            "current_levers": list(baseline.current_levers),
        }
    return document | ({"ranges": proposal.ranges_document} if proposal.ranges else {})


def measured_document(document: Document, proposal: Proposal) -> Document:
    """The document with what was measured in the place of what was assumed; the rest stays.

    Measured calls become requests by the calls that one request causes in the document.
    """
    result = deepcopy(document)
    measured = proposal.workload_document
    workload = {**(result.get("workload") or {}), **measured}
    replaced = {f"workload.{name}" for name in measured}
    standing = result.pop("ranges", None) or {}
    ranges = {path: ends for path, ends in standing.items() if path not in replaced}
    ranges |= proposal.ranges_document
    calls = _calls_per_request(workload)
    if "requests_per_month" in measured and calls != 1.0:
        workload["requests_per_month"] /= calls
        ends = ranges.get("workload.requests_per_month")
        if ends:
            ranges["workload.requests_per_month"] = {key: end / calls for key, end in ends.items()}
    if proposal.hourly_profile:
        for key in ASSUMED_HOURS:
            workload.pop(key, None)
            ranges.pop(f"workload.{key}", None)
    prefix, inside = workload.get("prefix_tokens_per_call"), workload.get("input_tokens_per_call")
    if prefix is not None and inside is not None and prefix > inside:
        workload["prefix_tokens_per_call"] = inside
        ranges.pop("workload.prefix_tokens_per_call", None)
    result["workload"] = workload
    return result | ({"ranges": ranges} if ranges else {})


def ratio(share: float | None) -> float:
    """A share as a scenario has it; 0 where there is none."""
    return round(share or 0.0, RATIO_DIGITS)


def _calls_per_request(workload: Document) -> float:
    if "agent_branching" in workload and "agent_depth" in workload:
        return float(tree_calls(workload["agent_branching"], workload["agent_depth"]))
    return float(workload.get("calls_per_request") or 1.0)
