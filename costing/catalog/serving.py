"""What a measured replica carries at a workload's lengths within a latency target.

Pure: no Django, no clock, no I/O.
"""

from __future__ import annotations

from dataclasses import dataclass

from costing.catalog.measured_points import MeasuredSeries
from costing.catalog.model_families import Measurement
from costing.catalog.throughput import ThroughputProfile
from costing.engine.goodput import goodput
from costing.engine.inputs.latency import (
    MAX_STRETCH,
    Latency,
    Lengths,
    Point,
    fit_error,
    is_measured,
    nearest_of,
    stretch,
)

# How far off rates at saturation are taken to be at other lengths than were measured.
LENGTHS_ERROR_RATIO = 0.4
# A run whose calls wait longer for their first token shows a queue, whatever the target.
MAX_TTFT_MS = 10_000.0
NO_LATENCY = "throughput at saturation, no latency promised"


@dataclass(frozen=True)
class Serving:
    """One replica at a workload's lengths: what it carries, and how that is known.

    By the points of runs under load, or by two rates of tokens per second at saturation. `stretch`
    is how many times the workload lies outside of the measured lengths (1: inside); 9 of 10 cases
    carry `low_ratio` to `high_ratio` times as much.
    """

    measurement: Measurement
    stretch: float
    low_ratio: float
    high_ratio: float
    measured_at: str
    prefill_tokens_per_second: float | None = None
    decode_tokens_per_second: float | None = None
    points: tuple[Point, ...] = ()
    latency: Latency | None = None
    concurrency: float | None = None
    ttft_ms: float | None = None
    tpot_ms: float | None = None

    @property
    def error_text(self) -> str:
        """How far off it may be, and whether that was found out."""
        if not self.points:
            percent = f"{self.high_ratio - 1.0:.0%}"
            return f"taken to be off by up to {percent}: runs of other lengths were not measured"
        return left_out_text(self.low_ratio, self.high_ratio)

    @property
    def is_firm(self) -> bool:
        """Whether no vendor tuned it and its lengths were measured, not assumed."""
        assumed = isinstance(self.measurement, ThroughputProfile) and (
            self.measurement.is_length_assumed
        )
        return not (self.measurement.is_vendor_tuned or assumed)


def left_out_text(low_ratio: float, high_ratio: float) -> str:
    """How far off what runs under load predict was found to be."""
    span = f"{low_ratio:.2f} to {high_ratio:.2f}"
    return f"90 of 100 points left out carried {span} times what was predicted"


@dataclass(frozen=True)
class Refused:
    """A measurement that says nothing of this workload, and why."""

    measurement: Measurement
    reason: str


def serve(
    measurement: Measurement, input_tokens: float, output_tokens: float, target: Latency | None
) -> Serving | Refused:
    """What a measured replica carries of calls of these mean lengths (tokens) within a target."""
    if isinstance(measurement, ThroughputProfile):
        return _serve_profile(measurement, input_tokens, output_tokens, target)
    return _serve_series(measurement, input_tokens, output_tokens, target)


def _serve_profile(
    profile: ThroughputProfile, input_tokens: float, output_tokens: float, target: Latency | None
) -> Serving | Refused:
    lengths = [(run.input_tokens_per_call, run.output_tokens_per_call) for run in profile.runs]
    beyond = stretch(lengths, input_tokens, output_tokens)
    if beyond > MAX_STRETCH:
        return Refused(profile, _too_far(lengths, input_tokens, output_tokens))
    if target is not None:
        return Refused(profile, NO_LATENCY)
    error = max(profile.largest_error_ratio, LENGTHS_ERROR_RATIO)
    return Serving(
        profile,
        beyond,
        1.0 - error,
        1.0 + error,
        f"{_lengths_text(lengths)}, {NO_LATENCY}",
        float(profile.prefill_tokens_per_second),
        float(profile.decode_tokens_per_second),
    )


def _serve_series(
    series: MeasuredSeries, input_tokens: float, output_tokens: float, target: Latency | None
) -> Serving | Refused:
    """Section 14, as the engine works it out."""
    points = series.as_points
    if not is_measured(points, input_tokens, output_tokens):
        return Refused(series, _too_far(series.lengths, input_tokens, output_tokens))
    latency = (target or Latency()).model_copy(
        update={} if target and target.ttft_ms else {"ttft_ms": MAX_TTFT_MS}
    )
    found = goodput(points, latency, input_tokens, output_tokens)
    if not found.is_met:
        return Refused(
            series,
            f"at the fewest calls at once that were measured ({found.concurrency:,.0f}) it takes "
            f"{found.ttft_ms:,.0f} ms to the first token and {found.tpot_ms:,.1f} ms for each more",
        )
    near = nearest_of(series.lengths, input_tokens, output_tokens)
    error = fit_error(near.factor)
    return Serving(
        series,
        stretch(series.lengths, input_tokens, output_tokens),
        error.low,
        error.high,
        f"{near.input_tokens:,.0f} input and {near.output_tokens:,.0f} output tokens",
        points=points,
        latency=latency,
        concurrency=float(found.concurrency),
        ttft_ms=float(found.ttft_ms),
        tpot_ms=float(found.tpot_ms),
    )


def _too_far(lengths: Lengths, input_tokens: float, output_tokens: float) -> str:
    near = nearest_of(lengths, input_tokens, output_tokens)
    return (
        f"measured at {_lengths_text(lengths)}: {input_tokens:,.0f} and {output_tokens:,.0f} are "
        f"more than twice beyond; the nearest run has {near.input_tokens:,.0f} and"
        f" {near.output_tokens:,.0f}"
    )


def _lengths_text(lengths: Lengths) -> str:
    inputs, outputs = zip(*lengths, strict=True)
    return f"{_span(inputs)} input and {_span(outputs)} output tokens"


def _span(measured: tuple[float, ...]) -> str:
    low, high = min(measured), max(measured)
    return f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"
