"""The folder that all workers of a run share; none where one process runs all tests."""

from pathlib import Path

folder: Path | None = None
