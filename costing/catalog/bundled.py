"""The catalog's own dated YAML files, and the rules of prompt caches; must not import Django."""

from __future__ import annotations

from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict

from costing.catalog.prices import DEFAULT_CACHE_TTL_SECONDS, DEFAULT_MIN_CACHEABLE_TOKENS

DATA = Path(__file__).parent / "data"


class Bundled(BaseModel):
    """Content of a data file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Content = TypeVar("Content", bound=Bundled)


def read_data(name: str, shape: type[Content]) -> Content:
    """The content of one data file, read once."""
    content = _read(name, shape)
    assert isinstance(content, shape)
    return content


@cache
def _read(name: str, shape: type[Bundled]) -> Bundled:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    source = (DATA / name).read_text(encoding="utf-8")
    return shape.model_validate(yaml.load(source, Loader=loader))


class CacheRule(Bundled):
    """What a provider documents about its prompt cache beyond prices."""

    provider: str
    model: tuple[str, ...]
    source_url: str = ""
    checked_on: date | None = None
    cache_ttl_seconds: int = DEFAULT_CACHE_TTL_SECONDS
    min_cacheable_tokens: int = DEFAULT_MIN_CACHEABLE_TOKENS


class _CacheRules(Bundled):
    rules: tuple[CacheRule, ...]


def cache_rule(provider: str, model: str) -> CacheRule:
    """The first documented rule that matches a model, else the defaults without a source."""
    for rule in read_data("cache_rules.yaml", _CacheRules).rules:
        if rule.provider == provider and any(fnmatchcase(model, name) for name in rule.model):
            return rule
    return CacheRule(provider=provider, model=(model,))
