"""Sheet Crossover: two strategies over the volume, and where they cross (cost model, 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from costing.engine import Crossover, Estimate
from costing.engine.levers import CURRENT, HOSTING_PAIR, OPEN_MODEL, set_name, set_of
from costing.scenarios.content.recommended import told_crossovers
from costing.scenarios.content.titles import CHOICE_TITLES, Pair
from costing.scenarios.content.titles import STRATEGY_TITLES as TITLES
from presentation.numbers import ONE_REQUEST
from reports.documents.workbook import curve
from reports.documents.workbook import formula as xl
from reports.documents.workbook.currency import delivered, heads, live
from reports.documents.workbook.formula import Cells, Formula
from reports.documents.workbook.inputs import CHOOSABLE
from reports.documents.workbook.page import Page, one_of
from reports.documents.workbook.sides import (
    SIDE_ROWS,
    Model,
    Side,
    write_catalog,
    write_side,
    write_side_of_applications,
)

GRID, EDGES = 33, 30
FIRST_TABLE = 64
VOLUME, FROM, TO, CHEAPER, MARK_VOLUME, MARK_USD, FROM_SIDE = 0, 1, 2, 3, 4, 5, 7
COMPARED = 30
"""Below the catalog, which may list every set of levers."""
BESIDE = COMPARED + 4
UNDER_CHART = 7
PER_REQUEST, ENGINE = 9, 34
PAIRS_SHOWN = 4
STEP = 1e-8
INTERVALS_SHOWN = 16
FIRST_REQUEST = "the first request"
TITLE_LENGTH = 48
"""What fits a line of the first column."""
ENGINE_HEADS = (
    "When the second is cheaper",
    "First at, requests per month",
    "For good above",
    "Ranges of volume",
    "Pays back in month",
    "Saving over the horizon, {currency}",
)

Line = tuple[Formula, Formula, Formula]


@dataclass(frozen=True)
class Table:
    """Where the chart finds its series: first and last row, and today's cells."""

    first_row: int
    last_row: int
    today_row: int
    names_column: int
    sides: tuple[Side, Side]
    chosen: tuple[Formula, Formula]


@dataclass(frozen=True)
class Columns:
    """Where what is behind the table stands: of each side, the points in no order, the catalog."""

    to_side: int
    points: int
    catalog: int

    @classmethod
    def of(cls, model: Model) -> "Columns":
        width = len(model.column_titles)
        points = FROM_SIDE + 2 * width + 1
        return cls(FROM_SIDE + width, points, points + 2)


def write_crossover(
    page: Page, model: Model, results: Estimate | None, totals: Cells, levers: Mapping[str, str]
) -> Table:
    """The sheet: a choice of two strategies, the table of volumes, the engine's own crossings."""
    lead = "Two strategies over requests per month, everything else fixed."
    places, widths = Columns.of(model), [13] * (2 * len(model.column_titles))
    page.begin("Crossover", lead, 44, 16, 16, 14, 16, 16, 3, *widths, 3, *[13] * 8)
    crossings = results.crossovers if results else ()
    pairs = ((each.from_strategy, each.to_strategy) for each in crossings)
    names = model.followed.strategies | _compared_sets(results)
    pair = next((each for each in pairs if {*each} <= set(names)), HOSTING_PAIR)
    titles = {**levers, OPEN_MODEL: CHOICE_TITLES[OPEN_MODEL]}
    catalog = write_catalog(page, places.catalog, titles, names)
    page.text(COMPARED - 1, places.catalog, "What is compared, also when a cell is empty", "head")
    first = _choice(page, 3, "From", pair[0], catalog[0], places)
    chosen = first, _choice(page, 4, "To", pair[1], catalog[0], places)
    low, high = _window(page, results, pair, places)
    page.heads(PER_REQUEST, ["Per request", "From", "To"])
    for row, label in enumerate((*titles.values(), *SIDE_ROWS), start=PER_REQUEST + 1):
        page.text(row, 0, label, "muted")
    sides = _sides(page, chosen, catalog, model, places)
    lacks = {TITLES[name]: xl.negate(xl.is_number(totals[name])) for name in names}
    left_out = (
        xl.any_of(*(xl.all_of(cell.equals(title), each) for title, each in lacks.items()))
        for cell in chosen
    )
    notice = "A strategy chosen here lacks an input: see sheet Inputs"
    page.formula(7, 0, xl.when(xl.any_of(*left_out), notice, model.notice), "risk")
    volumes = _volumes(page, low, high, sides, model, places)
    last, today = _table(page, volumes, sides, model, places)
    _engine(page, results)
    page.sheet.freeze_panes(3, 0)
    page.printed(area=(today, _last_printed(model, places)), repeat_row=FIRST_TABLE - 1)
    return Table(FIRST_TABLE, last, today, places.catalog, sides, chosen)


