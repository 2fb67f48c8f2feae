"""Sheet Strategies: the named strategies, the levers, what to choose (cost model, 5)."""

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from assessments.framework import Framework
from costing.engine import Estimate
from costing.engine.levers import CURRENT, LEVERS, NAMED
from costing.engine.units import TOKENS_PER_MTOK
from costing.scenarios.content.titles import STRATEGY_TITLES as TITLES
from presentation.money import code
from presentation.numbers import UNKNOWN as NONE
from presentation.wording import first_upper
from reports.documents.workbook import formula as xl
from reports.documents.workbook import subsets as sets
from reports.documents.workbook.currency import delivered as as_delivered
from reports.documents.workbook.currency import heads, live, live_if_known
from reports.documents.workbook.formula import Cells, Formula
from reports.documents.workbook.inputs import Inputs, lever_titles
from reports.documents.workbook.page import Page
from reports.documents.workbook.subsets import Bills, Subsets

COSTS = (
    *("{currency} per month", "{currency} per Mtok", "{currency} per request"),
    *("Saving per month", "Saving"),
)
USE = ("Peak replicas", "Utilization", "Instance-hours", "Prompt-cache hits")
CHOICES = ("Cheapest set of levers", "{currency} per month")
BY_COST_ALONE = (
    "By the month’s cost alone. The recommendation also leaves out what saves too small a share of"
    " the bill, and what the horizon does not repay."
)
NAME, USD, PER_MTOK, PER_REQUEST, SAVED, RATIO, WITHIN, REPLICAS, USED, HOURS, HITS = range(11)
DELIVERED, DIFFERENCE = 11, 12
CAPACITY_STYLES = dict(
    zip(sets.CAPACITY, ("count", "percent", "count_fine", "percent"), strict=True)
)
FIRST = 4
CHART_ROWS = 20
UNCHANGED, CHANGED = "Still as delivered", "Inputs have been changed since this was delivered"


@dataclass(frozen=True)
class Strategies:
    """Cells of the strategies: their month by name, the waterfall's savings, as they are shown.

    And the row of the chart.
    """

    usd: Cells
    waterfall: Cells
    chart_row: int


def write_strategies(
    page: Page, bills: Bills, subsets: Subsets, results: Estimate | None, framework: Framework
) -> tuple[Strategies, int]:
    lead = f"Every figure follows the inputs. {code()} per month unless it says more."
    page.begin("Strategies", lead, 36, *[14] * 12)
    promise = framework.promise
    target = float(promise.saving_low_ratio), float(promise.saving_high_ratio)
    within = f"In the {100 * target[0]:.0f}–{100 * target[1]:.0f} % range"
    titles = heads(*COSTS, within, *USE, "As delivered, {currency}", "Difference")
    page.heads(FIRST - 1, ["Strategy", *titles], height=32)
    today = FIRST + len(NAMED)
    place = _place_of_current(page, today, bills.inputs, subsets)
    usds = {name: subsets.rows[levers].total for name, levers in NAMED.items()}
    usds[CURRENT] = xl.at(subsets.of_today("total"), place)
    usds = {name: live_if_known(cost) for name, cost in usds.items()}
    current = page.cell(today, USD, usds[CURRENT].value)
    usd, volume = {}, _volume(bills)
    for row, (name, cost) in enumerate(usds.items(), start=FIRST):
        page.text(row, NAME, TITLES[name], "label_bold")
        usd[name] = page.formula(row, USD, cost, "money_bold")
        _ratios(page, row, usd[name], current, target, volume)
        _capacity(page, row, name, xl.is_number(usd[name]), subsets, place)
        each = results.strategies.get(name) if results else None
        shown = as_delivered(each.usd_per_month) if each else NONE
        known = page.static(row, DELIVERED, shown, "money_static")
        both = xl.all_of(xl.is_number(usd[name]), xl.is_number(known))
        _put(page, row, DIFFERENCE, both, usd[name] - known, "money_static")
    row = FIRST + len(usds)
    _agreement(page, row, list(usd), results)
    row = _lines(page, row + 3, subsets, place)
    row = _by_part(page, row, subsets, place, usd)
    chart_row = row + 1
    row, waterfall = _levers(page, row + CHART_ROWS, bills.inputs, subsets, framework)
    return Strategies(usd, waterfall, chart_row), row


