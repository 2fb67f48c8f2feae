"""Sheet Strategies: the six strategies, the levers, what to choose (cost model, 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from costing.engine import Estimate, Requirements
from costing.engine.levers import CURRENT, LEVERS, STRATEGIES, TARGET_SAVING_RATIO
from costing.scenarios.content.titles import STRATEGY_TITLES as TITLES
from costing.scenarios.content.titles import lever_series
from presentation.wording import first_upper
from reports.documents.content.wording import LEVERS as LEVER_TITLES
from reports.documents.workbook.calls import Flow
from reports.documents.workbook.formula import (
    Formula,
    all_of,
    at,
    is_number,
    lowest,
    place_of,
    when,
)
from reports.documents.workbook.inputs import Inputs
from reports.documents.workbook.maturity import Maturity
from reports.documents.workbook.page import Page
from reports.documents.workbook.subsets import CAPACITY, LEFT_OUT, LINES, SECTION_PREFIX, Subsets

HEADS = (
    "USD per month",
    "USD per Mtok",
    "USD per request",
    "Saving per month",
    "Saving",
    "In the 40–70 % range",
    "Peak replicas",
    "Utilization",
    "Instance-hours",
    "Prompt-cache hits",
    "As delivered, USD",
    "Difference",
)
NONE = "–"
NAME, USD, PER_MTOK, PER_REQUEST, SAVED, RATIO, WITHIN, REPLICAS, USED, HOURS, HITS = range(11)
DELIVERED, DIFFERENCE = 11, 12
FIRST = 4
CHART_ROWS = 20


@dataclass(frozen=True)
class Strategies:
    """Cells of the strategies: USD by name, the waterfall's savings, and whether inputs changed."""

    usd: Mapping[str, Formula]
    waterfall: Mapping[str, Formula]
    as_delivered: Formula
    chart_row: int


@dataclass(frozen=True)
class _Figures:
    usd: Formula
    replicas: Formula | None
    used: Formula | None
    hours: Formula | None
    hits: Formula


def write_strategies(
    page: Page, inputs: Inputs, flow: Flow, subsets: Subsets, results: Estimate | None
) -> tuple[Strategies, int]:
    """The table of strategies with its lines and the levers' savings below."""
    page.widths(36, *[14] * 12)
    page.text(0, 0, "Strategies", "title")
    page.text(1, 0, "Every figure follows the inputs. USD per month unless it says more.", "lead")
    page.text(FIRST - 1, NAME, "Strategy", "head")
    page.texts(FIRST - 1, USD, HEADS, "head_right")
    page.sheet.set_row(FIRST - 1, 32)
    place = _place_of_current(page, FIRST + len(STRATEGIES), inputs, subsets)
    figures = {name: _of(subsets, levers) for name, levers in STRATEGIES.items()}
    figures[CURRENT] = _of_current(subsets, place)
    current = page.cell(FIRST + len(STRATEGIES), USD, figures[CURRENT].usd.value)
    usd = {
        name: _row(page, FIRST + n, name, item, current, inputs, flow, results)
        for n, (name, item) in enumerate(figures.items())
    }
    row = FIRST + len(figures)
    agrees = _agreement(page, row, usd, results)
    row = _lines(page, row + 3, subsets, place)
    chart_row = row + 1
    row, waterfall = _levers(page, row + CHART_ROWS, inputs, subsets)
    return Strategies(usd, waterfall, agrees, chart_row), row


def _of(subsets: Subsets, levers: tuple[str, ...]) -> _Figures:
    item = subsets.rows[levers]
    replicas, used, hours, hits = (item.capacity[name] for name in CAPACITY)
    has_pool = "self_hosting" in levers
    return _Figures(
        item.total,
        replicas if has_pool else None,
        used if has_pool else None,
        hours if has_pool else None,
        hits,
    )


