"""A latency target, and the runs under load that say what one replica carries within it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import exp, hypot, inf, log
from typing import Annotated, TypeAlias

from costing.engine.inputs.fields import Advanced, Input, Number, Section

Milliseconds: TypeAlias = Annotated[float, Number(0.001, 1e8)]
MAX_POINTS = 200
DIGITS = 9
MOST_STRETCH = 2.0
"""How far calls may lie outside of the measured lengths, as a factor."""
FARTHEST = 8.0
"""How far the nearest measured pair of lengths may be: no point farther off was ever left out."""

_Measured = partial(Input, is_measured=True)


class Latency(Section):
    """What every call must keep to (section 14)."""

    ttft_ms: Milliseconds | None = Input(
        "First token within", "ms", "Waiting and reading.", default=None, empty="no bound"
    )
    tpot_ms: Milliseconds | None = Input("Each more within", "ms", default=None, empty="no bound")
    percentile: Annotated[float, Number(1, 99.99)] = Advanced(
        "At the percentile",
        "of calls",
        "What was promised; measured times are compared with it as their source gives them.",
        default=50.0,
    )


class Point(Section):
    """One measured run of one replica: so many calls at once, and the times of each."""

    concurrency: Annotated[float, Number(0.01, 1e7)] = _Measured("At once", "calls")
    input_tokens: Annotated[float, Number(1, 1e9)] = _Measured("Input", "tokens")
    output_tokens: Annotated[float, Number(1, 1e9)] = _Measured("Output", "tokens")
    ttft_ms: Milliseconds = _Measured("Time to the first token", "ms")
    tpot_ms: Milliseconds = _Measured("Time per output token", "ms")


@dataclass(frozen=True, slots=True)
class Nearest:
    """The measured lengths nearest to a call's, and the greatest factor between the two."""

    input_tokens: float
    output_tokens: float
    factor: float


def nearest(points: Sequence[Point], input_tokens: float, output_tokens: float) -> Nearest:
    """The nearest by both factors, as lengths of a right angle; of equals the shorter call."""
    pairs = sorted({(point.input_tokens, point.output_tokens) for point in points})
    wanted = (input_tokens, output_tokens)
    found = min(pairs, key=lambda pair: round(hypot(*map(_apart, pair, wanted)), DIGITS))
    return Nearest(*found, exp(max(map(_apart, found, wanted))))


def _apart(measured: float, wanted: float) -> float:
    """The logarithm of the factor between two lengths; nothing is shorter than a token."""
    return abs(log(measured / max(wanted, 1.0)))


def is_measured(points: Sequence[Point], input_tokens: float, output_tokens: float) -> bool:
    """Whether a pair of lengths is near and both lie within, or hardly outside of, the measured."""
    if nearest(points, input_tokens, output_tokens).factor > FARTHEST * (1.0 + 1e-9):
        return False
    lengths = ([point.input_tokens for point in points], [point.output_tokens for point in points])
    return all(
        min(measured) / MOST_STRETCH <= wanted <= max(measured) * MOST_STRETCH
        for measured, wanted in zip(lengths, (input_tokens, output_tokens), strict=True)
    )


@dataclass(frozen=True, slots=True)
class FitError:
    """How far off the rate of calls of up to this factor was for points left out: 90 of 100.

    `low` and `high` are what was measured over what was predicted.
    """

    up_to_factor: float
    low: float
    high: float


FIT_ERRORS = (
    FitError(1.0, 0.97, 1.22),
    FitError(2.0, 0.63, 1.30),
    FitError(inf, 0.65, 1.38),
)
"""By `python -m costing.catalog.fit_errors`, from every measured point of the catalog."""


def fit_error(factor: float) -> FitError:
    """The error of calls whose lengths are so far from the nearest measured ones."""
    return next(each for each in FIT_ERRORS if factor <= each.up_to_factor * (1.0 + 1e-9))
