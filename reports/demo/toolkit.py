"""The toolkit: the documents of nobody's case, drawn once a release and kept as files.

No request draws them: `manage.py make_toolkit` does, before the product serves.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.conf import settings

from assessments.framework import load_framework
from presentation.wording import count_word
from reports.documents.files import file_size, prepare_file, publish_file, read_file
from reports.documents.rendering import DRAWERS
from reports.models import DeliverableKind, PaperSize
from reports.snapshots.freezing import blank_payload
from reports.snapshots.payload import canonical_json, checksum

FOLDER = "toolkit"
STAMP = "made-from"
# What the documents are made from: a release that changes none of it need not draw them again.
SOURCES = (
    "assessments/framework/*",
    "reports/**/*.py",
    "reports/**/*.docx",
    "templates/reports/print/*",
    "config/static/fonts/*",
    "uv.lock",
)
DESCRIPTIONS = {
    DeliverableKind.SCORECARD: "One page: {dimensions} dimensions, {checks} checks, and where"
    " each stands.",
    DeliverableKind.EXECUTIVE_BRIEF: "Three pages for a board: standing, economics, {days}-day"
    " plan.",
    DeliverableKind.WORKBOOK: "Live formulas: scores, six strategies, crossover and payback.",
    DeliverableKind.GUIDE: "A 90-minute workshop: agenda, prompts, and forms for decisions.",
    DeliverableKind.STARTER_KIT: "Gateway, pool, evals, token log and alerts; placeholders for"
    " figures.",
}


@dataclass(frozen=True)
class BlankDocument:
    """One document of the toolkit."""

    kind: DeliverableKind

    @property
    def filename(self) -> str:
        """The name that a download suggests."""
        return f"blank-{self.kind.value}{self.kind.suffix}"

    @property
    def path(self) -> str:
        """Where its file lies in the folder of deliverables."""
        return f"{FOLDER}/{self.filename}"

    @property
    def description(self) -> str:
        """What it is for, in a sentence."""
        framework = load_framework()
        return DESCRIPTIONS[self.kind].format(
            dimensions=count_word(len(framework.dimensions)),
            checks=count_word(len(framework.checks)),
            days=framework.days,
        )

    @property
    def format(self) -> str:
        """Its file format, as people call it."""
        return self.kind.suffix.removeprefix(".").upper()

    @property
    def size_bytes(self) -> int | None:
        """How large its file is; none where it has not been drawn."""
        return file_size(self.path)


def find_blank_documents() -> list[BlankDocument]:
    """Every document of the toolkit, drawn or not."""
    return [BlankDocument(kind) for kind in DeliverableKind]


def draw_toolkit(as_of: date) -> bool:
    """Draw the blank documents and put each in its place, unless this release did already.

    Returns whether they were drawn. Raises RenderFailed.
    """
    sources = sources_digest()
    if _stands(sources):
        return False
    payload = blank_payload(load_framework(), as_of)
    sha256 = checksum(canonical_json(payload.document()))
    for document in find_blank_documents():
        _store(document.filename, DRAWERS[document.kind](payload, sha256, PaperSize.A4))
    _store(STAMP, sources.encode())
    return True


def sources_digest() -> str:
    """The SHA-256 of all that the blank documents are made from."""
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(settings.BASE_DIR.glob(pattern)):
            if path.is_file():
                digest.update(f"{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _stands(sources: str) -> bool:
    is_drawn = all(document.size_bytes for document in find_blank_documents())
    stamp = f"{FOLDER}/{STAMP}"
    return is_drawn and bool(file_size(stamp)) and read_file(stamp).decode() == sources


def _store(name: str, content: bytes) -> None:
    publish_file(prepare_file(content, place=FOLDER, name=name, token=uuid4()))