def _place_of_current(page: Page, row: int, inputs: Inputs, subsets: Subsets) -> Formula:
    """Which of the sixteen sets runs today."""
    code = when(inputs.current[0].equals("yes"), 1, 0)
    for number, cell in enumerate(inputs.current[1:], start=1):
        code = code + when(cell.equals("yes"), 2**number, 0)
    column = DIFFERENCE + 2
    page.text(row, column, "Its row among the sixteen sets", "note")
    return page.formula(row, column - 1, place_of(code, subsets.codes), "count_static")


def _of_current(subsets: Subsets, place: Formula) -> _Figures:
    replicas, used, hours, hits = (at(subsets.ranges[name], place) for name in CAPACITY)
    return _Figures(at(subsets.ranges["total"], place), replicas, used, hours, hits)


def _row(
    page: Page,
    row: int,
    name: str,
    item: _Figures,
    current: Formula,
    inputs: Inputs,
    flow: Flow,
    results: Estimate | None,
) -> Formula:
    page.text(row, NAME, TITLES[name], "label_bold")
    usd = page.formula(row, USD, item.usd, "usd_bold")
    is_known = is_number(usd)
    requests = inputs["workload_requests_per_month"]
    tokens = inputs["workload_input_tokens_per_call"] + inputs["workload_output_tokens_per_call"]
    mtok = requests * flow.fan_out * tokens / 1_000_000

    def put(column: int, condition: Formula, content: Formula, style: str) -> Formula:
        return page.formula(row, column, when(condition, content, NONE), style)

    put(PER_MTOK, all_of(is_known, mtok > 0), usd / mtok, "price")
    put(PER_REQUEST, all_of(is_known, requests > 0), usd / requests, "price_fine")
    both = all_of(is_known, is_number(current))
    put(SAVED, both, current - usd, "usd")
    ratio = put(RATIO, all_of(both, current > 0), (current - usd) / current, "percent")
    low, high = TARGET_SAVING_RATIO
    within = when(all_of(ratio >= low, ratio <= high), "yes", "no")
    put(WITHIN, is_number(ratio), within, "centre")
    _capacity(page, row, item, is_known)
    delivered = results.strategies.get(name) if results else None
    known = page.static(
        row, DELIVERED, delivered.usd_per_month if delivered else NONE, "usd_static"
    )
    put(DIFFERENCE, all_of(is_known, is_number(known)), usd - known, "usd_static")
    return usd


def _capacity(page: Page, row: int, item: _Figures, is_known: Formula) -> None:
    hours = item.hours
    for column, figure, style in (
        (REPLICAS, item.replicas, "count"),
        (USED, item.used, "percent"),
        (HOURS, item.hours, "count_fine"),
    ):
        if figure is None or hours is None:
            page.text(row, column, NONE, "centre")
            continue
        asked = all_of(is_known, is_number(figure))
        if figure is item.used:
            asked = all_of(asked, hours > 0)
        page.formula(row, column, when(asked, figure, NONE), style)
    page.formula(row, HITS, when(is_known, item.hits, NONE), "percent")


def _agreement(
    page: Page, row: int, usd: Mapping[str, Formula], results: Estimate | None
) -> Formula:
    """Whether the sheet still shows what was delivered."""
    if not results:
        return page.formula(row, NAME, "Example inputs: nothing was delivered", "note")
    text = "Still as delivered"
    content: Formula = when(True, text, text)
    for n, name in enumerate(usd):
        delivered = results.strategies.get(name)
        live = page.cell(FIRST + n, DIFFERENCE, 0.0 if delivered else NONE)
        changed = "Inputs have been changed since this was delivered"
        is_same = all_of(live > -0.005, live < 0.005)
        same = is_same if delivered else live.equals(NONE)
        content = when(same, content, changed)
    return page.formula(row, NAME, content, "note")