def _place_of_current(page: Page, row: int, inputs: Inputs, subsets: Subsets) -> Formula:
    terms = (xl.when(cell.equals("yes"), 2**n, 0) for n, cell in enumerate(inputs.current))
    place = xl.place_of(reduce(operator.add, terms), subsets.codes)
    page.text(row, DIFFERENCE + 2, "Its row among the sets of levers", "note")
    return page.formula(row, DIFFERENCE + 1, place, "count_static")


def _put(
    page: Page, row: int, column: int, condition: Formula, content: Formula, style: str
) -> Formula:
    """A figure, or a dash where it does not exist."""
    return page.formula(row, column, xl.when(condition, content, NONE), style)


def _volume(bills: Bills) -> tuple[Formula, Formula]:
    """Requests and millions of tokens a month, of all parts."""
    tokens = []
    for each in bills.parts:
        inputs = each.part.inputs
        read = inputs["workload_input_tokens_per_call"]
        tokens.append(each.flow.calls * (read + inputs["workload_output_tokens_per_call"]))
    return bills.inputs["workload_requests_per_month"], xl.added(tokens) / TOKENS_PER_MTOK


def _ratios(
    page: Page,
    row: int,
    usd: Formula,
    now: Formula,
    target: tuple[float, float],
    volume: tuple[Formula, Formula],
) -> None:
    """What a token and a request cost, and what is saved against what runs now."""
    is_known, (requests, mtok) = xl.is_number(usd), volume
    _put(page, row, PER_MTOK, xl.all_of(is_known, mtok > 0), usd / mtok, "price")
    _put(page, row, PER_REQUEST, xl.all_of(is_known, requests > 0), usd / requests, "price_fine")
    both = xl.all_of(is_known, xl.is_number(now))
    _put(page, row, SAVED, both, now - usd, "money")
    ratio = _put(page, row, RATIO, xl.all_of(both, now > 0), (now - usd) / now, "percent")
    within = xl.when(xl.all_of(ratio >= target[0], ratio <= target[1]), "yes", "no")
    _put(page, row, WITHIN, xl.is_number(ratio), within, "centre")


def _capacity(
    page: Page, row: int, name: str, is_known: Formula, subsets: Subsets, place: Formula
) -> None:
    """Replicas, their use and hours where there is a pool, and the hits of the prompt cache."""
    if name == CURRENT:
        figures: Cells = {title: xl.at(subsets.of_today(title), place) for title in sets.CAPACITY}
    else:
        figures = subsets.rows[NAMED[name]].figures
    hours = figures["Instance-hours"]
    for column, (title, style) in enumerate(CAPACITY_STYLES.items(), start=REPLICAS):
        figure, asked = figures[title], is_known
        if title in sets.POOL_CAPACITY:
            if name != CURRENT and figure.value is None:
                page.text(row, column, NONE, "centre")
                continue
            asked = xl.all_of(is_known, xl.is_number(figure))
        if title == "Utilization":
            asked = xl.all_of(asked, hours > 0)
        _put(page, row, column, asked, figure, style)


def _agreement(page: Page, row: int, names: list[str], results: Estimate | None) -> None:
    """Whether the sheet still shows what was delivered."""
    if not results:
        page.formula(row, NAME, "Example inputs: nothing was delivered", "note")
        return
    content: Formula = xl.when(True, UNCHANGED, UNCHANGED)
    for n, name in enumerate(names, start=FIRST):
        is_delivered = name in results.strategies
        live = page.cell(n, DIFFERENCE, 0.0 if is_delivered else NONE)
        is_same = xl.all_of(live > -0.005, live < 0.005) if is_delivered else live.equals(NONE)
        content = xl.when(is_same, content, CHANGED)
    page.formula(row, NAME, content, "note")


def _lines(page: Page, row: int, subsets: Subsets, place: Formula) -> int:
    """What each strategy's month is made of."""
    titles = ["Line", *(TITLES[name] for name in (*NAMED, CURRENT))]
    row = page.table(row, f"Lines, {code()} per month", titles, height=46)
    strategies = [subsets.rows[levers] for levers in NAMED.values()]
    for n, line in enumerate(sets.LINES, start=row):
        title = line.replace(".", " calls: ").replace("_", " ")
        page.text(n, 0, first_upper(title), "label")
        usds = [
            xl.when(each.total.equals(sets.LEFT_OUT), 0, live(each.figures[line] * 1))
            for each in strategies
        ]
        page.across(n, 1, [*usds, live(xl.at(subsets.of_today(line), place) * 1)], "money_line")
    return row + len(sets.LINES)


