"""The private folder of evidence: random names, files whole or not at all, downloads alone."""

import os
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from assessments.models import Evidence
from organizations.exceptions import Missing

GONE = "The file is missing. Ask whoever added it to add it again."


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "evidence"


def new_path(organization_id: UUID) -> str:
    """Return the place of a new file: a random name that nobody can guess."""
    return f"{organization_id}/{uuid4().hex}"


def store_file(content: bytes, *, path: str) -> None:
    """Write the content beside its place, flush it to the disk, and put it there in one step."""
    place = folder() / path
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = place.with_suffix(".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, place)
    parent = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)


def remove_file(path: str) -> None:
    """Remove a file; one that is gone already is no error."""
    (folder() / path).unlink(missing_ok=True)


def download(evidence: Evidence) -> HttpResponse:
    """Return a file, to be saved and not shown; raises Missing where it is not there."""
    place = folder() / evidence.path
    if not evidence.path or not place.is_file():
        raise Missing(GONE)
    response = HttpResponse(place.read_bytes(), content_type=evidence.content_type)
    response["Content-Disposition"] = content_disposition_header(True, evidence.filename)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
