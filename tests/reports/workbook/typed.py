"""The figures and answers of a case by the amber cells that a person would type them into."""

from typing import Any

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from assessments.scoring import AnswerState, AnswerValue
from costing.engine import LEVERS
from costing.engine.inputs.models import MODEL_SECTIONS
from reports.documents.workbook.inputs import blocks
from reports.documents.workbook.measured import FIELDS, MIN_ROWS
from reports.documents.workbook.measured import FIRST as FIRST_RUN
from reports.documents.workbook.tiers import FIRST_PRICE, PRICES, THRESHOLD
from reports.documents.workbook.week import FIRST, OWN
from tests.reports.workbook.cases import ANSWERS, FRAMEWORK, OWN_WEIGHTS, SCENARIOS
from tests.reports.workbook.recalculated import Value, named, place_of

Cells = dict[tuple[str, str], Value]
NAME, ANSWER, OWN_WEIGHT = 1, 2, 11


def case_typed(book: Workbook, name: str) -> Cells:
    """All inputs, answers and own weights of a case by the cells of a workbook to type them into.

    What a case does not say is left empty, not typed as its default.
    """
    document = SCENARIOS[name]
    typed: Cells = {}
    for block in blocks():
        values = block.stated(document)
        if block.has_switch:
            typed[named_place(book, f"has_{block.prefix}")] = "no" if values is None else "yes"
        for field in block.fields:
            if values is not None:
                typed[named_place(book, f"{block.prefix}_{field.key}")] = values.get(field.key)
    for key in ("horizon_months", "usd_per_day"):
        typed[named_place(book, key)] = document.get(key)
    for lever in LEVERS:
        is_on = lever in document.get("current_levers", ())
        typed[named_place(book, f"current_{lever}")] = "yes" if is_on else "no"
    profile = document["workload"].get("hourly_profile") or [None] * 168
    for hour, weight in enumerate(profile):
        typed[place_of(book["Week"].cell(FIRST + hour + 1, OWN + 1))] = weight
    return {
        **typed,
        **_tiers(book["Tiers"], document),
        **_runs(book["Measured"], (document.get("pool") or {}).get("points") or []),
        **_answers(book["Maturity"], ANSWERS[name]),
    }


def named_place(book: Workbook, name: str) -> tuple[str, str]:
    """Where the cell that a name stands for is."""
    return place_of(named(book, name))


def _tiers(sheet: Worksheet, document: dict[str, Any]) -> Cells:
    typed: Cells = {}
    titles = [cell.row for cell in sheet["A"] if str(cell.value).startswith("Above input")]
    for key, head in zip(MODEL_SECTIONS, titles, strict=True):
        tiers = (document.get(key) or {}).get("tiers") or []
        for n in range(4):
            tier = tiers[n] if n < len(tiers) else {}
            above = sheet.cell(head + 1 + n, THRESHOLD + 1)
            typed[place_of(above)] = tier.get("above_input_tokens")
            for place, name in enumerate(PRICES, start=FIRST_PRICE + 1):
                typed[place_of(sheet.cell(head + 1 + n, place))] = tier.get(name)
    return typed


def _runs(sheet: Worksheet, points: list[dict[str, Any]]) -> Cells:
    return {
        place_of(sheet.cell(FIRST_RUN + n + 1, place)): points[n][name] if n < len(points) else None
        for n in range(MIN_ROWS)
        for place, name in enumerate(FIELDS, start=1)
    }


def _answers(sheet: Worksheet, answers: dict[str, AnswerValue]) -> Cells:
    typed: Cells = {}
    rows = {cell.value: cell.row for cell in sheet["A"] if cell.value}
    for dimension in FRAMEWORK.dimensions:
        answer = answers.get(dimension.key, AnswerValue())
        typed[place_of(sheet.cell(rows[dimension.title], ANSWER))] = _typed(answer, answer.level)
        weight = float(OWN_WEIGHTS[dimension.key])
        typed[place_of(sheet.cell(rows[dimension.title], OWN_WEIGHT))] = weight
    for check in FRAMEWORK.checks:
        answer = answers.get(check.key, AnswerValue())
        typed[place_of(sheet.cell(rows[check.title], ANSWER))] = _typed(answer, answer.value)
    return typed


def _typed(answer: AnswerValue, value: Any) -> Value:
    if answer.state == AnswerState.ANSWERED:
        return int(value) if isinstance(value, int) else str(value)
    return None if answer.state == AnswerState.UNANSWERED else answer.state.value.replace("_", " ")
