"""Replicas measured under load: calls at once, time to the first token, time per output token.

Pure: no Django, no clock; reads the bundled file only.
"""

from __future__ import annotations

import csv
import gzip
import re
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from itertools import groupby

from costing.catalog.bundled import DATA, Bundled, read_data
from costing.engine.inputs.latency import Point

# What makes one configuration; its runs differ in lengths and in calls at once.
_CONFIGURATION = ("model", "accelerator", "accelerators", "engine", "precision")


@dataclass(frozen=True)
class MeasuredPoint:
    """One run of one replica; times in milliseconds, of the mean call at the source."""

    input_tokens: int
    output_tokens: int
    concurrency: int
    ttft_ms: float
    tpot_ms: float
    engine_version: str
    measured_on: date | None


@dataclass(frozen=True)
class MeasuredSeries:
    """The runs of one replica in one configuration, by lengths, then by calls at once.

    `as_of` is the day of its newest run, None where the source states none.
    """

    key: str
    model: str
    accelerator: str
    accelerators: int
    engine: str
    precision: str
    points: tuple[MeasuredPoint, ...]
    source: str
    source_url: str
    protocol: str
    as_of: date | None
    checked_on: date
    nodes: int = 1
    is_vendor_tuned: bool = False

    @property
    def title(self) -> str:
        """`Llama-3.1-70B, FP8, vLLM on 2 × H100-SXM-80GB`."""
        precision = self.precision.upper() if self.precision != "unstated" else "precision unstated"
        name = self.model.rpartition("/")[2]
        return f"{name}, {precision}, {self.engine} on {self.accelerators} × {self.accelerator}"

    @property
    def lengths(self) -> tuple[tuple[int, int], ...]:
        """The measured pairs of input and output tokens."""
        return tuple(dict.fromkeys((each.input_tokens, each.output_tokens) for each in self.points))

    @cached_property
    def as_points(self) -> tuple[Point, ...]:
        """The runs as a scenario's `pool.points`."""
        fields = Point.model_fields
        return tuple(Point(**{key: getattr(each, key) for key in fields}) for each in self.points)

    @property
    def concurrencies(self) -> tuple[int, int]:
        """The fewest and the most calls at once."""
        counts = [each.concurrency for each in self.points]
        return min(counts), max(counts)


class PointSource(Bundled):
    """Who published the runs, how they were made, and what was left aside, counted by why."""

    label: str
    source_url: str
    as_of: date
    checked_on: date
    protocol: str
    left_out: dict[str, int]


def point_source() -> PointSource:
    """The source of the measured points."""
    return read_data("measured_points.yaml", PointSource)


@cache
def measured_series() -> tuple[MeasuredSeries, ...]:
    """Every configuration that was measured under load, by model and accelerator."""
    source = (DATA / "measured_points.csv.gz").read_bytes()
    rows = csv.DictReader(gzip.decompress(source).decode().splitlines())
    grouped = groupby(rows, key=lambda row: tuple(row[name] for name in _CONFIGURATION))
    return tuple(_series(configuration, list(rows)) for configuration, rows in grouped)


def measured_models() -> tuple[str, ...]:
    """The models that were measured under load, by name."""
    return tuple(sorted({each.model for each in measured_series()}))


def _series(configuration: tuple[str, ...], rows: list[dict[str, str]]) -> MeasuredSeries:
    model, accelerator, accelerators, engine, precision = configuration
    source, points = point_source(), tuple(_point(row) for row in rows)
    name = f"{model.rpartition('/')[2]} {precision} {engine} {accelerators}x{accelerator}"
    return MeasuredSeries(
        key=re.sub(r"[^a-z0-9.]+", "-", name.lower()),
        model=model,
        accelerator=accelerator,
        accelerators=int(accelerators),
        engine=engine,
        precision=precision,
        points=points,
        source=source.label,
        source_url=source.source_url,
        protocol=source.protocol,
        as_of=max((each.measured_on for each in points if each.measured_on), default=None),
        checked_on=source.checked_on,
    )


def _point(row: dict[str, str]) -> MeasuredPoint:
    return MeasuredPoint(
        input_tokens=int(row["input_tokens"]),
        output_tokens=int(row["output_tokens"]),
        concurrency=int(row["concurrency"]),
        ttft_ms=float(row["ttft_ms"]),
        tpot_ms=float(row["tpot_ms"]),
        engine_version=row["engine_version"],
        measured_on=date.fromisoformat(row["measured_on"]) if row["measured_on"] else None,
    )
