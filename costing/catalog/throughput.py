"""Throughput profiles: what one replica carries, derived from public measurements; no Django."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from statistics import median
from typing import Literal

from costing.catalog.bundled import Bundled, read_data


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


class _Measured(Bundled):
    """What was measured."""

    key: str
    title: str
    model_class: str
    model: str
    precision: str
    engine: str
    accelerator: str
    accelerators: int
    nodes: int = 1


class _Facts(Bundled):
    """How it was measured, and when it was looked at."""

    protocol: str
    is_vendor_tuned: bool
    # Whether the source does not state how long the calls were.
    is_length_assumed: bool = False
    as_of: date | None
    source_url: str
    checked_on: date


class ThroughputProfile(_Measured, _Facts):
    """What one replica moved per second in a public measurement, and the two rates from it."""

    model_class_title: str
    context_window_tokens: int
    source: str
    prefill_tokens_per_second: Decimal
    decode_tokens_per_second: Decimal
    runs: tuple[Run, ...]
    is_fitted: bool
    prefill_to_decode_ratio: float
    mean_error_ratio: float
    largest_error_ratio: float
    derivation: str


class _Source(_Facts):
    """Who measured; `measured` says what a run counts."""

    label: str
    measured: Literal["output_tokens_per_second", "calls_per_second"]


class _Entry(_Measured):
    """One profile; a run is (input tokens, output tokens, measured)."""

    source: str
    ratio_from: str | None = None
    runs: tuple[tuple[int | float, int | float, float], ...]


class _File(Bundled):
    model_classes: dict[str, str]
    context_window_tokens: dict[str, int]
    sources: dict[str, _Source]
    profiles: tuple[_Entry, ...]


def _file() -> _File:
    return read_data("throughput.yaml", _File)


def model_classes() -> Mapping[str, str]:
    """The classes of models that profiles exist for, with their titles, the smallest first."""
    return _file().model_classes


@cache
def throughput_profiles() -> tuple[ThroughputProfile, ...]:
    """Starting points for the two rates of a replica, by class of model, then by key."""
    entries = _file().profiles
    fitted = {
        entry.key: rates_of_runs(_runs(entry)) for entry in entries if entry.ratio_from is None
    }
    order = list(model_classes())
    profiles = [_profile(entry, fitted) for entry in entries]
    return tuple(sorted(profiles, key=lambda each: (order.index(each.model_class), each.key)))


def find_profile(key: str) -> ThroughputProfile | None:
    """The profile of that key, or None."""
    return next((known for known in throughput_profiles() if known.key == key), None)


def _profile(entry: _Entry, fitted: Mapping[str, Rates]) -> ThroughputProfile:
    source, runs = _file().sources[entry.source], _runs(entry)
    lender = fitted.get(entry.ratio_from or "")
    # "median": of all that were fitted.
    ratios = [each.prefill_to_decode_ratio for each in ([lender] if lender else fitted.values())]
    rates = fitted.get(entry.key) or rates_at_ratio(runs, median(ratios))
    return ThroughputProfile(
        **entry.model_dump(include=set(_Measured.model_fields)),
        **source.model_dump(include=set(_Facts.model_fields)),
        model_class_title=model_classes()[entry.model_class],
        context_window_tokens=_file().context_window_tokens[entry.model],
        prefill_tokens_per_second=Decimal(round(rates.prefill_tokens_per_second)),
        decode_tokens_per_second=Decimal(round(rates.decode_tokens_per_second)),
        runs=runs,
        is_fitted=entry.key in fitted,
        prefill_to_decode_ratio=rates.prefill_to_decode_ratio,
        mean_error_ratio=rates.mean_error_ratio,
        largest_error_ratio=rates.largest_error_ratio,
        derivation=_derivation(entry, rates),
        source=source.label,
    )


def _runs(entry: _Entry) -> tuple[Run, ...]:
    """The measured runs in calls per second, whatever the source counted."""
    counts_tokens = _file().sources[entry.source].measured == "output_tokens_per_second"
    return tuple(
        Run(input_tokens, output_tokens, value / (output_tokens if counts_tokens else 1))
        for input_tokens, output_tokens, value in entry.runs
    )


def _derivation(entry: _Entry, rates: Rates) -> str:
    runs, origin = len(entry.runs), entry.ratio_from
    text = f"Both speeds by least squares over {runs} runs of different lengths"
    if origin is not None:
        titles = {each.key: f"as in {each.title}" for each in _file().profiles}
        text = (
            "The measured mix cannot tell reading from writing: reading is taken to be "
            f"{rates.prefill_to_decode_ratio:.2f} times as fast as writing, "
            f"{titles.get(origin, 'the median of all fitted profiles')}"
        )
    if runs == 1:
        return f"{text}; the measured mix then costs what was measured."
    return (
        f"{text}; the runs lie {rates.mean_error_ratio:.0%} off on average, "
        f"{rates.largest_error_ratio:.0%} at most."
    )


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
