"""Where applications share provisioned units, the workbook has the engine's figures and says so."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from costing.engine import Estimate
from costing.engine.levers import CURRENT, NAMED
from costing.scenarios.content.titles import LEVER_TITLES, line_title
from costing.scenarios.content.titles import STRATEGY_TITLES as TITLES
from reports.documents.workbook.as_delivered import AS_DELIVERED
from tests.cases.loading import frozen
from tests.reports.sample import render_workbook
from tests.reports.workbook.conftest import units_payload
from tests.reports.workbook.test_recalculated import errors_of

NAMES = [*NAMED, CURRENT]


@pytest.fixture(scope="module")
def delivered() -> Workbook:
    return load_workbook(BytesIO(render_workbook(units_payload())), data_only=True)


@pytest.fixture(scope="module")
def results() -> Estimate:
    found = frozen("units_shared").payload.results
    assert found is not None
    return found


def beside(book: Workbook, title: str, below: str = "Strategies") -> list[Any]:
    """The cells beside the first one on sheet Strategies, below a heading, that has this text."""
    rows = list(book["Strategies"].iter_rows(values_only=True))
    first = next(n for n, row in enumerate(rows) if str(row[0]).startswith(below))
    return next(list(row[1:]) for row in rows[first:] if row[0] == title)


def test_sheets_that_follow_by_formulas_are_left_out(delivered: Workbook) -> None:
    assert not {"Payback", "Week", "Workings"} & set(delivered.sheetnames)
    for name in ("Read me", "Inputs", "Strategies", "Crossover"):
        cells = [str(cell.value) for row in delivered[name].iter_rows() for cell in row]
        assert any(AS_DELIVERED in text for text in cells), name


def test_strategies_are_the_engines(delivered: Workbook, results: Estimate) -> None:
    for name in NAMES:
        usd, *_ = beside(delivered, TITLES[name])
        cost = results.strategies.get(name)
        assert usd == ("–" if cost is None else pytest.approx(cost.usd_per_month))
    column = NAMES.index(CURRENT)
    titles = results.scenario.application_titles
    for line, usd in results.strategies[CURRENT].lines.items():
        assert beside(delivered, line_title(line, titles))[column] == pytest.approx(usd)
    for key, title in titles.items():
        found = beside(delivered, title)[column]
        assert found == pytest.approx(results.strategies[CURRENT].by_application[key])
    for lever, title in LEVER_TITLES.items():
        saved = [results.waterfall[lever], results.shapley[lever]]
        found = beside(delivered, title, "What each lever saves")
        assert found[:2] == pytest.approx(saved)
    best = min(results.subsets, key=lambda each: each.usd_per_month)
    assert beside(delivered, "At the present volume")[0] == pytest.approx(best.usd_per_month)


def test_the_summary_repeats_them(delivered: Workbook, results: Estimate) -> None:
    rows = delivered["Summary"].iter_rows(values_only=True)
    [usd] = [row[1] for row in rows if row[0] == TITLES[CURRENT]][:1]

    assert usd == pytest.approx(results.strategies[CURRENT].usd_per_month)


def test_no_formula_asks_for_what_is_left_out(recalculated: dict[str, Workbook]) -> None:
    assert errors_of(recalculated["units"]) == []
