"""The private folder of usage files: random names, and only until a job has read them."""

import hashlib
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

from django.conf import settings

from costing.usage.records import LIMITS, MEGABYTE, refusal

# A file that nobody read by then belongs to a job that was stopped, or to nothing at all.
MAX_SECONDS = 24 * 3600
GONE = "The file is no longer there. Choose it again."
TOO_LARGE = f"At most {LIMITS.upload_bytes // MEGABYTE} MB, please. Pack the file with gzip."
TOO_LARGE_TOGETHER = (
    f"At most {LIMITS.upload_bytes // MEGABYTE} MB together, please. Pack the files with gzip."
)


def folder() -> Path:
    """The folder, outside of the web root."""
    return Path(settings.MEDIA_ROOT) / "usage"


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
    (folder() / path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    stored: list[tuple[int, str]] = []
    try:
        for number, chunks in enumerate(files):
            room = LIMITS.upload_bytes - sum(size for size, _ in stored)
            message = TOO_LARGE_TOGETHER if len(files) > 1 else TOO_LARGE
            stored.append(_written(folder() / part_path(path, number), chunks, room, message))
    except BaseException:
        remove_upload(path)
        raise
    return path, stored


def part_path(path: str, number: int) -> str:
    """The path of one of several files that were stored together."""
    return f"{path}-{number}" if number else path


def _written(place: Path, chunks: Iterable[bytes], room: int, message: str) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > room:
                raise refusal(message)
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return size, digest.hexdigest()


def open_upload(path: str) -> IO[bytes]:
    """Open a file to be read; raises Invalid where it is gone."""
    try:
        return (folder() / path).open("rb")
    except (FileNotFoundError, IsADirectoryError):
        raise refusal(GONE) from None


def remove_upload(path: str) -> None:
    """Remove a file, and those stored with it; one that is gone already is no error."""
    if path:
        for number in range(LIMITS.files):
            (folder() / part_path(path, number)).unlink(missing_ok=True)


def sweep_uploads(*, now: float | None = None) -> int:
    """Remove files that have lain for a day, whoever's they are; return how many."""
    oldest = (time.time() if now is None else now) - MAX_SECONDS
    swept = 0
    for place in folder().glob("*/*"):
        if place.is_file() and place.stat().st_mtime < oldest:
            place.unlink(missing_ok=True)
            swept += 1
    return swept
