"""One ZIP of a snapshot's finished documents, with names that say whose they are."""

from collections.abc import Sequence
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.http import HttpResponse
from django.utils.text import slugify

from organizations.exceptions import Missing
from reports.documents.files import attachment, read_file
from reports.models import Deliverable, DeliverableKind, Snapshot
from reports.snapshots.selectors import snapshot_payload

NOTHING_YET = "No document of this snapshot is finished yet."
MAX_NAME_LENGTH = 40
# A ZIP's own zero, so that the same documents always make the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)
READ_WRITE = 0o600 << 16


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
    suffix = DeliverableKind(deliverable.kind).suffix
    return f"{stem}-{deliverable.kind}-{deliverable.paper.lower()}{suffix}"
