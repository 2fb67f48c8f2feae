"""The private folder of deliverables, and what is handed out of it.

A file appears in it whole or not at all.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from uuid import UUID
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.conf import settings
from django.http import HttpResponse
from django.utils.text import slugify

from organizations.exceptions import Missing
from reports.models import Deliverable, Snapshot
from reports.snapshots.selectors import snapshot_payload

PART = ".part"
CONTENT_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
NOTHING_YET = "No document of this snapshot is finished yet."
MAX_NAME_LENGTH = 40
# A ZIP's own zero, so that the same documents always make the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)
READ_WRITE = 0o600 << 16
GONE = "The file is missing. Ask for the document again, or for help."


@dataclass(frozen=True)
class StoredFile:
    """A file in the folder: where, how large, and its checksum."""

    path: str
    size_bytes: int
    sha256: str


def absolute_path(path: str) -> Path:
    """Where a stored path lies on this machine: in the private folder, outside of the web root."""
    return Path(settings.MEDIA_ROOT, path)


def prepare_file(content: bytes, *, place: str, name: str, token: UUID) -> Path:
    """Write the content beside its place and flush it to the disk; `publish_file` puts it there.

    `place` is the folder below the private one: an organization's id. What earlier attempts at the
    same name left behind is cleared away.
    """
    home = absolute_path(place)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    for leftover in home.glob(f"{name}.*{PART}"):
        leftover.unlink(missing_ok=True)
    part = home / f"{name}.{token}{PART}"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return part


def publish_file(part: Path, *, name: str) -> StoredFile:
    """Put a prepared file in its place in one step; a repetition replaces the same file."""
    content = part.read_bytes()
    place = part.with_name(name)
    os.replace(part, place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    path = place.relative_to(absolute_path("")).as_posix()
    return StoredFile(path, len(content), hashlib.sha256(content).hexdigest())


def download(path: str, *, filename: str) -> HttpResponse:
    """Hand out a file, to be saved and not shown; raises Missing where it is not there."""
    return attachment(read_file(path), filename=filename)


def read_file(path: str) -> bytes:
    """The content of a stored file; raises Missing where it is not there."""
    place = absolute_path(path)
    if not path or not place.is_file():
        raise Missing(GONE)
    return place.read_bytes()


def attachment(content: bytes, *, filename: str) -> HttpResponse:
    """Answer with a file that is to be saved, not shown, and kept by no cache."""
    response = HttpResponse(content, content_type=CONTENT_TYPES[Path(filename).suffix])
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def bundle_documents(snapshot: Snapshot, deliverables: Sequence[Deliverable]) -> HttpResponse:
    """Answer with finished documents of a snapshot in one ZIP; they are compressed already.

    Raises Missing where there is none, or a file is not in its place.
    """
    if not deliverables:
        raise Missing(NOTHING_YET)
    stem = snapshot_stem(snapshot)
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        for each in deliverables:
            entry = ZipInfo(document_name(stem, each), EPOCH)
            entry.external_attr = READ_WRITE
            archive.writestr(entry, read_file(each.path))
    return attachment(buffer.getvalue(), filename=f"{stem}-snapshot-{snapshot.number}.zip")


def snapshot_stem(snapshot: Snapshot) -> str:
    """The start of file names: client and title as they were frozen, in plain ASCII."""
    payload = snapshot_payload(snapshot)
    named = (payload.client, "client"), (payload.title, "assessment")
    return "-".join(slugify(text)[:MAX_NAME_LENGTH].strip("-_") or other for text, other in named)


def document_name(stem: str, deliverable: Deliverable) -> str:
    """The name of one document; kind and paper tell those of a snapshot apart."""
    return f"{stem}-{deliverable.kind}{deliverable.ending}"
