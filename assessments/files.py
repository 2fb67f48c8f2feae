"""Files of evidence: random names, whole or not at all, downloads alone."""

from uuid import UUID, uuid4

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from assessments.models import Evidence
from organizations.exceptions import Missing
from organizations.files import EVIDENCE, store_of

GONE = "The file is missing. Ask whoever added it to add it again."


def new_path(organization_id: UUID) -> str:
    """Return the place of a new file: a random name that nobody can guess."""
    return f"{organization_id}/{uuid4().hex}"


def store_file(content: bytes, *, path: str) -> None:
    """Put the content in its place."""
    with store_of(EVIDENCE).writing(path) as file:
        file.write(content)


def remove_file(path: str) -> None:
    """Remove a file; one that is gone already is no error."""
    store_of(EVIDENCE).remove(path)


def download(evidence: Evidence) -> HttpResponse:
    """Return a file, to be saved and not shown; raises Missing where it is not there."""
    try:
        content = store_of(EVIDENCE).read(evidence.path)
    except FileNotFoundError:
        raise Missing(GONE) from None
    response = HttpResponse(content, content_type=evidence.content_type)
    response["Content-Disposition"] = content_disposition_header(True, evidence.filename)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
