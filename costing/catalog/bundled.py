"""Reads the catalog's own dated YAML files, once each; must not import Django."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_DATA = Path(__file__).parent / "data"


@cache
def read_data(name: str) -> Any:
    """The parsed content of one data file, shared: callers must not change it."""
    return yaml.safe_load((_DATA / name).read_text(encoding="utf-8"))