def _compared_sets(results: Estimate | None) -> dict[str, tuple[str, ...]]:
    """What runs, what is recommended and what pairs compare, by the names of their sets.

    Applications that each run levers of their own are no one set.
    """
    if results is None:
        return {}
    scenario, advised = results.scenario, (results.recommended_today, results.recommended)
    whole = [choice.levers for choice in advised if not choice.by_application]
    sets = [scenario.levers_of(CURRENT), *whole, *map(set_of, scenario.compared)]
    return {set_name(levers): levers for levers in sets}


def _last_printed(model: Model, places: Columns) -> int:
    """Of applications the columns under the chart: all of them would be too small to read."""
    if not model.has_applications:
        return places.points - 2
    titles = enumerate(model.column_titles, start=FROM_SIDE)
    shown = [column for column, title in titles if model.followed.is_used(title)]
    return shown[min(UNDER_CHART, len(shown)) - 1]


def _sides(
    page: Page,
    chosen: tuple[Formula, Formula],
    catalog: Sequence[Formula],
    model: Model,
    places: Columns,
) -> tuple[Side, Side]:
    row, found = PER_REQUEST + 1, list[Side]()
    for column, cell in enumerate(chosen, start=1):
        if not model.has_applications:
            found.append(write_side(page, row, column, cell, catalog, model))
            continue
        beside = BESIDE + (column - 1) * (len(model.portions) + 2), places.catalog
        side = write_side_of_applications(page, row, column, cell, catalog, model, beside)
        found.append(side)
    if model.has_applications:
        last = row + len(CHOOSABLE) + len(SIDE_ROWS)
        page.text(last, 0, "Replicas per pooled call, as calls arrive now", "muted")
    return found[0], found[1]


def _choice(
    page: Page, row: int, label: str, name: str, names: Formula, places: Columns
) -> Formula:
    """A strategy to choose; while none is, the one that was delivered is compared."""
    page.text(row, 0, label, "label_bold")
    rule = one_of("Strategy", names)
    cell = page.entry(row, 1, TITLES[name], "text", rule)
    is_known = xl.is_number(xl.place_of(cell, names))
    return page.formula(
        row + COMPARED - 3, places.catalog, xl.when(is_known, cell, TITLES[name]), "muted"
    )


def _window(
    page: Page, results: Estimate | None, pair: tuple[str, str], places: Columns
) -> tuple[Formula, Formula]:
    """The volumes between which the table runs."""
    ends = [results.scenario.workload.requests_per_month if results else 0.0]
    if results and (crossing := results.crossover_of(*pair)):
        ends += [end for pair in crossing.cheaper_intervals for end in pair if end is not None]
    high = 1.25 * max(ends) or 10_000_000

    typed, rule = [], {"validate": "decimal", "criteria": ">=", "value": 0}
    for row, label, value in ((5, "Lowest volume", 0), (6, "Highest volume", high)):
        page.text(row, 0, label, "label_bold")
        page.text(row, 2, "requests per month", "muted")
        typed.append(page.entry(row, 1, value, "count", rule))
    low, top = typed
    used = xl.when(xl.is_number(top), top, high)
    return low, page.formula(COMPARED + 2, places.catalog, used, "count_static")


def _volumes(
    page: Page,
    low: Formula,
    high: Formula,
    sides: Sequence[Side],
    model: Model,
    places: Columns,
) -> list[Formula]:
    """An even grid, and every step of both staircases twice (before and after), in order."""
    heads = ["Points, not in order", "Load, first step"]
    page.texts(FIRST_TABLE - 1, places.points, heads, "head_right")
    wide = high - low
    grid = (low + wide * n / (GRID - 1) for n in range(GRID))
    cells = page.down(FIRST_TABLE, places.points, grid, "count_static")
    for side in sides:
        at = FIRST_TABLE + len(cells), places.points
        cells += _steps(page, at, side, model, low, high)
    unordered = page.column(cells)
    return [xl.small(unordered, n) for n in range(1, len(cells) + 1)]


def _steps(
    page: Page, at: tuple[int, int], side: Side, model: Model, low: Formula, high: Formula
) -> list[Formula]:
    """The volumes just below and above each step of a side, or a finer grid without one."""
    row, column = at
    unseen = model.inputs["pool_min_replicas"] - model.inputs["pool_spare_replicas"]
    load = side.pooled_calls * side.load * side.plan.peak
    load = page.formula(row, column + 1, load, "exact")
    first = xl.highest(1, unseen, xl.round_up(low * load))
    first = page.formula(row + 1, column + 1, first, "count_static")
    contents = []
    for n in range(EDGES):
        is_step = xl.all_of(load > 0, first + n + STEP <= high * load)
        for m, beyond in enumerate((0.0, STEP)):
            finer = low + (high - low) * (n + (m + 1) / 3) / EDGES
            contents.append(xl.when(is_step, (first + n + beyond) / load, finer))
    return page.down(row, column, contents, "count_static")


