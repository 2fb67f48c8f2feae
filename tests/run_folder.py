"""The folder that all workers of a run share; none where one process runs all tests."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Made = TypeVar("Made")

folder: Path | None = None


def once(name: str, make: Callable[[], Made]) -> Made:
    """What is made once in a run: the worker that needs it first leaves it for the others."""
    if folder is None:
        return make()
    path = folder / f"{name}.pickle"
    if path.exists():
        found: Made = pickle.loads(path.read_bytes())
        return found
    made = make()
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(pickle.dumps(made))
    part.replace(path)
    return made
