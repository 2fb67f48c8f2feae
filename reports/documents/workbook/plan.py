"""Sheet Roadmap: the plan and the anti-patterns as text with their money."""

from collections.abc import Mapping
from typing import Any

from reports.documents.content.framework import anti_pattern_title, framework_of
from reports.documents.content.wording import EFFORTS, title_of
from reports.documents.workbook.page import Page

PHASE, ACTION, USD, EFFORT, NEEDS, OWNER, DUE, STATUS = range(8)
HEADS = ("Days", "Action", "USD per month", "Effort", "Needs first", "Owner", "Due", "Status")

JsonMapping = Mapping[str, Any]


def write_plan(page: Page, payload: JsonMapping) -> None:
    """The sheet, as frozen: the only one besides Levels that calculates nothing."""
    page.widths(14, 62, 16, 11, 34, 20, 13, 14)
    page.text(0, 0, "Roadmap and anti-patterns", "title")
    page.text(1, 0, "As delivered. Savings in the roadmap’s order, counted once.", "lead")
    row = _phases(page, 3, payload["roadmap"] or {})
    row = _projections(page, row + 1, payload["roadmap"] or {})
    row = _left_out(page, row, payload["roadmap"] or {})
    _anti_patterns(page, row, payload)
    page.sheet.freeze_panes(3, 0)
    page.printed()


def _phases(page: Page, row: int, roadmap: JsonMapping) -> int:
    phases = roadmap.get("phases") or []
    if not phases:
        page.text(row, 0, "No plan has been drafted.", "note")
        return row + 1
    for phase in phases:
        page.text(row, PHASE, phase["title"], "heading")
        page.texts(row + 1, PHASE, HEADS, "head_indent")
        page.texts(row + 1, PHASE, HEADS[:USD], "head")
        page.text(row + 1, USD, HEADS[USD], "head_right")
        row += 2
        for action in phase.get("actions") or []:
            _action(page, row, phase, action)
            row += 1
        if not phase.get("actions"):
            page.text(row, ACTION, "Nothing is proposed in this phase.", "note")
            row += 1
        row += 1
    return row


def _action(page: Page, row: int, phase: JsonMapping, action: JsonMapping) -> None:
    page.text(row, PHASE, f"{phase.get('from_day')}–{phase.get('to_day')}", "label")
    page.text(row, ACTION, action["title"], "label_bold")
    page.static(row, USD, action.get("usd_per_month"), "usd")
    page.text(row, EFFORT, title_of(EFFORTS, str(action.get("effort") or "–")), "muted")
    page.text(row, NEEDS, ", ".join(map(str, action.get("preconditions") or [])), "muted")
    page.text(row, OWNER, action.get("owner") or "", "label")
    page.text(row, DUE, action.get("due_on") or "", "label")
    page.text(row, STATUS, str(action.get("status") or "open").replace("_", " "), "label")


def _projections(page: Page, row: int, roadmap: JsonMapping) -> int:
    items = roadmap.get("projections") or []
    if not items:
        return row
    page.text(row, 0, "Where that leads", "heading")
    page.texts(row + 1, 0, ["Day", "Maturity, overall", "USD per month"], "head_right")
    for n, item in enumerate(items, start=row + 2):
        page.static(n, 0, item["day"], "count")
        page.static(n, 1, item.get("overall"), "level")
        page.static(n, 2, item.get("usd_per_month"), "usd")
    return row + 3 + len(items)


def _left_out(page: Page, row: int, roadmap: JsonMapping) -> int:
    items = roadmap.get("not_proposed") or []
    if not items:
        return row
    page.text(row, 0, "Not proposed, and why", "heading")
    for n, item in enumerate(items, start=row + 1):
        page.text(n, ACTION, item["title"], "label_bold")
        page.merged(n, USD, STATUS, item["reason"], "muted")
        page.sheet.set_row(n, 32)
    return row + 2 + len(items)


def _anti_patterns(page: Page, row: int, payload: JsonMapping) -> None:
    page.text(row, 0, "Anti-patterns", "heading")
    found, framework = payload["anti_patterns"] or [], framework_of(payload)
    if not found:
        page.text(row + 1, 0, "None was found.", "note")
        return
    page.texts(row + 1, 0, ["", "Anti-pattern"], "head")
    page.text(row + 1, USD, "USD per month", "head_right")
    page.merged(row + 1, EFFORT, STATUS, "How it shows", "head_indent")
    for n, item in enumerate(found, start=row + 2):
        page.text(n, 0, "", "label")
        page.text(n, ACTION, anti_pattern_title(framework, str(item["key"])), "label_bold")
        page.static(n, USD, item.get("usd_per_month"), "usd")
        page.merged(n, EFFORT, STATUS, item["evidence"], "muted")
        page.sheet.set_row(n, 32)
