"""The native charts of the workbook, in the product's colours."""

from collections.abc import Mapping
from typing import Any

from xlsxwriter.chart import Chart

from costing.engine.levers import LEVERS, STRATEGIES
from presentation.wording import first_upper
from reports.documents.content.wording import LEVERS as LEVER_TITLES
from reports.documents.workbook import styles
from reports.documents.workbook.crossover import FROM, MARK_USD, MARK_VOLUME, TO, VOLUME, Table
from reports.documents.workbook.formula import Formula, highest, is_number, lowest, when
from reports.documents.workbook.page import Page
from reports.documents.workbook.strategies import FIRST, USD

TEXT = {"name": styles.FONT, "size": 10, "color": styles.INK}
QUIET = {"name": styles.FONT, "size": 9, "color": styles.MUTED}
GRID = {"visible": True, "line": {"color": styles.LINE, "width": 0.75}}
SPACE, LEVEL, SAVES, ADDS = range(1, 5)
CHART_ROWS = 20


def _axis(name: str, number: str = "#,##0") -> dict[str, Any]:
    return {
        "name": name,
        "name_font": QUIET | {"bold": False},
        "num_font": QUIET,
        "num_format": number,
        "line": {"color": styles.NEUTRAL},
    }


def _title(text: str) -> dict[str, Any]:
    return {"name": text, "name_font": TEXT | {"bold": True, "size": 12}, "overlay": False}


def draw_strategies(page: Page, row: int, column: int) -> None:
    """Bars of what each strategy costs."""
    chart = page.book.add_chart({"type": "bar"})
    last = FIRST + len(STRATEGIES)
    chart.add_series(
        {
            "name": "USD per month",
            "categories": [page.name, FIRST, 0, last, 0],
            "values": [page.name, FIRST, USD, last, USD],
            "fill": {"color": styles.ACCENT},
            "gap": 45,
            "data_labels": {"value": True, "num_format": "#,##0", "font": QUIET},
        }
    )
    chart.set_title(_title("Cost of each strategy, USD per month"))
    chart.set_legend({"none": True})
    chart.set_x_axis(_axis("") | {"major_gridlines": GRID, "min": 0})
    chart.set_y_axis(_axis("") | {"reverse": True})
    chart.set_size({"width": 640, "height": 340})
    page.sheet.insert_chart(row, column, chart, {"description": "Bars: USD per month by strategy"})


def write_waterfall(page: Page, row: int, baseline: Formula, savings: Mapping[str, Formula]) -> int:
    """The table behind the waterfall, and the chart: stacked columns on an unseen base.

    Returns the last row that it takes.
    """
    page.text(row, 0, "Waterfall", "heading")
    page.text(row + 1, 0, "Step", "head")
    page.texts(row + 1, SPACE, ["Below", "Cost", "Saves", "Adds"], "head_right")
    first = row + 2
    _step(page, first, "Baseline", (0, baseline, 0, 0))
    running = page.cell(first, 5, baseline.value)
    page.formula(first, 5, baseline, "usd_static")
    page.text(row + 1, 5, "Cost after it", "head_right")
    for n, lever in enumerate(LEVERS, start=first + 1):
        saving = when(is_number(savings[lever]), savings[lever], 0)
        after = page.formula(n, 5, running - saving, "usd_static")
        saves, adds = highest(0, running - after), highest(0, after - running)
        title = first_upper(LEVER_TITLES[lever])
        _step(page, n, title, (lowest(running, after), 0, saves, adds))
        running = after
    last = first + len(LEVERS) + 1
    _step(page, last, "All levers", (0, running, 0, 0))
    _draw_waterfall(page, first, last, last + 2)
    return last + CHART_ROWS


def _step(page: Page, row: int, title: str, parts: tuple[Formula | int, ...]) -> None:
    page.text(row, 0, title, "label")
    for place, part in enumerate(parts, start=SPACE):
        page.formula(row, place, part, "usd")


