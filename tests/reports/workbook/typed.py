"""Types a case's figures and answers into the amber cells of a workbook, as a person would."""

from typing import Any

from openpyxl.workbook import Workbook

from assessments.scoring import AnswerState, AnswerValue
from costing.engine import LEVERS
from costing.engine.inputs.models import MODEL_SECTIONS
from reports.documents.workbook.inputs import blocks
from reports.documents.workbook.measured import FIELDS, MIN_ROWS
from reports.documents.workbook.measured import FIRST as FIRST_RUN
from reports.documents.workbook.tiers import FIRST_PRICE, PRICES, THRESHOLD
from reports.documents.workbook.week import FIRST, OWN
from tests.reports.workbook.cases import ANSWERS, FRAMEWORK, OWN_WEIGHTS, SCENARIOS
from tests.reports.workbook.recalculated import named

NAME, ANSWER, OWN_WEIGHT = 1, 2, 11


def type_case(book: Workbook, name: str) -> None:
    """All inputs, answers and own weights of a case, over whatever stands there.

    What a case does not say is left empty, not typed as its default.
    """
    document = SCENARIOS[name]
    for block in blocks():
        values = block.stated(document)
        if block.has_switch:
            named(book, f"has_{block.prefix}").value = "no" if values is None else "yes"
        for field in block.fields:
            cell = named(book, f"{block.prefix}_{field.key}")
            if values is not None:
                cell.value = values.get(field.key)
    named(book, "horizon_months").value = document.get("horizon_months")
    named(book, "usd_per_day").value = document.get("usd_per_day")
    _type_tiers(book, document)
    _type_runs(book, (document.get("pool") or {}).get("points") or [])
    profile = document["workload"].get("hourly_profile") or [None] * 168
    for hour, weight in enumerate(profile):
        book["Week"].cell(FIRST + hour + 1, OWN + 1).value = weight
    for lever in LEVERS:
        is_on = lever in document.get("current_levers", ())
        named(book, f"current_{lever}").value = "yes" if is_on else "no"
    _type_answers(book, ANSWERS[name])


def _type_tiers(book: Workbook, document: dict[str, Any]) -> None:
    sheet = book["Tiers"]
    titles = [cell.row for cell in sheet["A"] if str(cell.value).startswith("Above input")]
    for key, head in zip(MODEL_SECTIONS, titles, strict=True):
        tiers = (document.get(key) or {}).get("tiers") or []
        for n in range(4):
            tier = tiers[n] if n < len(tiers) else {}
            sheet.cell(head + 1 + n, THRESHOLD + 1).value = tier.get("above_input_tokens")
            for place, name in enumerate(PRICES, start=FIRST_PRICE + 1):
                sheet.cell(head + 1 + n, place).value = tier.get(name)


def _type_runs(book: Workbook, points: list[dict[str, Any]]) -> None:
    for n in range(MIN_ROWS):
        for place, name in enumerate(FIELDS, start=1):
            value = points[n][name] if n < len(points) else None
            book["Measured"].cell(FIRST_RUN + n + 1, place).value = value


def _type_answers(book: Workbook, answers: dict[str, AnswerValue]) -> None:
    sheet = book["Maturity"]
    rows = {cell.value: cell.row for cell in sheet["A"] if cell.value}
    for dimension in FRAMEWORK.dimensions:
        answer = answers.get(dimension.key, AnswerValue())
        sheet.cell(rows[dimension.title], ANSWER).value = _typed(answer, answer.level)
        weight = float(OWN_WEIGHTS[dimension.key])
        sheet.cell(rows[dimension.title], OWN_WEIGHT).value = weight
    for check in FRAMEWORK.checks:
        answer = answers.get(check.key, AnswerValue())
        sheet.cell(rows[check.title], ANSWER).value = _typed(answer, answer.value)


def _typed(answer: AnswerValue, value: Any) -> Any:
    if answer.state == AnswerState.ANSWERED:
        return int(value) if isinstance(value, int) else str(value)
    return None if answer.state == AnswerState.UNANSWERED else answer.state.value.replace("_", " ")