def _table(
    page: Page, volumes: list[Formula], sides: Sequence[Side], model: Model, places: Columns
) -> tuple[int, int]:
    head = FIRST_TABLE - 1
    titles = heads("Requests per month", "From, {currency} per month", "To, {currency} per month")
    marks = heads("Cheaper", "Crossing at", "{currency} there")
    page.texts(head, 0, [*titles, *marks], "head_right")
    for column, name in ((FROM_SIDE, "From"), (places.to_side, "To")):
        curve.write_titles(page, head, column, name, model)
    page.sheet.set_row(head, 32)
    page.text(head - 1, 0, "Table of volumes", "heading")
    before = None
    for n, volume in enumerate(volumes):
        before = _line(page, FIRST_TABLE + n, volume, sides, model, before)
    last = FIRST_TABLE + len(volumes) - 1
    today = last + 2
    page.text(today - 1, 0, "Today", "heading")
    _line(page, today, model.inputs["workload_requests_per_month"] * 1, sides, model, None)
    rule = {"type": "errors", "format": page.formats["hidden"]}
    page.sheet.conditional_format(FIRST_TABLE, MARK_VOLUME, last, MARK_USD, rule)
    return last, today


def _line(
    page: Page, row: int, at: Formula, sides: Sequence[Side], model: Model, before: Line | None
) -> Line:
    """One volume, and whether the two strategies cross between it and the one before."""
    volume = page.formula(row, VOLUME, at, "count")
    prices = curve.At(model.capacity)
    costs = [
        curve.write_cost(page, row, column, volume, side, model, prices)
        for column, side in zip((FROM_SIDE, Columns.of(model).to_side), sides, strict=True)
    ]
    first, second = page.across(row, FROM, map(live, costs), "money")
    gap = second - first
    words = xl.when(gap < 0, "To", xl.when(gap > 0, "From", "equal"))
    page.formula(row, CHEAPER, words, "centre")
    if before:
        volume_before, first_before, gap_before = before
        crosses = xl.any_of(
            xl.all_of(gap_before > 0, gap <= 0), xl.all_of(gap_before < 0, gap >= 0)
        )
        share = gap_before / (gap_before - gap)
        spot = volume_before + (volume - volume_before) * share
        usd = first_before + (first - first_before) * share
        page.formula(row, MARK_VOLUME, xl.when(crosses, spot, xl.missing()), "count")
        page.formula(row, MARK_USD, xl.when(crosses, usd, xl.missing()), "money")
    return volume, first, gap


def _crossings(results: Estimate) -> list[Crossover]:
    """Those of pairs, then from what runs today to what is recommended."""
    return [*results.crossovers[:PAIRS_SHOWN], *told_crossovers(results)]


def _engine(page: Page, results: Estimate | None) -> None:
    """The exact crossings that came with the snapshot; they hold for the inputs as delivered."""
    page.text(ENGINE, 0, "Computed by Crossover, exactly, for the inputs as delivered", "heading")
    crossings = _crossings(results) if results else []
    if results is None or not crossings:
        page.text(ENGINE + 1, 0, "Nothing was computed: the inputs are an example.", "note")
        return
    page.heads(ENGINE + 1, heads(*ENGINE_HEADS), height=32)
    payback = {(each.from_strategy, each.to_strategy): each for each in results.break_even}
    for n, crossing in enumerate(crossings, start=ENGINE + 2):
        pair = crossing.from_strategy, crossing.to_strategy
        titles = Pair(*pair)
        title = f"{titles.from_title} → {titles.to_title}"
        page.text(n, 0, title, "label")
        page.sheet.set_row(n, 30 if len(title) > TITLE_LENGTH else None)
        time = payback.get(pair)
        page.static(n, 1, _volume(crossing.first_requests_per_month), "count_static")
        page.static(n, 2, _volume(crossing.dominance_requests_per_month), "count_static")
        page.static(n, 3, len(crossing.cheaper_intervals), "count_static")
        page.static(n, 4, _or_never(time.month) if time else "–", "usd_static")
        saving = delivered(time.saving_over_horizon_usd) if time else None
        page.static(n, 5, saving, "money_static")
    row, intervals = ENGINE + 3 + len(crossings), crossings[0].cheaper_intervals
    page.heads(row, ["Ranges of volume, first pair", "Cheaper from", "up to"])
    for n, (start, end) in enumerate(intervals[:INTERVALS_SHOWN], start=row + 1):
        page.static(n, 1, _volume(start), "count_static")
        page.static(n, 2, "for good" if end is None else end, "count_static")
    if len(intervals) > INTERVALS_SHOWN:
        more = f"and {len(intervals) - INTERVALS_SHOWN} more, in the assessment"
        page.text(row + 1 + INTERVALS_SHOWN, 1, more, "note")


def _volume(requests_per_month: float | None) -> float | str:
    """A crossing; one below a single request is none, so it is told in words."""
    is_first = requests_per_month is not None and requests_per_month < ONE_REQUEST
    return FIRST_REQUEST if is_first else _or_never(requests_per_month)


def _or_never(value: float | None) -> float | str:
    return "never" if value is None else value
