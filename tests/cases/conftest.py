"""Counts the cases that are estimated before any test runs, by every worker again."""

from tests.cases.loading import frozen

while_collecting: list[int] = []


def pytest_collection_finish() -> None:
    """Note how many cases the modules of the tests estimated when they were imported."""
    while_collecting.append(frozen.cache_info().currsize)
