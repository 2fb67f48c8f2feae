"""The files of deliverables, and what is handed out of them.

A file appears in it whole or not at all.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from uuid import UUID
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.http import HttpResponse
from django.utils.text import slugify

from organizations.exceptions import Missing
from organizations.files import DOCUMENTS, PART, store_of
from reports.models import Deliverable, Snapshot
from reports.snapshots.selectors import snapshot_payload

CONTENT_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
NOTHING_YET = "No document of this snapshot is finished yet."
MAX_NAME_LENGTH = 40
READ_WRITE = 0o600 << 16
GONE = "The file is missing. Ask for the document again, or for help."


@dataclass(frozen=True)
class StoredFile:
    """A stored file: where, how large, and its checksum."""

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class PreparedFile:
    """A file that lies beside its place."""

    part: str
    stored: StoredFile


def prepare_file(content: bytes, *, place: str, name: str, token: UUID) -> PreparedFile:
    """Write the content beside its place; `publish_file` puts it there.

    `place` is an organization's id. What earlier attempts at the same name left behind is cleared
    away.
    """
    store, path = store_of(DOCUMENTS), f"{place}/{name}"
    for leftover in store.paths(f"{path}."):
        store.remove(leftover)
    part = f"{path}.{token}{PART}"
    with store.writing(part) as file:
        file.write(content)
    return PreparedFile(part, StoredFile(path, len(content), hashlib.sha256(content).hexdigest()))


def publish_file(prepared: PreparedFile) -> StoredFile:
    """Put a prepared file in its place in one step; a repetition replaces the same file."""
    store_of(DOCUMENTS).move(prepared.part, prepared.stored.path)
    return prepared.stored


def file_address(path: str) -> str:
    """Where a stored file lies, for the person who runs the product."""
    return store_of(DOCUMENTS).address(path)


def file_size(path: str) -> int | None:
    """The bytes of a stored file; None where there is none."""
    return store_of(DOCUMENTS).size(path)


def download(path: str, *, filename: str) -> HttpResponse:
    """Hand out a file, to be saved and not shown; raises Missing where it is not there."""
    return attachment(read_file(path), filename=filename)


def read_file(path: str) -> bytes:
    """The content of a stored file; raises Missing where it is not there."""
    try:
        return store_of(DOCUMENTS).read(path)
    except FileNotFoundError:
        raise Missing(GONE) from None


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
            entry = ZipInfo(document_name(stem, each))  # of 1980: the bytes are the same
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
