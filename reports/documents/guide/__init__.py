"""The facilitator guide: a frozen payload as a DOCX for a workshop; pure, no Django."""

from reports.documents.guide.document import guide_bytes

__all__ = ["guide_bytes"]
