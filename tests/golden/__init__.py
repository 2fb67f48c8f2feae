"""Scenarios with the numbers worked out for them."""

from pathlib import Path
from typing import Any

from costing.catalog.documents import read_document

FOLDER = Path(__file__).parent


def golden_path(name: str) -> str:
    """The file of a golden scenario."""
    return str(FOLDER / f"{name}.yaml")


def golden(name: str) -> dict[str, Any]:
    """A golden scenario, or the numbers expected of it, as a fresh document."""
    document: dict[str, Any] = read_document(golden_path(name))
    return document
