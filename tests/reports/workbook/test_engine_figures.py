"""What no formula of the workbook computes is shown as the engine computed it, and said so."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from costing.engine import estimate, estimate_document, parse_scenario
from costing.scenarios.content.titles import STRATEGY_TITLES as TITLES
from reports.documents.workbook.strategies import FIRST, HITS, USD
from tests.reports.sample import render_workbook
from tests.reports.workbook.cases import FRAMEWORK, changed, payload_of
from tests.reports.workbook.recalculated import recalculate, without_values

SOLD = changed(
    workload={"turns_per_conversation": 4},
    premium_model={"cache_mode": "automatic", "cache_capture_ratio": 0.9},
    small_model={"cache_write_usd_per_mtok": 0.19, "cache_write_1h_usd_per_mtok": 0.3},
    current_levers=["prompt_caching"],
)


def payload() -> dict[str, Any]:
    result = estimate_document(estimate(parse_scenario(SOLD), FRAMEWORK.requirements))
    return payload_of("golden") | {"scenario": SOLD, "results": result}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    """The workbook as LibreOffice computes it."""
    files = {"sold": without_values(render_workbook(payload()))}
    return recalculate(files, tmp_path_factory.mktemp("sold"))["sold"]


def test_strategies_and_lines_are_the_engines(book: Workbook) -> None:
    strategies = estimate(parse_scenario(SOLD)).strategies
    table = book["Strategies"].iter_rows(min_row=FIRST, max_row=FIRST + 8, values_only=True)
    rows = {row[0]: row for row in table}

    for name, cost in strategies.items():
        assert rows[TITLES[name]][USD] == pytest.approx(cost.usd_per_month, abs=0.005)
        assert rows[TITLES[name]][HITS] == pytest.approx(cost.prefix_hit_ratio)


def test_every_sheet_without_its_formulas_says_so(book: Workbook) -> None:
    for name in ("Inputs", "Strategies", "Crossover", "Payback"):
        texts = [str(cell.value) for row in book[name].iter_rows() for cell in row if cell.value]
        (notice,) = [text for text in texts if text.startswith("This workbook has no formulas")]
        assert "“Turns of a conversation”" in notice
        assert "“How the cache is sold”" in notice
        assert "“Time between turns”" not in notice


def test_no_cell_is_an_error(book: Workbook) -> None:
    errors = [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("#")
    ]

    assert errors == []


def test_what_no_formula_computes_has_no_cell_to_type_into() -> None:
    book = load_workbook(BytesIO(render_workbook(payload_of("golden"))))

    keys = {cell.value for row in book["Inputs"].iter_rows() for cell in row}

    assert "premium_model.cache_ttl_seconds" in keys
    assert "premium_model.cache_mode" not in keys
    assert "workload.turns_per_conversation" not in keys
