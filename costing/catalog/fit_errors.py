"""How far off the rate of a replica is for points left out: `python -m costing.catalog.fit_errors`.

Prints the exponents that the engine carries measured times to other lengths with, and the table of
docs/methodology.md. Every model, then every accelerator, is left out of the fit and predicted.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import inf

import numpy as np

from costing.catalog.measured_points import MeasuredSeries, measured_series
from costing.engine.arrays import FloatArray
from costing.engine.goodput import Curve, curves
from costing.engine.inputs.latency import DIGITS, FARTHEST, FIT_ERRORS, Point

CELLS = {1.0: "at measured lengths", 2.0: "up to 2 ×", inf: "from 2 to 8 ×"}
LEFT_OUT = {"model": "model", "accelerator": "GPU"}
Exponents = FloatArray
"""Rows for the time to the first token and per output token, columns for input and output."""


@dataclass(frozen=True)
class Error:
    """One point left out: what of the series was measured over what was predicted."""

    up_to_factor: float
    ratio: float


def fit(known: Sequence[MeasuredSeries]) -> Exponents:
    """Least squares over runs of one replica with as many calls at once, of other lengths."""
    lengths: list[FloatArray] = []
    times: list[FloatArray] = []
    for series in known:
        for first, second in permutations(series.points, 2):
            ratio = _log_ratio(first, second)
            is_near = 0.0 < np.abs(ratio).max() <= np.log(FARTHEST) + 1e-9
            if first.concurrency == second.concurrency and is_near:
                lengths.append(ratio)
                pairs = ((first.ttft_ms, second.ttft_ms), (first.tpot_ms, second.tpot_ms))
                times.append(np.array([np.log(one / other) for one, other in pairs]))
    found, *_ = np.linalg.lstsq(np.array(lengths), np.array(times), rcond=None)
    return np.asarray(found.T)


def _log_ratio(first: object, second: object) -> FloatArray:
    names = ("input_tokens", "output_tokens")
    return np.log([getattr(first, name) / getattr(second, name) for name in names])


def errors(left_out: str) -> Iterator[Error]:
    """Every point of every series, by the rest of it and the fit over all others."""
    known = measured_series()
    for name in sorted({getattr(each, left_out) for each in known}):
        exponents = fit([each for each in known if getattr(each, left_out) != name])
        for series in known:
            if getattr(series, left_out) == name:
                yield from _of_series(series.as_points, exponents)


def _of_series(points: tuple[Point, ...], exponents: Exponents) -> Iterator[Error]:
    for point in points:
        alike = tuple(each for each in points if _is_alike(each, point))
        rest = tuple(each for each in points if not _is_alike(each, point))
        others = tuple(each for each in alike if each is not point)
        for kept in (others, rest):
            near = _nearest(curves(kept), point) if kept else None
            found = near and _rate(near, point, exponents)
            if near and found:
                factor = float(np.exp(np.abs(_log_ratio(near, point)).max()))
                if factor <= FARTHEST * (1.0 + 1e-9):
                    cell = next(each for each in CELLS if factor <= each * (1.0 + 1e-9))
                    yield Error(cell, _measured_rate(point) / found)


def _is_alike(one: Point, other: Point) -> bool:
    return (one.input_tokens, one.output_tokens) == (other.input_tokens, other.output_tokens)


def _nearest(known: Sequence[Curve], point: Point) -> Curve:
    return min(known, key=lambda curve: round(float(np.hypot(*_log_ratio(curve, point))), DIGITS))


def _measured_rate(point: Point) -> float:
    return point.concurrency / (point.ttft_ms + point.output_tokens * point.tpot_ms)


def _rate(curve: Curve, point: Point, exponents: Exponents) -> float | None:
    """What a curve says of as many calls at once; None where it does not reach that far."""
    at = float(np.log(point.concurrency))
    if not curve.start[0] - 1e-9 <= at <= curve.start[-1] + 1e-9:
        return None
    ttft, tpot = (
        float(np.interp(at, curve.start, time))
        * float(np.exp(-(_log_ratio(curve, point) @ powers)))
        for time, powers in zip(curve.times, exponents, strict=True)
    )
    return point.concurrency / (ttft + point.output_tokens * tpot)


def table() -> str:
    """The errors by cell as a table in Markdown."""
    heads = ("lengths", "left out", "points", "5 of 100 below", "median", "5 of 100 above")
    rows = [f"| {' | '.join((*heads, 'stated', 'held'))} |", "|---" * 8 + "|"]
    stated = {each.up_to_factor: each for each in FIT_ERRORS}
    for key, title in LEFT_OUT.items():
        found = list(errors(key))
        for cell, words in CELLS.items():
            ratios = np.array([each.ratio for each in found if each.up_to_factor == cell])
            low, middle, high = np.quantile(ratios, (0.05, 0.5, 0.95))
            ends = stated[cell]
            held = np.mean((ratios >= ends.low) & (ratios <= ends.high))
            rows.append(
                f"| {words} | {title} | {len(ratios):,} | {low:.3f} | {middle:.3f} | {high:.3f}"
                f" | {ends.low:.2f} to {ends.high:.2f} | {held * 100:.1f} % |"
            )
    return "\n".join(rows)


if __name__ == "__main__":
    sys.stdout.write(f"{np.round(fit(measured_series()), 3)}\n{table()}\n")
