"""Sheet Week: the hours of a week, their traffic, cache hits, replicas (cost model, 1, 3, 4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.documents.workbook.formula import (
    Formula,
    all_of,
    any_of,
    count,
    exponential,
    highest,
    lowest,
    product_sum,
    round_up,
    total,
    when,
)
from reports.documents.workbook.inputs import Inputs
from reports.documents.workbook.page import Page

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = 168
HEAD, TOTALS, FIRST = 6, 7, 8
OWN, WEIGHT, SHARE, STAFFED, RISES, FIRST_LANE = 2, 3, 4, 5, 6, 7
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Load:
    """What a column of the week is computed for: its title and its load at weight 1."""

    title: str
    load: Formula


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
    hits: tuple[Formula, ...]
    staff: tuple[Staff, ...]


def write_week(
    page: Page,
    inputs: Inputs,
    profile: Sequence[float] | None,
    lanes: Sequence[Load],
    pools: Sequence[Load],
) -> Week:
    """The sheet; `lanes` get a column of hits each, `pools` one of replicas and one of starts."""
    page.widths(13, 8, 12, 10, 12, 12, 8, *[12] * (len(lanes) + 2 * len(pools)))
    _head(page)
    weights = _weights(page, inputs, profile)
    page.text(TOTALS, 0, "Week", "label_bold")
    summed = page.formula(TOTALS, WEIGHT, total(page.column(weights)), "factor_bold")
    rows = range(FIRST, FIRST + HOURS)
    cells = [
        page.formula(row, SHARE, weight / summed, "factor")
        for row, weight in zip(rows, weights, strict=True)
    ]
    shares = page.column(cells, "week_shares")
    peak = page.formula(TOTALS, SHARE, highest(shares), "factor_bold", "peak_share")
    staffed = _staffed_weights(page, inputs, cells, peak)
    rises = _rises(page, cells)
    hours, blocks = _active(page, shares, cells)
    hits = tuple(
        _hits(page, FIRST_LANE + place, lane, cells, shares) for place, lane in enumerate(lanes)
    )
    first = FIRST_LANE + len(lanes)
    staff = tuple(
        _staff(page, first + 2 * place, pool, inputs, staffed) for place, pool in enumerate(pools)
    )
    page.sheet.freeze_panes(FIRST, 2)
    page.printed(repeat_row=HEAD)
    return Week(shares, rises, peak, hours, blocks, hits, staff)


def _head(page: Page) -> None:
    page.text(0, 0, "The week, hour by hour", "title")
    lead = (
        "Fill the amber column with 168 weights for a profile of your own;"
        " empty, the traffic is flat over the active hours and days."
    )
    page.text(1, 0, lead, "lead")
    page.text(3, 0, "Profile of your own", "note")
    titles = ["Day", "Hour", "Own weight", "Weight", "Share of the week", "Staffed for"]
    titles += ["Rises"]
    page.texts(HEAD, 0, titles, "head")
    page.sheet.set_row(HEAD, 44)


def _weights(page: Page, inputs: Inputs, profile: Sequence[float] | None) -> list[Formula]:
    """Section 1: each hour's weight, own or flat."""
    own = []
    rule = {
        "validate": "decimal",
        "criteria": "between",
        "minimum": 0,
        "maximum": 1e12,
        "error_title": "Weight",
        "error_message": "0 or more, or empty.",
    }
    page.sheet.data_validation(FIRST, OWN, FIRST + HOURS - 1, OWN, rule)
    for number in range(HOURS):
        page.text(FIRST + number, 0, DAYS[number // 24], "label")
        page.text(FIRST + number, 1, f"{number % 24:02d}:00", "centre")
        value = None if profile is None else profile[number]
        own.append(page.static(FIRST + number, OWN, value, "input_count_fine"))
    cells = page.column(own, "own_profile")
    is_own = when(all_of(count(cells) > 0, total(cells) > 0), 1, 0)
    is_own = page.formula(3, OWN, is_own, "count", "has_own_profile")
    page.text(3, WEIGHT, "1 yes, 0 no", "note")
    weights = []
    for number, cell in enumerate(own):
        flat = _flat(inputs, number // 24, number % 24)
        content = when(is_own.equals(1), cell, flat)
        weights.append(page.formula(FIRST + number, WEIGHT, content, "factor"))
    return weights


def _flat(inputs: Inputs, day: int, hour: int) -> Formula:
    """A broken hour or day at the end weighs its fraction; days over 15 h begin at midnight."""
    hours, days = inputs["workload_active_hours_per_day"], inputs["workload_active_days_per_week"]
    start = when(hours > 15, 0, 9)
    in_day = when(start <= hour, highest(0, lowest(1, hours - (hour - start))), 0)
    return in_day * highest(0, lowest(1, days - day))


def _staffed_weights(
    page: Page, inputs: Inputs, shares: list[Formula], peak: Formula
) -> list[Formula]:
    """Section 4: the share that sizes each hour's replicas; −1 where the pool is closed."""
    scaling = inputs["pool_scaling"]
    cells = []
    for number, share in enumerate(shares):
        open_hours = when(share > 0, peak, -1)
        own = when(scaling.equals("autoscaled"), share, peak)
        content = when(scaling.equals("scheduled"), open_hours, own)
        cells.append(page.formula(FIRST + number, STAFFED, content, "factor"))
    return cells


def _rises(page: Page, shares: list[Formula]) -> Formula:
    """How an hour's replicas count as starts: +1 after a lighter one, −1 before a heavier one."""
    cells = []
    for number, share in enumerate(shares):
        before, after = shares[number - 1], shares[(number + 1) % HOURS]
        content = when(share > before, 1, 0) - when(after > share, 1, 0)
        cells.append(page.formula(FIRST + number, RISES, content, "count"))
    return page.column(cells, "week_rises")


def _active(page: Page, shares: Formula, cells: list[Formula]) -> tuple[Formula, Formula]:
    page.text(4, 0, "Active hours, stretches", "note")
    hours = page.formula(4, OWN, product_sum((shares > 0) * 1), "count", "active_hours")
    ahead = Formula(page.column([cells[0], cells[-2]]).text, shares.value[:-1])
    behind = Formula(page.column([cells[1], cells[-1]]).text, shares.value[1:])
    inside = product_sum(ahead.equals(0) * (behind > 0))
    wrapped = when(all_of(cells[-1].equals(0), cells[0] > 0), 1, 0)
    blocks = page.formula(4, WEIGHT, inside + wrapped, "count", "active_blocks")
    return hours, blocks


def _hits(page: Page, column: int, lane: Load, cells: list[Formula], shares: Formula) -> Formula:
    """Section 3: each hour's ratio of hits for Poisson arrivals, and the week's."""
    page.text(HEAD, column, f"Hits: {lane.title}", "head_right")
    hits = [
        page.formula(FIRST + number, column, 1 - exponential(-(lane.load * share)), "percent")
        for number, share in enumerate(cells)
    ]
    week = lowest(1, product_sum(shares * page.column(hits)))
    return page.formula(TOTALS, column, week, "percent_bold")


def _staff(page: Page, column: int, pool: Load, inputs: Inputs, staffed: list[Formula]) -> Staff:
    page.text(HEAD, column, f"Replicas: {pool.title}", "head_right")
    page.text(HEAD, column + 1, "Starts", "head_right")
    replicas = [
        page.formula(FIRST + number, column, _replicas(pool.load, weight, inputs), "count")
        for number, weight in enumerate(staffed)
    ]
    starts = [
        page.formula(FIRST + number, column + 1, highest(0, cell - replicas[number - 1]), "count")
        for number, cell in enumerate(replicas)
    ]
    hours = page.column(replicas)
    return Staff(
        page.formula(TOTALS, column, total(hours), "count_bold"),
        page.formula(TOTALS, column + 1, total(page.column(starts)), "count_bold"),
        highest(hours),
    )


def _replicas(load: Formula, weight: Formula, inputs: Inputs) -> Formula:
    """Section 4: whole replicas of an hour, spares, then the least."""
    wanted = load * weight
    needed = when(
        wanted > TOLERANCE,
        round_up(wanted - TOLERANCE) + inputs["pool_spare_replicas"],
        0,
    )
    is_closed = any_of(
        weight < 0, all_of(inputs["pool_scaling"].equals("scheduled"), load.equals(0))
    )
    return when(is_closed, 0, highest(inputs["pool_min_replicas"], needed))
