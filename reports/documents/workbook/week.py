"""Sheet Week: the hours of a week, their traffic, cache hits, replicas (cost model, 1, 3, 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.documents.workbook import formula as xl
from reports.documents.workbook.calls import Calls, Loads, title_of
from reports.documents.workbook.formula import Formula
from reports.documents.workbook.inputs import Inputs
from reports.documents.workbook.page import Page, between

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = 168
HEAD, TOTALS, FIRST = 6, 7, 8
OWN, WEIGHT, SHARE, STAFFED, RISES, FIRST_LANE = 2, 3, 4, 5, 6, 7
HEADS = ("Day", "Hour", "Own weight", "Weight", "Share of the week", "Staffed for", "Rises")
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Staff:
    """A pool's week: replica-hours, starts, and the replicas of the busiest hour."""

    replica_hours: Formula
    starts: Formula
    peak: Formula


@dataclass(frozen=True)
class Week:
    """The week's shares, and per lane its hit ratio, per pool its staff."""

    shares: Formula
    rises: Formula
    peak_share: Formula
    active_hours: Formula
    active_blocks: Formula
    hits: Loads
    staff: Mapping[Calls, Staff]


def write_week(
    page: Page, inputs: Inputs, profile: Sequence[float] | None, lanes: Loads, pools: Loads
) -> Week:
    """The sheet; `lanes` get a column of hits each, `pools` one of replicas and one of starts."""
    lead = (
        "Fill the amber column with 168 weights for a profile of your own;"
        " empty, the traffic is flat over the active hours and days."
    )
    widths = (13, 8, 12, 10, 12, 12, 8, *[12] * (len(lanes) + 2 * len(pools)))
    page.begin("The week, hour by hour", lead, *widths)
    page.texts(HEAD, 0, HEADS, "head")
    page.sheet.set_row(HEAD, 44)
    weights = _weights(page, inputs, profile)
    page.text(TOTALS, 0, "Week", "label_bold")
    summed = page.formula(TOTALS, WEIGHT, xl.total(page.column(weights)), "factor_bold")
    cells = page.down(FIRST, SHARE, (weight / summed for weight in weights), "factor")
    shares = page.column(cells, "week_shares")
    peak = page.formula(TOTALS, SHARE, xl.highest(shares), "factor_bold", "peak_share")
    scaling = inputs["pool_scaling"]
    is_scheduled, is_autoscaled = scaling.equals("scheduled"), scaling.equals("autoscaled")
    sizes = (  # section 4: the share that sizes an hour's replicas; −1 where the pool is closed
        xl.when(is_scheduled, xl.when(share > 0, peak, -1), xl.when(is_autoscaled, share, peak))
        for share in cells
    )
    staffed = page.down(FIRST, STAFFED, sizes, "factor")
    rises = _rises(page, cells)
    hours, blocks = _active(page, shares, cells)
    hits = {
        key: _hits(page, column, key, load, cells, shares)
        for column, (key, load) in enumerate(lanes.items(), start=FIRST_LANE)
    }
    first = FIRST_LANE + len(lanes)
    staff = {
        key: _staff(page, first + 2 * place, key, load, inputs, staffed)
        for place, (key, load) in enumerate(pools.items())
    }
    page.sheet.freeze_panes(FIRST, 2)
    page.printed(repeat_row=HEAD)
    return Week(shares, rises, peak, hours, blocks, hits, staff)


