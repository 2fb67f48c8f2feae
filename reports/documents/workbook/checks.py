"""The checks on sheet Maturity, and sheet Levels with the anchors to choose from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessments.framework import LEVELS, Check, Coverage, Stage
from reports.documents.workbook.formula import Formula, any_of, total, when
from reports.documents.workbook.page import Page, one_of
from reports.snapshots.payload import Payload

ANSWERS = ["yes", "partial", "no", "unknown", "not applicable"]
NAME, ANSWER, STAGE, LOW, HIGH, ASKED, DONE, MEANS = range(8)
LAST = 12


@dataclass(frozen=True)
class Answered:
    """Coverage cells of a dimension's checks by stage, and how many were asked and answered."""

    low: Mapping[Stage, Sequence[Formula]]
    high: Mapping[Stage, Sequence[Formula]]
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
        cells = [
            _check(page, n, check, states[check.key], coverage)
            for n, check in enumerate(checks, start=row)
        ]
        row += len(cells)
        low, high, asked, done = zip(*cells, strict=True) if cells else ((), (), (), ())
        sums = (total(page.column(each) if each else 0) for each in (asked, done))
        answered[dimension.key] = Answered(_by_stage(checks, low), _by_stage(checks, high), *sums)
    return answered


def _by_stage(checks: Sequence[Check], cells: Sequence[Formula]) -> dict[Stage, Sequence[Formula]]:
    pairs = list(zip(checks, cells, strict=True))
    return {stage: [cell for check, cell in pairs if check.stage == stage] for stage in Stage}


def _check(
    page: Page, row: int, check: Check, state: str, coverage: Coverage
) -> tuple[Formula, Formula, Formula, Formula]:
    """A check's row: its coverage at the low and the high end, whether it is asked and answered."""
    page.text(row, NAME, check.title, "label_bold")
    value = None if state == "unanswered" else state.replace("_", " ")
    rule = one_of("Answer", ANSWERS, or_empty=True)
    answer = page.entry(row, ANSWER, value, "text", rule)
    page.text(row, STAGE, check.stage, "muted")
    page.merged(row, MEANS, LAST, check.operational, "muted", height=30)
    is_left_out = answer.equals("not applicable")
    leaves = any_of(answer.equals(""), is_left_out)
    low, high = float(coverage.unknown_low), float(coverage.unknown_high)
    return (
        page.formula(row, LOW, _coverage(coverage, answer, leaves, low), "level"),
        page.formula(row, HIGH, _coverage(coverage, answer, leaves, high), "level"),
        page.formula(row, ASKED, when(is_left_out, 0, 1), "count_static"),
        page.formula(row, DONE, when(leaves, 0, 1), "count_static"),
    )


def _coverage(coverage: Coverage, answer: Formula, leaves: Formula, unknown: float) -> Formula:
    """The coverage of an answer; unknown by the end of the band, empty where the check leaves."""
    known = when(answer.equals("partial"), float(coverage.partial), float(coverage.no))
    known = when(answer.equals("yes"), float(coverage.yes), known)
    return when(leaves, "", when(answer.equals("unknown"), unknown, known))


def write_levels(page: Page, payload: Payload) -> None:
    """The anchors of every dimension and level."""
    lead = "Choose the one that describes today, on sheet Maturity."
    page.begin("What each level looks like", lead, 24, *[34] * len(LEVELS))
    page.texts(3, 0, ["Dimension", *(f"Level {level}" for level in LEVELS)], "head")
    for row, dimension in enumerate(payload.framework.dimensions, start=4):
        page.text(row, 0, dimension.title, "label_top")
        page.texts(row, 1, [anchor.text for anchor in dimension.anchors], "wrap")
        page.sheet.set_row(row, 84)
    page.sheet.freeze_panes(4, 1)
    page.printed()
