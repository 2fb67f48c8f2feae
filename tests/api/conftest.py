"""Fixtures of the tests of the API."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache

from tests.api.table import store_things
from tests.shared_cast import find_cast
from tests.world import World


@pytest.fixture(autouse=True)
def _deliverables_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the deliverables of a test in a folder of its own."""
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "deliverables")


@pytest.fixture(scope="session")
def _stocked_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stocked")


@pytest.fixture
def stocked(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, _stocked_folder: Path
) -> World:
    """The fixed cast with rows of every kind for each client, stored once for all tests."""
    monkeypatch.setattr(settings, "MEDIA_ROOT", _stocked_folder)
    return find_cast(request, store_things)


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    """Begin each test with no requests counted."""
    cache.clear()
    yield
    cache.clear()
