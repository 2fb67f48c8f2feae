"""Reads the catalog's own dated YAML files, once each; must not import Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from costing.catalog.prices import DEFAULT_CACHE_TTL_SECONDS, DEFAULT_MIN_CACHEABLE_TOKENS

_DATA = Path(__file__).parent / "data"


@cache
def read_data(name: str) -> Any:
    """The parsed content of one data file, shared: callers must not change it."""
    return yaml.safe_load((_DATA / name).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class CacheRule:
    """One documented rule; the first that matches a model wins."""

    provider: str
    model: str
    source_url: str
    checked_on: date
    cache_ttl_seconds: int = DEFAULT_CACHE_TTL_SECONDS
    min_cacheable_tokens: int = DEFAULT_MIN_CACHEABLE_TOKENS


def cache_rule(provider: str, model: str) -> CacheRule | None:
    """The documented rule of a model, or None: then the contract's defaults hold."""
    return next(
        (rule for rule in _rules() if rule.provider == provider and fnmatchcase(model, rule.model)),
        None,
    )


@cache
def _rules() -> tuple[CacheRule, ...]:
    return tuple(
        CacheRule(**{**entry, "model": model})
        for entry in read_data("cache_rules.yaml")["rules"]
        for model in entry["model"]
    )
