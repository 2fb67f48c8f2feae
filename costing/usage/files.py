"""Usage files: random names, and only until a job has read them."""

import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

from costing.usage.records import LIMITS, MEGABYTE, refusal
from organizations.files import USAGE, store_of

# A file that nobody read by then belongs to a job that was stopped, or to nothing at all.
MAX_SECONDS = 24 * 3600
GONE = "The file is no longer there. Choose it again."
TOO_LARGE = f"At most {LIMITS.upload_bytes // MEGABYTE} MB, please. Pack the file with gzip."
TOO_LARGE_TOGETHER = (
    f"At most {LIMITS.upload_bytes // MEGABYTE} MB together, please. Pack the files with gzip."
)


def store_upload(chunks: Iterable[bytes], *, organization_id: UUID) -> tuple[str, int, str]:
    """Write a file under a random name; return its path, its bytes and its SHA-256.

    Raises Invalid for one that is too large, of which nothing is left.
    """
    path, [(size, checksum)] = store_uploads([chunks], organization_id=organization_id)
    return path, size, checksum


def store_uploads(
    files: Sequence[Iterable[bytes]], *, organization_id: UUID
) -> tuple[str, list[tuple[int, str]]]:
    """Write files under a random name and its `part_path`s; return it, and each one's bytes and
    SHA-256. Raises Invalid for those that are too large together, of which nothing is left.
    """
    path = f"{organization_id}/{uuid4().hex}"
    stored: list[tuple[int, str]] = []
    try:
        for number, chunks in enumerate(files):
            room = LIMITS.upload_bytes - sum(size for size, _ in stored)
            message = TOO_LARGE_TOGETHER if len(files) > 1 else TOO_LARGE
            stored.append(_written(part_path(path, number), chunks, room, message))
    except BaseException:
        remove_upload(path)
        raise
    return path, stored


def part_path(path: str, number: int) -> str:
    """The path of one of several files that were stored together."""
    return f"{path}-{number}" if number else path


def _written(path: str, chunks: Iterable[bytes], room: int, message: str) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with store_of(USAGE).writing(path) as file:
        for chunk in chunks:
            size += len(chunk)
            if size > room:
                raise refusal(message)
            digest.update(chunk)
            file.write(chunk)
    return size, digest.hexdigest()


def open_upload(path: str) -> IO[bytes]:
    """Open a file to be read; raises Invalid where it is gone."""
    try:
        return store_of(USAGE).open(path)
    except FileNotFoundError:
        raise refusal(GONE) from None


@contextmanager
def local_upload(path: str) -> Iterator[Path]:
    """A file as one of this machine, for a process that takes a name; Invalid where it is gone."""
    try:
        with store_of(USAGE).local(path) as place:
            yield place
    except FileNotFoundError:
        raise refusal(GONE) from None


def remove_upload(path: str) -> None:
    """Remove a file, and those stored with it; one that is gone already is no error."""
    store = store_of(USAGE)
    for stored in store.paths(path) if path else ():
        store.remove(stored)


def sweep_uploads(*, now: float | None = None) -> int:
    """Remove files that have lain for a day, whoever's they are; return how many."""
    return store_of(USAGE).sweep((time.time() if now is None else now) - MAX_SECONDS)
