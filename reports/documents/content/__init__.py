"""Content of documents."""

from reports.documents.content.brief import Brief, brief_content
from reports.documents.content.scorecard import Scorecard, scorecard_content

__all__ = [
    "Brief",
    "Scorecard",
    "brief_content",
    "scorecard_content",
]
