"""Every dropdown in every state, recalculated: no error shows, and cases are the engine's."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from costing.engine import estimate, read_estimate
from costing.engine.inputs import with_figures
from costing.scenarios.content.titles import STRATEGY_TITLES as TITLES
from reports.documents.workbook.book import workbook_bytes
from reports.documents.workbook.strategies import USD
from tests.cases.loading import frozen
from tests.reports.workbook.cases import FRAMEWORK
from tests.reports.workbook.recalculated import Recalculated
from tests.reports.workbook.test_recalculated import agrees, errors_of, rows_of
from tests.reports.workbook.typed import CASES, STATES, dropdowns


@pytest.fixture(scope="module")
def demo_read(demo_book: bytes) -> Workbook:
    """The demo's workbook, for tests that read it."""
    return load_workbook(BytesIO(demo_book))


def test_the_walk_reaches_every_option_of_every_dropdown(demo_read: Workbook) -> None:
    found = dropdowns(demo_read)

    assert max(len(each.options) for each in found) <= STATES
    # twelve checks, five levels, the case, ten switches, scaling, three caches, four levers,
    # two strategies
    assert len(found) == 38


@pytest.mark.parametrize("state", range(STATES))
def test_no_state_of_the_dropdowns_shows_an_error(recalculated: Recalculated, state: int) -> None:
    assert errors_of(recalculated[f"state {state}"]) == []


@pytest.mark.parametrize("case", CASES)
def test_a_case_counts_every_range_at_its_end(
    recalculated: Recalculated, demo_payload: dict[str, Any], case: str
) -> None:
    scenario = read_estimate(demo_payload["results"]).scenario
    ends = {path: getattr(each, case) for path, each in scenario.ranges.items()}
    wanted = estimate(with_figures(scenario, ends), FRAMEWORK.requirements).strategies

    for key, strategy in wanted.items():
        row = rows_of(recalculated[case], "Strategies", TITLES[key])[0]
        assert agrees(row[USD], strategy.usd_per_month), key
    [printed] = rows_of(recalculated[case], "Summary", "Today, USD a month")
    live = rows_of(recalculated[case], "Summary", TITLES["current"])[0][1]
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


def test_payback_prints_its_months_alone_so_that_they_can_be_read(demo_read: Workbook) -> None:
    assert demo_read["Payback"].print_area == "'Payback'!$A$1:$F$72"


def test_sheet_of_calls_that_wait_prints_its_head_alone_where_none_do(demo_read: Workbook) -> None:
    waits = load_workbook(BytesIO(workbook_bytes(frozen("batch_waits").payload, "")))

    assert demo_read["Waiting"].print_area == "'Waiting'!$A$1:$J$8"
    assert not waits["Waiting"].print_area
