"""The private folder of usage files: random names, and only until a job has read them."""

import hashlib
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

from django.conf import settings

from costing.usage.records import LIMITS, MEGABYTE, refusal

# A file that nobody read by then belongs to a job that was stopped, or to nothing at all.
MAX_SECONDS = 24 * 3600
GONE = "The file is no longer there. Choose it once more."
TOO_LARGE = f"At most {LIMITS.upload_bytes // MEGABYTE} MB, please. Pack the file with gzip."


def folder() -> Path:
    """The folder, outside of the web root."""
    return Path(settings.MEDIA_ROOT) / "usage"


def store_upload(chunks: Iterable[bytes], *, organization_id: UUID) -> tuple[str, int, str]:
    """Write a file under a random name; return its path, its bytes and its SHA-256.

    Raises Invalid for one that is too large, of which nothing is left.
    """
    path = f"{organization_id}/{uuid4().hex}"
    place = folder() / path
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > LIMITS.upload_bytes:
                    raise refusal(TOO_LARGE)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        remove_upload(path)
        raise
    return path, size, digest.hexdigest()


def open_upload(path: str) -> IO[bytes]:
    """Open a file to be read; raises Invalid where it is gone."""
    try:
        return (folder() / path).open("rb")
    except (FileNotFoundError, IsADirectoryError):
        raise refusal(GONE) from None


def remove_upload(path: str) -> None:
    """Remove a file; one that is gone already is no error."""
    if path:
        (folder() / path).unlink(missing_ok=True)


def sweep_uploads(*, now: float | None = None) -> int:
    """Remove files that have lain for a day, whoever's they are; return how many."""
    oldest = (time.time() if now is None else now) - MAX_SECONDS
    swept = 0
    for place in folder().glob("*/*"):
        if place.is_file() and place.stat().st_mtime < oldest:
            place.unlink(missing_ok=True)
            swept += 1
    return swept
