"""What tests type into the amber cells of workbooks, as a person would: cases, and every choice."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from assessments.scoring import AnswerState, AnswerValue
from costing.engine import LEVERS, STRATEGIES
from costing.engine.inputs.models import MODEL_SECTIONS
from costing.engine.levers import NAMED
from costing.scenarios.content.titles import STRATEGY_TITLES as TITLES
from reports.documents.workbook.inputs import blocks
from reports.documents.workbook.measured import FIELDS, MIN_ROWS
from reports.documents.workbook.measured import FIRST as FIRST_RUN
from reports.documents.workbook.tiers import FIRST_PRICE, PRICES, THRESHOLD
from reports.documents.workbook.week import FIRST, OWN
from tests.reports.workbook.cases import ANSWERS, FRAMEWORK, OWN_WEIGHTS, SCENARIOS
from tests.reports.workbook.recalculated import Typed, Value, named, place_of, words_of

Cells = dict[tuple[str, str], Value]
SWITCHES = ("has_routing", "has_semantic", "has_pool")
STATES = 9  # more than any dropdown has options; the first eight are all settings of the switches
CASES = ("low", "high")
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


def strategies_compared(demo: Workbook) -> dict[str, Typed]:
    """Every strategy compared with itself; none chosen; and a pool without a price."""
    pair, choices = [("Crossover", place) for place in ("B4", "B5")], ("B4", "B5", "B6", "B7")
    chosen = {
        key: Typed("demo" if key in STRATEGIES else "everything", dict.fromkeys(pair, TITLES[key]))
        for key in NAMED
    }
    return {
        **chosen,
        "emptied": Typed("demo", {("Crossover", place): None for place in choices}),
        "unpriced": Typed("demo", {named_place(demo, "pool_usd_per_instance_hour"): None}),
    }


WRONG = ("=1/0", "=NA()", "=SQRT(-1)", '="a"*1', "=NOTHING(1)", "=INDEX(A1:A2,9)")


def wrong_book() -> Workbook:
    """A workbook of formulas that fail, each with one beside it that does not."""
    book = Workbook()
    for formula in WRONG:
        book.active.append([formula, '="text, ""quoted"""', "=1/3", "=1=1"])
    return book


@dataclass(frozen=True)
class Dropdown:
    """A cell with a list, and what may stand in it: one of its choices, or nothing."""

    sheet: str
    place: str
    options: tuple[Any, ...]


def dropdowns(book: Workbook) -> list[Dropdown]:
    """Every cell of the workbook that has a list."""
    return [
        Dropdown(sheet.title, cell, (*words_of(book, rule.formula1), None))
        for sheet in book
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
        for area in rule.sqref.ranges
        for cell in _cells(area.coord)
    ]


def _cells(area: str) -> Iterator[str]:
    left, top, right, bottom = range_boundaries(area)
    assert (left, top) == (right, bottom), "a dropdown is one cell"
    yield area


def every_choice(book: Workbook) -> dict[str, Typed]:
    """The demo in nine states that choose each option of each dropdown, and in both cases."""
    found = dropdowns(book)
    case = named_place(book, "input_case")
    typed = {name: Typed("demo", {case: name}) for name in CASES}
    for state in range(STATES):  # each sets every dropdown
        cells = {
            (each.sheet, each.place): each.options[(state + n) % len(each.options)]
            for n, each in enumerate(found)
        }
        for bit, name in enumerate(SWITCHES):
            if state < STATES - 1:
                cells[named_place(book, name)] = "yes" if state >> bit & 1 else "no"
        typed[f"state {state}"] = Typed("demo", cells)
    return typed
