"""What the deliverables say: the frozen payload and the content made of it; pure, no Django."""

from reports.content.brief import Brief, brief_content
from reports.content.payload import canonical_json, checksum, snapshot_payload
from reports.content.scorecard import Scorecard, scorecard_content

__all__ = [
    "Brief",
    "Scorecard",
    "brief_content",
    "canonical_json",
    "checksum",
    "scorecard_content",
    "snapshot_payload",
]
