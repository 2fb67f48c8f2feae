"""Models of open weights under the names of price lists and of measurements; no Django."""

from __future__ import annotations

from datetime import date
from fnmatch import fnmatchcase
from functools import cache

from pydantic import Field

from costing.catalog.bundled import Bundled, read_data
from costing.catalog.measured_points import MeasuredSeries, measured_series
from costing.catalog.throughput import ThroughputProfile, throughput_profiles

Measurement = ThroughputProfile | MeasuredSeries


class ModelFamily(Bundled):
    """One model, however a source writes it; `context_window_tokens` holds input and output."""

    key: str
    title: str
    context_window_tokens: int
    source_url: str
    measured: tuple[str, ...]
    hosted: tuple[str, ...]
    not_hosted: tuple[str, ...] = Field((), alias="except")

    def is_sold_as(self, model: str) -> bool:
        """Whether a price list's name means this model, such as `meta-llama/Llama-3.3-70B`."""
        name = model.rpartition("/")[2].lower()
        return _matches(name, self.hosted) and not _matches(name, self.not_hosted)


class _File(Bundled):
    checked_on: date
    families: tuple[ModelFamily, ...]


def model_families() -> dict[str, ModelFamily]:
    """The families by key, about by size, the smallest first."""
    return {each.key: each for each in read_data("model_families.yaml", _File).families}


@cache
def measurements_of(family: str) -> tuple[Measurement, ...]:
    """What was measured of a family; nothing of one that is not known."""
    known = model_families().get(family)
    names = known.measured if known else ()
    every: tuple[Measurement, ...] = (*measured_series(), *throughput_profiles())
    return tuple(each for each in every if each.model in names)


def measured_precisions() -> list[str]:
    """Every precision that something was measured at."""
    every: tuple[Measurement, ...] = (*measured_series(), *throughput_profiles())
    return sorted({each.precision for each in every})


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