def _by_part(page: Page, row: int, subsets: Subsets, place: Formula, usds: Cells) -> int:
    """Section 9: the cost of each strategy by application; nothing without any."""
    if not subsets.by_part:
        return row
    titles = ["Application", *(TITLES[name] for name in (*NAMED, CURRENT))]
    row = page.table(row + 1, f"By application, {code()} per month", titles, height=46)
    places = {name: sets.SETS.index(levers) + 1 for name, levers in NAMED.items()}
    for n, (title, (chosen, running)) in enumerate(subsets.by_part.items(), start=row):
        page.text(n, 0, title, "label")
        shown = [
            xl.when(xl.is_number(usds[name]), live(xl.at(chosen, at)), NONE)
            for name, at in places.items()
        ]
        page.across(n, 1, [*shown, live(xl.at(running, place) * 1)], "money_line")
    return row + len(subsets.by_part)


def _levers(
    page: Page, row: int, inputs: Inputs, subsets: Subsets, framework: Framework
) -> tuple[int, dict[str, Formula]]:
    """Section 5: the waterfall in the roadmap's order, and each lever's order-free share."""
    columns = ("Lever", "In this order", "Order-free (Shapley)")
    row = page.table(row, f"What each lever saves, {code()} per month", columns)
    titles = lever_titles(framework)
    found = {}
    for place, lever in enumerate(LEVERS):
        n = row + place
        ready = sets.can_price(lever, inputs) or xl.when(True, 1, 1)
        saving = subsets.priced[LEVERS[:place]] - subsets.priced[LEVERS[: place + 1]]
        page.text(n, 0, titles[lever], "label")
        found[lever] = _put(page, n, 1, ready.equals(1), live(saving), "money")
        _put(page, n, 2, ready.equals(1), live(subsets.shapley[lever]), "money")
    return row + 1 + len(LEVERS), found


@dataclass(frozen=True)
class Choice:
    """Cells: the cheapest month that the maturity allows today, and its levers in words."""

    usd: Formula
    levers: Formula


def write_choice(
    page: Page,
    row: int,
    subsets: Subsets,
    scores: Cells,
    framework: Framework,
    current: Sequence[Formula],
) -> tuple[int, Choice]:
    """Section 5: the cheapest set of levers, and the cheapest that the maturity allows today.

    `scores` are the cells of the dimensions' scores; `current` say which levers run: those may go
    on whatever the scores. Returns the row below it, and the second.
    """
    runs = dict(zip(LEVERS, current, strict=True))
    first = page.table(row, "What to choose", heads(*CHOICES))
    page.merged(row + 1, 2, 6, "Levers", "head_indent")
    column = DIFFERENCE + 5
    page.texts(row + 1, column, ["Levers", "Allowed today, USD"], "note")
    listed, allowed = [], []
    for n, (levers, item) in enumerate(subsets.rows.items(), start=first):
        listed.append(page.static(n, column, subsets.names[levers], "muted"))
        is_allowed = xl.all_of(
            xl.is_number(item.total),
            *(
                _is_supported(required, runs.get(lever, xl.formula("no")), scores)
                for lever in levers
                if (required := framework.requirements.get(lever))
            ),
        )
        allowed.append(_put(page, n, column + 1, is_allowed, item.total, "usd_static"))
    choices = {
        "At the present volume": subsets.totals,
        "That the maturity allows today": page.column(allowed),
    }
    found = [
        _cheapest(page, n, title, usds, page.column(listed))
        for n, (title, usds) in enumerate(choices.items(), start=first)
    ]
    page.text(first + len(choices), 0, BY_COST_ALONE, "note")
    return row + 6, found[-1]


def _cheapest(page: Page, row: int, title: str, usds: Formula, names: Formula) -> Choice:
    """The lowest of some months in USD, and the levers of that month by their `names`."""
    least = xl.lowest(usds)
    best = page.line(row, title, live(least), "money_bold")
    page.merged(row, 2, 6, "", "muted")
    return Choice(best, page.formula(row, 2, xl.at(names, xl.place_of(least, usds)), "muted"))


def _is_supported(required: Mapping[str, float], runs: Formula, scores: Cells) -> Formula:
    """Whether a lever runs already, or the scores allow it."""
    reached = (
        xl.all_of(xl.is_number(scores[dimension]), scores[dimension] >= least)
        for dimension, least in required.items()
    )
    return xl.any_of(runs.equals("yes"), xl.all_of(*reached))
