"""The facilitator guide: a frozen payload as a DOCX for a workshop; pure, no Django."""

from reports.documents.guide.content import guide_content
from reports.documents.guide.document import document_bytes
from reports.snapshots.payload import Payload


def guide_bytes(payload: Payload | None, sha256: str = "", paper: str = "A4") -> bytes:
    """The guide of a payload whose canonical text has the checksum `sha256`; A4 or letter.

    None makes the blank one of the latest framework. The same input, the same bytes.
    """
    return document_bytes(guide_content(payload, sha256), paper)
