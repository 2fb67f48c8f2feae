"""Every dropdown in every state, recalculated: no error shows, and cases are the engine's."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook

from costing.engine import estimate, read_estimate
from costing.engine.inputs import with_figures
from costing.scenarios.content.titles import STRATEGY_TITLES as TITLES
from reports.documents.workbook.strategies import USD
from tests.reports.workbook.cases import FRAMEWORK
from tests.reports.workbook.recalculated import Recalculated, Typed, recalculate_once
from tests.reports.workbook.test_recalculated import agrees, errors_of, rows_of
from tests.reports.workbook.test_workbook_file import words_of
from tests.reports.workbook.typed import named_place

SWITCHES = ("has_routing", "has_semantic", "has_pool")
STATES = 9  # more than any dropdown has options; the first eight are all settings of the switches
CASES = ("low", "high")


@pytest.fixture(scope="module")
def demo_read(demo_book: bytes) -> Workbook:
    """The demo's workbook, for tests that read it."""
    return load_workbook(BytesIO(demo_book))


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


@pytest.fixture(scope="module")
def walked(demo_book: bytes, tmp_path_factory: pytest.TempPathFactory) -> Recalculated:
    """The demo in nine states that choose each option of each dropdown, and in both cases."""
    return recalculate_once(partial(walk, demo_book), tmp_path_factory, "walked")


def walk(demo: bytes) -> tuple[dict[str, bytes], dict[str, Typed]]:
    """The workbook in each state and in both cases."""
    book = load_workbook(BytesIO(demo))
    found = dropdowns(book)
    case = named_place(book, "input_case")
    typed = {name: Typed("cases", {case: name}) for name in CASES}
    for state in range(STATES):  # each sets every dropdown
        cells = {
            (each.sheet, each.place): each.options[(state + n) % len(each.options)]
            for n, each in enumerate(found)
        }
        for bit, name in enumerate(SWITCHES):
            if state < STATES - 1:
                cells[named_place(book, name)] = "yes" if state >> bit & 1 else "no"
        typed[f"state {state}"] = Typed("states", cells)
    return {"states": demo, "cases": demo}, typed


def test_the_walk_reaches_every_option_of_every_dropdown(demo_read: Workbook) -> None:
    found = dropdowns(demo_read)

    assert max(len(each.options) for each in found) <= STATES
    # twelve checks, five levels, the case, ten switches, scaling, three caches, four levers,
    # two strategies
    assert len(found) == 38


@pytest.mark.parametrize("state", range(STATES))
def test_no_state_of_the_dropdowns_shows_an_error(walked: Recalculated, state: int) -> None:
    assert errors_of(walked[f"state {state}"]) == []


@pytest.mark.parametrize("case", CASES)
def test_a_case_counts_every_range_at_its_end(
    walked: Recalculated, demo_payload: dict[str, Any], case: str
) -> None:
    scenario = read_estimate(demo_payload["results"]).scenario
    ends = {path: getattr(each, case) for path, each in scenario.ranges.items()}
    wanted = estimate(with_figures(scenario, ends), FRAMEWORK.requirements).strategies

    for key, strategy in wanted.items():
        row = rows_of(walked[case], "Strategies", TITLES[key])[0]
        assert agrees(row[USD], strategy.usd_per_month), key
    [printed] = rows_of(walked[case], "Summary", "Today, USD a month")
    live = rows_of(walked[case], "Summary", TITLES["current"])[0][1]
    assert agrees(live, printed[1 if case == "low" else 3])


def test_lists_stand_in_cells(demo_read: Workbook) -> None:
    book = demo_read

    inline = [
        (sheet.title, str(rule.sqref), rule.formula1)
        for sheet in book
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list" and rule.formula1.startswith('"')
    ]

    assert inline == []


def test_sheets_are_protected_without_a_password_and_inputs_are_open(demo_read: Workbook) -> None:
    book = demo_read

    for sheet in book:
        assert sheet.protection.sheet, sheet.title
        assert not sheet.protection.password, sheet.title
        cells = [cell for row in sheet.iter_rows() for cell in row]
        typed = {cell.coordinate for cell in cells if cell.fill.start_color.rgb == "FFFCF2DD"} - {
            cell.coordinate for cell in cells if cell.font.bold
        }
        open_ones = {cell.coordinate for cell in cells if not cell.protection.locked}
        assert open_ones == typed, sheet.title
        assert not {cell.coordinate for cell in cells if cell.data_type == "f"} & open_ones


def test_every_sheet_prints_one_page_wide_with_head_foot_and_titles(demo_read: Workbook) -> None:
    book = demo_read

    for sheet in book:
        assert sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        assert sheet.page_setup.fitToWidth in (None, 1), sheet.title
        assert sheet.print_title_rows, sheet.title
        assert sheet.oddHeader.left.text == "Claims assistant, inference cost review"
        assert sheet.oddHeader.right.text == "1 November 2026"
        assert sheet.oddFooter.right.text == "Page &P of &N"
    assert book["Summary"].page_setup.fitToHeight in (None, 1)
    assert book["Summary"].page_setup.orientation != "landscape"
    assert book["Lists"].sheet_state == "hidden"