def _lines(page: Page, row: int, subsets: Subsets, place: Formula) -> int:
    """What each strategy's month is made of."""
    page.text(row, 0, "Lines, USD per month", "heading")
    page.text(row + 1, 0, "Line", "head")
    names = [*STRATEGIES, CURRENT]
    page.texts(row + 1, 1, [TITLES[name] for name in names], "head_right")
    page.sheet.set_row(row + 1, 46)
    row += 2
    for line in LINES:
        lane, _, part = line.rpartition(".")
        title = (f"{lane} calls: " if lane else "") + part.replace("_", " ")
        page.text(row, 0, first_upper(title), "label")
        for column, levers in enumerate(STRATEGIES.values(), start=1):
            cell = subsets.rows[levers].lines[line]
            is_left_out = subsets.rows[levers].total.equals(LEFT_OUT)
            page.formula(row, column, when(is_left_out, 0, cell * 1), "usd_line")
        page.formula(row, len(names), at(subsets.ranges[line], place) * 1, "usd_line")
        row += 1
    return row


def _levers(
    page: Page, row: int, inputs: Inputs, subsets: Subsets
) -> tuple[int, dict[str, Formula]]:
    """Section 5: the waterfall in the roadmap's order, and each lever's order-free share."""
    page.text(row, 0, "What each lever saves, USD per month", "heading")
    page.text(row + 1, 0, "Lever", "head")
    page.texts(row + 1, 1, ["In this order", "Order-free (Shapley)"], "head_right")
    before: tuple[str, ...] = ()
    found = {}
    for n, lever in enumerate(LEVERS, start=row + 2):
        after = (*before, lever)
        ready: Formula = when(True, 1, 1)
        if lever in SECTION_PREFIX:
            ready = inputs.available[SECTION_PREFIX[lever]]
        saving = subsets.rows[before].priced - subsets.rows[after].priced
        page.text(n, 0, first_upper(LEVER_TITLES[lever]), "label")
        found[lever] = page.formula(n, 1, when(ready.equals(1), saving, NONE), "usd")
        page.formula(n, 2, when(ready.equals(1), subsets.shapley[lever], NONE), "usd")
        before = after
    return row + 3 + len(LEVERS), found


def write_choice(
    page: Page, row: int, subsets: Subsets, maturity: Maturity, requires: Requirements
) -> int:
    """Section 5: the cheapest set of levers, and the cheapest that the maturity allows today."""
    page.text(row, 0, "What to choose", "heading")
    page.text(row + 1, 0, "Cheapest set of levers", "head")
    page.text(row + 1, 1, "USD per month", "head_right")
    page.merged(row + 1, 2, 6, "Levers", "head_indent")
    names = [lever_series(list(levers)) for levers in subsets.rows]
    column = DIFFERENCE + 5
    page.texts(row + 1, column, ["Levers", "Allowed today, USD"], "note")
    listed = []
    allowed = []
    for n, levers in enumerate(subsets.rows):
        page.text(row + 2 + n, column, names[n], "muted")
        listed.append(page.cell(row + 2 + n, column, names[n]))
        usd = subsets.rows[levers].total
        met = _requirements(levers, maturity, requires)
        content = when(all_of(is_number(usd), *met), usd, NONE)
        allowed.append(page.formula(row + 2 + n, column + 1, content, "usd_static"))
    titles = ("At the present volume", "That the maturity allows today")
    for n, (title, usds) in enumerate(
        zip(titles, (subsets.ranges["total"], page.column(allowed)), strict=True)
    ):
        page.text(row + 2 + n, 0, title, "label_bold")
        best = page.formula(row + 2 + n, 1, lowest(usds), "usd_bold")
        levers_of = at(page.column(listed), place_of(best, usds))
        page.merged(row + 2 + n, 2, 6, "", "muted")
        page.formula(row + 2 + n, 2, levers_of, "muted")
    return row + 5


def _requirements(
    levers: Sequence[str], maturity: Maturity, requires: Requirements
) -> list[Formula]:
    found = []
    for lever in levers:
        for dimension, least in requires.get(lever, {}).items():
            score = maturity.scores.get(dimension)
            if score is not None:
                found.append(all_of(is_number(score), score >= least))
    return found
