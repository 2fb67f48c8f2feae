"""Benchmarks run on demand: `make bench`; the plain suite does not collect them."""

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave this folder out unless benchmarks are asked for."""
    return None if config.getoption("benchmark_enable") else True
