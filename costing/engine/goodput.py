"""What one replica carries within a latency target, from runs that were measured under load."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf

import numpy as np

from costing.engine.arrays import BoolArray, FloatArray
from costing.engine.inputs.latency import DIGITS, Latency, Point
from costing.engine.inputs.pool import Pool
from costing.engine.units import Figure

MS_PER_SECOND = 1000.0
TTFT_EXPONENTS = (0.526, -0.010)
TPOT_EXPONENTS = (0.160, -0.040)
"""How both times follow the input and output of a call: powers, fitted over every measured model.

By `python -m costing.catalog.fit_errors`.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The runs of one pair of lengths by calls at once, as stretches between neighbours.

    Everything is linear in the logarithm of calls at once; the last stretch is the last run alone.
    """

    input_tokens: float
    output_tokens: float
    start: FloatArray
    end: FloatArray
    times: tuple[FloatArray, FloatArray]
    slopes: tuple[FloatArray, FloatArray]


@dataclass(frozen=True, slots=True)
class Goodput:
    """Section 14: calls at once of one replica, their times, and the seconds that a call takes.

    Where no measured run meets the target it is the run with the fewest calls at once, which
    `is_met` tells. Figures are arrays where the call's lengths are.
    """

    concurrency: FloatArray
    ttft_ms: FloatArray
    tpot_ms: FloatArray
    is_met: BoolArray
    seconds_per_call: FloatArray


@lru_cache(maxsize=256)
def curves(points: tuple[Point, ...]) -> tuple[Curve, ...]:
    """The runs by their lengths."""
    pairs = sorted({(point.input_tokens, point.output_tokens) for point in points})
    return tuple(
        _curve(pair, [p for p in points if (p.input_tokens, p.output_tokens) == pair])
        for pair in pairs
    )


def _curve(pair: tuple[float, float], points: Sequence[Point]) -> Curve:
    runs = sorted((p.concurrency, p.ttft_ms, p.tpot_ms) for p in points)
    at_once, *times = np.array(runs, dtype=np.float64).T
    start = np.log(at_once)
    width = np.diff(start, append=start[-1])
    known = np.where(width > 0.0, width, 1.0)
    ttft, tpot = (
        np.where(width > 0.0, np.diff(each, append=each[-1]) / known, 0.0) for each in times
    )
    return Curve(*pair, start, start + width, (times[0], times[1]), (ttft, tpot))


def goodput(
    points: tuple[Point, ...], latency: Latency | None, input_tokens: Figure, output_tokens: Figure
) -> Goodput:
    """Section 14: what a replica carries of calls of these lengths within the target.

    Of the calls at once that meet it, those at which most calls are served. The nearest measured
    lengths count, both times carried over to the wanted ones. Lengths may be batch columns.
    """
    wanted, written = np.broadcast_arrays(
        np.asarray(input_tokens, dtype=np.float64), np.asarray(output_tokens, dtype=np.float64)
    )
    known = curves(points)
    apart = [_distance(curve, wanted, written) for curve in known]
    place = np.argmin(apart, axis=0)
    found = np.zeros((4, *wanted.shape))
    for number, curve in enumerate(known):
        chosen = place == number
        if chosen.any():
            served = np.stack(_served(curve, latency, wanted, written))
            found = np.where(chosen, served, found)
    concurrency, ttft, tpot, is_met = found
    seconds = (ttft + written * tpot) / MS_PER_SECOND / concurrency
    return Goodput(concurrency, ttft, tpot, is_met > 0.0, seconds)


@dataclass(frozen=True, slots=True)
class Run:
    """A measured run, carried over to calls of other lengths: its times, and calls a second."""

    concurrency: float
    ttft_ms: float
    tpot_ms: float
    calls_per_second: float

    def meets(self, latency: Latency) -> bool:
        """Whether both times keep to a target."""
        pairs = ((self.ttft_ms, latency.ttft_ms), (self.tpot_ms, latency.tpot_ms))
        return all(limit is None or time <= limit * (1.0 + 1e-9) for time, limit in pairs)


def nearest_runs(
    points: tuple[Point, ...], input_tokens: float, output_tokens: float
) -> tuple[Run, ...]:
    """Section 14: the runs of the nearest lengths as one replica's with these, by calls at once."""
    wanted, written = np.asarray(input_tokens), np.asarray(output_tokens)
    curve = min(curves(points), key=lambda each: float(_distance(each, wanted, written)))
    factors, at_once = _scales(curve, wanted, written), np.exp(curve.start)
    ttft, tpot = (time * factor for time, factor in zip(curve.times, factors, strict=True))
    rates = at_once * MS_PER_SECOND / (ttft + written * tpot)
    return tuple(map(Run, at_once.tolist(), ttft.tolist(), tpot.tolist(), rates.tolist()))


