"""Sheet Strategies with the engine's own figures, where no formula of the workbook follows them.

That is where several applications share provisioned units: how many are bought depends on the load
of all of them in every hour of the week.
"""

from collections.abc import Iterable, Mapping, Sequence

from costing.engine import CURRENT, Estimate
from costing.engine.bills import SHARED
from costing.engine.inputs.models import MODEL_SECTIONS
from costing.engine.levers import LEVERS, NAMED
from costing.engine.results import StrategyCost
from costing.scenarios.content.titles import STRATEGY_TITLES as TITLES
from costing.scenarios.content.titles import TARGET_RANGE, lever_series, line_order, line_title
from presentation.money import code
from presentation.wording import first_upper
from reports.documents.workbook.currency import delivered, heads
from reports.documents.workbook.formula import Cells, Formula
from reports.documents.workbook.page import Page
from reports.documents.workbook.strategies import (
    BY_COST_ALONE,
    CHART_ROWS,
    CHOICES,
    COSTS,
    FIRST,
    NONE,
    USE,
    Choice,
    Strategies,
)
from reports.documents.workbook.subsets import SHARED_TITLE

AS_DELIVERED = (
    "Applications share provisioned units, and no formula here works those out: every figure of"
    " cost is the assessment’s own, as delivered, and does not follow the inputs."
)
STYLES = (
    *("money_bold", "price", "price_fine", "money", "percent", "centre"),
    *("count", "percent", "count_fine", "percent"),
)
NAMES = (*NAMED, CURRENT)


def is_as_delivered(results: Estimate | None) -> bool:
    """Whether applications have provisioned units."""
    if results is None or not results.scenario.applications:
        return False
    holders = (results.scenario, *results.scenario.applications)
    models = (getattr(each, section, None) for each in holders for section in MODEL_SECTIONS)
    return any(model is not None and model.provisioned is not None for model in models)


def write_delivered(
    page: Page, results: Estimate, levers: Mapping[str, str]
) -> tuple[Strategies, Choice, int]:
    """The sheet down to what to choose, its cells, and the row below; `levers` are titles."""
    page.begin("Strategies", f"{code()} per month unless it says more.", 36, *[14] * 12)
    page.merged(2, 0, 10, AS_DELIVERED, "warning", height=34)
    titles = heads(*COSTS, f"In the {TARGET_RANGE} range", *USE)
    page.heads(FIRST - 1, ["Strategy", *titles], height=32)
    usd = {}
    for row, name in enumerate(NAMES, start=FIRST):
        page.text(row, 0, TITLES[name], "label_bold")
        figures = _figures(results.strategies.get(name))
        cells = [
            page.static(row, column, NONE if figure is None else figure, style)
            for column, (figure, style) in enumerate(zip(figures, STYLES, strict=True), start=1)
        ]
        usd[name] = cells[0]
    row = _lines(page, FIRST + len(NAMES) + 1, results)
    row = _by_application(page, row, results)
    chart_row = row + 1
    row, waterfall = _levers(page, row + CHART_ROWS, results, levers)
    row, choice = _choice(page, row, results)
    return Strategies(usd, waterfall, chart_row), choice, row


def _figures(cost: StrategyCost | None) -> Sequence[float | str | None]:
    if cost is None:
        return [None] * len(STYLES)
    return (
        *map(delivered, (cost.usd_per_month, cost.usd_per_mtok, cost.usd_per_request)),
        delivered(cost.saving_usd_per_month),
        cost.saving_ratio,
        "yes" if cost.is_within_target else "no",
        cost.peak_replicas,
        cost.utilization_ratio,
        cost.instance_hours_per_month,
        cost.prefix_hit_ratio,
    )


def _table(page: Page, row: int, title: str, rows: Mapping[str, Iterable[float | None]]) -> int:
    """Rows of money with a column for each strategy; the row below them."""
    names = [title.partition(",")[0], *(TITLES[name] for name in NAMES)]
    row = page.table(row, title, names, height=46)
    for n, (label, usds) in enumerate(rows.items(), start=row):
        page.text(n, 0, label, "label")
        for column, usd in enumerate(usds, start=1):
            page.static(n, column, NONE if usd is None else delivered(usd), "money_line")
    return row + len(rows)


def _lines(page: Page, row: int, results: Estimate) -> int:
    """What each strategy's month is made of."""
    titles, costs = results.scenario.application_titles, _costs(results)
    keys = {key for cost in costs if cost for key in cost.lines}
    ordered = sorted(keys, key=lambda key: line_order(key, titles))
    rows = {
        line_title(key, titles): [cost.lines.get(key, 0.0) if cost else None for cost in costs]
        for key in ordered
    }
    return _table(page, row, f"Lines, {code()} per month", rows)


def _by_application(page: Page, row: int, results: Estimate) -> int:
    titles = {**results.scenario.application_titles, SHARED: SHARED_TITLE}
    rows = {
        title: [cost.by_application.get(key) if cost else None for cost in _costs(results)]
        for key, title in titles.items()
    }
    return _table(page, row + 1, f"Applications, {code()} per month", rows)


def _costs(results: Estimate) -> list[StrategyCost | None]:
    return [results.strategies.get(name) for name in NAMES]


def _levers(
    page: Page, row: int, results: Estimate, levers: Mapping[str, str]
) -> tuple[int, Cells]:
    """What each lever saves in the roadmap's order, and free of it."""
    columns = ("Lever", "In this order", "Order-free (Shapley)")
    row = page.table(row, f"What each lever saves, {code()} per month", columns)
    found: dict[str, Formula] = {}
    for n, lever in enumerate(LEVERS, start=row):
        page.text(n, 0, levers[lever], "label")
        for column, usds in enumerate((results.waterfall, results.shapley), start=1):
            usd = delivered(usds[lever])
            cell = page.static(n, column, NONE if usd is None else usd, "money")
            found.setdefault(lever, cell)
    return row + 1 + len(LEVERS), found


def _choice(page: Page, row: int, results: Estimate) -> tuple[int, Choice]:
    """The cheapest set of levers, and the cheapest that the maturity allows today."""
    runs, unready = set(results.scenario.current_levers), results.recommended_today.held_back
    allowed = [each for each in results.subsets if not (set(each.levers) - runs) & set(unready)]
    first = page.table(row, "What to choose", heads(*CHOICES))
    page.merged(row + 1, 2, 6, "Levers", "head_indent")
    rows = {"At the present volume": results.subsets, "That the maturity allows today": allowed}
    for n, (title, sets) in enumerate(rows.items(), start=first):
        best = min(sets, key=lambda each: each.usd_per_month)
        page.text(n, 0, title, "label_bold")
        page.merged(n, 2, 6, "", "muted")
        words = first_upper(lever_series(best.levers))
        usd = page.static(n, 1, delivered(best.usd_per_month), "money_bold")
        choice = Choice(usd, page.static(n, 2, words, "muted"))
    page.text(first + len(rows), 0, BY_COST_ALONE, "note")
    return row + 6, choice
