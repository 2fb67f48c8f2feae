"""The scoring workbook: a frozen payload as a spreadsheet with live formulas; pure, no Django."""

from collections.abc import Mapping
from typing import Any

from reports.documents.workbook.book import workbook_bytes
from reports.snapshots.payload import canonical_json, checksum

__all__ = ["render_workbook", "workbook_bytes"]


def render_workbook(payload: Mapping[str, Any]) -> bytes:
    """The workbook of a payload; without results its inputs are an example, and it says so.

    Raises ValueError where the payload holds figures that are not finite.
    """
    return workbook_bytes(payload, checksum(canonical_json(payload)))
