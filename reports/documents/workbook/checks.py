"""The checks on sheet Maturity, and sheet Levels with the anchors to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass

from assessments.framework import LEVELS, Check, Coverage
from reports.documents.workbook.formula import Formula, any_of, total, when
from reports.documents.workbook.page import Page
from reports.snapshots.payload import Payload

ANSWERS = ["yes", "partial", "no", "unknown", "not applicable"]
NAME, ANSWER, STAGE, LOW, HIGH, ASKED, DONE, MEANS = range(8)
LAST = 12


@dataclass(frozen=True)
class Answered:
    """Coverage cells of a dimension's checks, by stage; how many were asked and answered."""

    foundation: tuple[Formula, ...]
    optimized: tuple[Formula, ...]
    foundation_high: tuple[Formula, ...]
    optimized_high: tuple[Formula, ...]
    asked: Formula
    done: Formula


def write_checks(page: Page, row: int, payload: Payload, coverage: Coverage) -> dict[str, Answered]:
    """The table of checks, dimension by dimension; `coverage` is the framework's."""
    page.text(row, NAME, "Checks: what is operational today", "heading")
    page.text(row + 1, NAME, "Check", "head")
    page.text(row + 1, ANSWER, "Answer", "head_centre")
    page.text(row + 1, STAGE, "Stage", "head_indent")
    page.texts(row + 1, LOW, ["Coverage", "Upper end", "Asked", "Done"], "head_right")
    page.merged(row + 1, MEANS, LAST, "Operational means", "head_indent")
    row += 2
    states = payload.check_states()
    answered = {}
    for dimension in payload.framework.dimensions:
        checks = payload.framework.checks_of(dimension.key)
        cells = []
        for check in checks:
            cells.append(_check(page, row, check, states[check.key], coverage))
            row += 1
        answered[dimension.key] = _answered(page, checks, cells)
    return answered


def _answered(
    page: Page, checks: Sequence[Check], cells: Sequence[tuple[Formula, ...]]
) -> Answered:
    stages = {
        (stage, place): tuple(
            cell[place] for check, cell in zip(checks, cells, strict=True) if check.stage == stage
        )
        for stage in ("foundation", "optimized")
        for place in (0, 1)
    }
    return Answered(
        foundation=stages["foundation", 0],
        optimized=stages["optimized", 0],
        foundation_high=stages["foundation", 1],
        optimized_high=stages["optimized", 1],
        asked=total(page.column([cell[2] for cell in cells])) if cells else total(0),
        done=total(page.column([cell[3] for cell in cells])) if cells else total(0),
    )


def _check(
    page: Page, row: int, check: Check, state: str, coverage: Coverage
) -> tuple[Formula, ...]:
    page.text(row, NAME, check.title, "label_bold")
    value = None if state == "unanswered" else state.replace("_", " ")
    rule = {
        "validate": "list",
        "source": ANSWERS,
        "error_title": "Answer",
        "error_message": "yes, partial, no, unknown, not applicable, or empty.",
    }
    page.sheet.data_validation(row, ANSWER, row, ANSWER, rule)
    answer = page.static(row, ANSWER, value, "input_text")
    page.text(row, STAGE, check.stage, "muted")
    page.merged(row, MEANS, LAST, check.operational, "muted")
    page.sheet.set_row(row, 30)
    is_empty = answer.equals("")
    leaves = any_of(is_empty, answer.equals("not applicable"))
    low, high = float(coverage.unknown_low), float(coverage.unknown_high)
    return (
        page.formula(row, LOW, _coverage(coverage, answer, leaves, low), "level"),
        page.formula(row, HIGH, _coverage(coverage, answer, leaves, high), "level"),
        page.formula(row, ASKED, when(answer.equals("not applicable"), 0, 1), "count_static"),
        page.formula(row, DONE, when(leaves, 0, 1), "count_static"),
    )


def _coverage(coverage: Coverage, answer: Formula, leaves: Formula, unknown: float) -> Formula:
    """The coverage of an answer; unknown by the end of the band, empty where the check leaves."""
    known = when(answer.equals("partial"), float(coverage.partial), float(coverage.no))
    known = when(answer.equals("yes"), float(coverage.yes), known)
    return when(leaves, "", when(answer.equals("unknown"), unknown, known))


def write_levels(page: Page, payload: Payload) -> None:
    """The anchors of every dimension and level."""
    page.widths(24, *[34] * len(LEVELS))
    page.text(0, 0, "What each level looks like", "title")
    page.text(1, 0, "Choose the one that describes today, on sheet Maturity.", "lead")
    page.text(3, 0, "Dimension", "head")
    page.texts(3, 1, [f"Level {level}" for level in LEVELS], "head")
    for row, dimension in enumerate(payload.framework.dimensions, start=4):
        page.text(row, 0, dimension.title, "label_top")
        anchors = [anchor.text for anchor in dimension.anchors]
        page.texts(row, 1, anchors, "wrap")
        page.sheet.set_row(row, 84)
    page.sheet.freeze_panes(4, 1)
    page.printed()
