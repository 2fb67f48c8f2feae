"""The scoring workbook: a frozen payload as a spreadsheet with live formulas; pure, no Django."""

from reports.documents.workbook.book import workbook_bytes

__all__ = ["workbook_bytes"]