def _weights(page: Page, inputs: Inputs, profile: Sequence[float] | None) -> list[Formula]:
    """Section 1: each hour's weight, own or flat."""
    own = []
    rule = between("Weight", "0 or more, or empty.", 0, 10**12)
    page.sheet.data_validation(FIRST, OWN, FIRST + HOURS - 1, OWN, rule)
    for number in range(HOURS):
        page.text(FIRST + number, 0, DAYS[number // 24], "label")
        page.text(FIRST + number, 1, f"{number % 24:02d}:00", "centre")
        value = None if profile is None else profile[number]
        own.append(page.static(FIRST + number, OWN, value, "input_count_fine"))
    cells = page.column(own, "own_profile")
    is_own = xl.when(xl.all_of(xl.count(cells) > 0, xl.total(cells) > 0), 1, 0)
    page.text(3, 0, "Profile of your own", "note")
    is_own = page.formula(3, OWN, is_own, "count", "has_own_profile")
    page.text(3, WEIGHT, "1 yes, 0 no", "note")
    used = (
        xl.when(is_own.equals(1), weight, _flat(inputs, *divmod(number, 24)))
        for number, weight in enumerate(own)
    )
    return page.down(FIRST, WEIGHT, used, "factor")


def _flat(inputs: Inputs, day: int, hour: int) -> Formula:
    """A broken hour or day at the end weighs its fraction; days over 15 h begin at midnight."""
    hours, days = inputs["workload_active_hours_per_day"], inputs["workload_active_days_per_week"]
    start = xl.when(hours > 15, 0, 9)
    in_day = xl.when(start <= hour, xl.highest(0, xl.lowest(1, hours - (hour - start))), 0)
    return in_day * xl.highest(0, xl.lowest(1, days - day))


def _rises(page: Page, shares: list[Formula]) -> Formula:
    """How an hour's replicas count as starts: +1 after a lighter one, −1 before a heavier one."""
    neighbours = zip([shares[-1], *shares], shares, [*shares[1:], shares[0]], strict=False)
    rises = (
        xl.when(share > before, 1, 0) - xl.when(after > share, 1, 0)
        for before, share, after in neighbours
    )
    return page.column(page.down(FIRST, RISES, rises, "count"), "week_rises")


def _active(page: Page, shares: Formula, cells: list[Formula]) -> tuple[Formula, Formula]:
    page.text(4, 0, "Active hours, stretches", "note")
    hours = page.formula(4, OWN, xl.product_sum((shares > 0) * 1), "count", "active_hours")
    ahead = Formula(page.column([cells[0], cells[-2]]).text, shares.value[:-1])
    behind = Formula(page.column([cells[1], cells[-1]]).text, shares.value[1:])
    inside = xl.product_sum(ahead.equals(0) * (behind > 0))
    wrapped = xl.when(xl.all_of(cells[-1].equals(0), cells[0] > 0), 1, 0)
    blocks = page.formula(4, WEIGHT, inside + wrapped, "count", "active_blocks")
    return hours, blocks


def _hits(
    page: Page, column: int, lane: Calls, load: Formula, cells: list[Formula], shares: Formula
) -> Formula:
    """Section 3: each hour's ratio of hits for Poisson arrivals, and the week's."""
    page.text(HEAD, column, f"Hits: {title_of(lane)}", "head_right")
    ratios = (1 - xl.exponential(-(load * share)) for share in cells)
    hits = page.column(page.down(FIRST, column, ratios, "percent"))
    return page.formula(TOTALS, column, xl.lowest(1, xl.product_sum(shares * hits)), "percent_bold")


def _staff(
    page: Page, column: int, pool: Calls, load: Formula, inputs: Inputs, staffed: list[Formula]
) -> Staff:
    page.texts(HEAD, column, [f"Replicas: {title_of(pool)}", "Starts"], "head_right")
    needed = (_replicas(load, weight, inputs) for weight in staffed)
    replicas = page.down(FIRST, column, needed, "count")
    before = [replicas[-1], *replicas]
    starts = (xl.highest(0, cell - last) for cell, last in zip(replicas, before, strict=False))
    started = page.column(page.down(FIRST, column + 1, starts, "count"))
    hours = page.column(replicas)
    return Staff(
        page.formula(TOTALS, column, xl.total(hours), "count_bold"),
        page.formula(TOTALS, column + 1, xl.total(started), "count_bold"),
        xl.highest(hours),
    )


def _replicas(load: Formula, weight: Formula, inputs: Inputs) -> Formula:
    """Section 4: whole replicas of an hour, spares, then the least."""
    wanted = load * weight
    needed = xl.round_up(wanted - TOLERANCE) + inputs["pool_spare_replicas"]
    needed = xl.when(wanted > TOLERANCE, needed, 0)
    is_unused = xl.all_of(inputs["pool_scaling"].equals("scheduled"), load.equals(0))
    is_closed = xl.any_of(weight < 0, is_unused)
    return xl.when(is_closed, 0, xl.highest(inputs["pool_min_replicas"], needed))
