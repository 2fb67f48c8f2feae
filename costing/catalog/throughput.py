"""Throughput profiles: what one replica carries, derived from public measurements; no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from statistics import median
from typing import Any

from costing.catalog.bundled import read_data
from costing.catalog.rates import Rates, Run, rates_at_ratio, rates_of_runs

_FILE = "throughput.yaml"
_MEDIAN = "median"
_FITTED = "Both speeds by least squares over {runs} runs of different lengths"
_BORROWED = (
    "The measured mix cannot tell reading from writing: reading is taken to be {ratio:.2f} times "
    "as fast as writing, {origin}"
)


@dataclass(frozen=True)
class ThroughputProfile:
    """What one replica moved per second in a public measurement, and the two rates from it."""

    key: str
    title: str
    model_class: str
    model_class_title: str
    model: str
    precision: str
    engine: str
    accelerator: str
    accelerators: int
    nodes: int
    prefill_tokens_per_second: Decimal
    decode_tokens_per_second: Decimal
    runs: tuple[Run, ...]
    is_fitted: bool
    prefill_to_decode_ratio: float
    mean_error_ratio: float
    largest_error_ratio: float
    derivation: str
    is_vendor_tuned: bool
    source: str
    protocol: str
    source_url: str
    as_of: date | None
    checked_on: date


@cache
def model_classes() -> Mapping[str, str]:
    """The classes of models that profiles exist for, with their titles, the smallest first."""
    classes: dict[str, str] = read_data(_FILE)["model_classes"]
    return classes


@cache
def throughput_profiles() -> tuple[ThroughputProfile, ...]:
    """Starting points for the two rates of a replica, by class of model, then by key."""
    data = read_data(_FILE)
    fitted = {
        entry["key"]: rates_of_runs(_runs(entry, data))
        for entry in data["profiles"]
        if "ratio_from" not in entry
    }
    order = list(data["model_classes"])
    profiles = [_profile(entry, data, fitted) for entry in data["profiles"]]
    return tuple(sorted(profiles, key=lambda each: (order.index(each.model_class), each.key)))


def find_profile(key: str) -> ThroughputProfile | None:
    """The profile of that key, or None."""
    return next((known for known in throughput_profiles() if known.key == key), None)


def _profile(
    entry: dict[str, Any], data: dict[str, Any], fitted: Mapping[str, Rates]
) -> ThroughputProfile:
    source, runs = data["sources"][entry["source"]], _runs(entry, data)
    rates = fitted.get(entry["key"]) or rates_at_ratio(runs, _ratio(entry["ratio_from"], fitted))
    return ThroughputProfile(
        key=entry["key"],
        title=entry["title"],
        model_class=entry["model_class"],
        model_class_title=data["model_classes"][entry["model_class"]],
        model=entry["model"],
        precision=entry["precision"],
        engine=entry["engine"],
        accelerator=entry["accelerator"],
        accelerators=entry["accelerators"],
        nodes=entry.get("nodes", 1),
        prefill_tokens_per_second=Decimal(round(rates.prefill_tokens_per_second)),
        decode_tokens_per_second=Decimal(round(rates.decode_tokens_per_second)),
        runs=runs,
        is_fitted=entry["key"] in fitted,
        prefill_to_decode_ratio=rates.prefill_to_decode_ratio,
        mean_error_ratio=rates.mean_error_ratio,
        largest_error_ratio=rates.largest_error_ratio,
        derivation=_derivation(entry, data, rates, runs),
        is_vendor_tuned=source["is_vendor_tuned"],
        source=source["label"],
        protocol=source["protocol"],
        source_url=source["source_url"],
        as_of=source["as_of"],
        checked_on=source["checked_on"],
    )


def _runs(entry: dict[str, Any], data: dict[str, Any]) -> tuple[Run, ...]:
    """The measured runs in calls per second, whatever the source counted."""
    counts_tokens = data["sources"][entry["source"]]["measured"] == "output_tokens_per_second"
    return tuple(
        Run(input_tokens, output_tokens, float(value) / (output_tokens if counts_tokens else 1))
        for input_tokens, output_tokens, value in entry["runs"]
    )


def _ratio(origin: str, fitted: Mapping[str, Rates]) -> float:
    if origin == _MEDIAN:
        return median(rates.prefill_to_decode_ratio for rates in fitted.values())
    return fitted[origin].prefill_to_decode_ratio


def _derivation(
    entry: dict[str, Any], data: dict[str, Any], rates: Rates, runs: tuple[Run, ...]
) -> str:
    origin = entry.get("ratio_from")
    titles = {each["key"]: each["title"] for each in data["profiles"]}
    lender = titles.get(origin, "")
    if origin is None:
        text = _FITTED.format(runs=len(runs))
    elif origin == _MEDIAN:
        words = "the median of all fitted profiles"
        text = _BORROWED.format(ratio=rates.prefill_to_decode_ratio, origin=words)
    else:
        text = _BORROWED.format(ratio=rates.prefill_to_decode_ratio, origin=f"as in {lender}")
    if len(runs) == 1:
        return f"{text}; the measured mix then costs what was measured."
    return (
        f"{text}; the runs lie {rates.mean_error_ratio:.0%} off on average, "
        f"{rates.largest_error_ratio:.0%} at most."
    )