def _ratios(curve: Curve, wanted: FloatArray, written: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Both lengths over the measured ones; nothing is shorter than a token."""
    return (
        np.maximum(wanted, 1.0) / curve.input_tokens,
        np.maximum(written, 1.0) / curve.output_tokens,
    )


def _distance(curve: Curve, wanted: FloatArray, written: FloatArray) -> FloatArray:
    apart: FloatArray = np.hypot(*map(np.log, _ratios(curve, wanted, written))).round(DIGITS)
    return apart


def _scales(curve: Curve, wanted: FloatArray, written: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What both times of a curve are multiplied by for calls of other lengths."""
    ratios = _ratios(curve, wanted, written)
    ttft, tpot = (
        ratios[0] ** of_input * ratios[1] ** of_output
        for of_input, of_output in (TTFT_EXPONENTS, TPOT_EXPONENTS)
    )
    return ttft, tpot


def _served(
    curve: Curve, latency: Latency | None, wanted: FloatArray, written: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Calls at once, both times, and 1 where the target is met."""
    factors = _scales(curve, wanted, written)
    limits = (None, None) if latency is None else (latency.ttft_ms, latency.tpot_ms)
    low, high = np.broadcast_arrays(curve.start, curve.end, np.zeros((*wanted.shape, 1)))[:2]
    is_open = np.ones(low.shape, dtype=np.bool_)
    for limit, factor, time, slope in zip(limits, factors, curve.times, curve.slopes, strict=True):
        bound = np.asarray(inf if limit is None else limit / factor)[..., None]
        cut = curve.start + (bound - time) / np.where(slope == 0.0, 1.0, slope)
        high = np.where(slope > 0.0, np.minimum(high, cut), high)
        low = np.where(slope < 0.0, np.maximum(low, cut), low)
        is_open &= (slope != 0.0) | (time <= bound)
    is_open &= high >= low
    # Within a stretch most is carried at one of its ends.
    ends = np.stack((low, np.where(is_open, high, low)), axis=-1)
    ttft, tpot = (
        (time[:, None] + slope[:, None] * (ends - curve.start[:, None])) * factor[..., None, None]
        for time, slope, factor in zip(curve.times, curve.slopes, factors, strict=True)
    )
    rates = np.exp(ends) / (ttft + written[..., None, None] * tpot)
    rates = np.where(is_open[..., None], rates, -1.0).reshape(*wanted.shape, -1)
    best = np.argmax(rates, axis=-1)[..., None]
    is_met = np.take_along_axis(rates, best, -1)[..., 0] > 0.0
    least = (
        np.exp(curve.start[0]),
        *(time[0] * factor for time, factor in zip(curve.times, factors, strict=True)),
    )
    concurrency, ttft, tpot = (
        np.where(is_met, np.take_along_axis(each.reshape(rates.shape), best, -1)[..., 0], fewest)
        for each, fewest in zip((np.exp(ends), ttft, tpot), least, strict=True)
    )
    return concurrency, ttft, tpot, is_met.astype(np.float64)


def speeds(pool: Pool) -> tuple[float, float]:
    """Tokens a second that a replica reads and writes; by its busiest measured run where not given.

    With so many calls at once, (time to the first token + output × time per token) / calls at once
    is what a call takes of a replica: the first part reads, the second writes.
    """
    prefill, decode = pool.prefill_tokens_per_second, pool.decode_tokens_per_second
    if prefill is not None and decode is not None:
        return prefill, decode
    run = max(
        pool.points or (),
        key=lambda each: each.concurrency / (each.ttft_ms + each.output_tokens * each.tpot_ms),
    )
    at_once = run.concurrency * MS_PER_SECOND
    return prefill or at_once * run.input_tokens / run.ttft_ms, decode or at_once / run.tpot_ms
