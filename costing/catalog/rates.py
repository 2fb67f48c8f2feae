"""The two rates of a replica from measured runs; pure, must not import Django.

A replica that is busy all the time takes t = I/prefill + O/decode seconds per call (cost model,
section 4), so at saturation calls per second x = 1/t.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


class UnusableRuns(ValueError):
    """The runs do not give two positive rates."""


@dataclass(frozen=True)
class Run:
    """One saturated measurement: mean tokens per call, and calls per second of one replica."""

    input_tokens_per_call: float
    output_tokens_per_call: float
    calls_per_second: float


@dataclass(frozen=True)
class Rates:
    """Tokens per second of one replica, and how far the runs' seconds per call lie from them.

    The errors are relative, 0 to 1: root mean square, and the largest.
    """

    prefill_tokens_per_second: float
    decode_tokens_per_second: float
    mean_error_ratio: float
    largest_error_ratio: float

    @property
    def prefill_to_decode_ratio(self) -> float:
        """How many times faster the replica reads than it writes."""
        return self.prefill_tokens_per_second / self.decode_tokens_per_second


def rates_of_runs(runs: Sequence[Run]) -> Rates:
    """Both rates (tokens per second) by least squares over runs of different lengths.

    Minimizes Σ (x·(I·u + O·v) − 1)² over u = 1/prefill and v = 1/decode: relative errors, so a
    long call weighs no more than a short one. Raises UnusableRuns where the runs have one mix
    only, or where a rate would not be positive.
    """
    reads = [run.input_tokens_per_call * run.calls_per_second for run in runs]
    writes = [run.output_tokens_per_call * run.calls_per_second for run in runs]
    reads_squared, writes_squared = _dot(reads, reads), _dot(writes, writes)
    mixed, read_sum, write_sum = _dot(reads, writes), math.fsum(reads), math.fsum(writes)
    determinant = reads_squared * writes_squared - mixed * mixed
    if not determinant > 1e-9 * reads_squared * writes_squared:
        raise UnusableRuns("Runs of one mix of lengths cannot tell reading from writing.")
    per_input = (read_sum * writes_squared - write_sum * mixed) / determinant
    per_output = (write_sum * reads_squared - read_sum * mixed) / determinant
    if not (per_input > 0 and per_output > 0):
        raise UnusableRuns("The runs give no two positive rates.")
    return _with_errors(runs, 1 / per_input, 1 / per_output)


def rates_at_ratio(runs: Sequence[Run], prefill_to_decode_ratio: float) -> Rates:
    """Both rates (tokens per second) where prefill is known to be so many times decode.

    Minimizes Σ (x·(I/ratio + O)/decode − 1)² over decode; one run is met exactly. Raises
    UnusableRuns where a rate would not be positive.
    """
    if not prefill_to_decode_ratio > 0:
        raise UnusableRuns("The ratio of the rates must be positive.")
    work = [
        (run.input_tokens_per_call / prefill_to_decode_ratio + run.output_tokens_per_call)
        * run.calls_per_second
        for run in runs
    ]
    if not math.fsum(work) > 0:
        raise UnusableRuns("The runs give no two positive rates.")
    decode = _dot(work, work) / math.fsum(work)
    return _with_errors(runs, prefill_to_decode_ratio * decode, decode)


def _with_errors(runs: Sequence[Run], prefill: float, decode: float) -> Rates:
    errors = [
        run.calls_per_second
        * (run.input_tokens_per_call / prefill + run.output_tokens_per_call / decode)
        - 1
        for run in runs
    ]
    mean = math.sqrt(_dot(errors, errors) / len(errors))
    return Rates(prefill, decode, mean, max(abs(error) for error in errors))


def _dot(left: Sequence[float], right: Sequence[float]) -> float:
    return math.fsum(a * b for a, b in zip(left, right, strict=True))
