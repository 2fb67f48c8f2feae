"""Benchmarks run on demand: `make bench`; the plain suite does not collect them."""

from pathlib import Path

import pytest

from tests.bench.tables import TABLES
from tests.jobs.test_workers import workers

__all__ = ["workers"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the size of the installation that growth is measured in: 1 takes minutes to make."""
    parser.addoption("--size", type=float, default=0.01, help="1 is 5,000 clients")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave this folder out unless benchmarks are asked for."""
    return None if config.getoption("benchmark_enable") else True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what benchmarks measured beside their own duration."""
    for title, text in terminalreporter.config.stash.get(TABLES, {}).items():
        terminalreporter.section(title)
        terminalreporter.write_line(text)