def _draw_waterfall(page: Page, first: int, last: int, row: int) -> None:
    chart = page.book.add_chart({"type": "column", "subtype": "stacked"})
    looks: dict[int, dict[str, Any]] = {
        SPACE: {"fill": {"none": True}, "border": {"none": True}},
        LEVEL: {"fill": {"color": styles.NEUTRAL}},
        SAVES: {"fill": {"color": styles.ACCENT}},
        ADDS: {"fill": {"color": styles.RISK_MARK}, "pattern": None},
    }
    for column, look in looks.items():
        label = {"value": True, "num_format": "#,##0;;", "font": QUIET | {"color": "#ffffff"}}
        chart.add_series(
            {
                "name": [page.name, first - 1, column],
                "categories": [page.name, first, 0, last, 0],
                "values": [page.name, first, column, last, column],
                "gap": 40,
                **({} if column == SPACE else {"data_labels": label}),
                **{key: value for key, value in look.items() if value is not None},
            }
        )
    chart.set_title(_title("What each lever saves or adds, in the roadmap’s order"))
    chart.set_legend({"position": "bottom", "font": QUIET, "delete_series": [0]})
    chart.set_x_axis(_axis(""))
    chart.set_y_axis(_axis("USD per month") | {"major_gridlines": GRID, "min": 0})
    chart.set_size({"width": 760, "height": 340})
    page.sheet.insert_chart(row, 0, chart, {"description": "Waterfall: savings by lever"})


def draw_crossover(page: Page, table: Table) -> None:
    """Both strategies over the volume, with the crossings in the table and today's volume."""
    chart = page.book.add_chart({"type": "scatter", "subtype": "straight"})
    _add_curves(chart, page, table)
    _add_marks(chart, page, table)
    chart.set_title(_title("Cost over volume: steps are whole replicas, diamonds are crossings"))
    chart.set_legend({"position": "bottom", "font": QUIET, "delete_series": [4]})
    chart.set_x_axis(
        _axis("Requests per month") | {"min": 0, "major_gridlines": {"visible": False}}
    )
    chart.set_y_axis(_axis("USD per month") | {"min": 0, "major_gridlines": GRID})
    chart.show_na_as_empty_cell()
    chart.set_size({"width": 980, "height": 460})
    page.sheet.insert_chart(8, 3, chart, {"description": "Lines: two strategies over volume"})


def _add_curves(chart: Chart, page: Page, table: Table) -> None:
    rows = (table.first_row, table.last_row)
    for column, colour, width, dash in (
        (FROM, styles.INK, 1.75, "dash"),
        (TO, styles.ACCENT, 2.25, "solid"),
    ):
        chart.add_series(
            {
                "name": [page.name, 3 if column == FROM else 4, 1],
                "categories": [page.name, rows[0], VOLUME, rows[1], VOLUME],
                "values": [page.name, rows[0], column, rows[1], column],
                "line": {"color": colour, "width": width, "dash_type": dash},
                "marker": {"type": "none"},
            }
        )


def _add_marks(chart: Chart, page: Page, table: Table) -> None:
    rows = (table.first_row, table.last_row)
    chart.add_series(
        {
            "name": "Crossing",
            "categories": [page.name, rows[0], MARK_VOLUME, rows[1], MARK_VOLUME],
            "values": [page.name, rows[0], MARK_USD, rows[1], MARK_USD],
            "line": {"none": True},
            "marker": _marker("diamond", styles.RISK_MARK, 8),
        }
    )
    today = table.today_row
    for column, name in ((FROM, "Today"), (TO, "Today, second")):
        chart.add_series(
            {
                "name": name,
                "categories": [page.name, today, VOLUME, today, VOLUME],
                "values": [page.name, today, column, today, column],
                "line": {"none": True},
                "marker": _marker("circle", styles.ACCENT if column == TO else styles.INK, 8),
            }
        )


def _marker(kind: str, colour: str, size: int) -> dict[str, Any]:
    return {
        "type": kind,
        "size": size,
        "fill": {"color": colour},
        "border": {"color": "#ffffff"},
    }
