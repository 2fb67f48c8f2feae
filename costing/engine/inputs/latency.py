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
MAX_STRETCH = 2.0
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


Lengths: TypeAlias = Sequence[tuple[float, float]]
"""Measured pairs of input and output tokens."""


def lengths_of(points: Sequence[Point]) -> Lengths:
    """The lengths of runs, ascending, each pair once."""
    return sorted({(point.input_tokens, point.output_tokens) for point in points})


def nearest(points: Sequence[Point], input_tokens: float, output_tokens: float) -> Nearest:
    """The lengths of these runs that are nearest to a call's; of equals the shorter call."""
    return nearest_of(lengths_of(points), input_tokens, output_tokens)


def nearest_of(lengths: Lengths, input_tokens: float, output_tokens: float) -> Nearest:
    """The nearest by both factors, as lengths of a right angle; of equals the first."""
    wanted = (input_tokens, output_tokens)
    found = min(lengths, key=lambda pair: round(hypot(*map(_apart, pair, wanted)), DIGITS))
    return Nearest(*found, exp(max(map(_apart, found, wanted))))


def _apart(measured: float, wanted: float) -> float:
    """The logarithm of the factor between two lengths; nothing is shorter than a token."""
    return abs(log(measured / max(wanted, 1.0)))


def stretch(lengths: Lengths, input_tokens: float, output_tokens: float) -> float:
    """How many times a call lies outside of the measured lengths, 1 where it lies inside."""
    factors = [1.0]
    for wanted, measured in zip(
        (input_tokens, output_tokens), zip(*lengths, strict=True), strict=True
    ):
        factors += [min(measured) / max(wanted, 1.0), wanted / max(measured)]
    return max(factors)


def is_measured(points: Sequence[Point], input_tokens: float, output_tokens: float) -> bool:
    """Whether a pair of lengths is near and both lie within, or hardly outside of, the measured."""
    lengths = lengths_of(points)
    if nearest_of(lengths, input_tokens, output_tokens).factor > FARTHEST * (1.0 + 1e-9):
        return False
    return stretch(lengths, input_tokens, output_tokens) <= MAX_STRETCH


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
