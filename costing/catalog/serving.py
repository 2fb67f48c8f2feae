"""What a measured replica carries at a workload's lengths within a latency target.

Pure: no Django, no clock, no I/O.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from costing.catalog.measured_points import MeasuredPoint, MeasuredSeries
from costing.catalog.model_families import Measurement
from costing.catalog.throughput import ThroughputProfile

# Beyond the measured lengths by more than this, a measurement says nothing.
MAX_STRETCH = 2.0
# How far a run under load lies from what the nearest measured lengths say, in 9 of 10 bundled runs.
LENGTHS_ERROR_RATIO = 0.4
# A run whose calls wait longer for their first token shows a queue, whatever the target.
MAX_TTFT_MS = 10_000.0
NO_LATENCY = "throughput at saturation, no latency promised"


@dataclass(frozen=True)
class Target:
    """Milliseconds to the first token and for each further one; None: any."""

    ttft_ms: float | None = None
    tpot_ms: float | None = None

    @property
    def is_set(self) -> bool:
        """Whether it asks for anything."""
        return self.ttft_ms is not None or self.tpot_ms is not None

    @property
    def most_ttft_ms(self) -> float:
        """The longest wait for a first token: a queue is no target."""
        return MAX_TTFT_MS if self.ttft_ms is None else self.ttft_ms


@dataclass(frozen=True)
class Serving:
    """One replica at a workload's lengths: tokens per second, and how that is known.

    `stretch` is how many times the workload lies outside of the measured lengths (1: inside),
    `error_ratio` how far off that may be; times are None where none were measured.
    """

    measurement: Measurement
    prefill_tokens_per_second: float
    decode_tokens_per_second: float
    stretch: float
    error_ratio: float
    measured_at: str
    concurrency: float | None = None
    ttft_ms: float | None = None
    tpot_ms: float | None = None

    @property
    def error_text(self) -> str:
        """How far off it may be, and whether that was found out; empty at measured lengths."""
        if not self.error_ratio:
            return ""
        percent = f"{self.error_ratio:.0%}"
        if self.concurrency is None:
            return f"taken to be off by up to {percent}, as runs under load of other lengths are"
        return f"off by up to {percent} in 9 of 10 cases"

    @property
    def is_firm(self) -> bool:
        """Whether no vendor tuned it and its lengths were measured, not assumed."""
        assumed = isinstance(self.measurement, ThroughputProfile) and (
            self.measurement.is_length_assumed
        )
        return not (self.measurement.is_vendor_tuned or assumed)


@dataclass(frozen=True)
class Refused:
    """A measurement that says nothing of this workload, and why."""

    measurement: Measurement
    reason: str


def serve(
    measurement: Measurement, input_tokens: float, output_tokens: float, target: Target
) -> Serving | Refused:
    """What a measured replica carries of calls of these mean lengths (tokens)."""
    if isinstance(measurement, ThroughputProfile):
        return _serve_profile(measurement, input_tokens, output_tokens, target)
    return _serve_series(measurement, input_tokens, output_tokens, target)


def _serve_profile(
    profile: ThroughputProfile, input_tokens: float, output_tokens: float, target: Target
) -> Serving | Refused:
    lengths = [(run.input_tokens_per_call, run.output_tokens_per_call) for run in profile.runs]
    stretch = _stretch(lengths, input_tokens, output_tokens)
    if stretch > MAX_STRETCH:
        return Refused(profile, _too_far(lengths, input_tokens, output_tokens))
    if target.is_set:
        return Refused(profile, NO_LATENCY)
    return Serving(
        profile,
        float(profile.prefill_tokens_per_second),
        float(profile.decode_tokens_per_second),
        stretch,
        max(profile.largest_error_ratio, LENGTHS_ERROR_RATIO),
        f"{_lengths_text(lengths)}, {NO_LATENCY}",
    )


def _serve_series(
    series: MeasuredSeries, input_tokens: float, output_tokens: float, target: Target
) -> Serving | Refused:
    """The nearest measured lengths, the first token's time scaled by the input.

    A call of a replica with so many at once takes (ttft + output · tpot) / concurrency of it: split
    into reading and writing, these are the two rates of the pool at these lengths.
    """
    stretch = _stretch(series.lengths, input_tokens, output_tokens)
    if stretch > MAX_STRETCH:
        return Refused(series, _too_far(series.lengths, input_tokens, output_tokens))
    nearest = _nearest(series.lengths, input_tokens, output_tokens)
    scale = input_tokens / nearest[0]
    points = [each for each in series.points if (each.input_tokens, each.output_tokens) == nearest]
    found = _within([_scaled(each, scale) for each in points], target)
    if found is None:
        least = _scaled(points[0], scale)
        return Refused(
            series,
            f"at the fewest calls at once that were measured ({points[0].concurrency:,}) it takes "
            f"{least.ttft_ms:,.0f} ms to the first token and {least.tpot_ms:,.1f} ms for each more",
        )
    is_exact = nearest == (input_tokens, output_tokens)
    return Serving(
        series,
        found.concurrency * input_tokens / found.ttft_ms * 1e3,
        found.concurrency / found.tpot_ms * 1e3,
        stretch,
        0.0 if is_exact else LENGTHS_ERROR_RATIO,
        f"{nearest[0]:,.0f} input and {nearest[1]:,.0f} output tokens",
        found.concurrency,
        found.ttft_ms,
        found.tpot_ms,
    )


@dataclass(frozen=True)
class _Load:
    concurrency: float
    ttft_ms: float
    tpot_ms: float

    def meets(self, target: Target) -> bool:
        """Whether both times are within the target."""
        is_soon = self.ttft_ms <= target.most_ttft_ms
        return is_soon and (target.tpot_ms is None or self.tpot_ms <= target.tpot_ms)


def _scaled(point: MeasuredPoint, scale: float) -> _Load:
    return _Load(float(point.concurrency), point.ttft_ms * scale, point.tpot_ms)


def _within(loads: list[_Load], target: Target) -> _Load | None:
    """The most calls at once within the target; between runs linear in log concurrency."""
    if loads[-1].meets(target):
        return loads[-1]
    for low, high in reversed(list(pairwise(loads))):
        if low.meets(target):
            parts = (
                (limit - before) / (after - before)
                for before, after, limit in (
                    (low.ttft_ms, high.ttft_ms, target.most_ttft_ms),
                    (low.tpot_ms, high.tpot_ms, target.tpot_ms),
                )
                if limit is not None and after > limit
            )
            return _between(low, high, min(parts))
    return None


def _between(low: _Load, high: _Load, part: float) -> _Load:
    return _Load(
        low.concurrency * (high.concurrency / low.concurrency) ** part,
        low.ttft_ms + (high.ttft_ms - low.ttft_ms) * part,
        low.tpot_ms + (high.tpot_ms - low.tpot_ms) * part,
    )


Lengths = list[tuple[float, float]] | tuple[tuple[int, int], ...]


def _stretch(lengths: Lengths, input_tokens: float, output_tokens: float) -> float:
    """How many times a call lies outside of the measured lengths, 1 where it lies inside."""
    factors = [1.0]
    for wanted, measured in zip(
        (input_tokens, output_tokens), zip(*lengths, strict=True), strict=True
    ):
        factors += [min(measured) / max(wanted, 1.0), wanted / max(measured)]
    return max(factors)


def _nearest(lengths: Lengths, input_tokens: float, output_tokens: float) -> tuple[float, float]:
    def distance(pair: tuple[float, float]) -> float:
        wanted = (max(input_tokens, 1.0), max(output_tokens, 1.0))
        return sum(math.log(a / b) ** 2 for a, b in zip(wanted, pair, strict=True))

    return min(lengths, key=distance)


def _too_far(lengths: Lengths, input_tokens: float, output_tokens: float) -> str:
    near = _nearest(lengths, input_tokens, output_tokens)
    return (
        f"measured at {_lengths_text(lengths)}: {input_tokens:,.0f} and {output_tokens:,.0f} are "
        f"more than twice beyond; the nearest run has {near[0]:,.0f} and {near[1]:,.0f}"
    )


def _lengths_text(lengths: Lengths) -> str:
    inputs, outputs = zip(*lengths, strict=True)
    return f"{_span(inputs)} input and {_span(outputs)} output tokens"


def _span(measured: tuple[float, ...]) -> str:
    low, high = min(measured), max(measured)
    return f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"
