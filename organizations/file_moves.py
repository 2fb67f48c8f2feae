"""Moves files from the folder to the bucket or back: copied, read again, and only then removed."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace

from organizations.files import PIECE, Store


@dataclass(frozen=True)
class Moved:
    """How many files of a kind were met, and what became of them."""

    copied: int = 0
    copied_bytes: int = 0
    already_there: int = 0
    gone: int = 0
    removed: int = 0
    # What lies in both places with different content, and what was not read as it was written.
    differing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """All files that were met."""
        named = len(self.differing) + len(self.damaged)
        return self.copied + self.already_there + self.gone + named


def move_files(
    source: Store,
    target: Store,
    *,
    remove: bool = False,
    overwrite: bool = False,
    report: Callable[[Moved], None] = lambda moved: None,
) -> Moved:
    """Copy every file of a kind that its new place lacks, and read it there again.

    What is there with the same SHA-256 stays: a run that ended early is taken up where it was. With
    other content it stays, too, unless `overwrite`. `remove` takes a file from its old place once
    the new one has the same. `report` is called after each file.
    """
    moved = Moved()
    for path in source.every_path():
        try:
            moved, is_there = _move(source, target, path, moved, overwrite=overwrite)
            if remove and is_there:
                source.remove(path)
                moved = replace(moved, removed=moved.removed + 1)
        except FileNotFoundError:  # somebody has read it, or it is kept no longer
            moved = replace(moved, gone=moved.gone + 1)
        report(moved)
    return moved


def _move(
    source: Store, target: Store, path: str, moved: Moved, *, overwrite: bool
) -> tuple[Moved, bool]:
    """Count a file in; tell, too, whether its new place has what its old one has."""
    if target.size(path) is not None:
        if _sha256(target, path) == _sha256(source, path):
            return replace(moved, already_there=moved.already_there + 1), True
        if not overwrite:
            return replace(moved, differing=(*moved.differing, target.address(path))), False
    with source.open(path) as original, target.writing(path) as copy:
        shutil.copyfileobj(original, copy, PIECE)
        size = copy.tell()
    if _sha256(target, path) != _sha256(source, path):
        target.remove(path)
        return replace(moved, damaged=(*moved.damaged, target.address(path))), False
    return replace(moved, copied=moved.copied + 1, copied_bytes=moved.copied_bytes + size), True


def _sha256(store: Store, path: str) -> str:
    digest = hashlib.sha256()
    with store.open(path) as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()
