"""Fixtures of the tests of the API."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _deliverables_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the deliverables of a test in a folder of its own."""
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "deliverables")


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    """Begin each test with no requests counted."""
    cache.clear()
    yield
    cache.clear()
