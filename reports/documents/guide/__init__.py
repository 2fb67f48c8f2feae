"""The facilitator guide: a frozen payload, or none, as a DOCX for a workshop; pure, no Django."""

from collections.abc import Mapping
from typing import Any

from reports.documents.guide.content import guide_content
from reports.documents.guide.document import document_bytes
from reports.snapshots.payload import canonical_json, checksum

__all__ = ["guide_bytes", "render_guide"]


def render_guide(payload: Mapping[str, Any] | None, paper: str = "A4") -> bytes:
    """The guide of a payload as DOCX; None makes the blank one. The same input, the same bytes.

    `paper` is A4 or letter. Raises ValueError where the payload holds figures that are not finite.
    """
    sha256 = "" if payload is None else checksum(canonical_json(payload))
    return guide_bytes(payload, sha256, paper)


def guide_bytes(payload: Mapping[str, Any] | None, sha256: str, paper: str) -> bytes:
    """The guide of a payload whose canonical text has the checksum `sha256`.

    The payload of nobody's case, without organization and client, makes the blank one too.
    """
    is_blank = payload is None or not (payload["organization"] or payload["client"])
    return document_bytes(guide_content(None if is_blank else payload, sha256), paper)
