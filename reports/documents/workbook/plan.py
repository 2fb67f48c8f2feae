"""Sheet Roadmap: the plan and the anti-patterns as text with their money."""

from assessments.roadmap import ActionEntry, PhaseEntry, RoadmapDocument
from reports.documents.content.wording import EFFORTS, anti_pattern_title, title_of
from reports.documents.workbook.page import Page
from reports.snapshots.payload import Payload

PHASE, ACTION, USD, EFFORT, NEEDS, OWNER, DUE, STATUS = range(8)
NO_ROADMAP = RoadmapDocument((), (), ())
HEADS = ("Days", "Action", "USD per month", "Effort", "Needs first", "Owner", "Due", "Status")


def write_plan(page: Page, payload: Payload) -> None:
    """The sheet, as frozen: the only one besides Levels that calculates nothing."""
    page.widths(14, 62, 16, 11, 34, 20, 13, 14)
    page.text(0, 0, "Roadmap and anti-patterns", "title")
    page.text(1, 0, "As delivered. Savings in the roadmap’s order, counted once.", "lead")
    roadmap = payload.roadmap or NO_ROADMAP
    row = _phases(page, 3, roadmap)
    row = _projections(page, row + 1, roadmap)
    row = _left_out(page, row, roadmap)
    _anti_patterns(page, row, payload)
    page.sheet.freeze_panes(3, 0)
    page.printed()


def _phases(page: Page, row: int, roadmap: RoadmapDocument) -> int:
    if not roadmap.phases:
        page.text(row, 0, "No plan has been drafted.", "note")
        return row + 1
    for phase in roadmap.phases:
        page.text(row, PHASE, phase.title, "heading")
        page.texts(row + 1, PHASE, HEADS, "head_indent")
        page.texts(row + 1, PHASE, HEADS[:USD], "head")
        page.text(row + 1, USD, HEADS[USD], "head_right")
        row += 2
        for action in phase.actions:
            _action(page, row, phase, action)
            row += 1
        if not phase.actions:
            page.text(row, ACTION, "Nothing is proposed in this phase.", "note")
            row += 1
        row += 1
    return row


def _action(page: Page, row: int, phase: PhaseEntry, action: ActionEntry) -> None:
    page.text(row, PHASE, f"{phase.from_day}–{phase.to_day}", "label")
    page.text(row, ACTION, action.title, "label_bold")
    page.static(row, USD, action.usd_per_month, "usd")
    page.text(row, EFFORT, title_of(EFFORTS, action.effort or "–"), "muted")
    page.text(row, NEEDS, ", ".join(action.preconditions), "muted")
    page.text(row, OWNER, action.owner or "", "label")
    page.text(row, DUE, action.due_on.isoformat() if action.due_on else "", "label")
    page.text(row, STATUS, (action.status or "open").replace("_", " "), "label")


def _projections(page: Page, row: int, roadmap: RoadmapDocument) -> int:
    items = roadmap.projections
    if not items:
        return row
    page.text(row, 0, "Where that leads", "heading")
    page.texts(row + 1, 0, ["Day", "Maturity, overall", "USD per month"], "head_right")
    for n, item in enumerate(items, start=row + 2):
        page.static(n, 0, item.day, "count")
        page.static(n, 1, item.overall, "level")
        page.static(n, 2, item.usd_per_month, "usd")
    return row + 3 + len(items)


def _left_out(page: Page, row: int, roadmap: RoadmapDocument) -> int:
    items = roadmap.not_proposed
    if not items:
        return row
    page.text(row, 0, "Not proposed, and why", "heading")
    for n, item in enumerate(items, start=row + 1):
        page.text(n, ACTION, item.title, "label_bold")
        page.merged(n, USD, STATUS, item.reason, "muted")
        page.sheet.set_row(n, 32)
    return row + 2 + len(items)


def _anti_patterns(page: Page, row: int, payload: Payload) -> None:
    page.text(row, 0, "Anti-patterns", "heading")
    found, framework = payload.anti_patterns, payload.framework.whole
    if not found:
        page.text(row + 1, 0, "None was found.", "note")
        return
    page.texts(row + 1, 0, ["", "Anti-pattern"], "head")
    page.text(row + 1, USD, "USD per month", "head_right")
    page.merged(row + 1, EFFORT, STATUS, "How it shows", "head_indent")
    for n, item in enumerate(found, start=row + 2):
        page.text(n, 0, "", "label")
        page.text(n, ACTION, anti_pattern_title(framework, item.key), "label_bold")
        page.static(n, USD, item.usd_per_month, "usd")
        page.merged(n, EFFORT, STATUS, item.evidence, "muted")
        page.sheet.set_row(n, 32)
