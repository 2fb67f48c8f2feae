"""Fixtures of the tests of the API."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.api.table import store_things
from tests.shared_cast import find_cast
from tests.world import World


@pytest.fixture
def stocked(request: pytest.FixtureRequest) -> World:
    """The fixed cast with rows of every kind for each client, stored once for all tests."""
    return find_cast(request, store_things)


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    """Begin each test with no requests counted."""
    cache.clear()
    yield
    cache.clear()
