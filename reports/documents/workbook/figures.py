"""The native charts of the workbook, in the product's colours."""

from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.chart import Chart

from costing.engine.levers import NAMED
from presentation.money import code
from reports.documents.workbook import formula as xl
from reports.documents.workbook import styles
from reports.documents.workbook.crossover import (
    COMPARED,
    FROM,
    MARK_USD,
    MARK_VOLUME,
    TO,
    VOLUME,
    Table,
)
from reports.documents.workbook.formula import Cells, Formula
from reports.documents.workbook.page import Page
from reports.documents.workbook.strategies import CHART_ROWS, FIRST, USD

TEXT = {"name": styles.FONT, "size": 10, "color": styles.INK}
QUIET = {"name": styles.FONT, "size": 9, "color": styles.MUTED}
GRID = {"visible": True, "line": {"color": styles.LINE, "width": 0.75}}
SPACE, LEVEL, SAVES, ADDS, AFTER = range(1, 6)


def _axis(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "name_font": QUIET | {"bold": False},
        "num_font": QUIET,
        "num_format": "#,##0",
        "line": {"color": styles.NEUTRAL},
    }


def _span(page: Page, rows: tuple[int, int], column: int) -> list[str | int]:
    """A column's cells from the first row to the last."""
    return [page.name, rows[0], column, rows[1], column]


def _insert(
    page: Page, chart: Chart, place: tuple[int, int], size: tuple[int, int], title: str, alt: str
) -> None:
    font = TEXT | {"bold": True, "size": 12}
    chart.set_title({"name": title, "name_font": font, "overlay": False})
    chart.set_size({"width": size[0], "height": size[1]})
    page.sheet.insert_chart(*place, chart, {"description": alt})


def draw_strategies(page: Page, row: int) -> None:
    chart = page.book.add_chart({"type": "bar"})
    rows = (FIRST, FIRST + len(NAMED))
    chart.add_series(
        {
            "name": f"{code()} per month",
            "categories": _span(page, rows, 0),
            "values": _span(page, rows, USD),
            "fill": {"color": styles.ACCENT},
            "gap": 45,
            "data_labels": {"value": True, "num_format": "#,##0", "font": QUIET},
        }
    )
    chart.set_legend({"none": True})
    chart.set_x_axis(_axis("") | {"major_gridlines": GRID, "min": 0})
    chart.set_y_axis(_axis("") | {"reverse": True})
    title = f"Cost of each strategy, {code()} per month"
    _insert(page, chart, (row, 0), (640, 340), title, f"Bars: {code()} per month by strategy")


def write_waterfall(
    page: Page, row: int, usd: Formula, savings: Cells, levers: Mapping[str, str]
) -> int:
    """The table behind the waterfall from the baseline's `usd`, and the chart; its last row."""
    heads = ("Step", "Below", "Cost", "Saves", "Adds", "Cost after it")
    first = page.table(row, "Waterfall", heads)
    _step(page, first, "Baseline", (0, usd, 0, 0))
    running = page.formula(first, AFTER, usd, "money_static")
    for n, (lever, title) in enumerate(levers.items(), start=first + 1):
        saving = xl.when(xl.is_number(savings[lever]), savings[lever], 0)
        after = page.formula(n, AFTER, running - saving, "money_static")
        saves, adds = xl.highest(0, running - after), xl.highest(0, after - running)
        _step(page, n, title, (xl.lowest(running, after), 0, saves, adds))
        running = after
    last = first + len(levers) + 1
    _step(page, last, "All levers", (0, running, 0, 0))
    _draw_waterfall(page, (first, last), last + 2)
    return last + CHART_ROWS


def _step(page: Page, row: int, title: str, parts: Sequence[Formula | int]) -> None:
    page.text(row, 0, title, "label")
    page.across(row, SPACE, parts, "money")


def _draw_waterfall(page: Page, rows: tuple[int, int], row: int) -> None:
    chart = page.book.add_chart({"type": "column", "subtype": "stacked"})
    label = {"value": True, "num_format": "#,##0;;", "font": QUIET | {"color": "#ffffff"}}
    looks: dict[int, dict[str, Any]] = {
        SPACE: {"fill": {"none": True}, "border": {"none": True}},
        LEVEL: {"fill": {"color": styles.NEUTRAL}, "data_labels": label},
        SAVES: {"fill": {"color": styles.ACCENT}, "data_labels": label},
        ADDS: {"fill": {"color": styles.RISK_MARK}, "data_labels": label},
    }
    for column, look in looks.items():
        chart.add_series(
            {
                "name": [page.name, rows[0] - 1, column],
                "categories": _span(page, rows, 0),
                "values": _span(page, rows, column),
                "gap": 40,
                **look,
            }
        )
    chart.set_legend({"position": "bottom", "font": QUIET, "delete_series": [0]})
    chart.set_x_axis(_axis(""))
    chart.set_y_axis(_axis(f"{code()} per month") | {"major_gridlines": GRID, "min": 0})
    title = "What each lever saves or adds, in the roadmap’s order"
    _insert(page, chart, (row, 0), (760, 340), title, "Waterfall: savings by lever")


def draw_crossover(page: Page, table: Table) -> None:
    """Both strategies over the volume, with the crossings in the table and today's volume."""
    chart = page.book.add_chart({"type": "scatter", "subtype": "straight"})
    rows, today = (table.first_row, table.last_row), (table.today_row, table.today_row)
    unmarked = {"type": "none"}
    dashed = {"color": styles.INK, "width": 1.75, "dash_type": "dash"}
    solid = {"color": styles.ACCENT, "width": 2.25, "dash_type": "solid"}
    none = {"none": True}
    crossing = _marker("diamond", styles.RISK_MARK)
    now, second = _marker("circle", styles.INK), _marker("circle", styles.ACCENT)
    for name, place, (across, up), line, marker in (
        ([page.name, COMPARED, table.names_column], rows, (VOLUME, FROM), dashed, unmarked),
        ([page.name, COMPARED + 1, table.names_column], rows, (VOLUME, TO), solid, unmarked),
        ("Crossing", rows, (MARK_VOLUME, MARK_USD), none, crossing),
        ("Today", today, (VOLUME, FROM), none, now),
        ("Today, second", today, (VOLUME, TO), none, second),
    ):
        chart.add_series(
            {
                "name": name,
                "categories": _span(page, place, across),
                "values": _span(page, place, up),
                "line": line,
                "marker": marker,
            }
        )
    chart.set_legend({"position": "bottom", "font": QUIET, "delete_series": [4]})
    chart.set_x_axis(
        _axis("Requests per month") | {"min": 0, "major_gridlines": {"visible": False}}
    )
    chart.set_y_axis(_axis(f"{code()} per month") | {"min": 0, "major_gridlines": GRID})
    chart.show_na_as_empty_cell()
    title = "Cost over volume: steps are whole replicas, diamonds are crossings"
    _insert(page, chart, (8, 3), (980, 460), title, "Lines: two strategies over volume")


def _marker(kind: str, colour: str) -> dict[str, Any]:
    return {"type": kind, "size": 8, "fill": {"color": colour}, "border": {"color": "#ffffff"}}
