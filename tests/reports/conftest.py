"""Fixtures of the tests of reports."""

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def _deliverables_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the deliverables of a test in a folder of its own."""
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "deliverables")
