"""Scenarios with the numbers worked out for them."""

import pickle
from functools import cache
from pathlib import Path
from typing import Any

from costing.catalog.documents import read_document

FOLDER = Path(__file__).parent


def golden_path(name: str) -> str:
    """The file of a golden scenario."""
    return str(FOLDER / f"{name}.yaml")


def golden(name: str) -> dict[str, Any]:
    """A golden scenario, or the numbers expected of it, as a fresh document."""
    document: dict[str, Any] = pickle.loads(_read(name))
    return document


@cache
def _read(name: str) -> bytes:
    """What a file says, read once: tests ask for one a thousand times."""
    return pickle.dumps(read_document(golden_path(name)))
