"""Sheet Payback: month by month with growth, until savings cover what the change cost (5)."""

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.recommendation import Change, ChangeKind
from costing.engine import Estimate
from costing.engine.inputs import input_named
from costing.engine.results import EffortDays
from costing.engine.units import MONTHS_PER_YEAR
from presentation.money import code
from reports.documents.workbook import formula as xl
from reports.documents.workbook.bought_ahead import Terms
from reports.documents.workbook.capacity import Capacity
from reports.documents.workbook.currency import heads, live
from reports.documents.workbook.curve import (
    At,
    write_cost,
    write_titles,
)
from reports.documents.workbook.formula import Formula, Operand
from reports.documents.workbook.inputs import Inputs
from reports.documents.workbook.page import Page, between
from reports.documents.workbook.sides import Model, Side
from reports.documents.workbook.week import staffed

MIN_MONTHS = 60
HEAD, FIRST = 11, 12
MONTH, VOLUME, INVESTED, SAVED, BALANCE, COVERED, FROM_SIDE = 0, 1, 2, 3, 4, 5, 7
MODELS_AT, CAPACITY_AT, REFRESH, WORTH, UNITS_AT = range(5)
"""Places among the prices of a month."""
TITLES = (
    *("Month", "Requests", "Invested, {currency}", "Saved, {currency}", "Balance, {currency}"),
    "Covered in month",
)
PRICE_TITLES = (
    *("Prices of models, ×", "Prices of capacity, ×", "New generation, USD"),
    "Worth today, ×",
)
WIDTHS = (26, 16, 16, 16, 18, 16, 3)


@dataclass(frozen=True)
class Columns:
    """How many a side has for its cost, before what it owns and buys; where the others begin."""

    cost: int

    @property
    def to_side(self) -> int:
        return FROM_SIDE + self.cost + 2

    @property
    def prices(self) -> int:
        return self.to_side + self.cost + 3


def write_payback(
    page: Page,
    model: Model,
    sides: tuple[Side, Side],
    chosen: tuple[Formula, Formula],
    results: Estimate | None,
    days: EffortDays,
) -> None:
    """Cash view: owned hardware is paid when bought, and amortization leaves the monthly cost."""
    lead = "The two strategies chosen on sheet Crossover, month by month, as they grow. Cash view."
    places = Columns(len(model.column_titles))
    wide = places.prices + len(_price_titles(model)) - FROM_SIDE
    page.begin("Payback", lead, *WIDTHS, *[13] * wide)
    usual = input_named("horizon_months").default
    horizon = results.scenario.horizon_months if results else usual
    months = max(MIN_MONTHS, horizon)
    _write_heads(page, places, model)
    for row, name, cell, column in (
        (3, "From", chosen[0], FROM_SIDE),
        (4, "To", chosen[1], places.to_side),
    ):
        page.text(row, 0, name, "label_bold")
        page.formula(row, 1, cell, "centre")
        write_titles(page, HEAD, column, name, model)
        owned = [f"{name}: {title}" for title in ("Instances owned", "Bought, USD")]
        page.texts(HEAD, column + places.cost, owned, "head_right")
    page.formula(6, 0, model.notice, "risk")
    page.text(5, 0, "Horizon, months", "label_bold")
    rule = between("Horizon", f"From 1 to {months}, whole.", 1, months, is_whole=True)
    typed = page.entry(5, 1, horizon, "count", rule, "horizon_months")
    limit = page.formula(5, 2, xl.when(xl.is_number(typed), typed, usual), "count_static")
    page.text(5, 3, "what it counts as, also when empty", "note")
    paid = _write_paid(page, model.inputs, sides, results, days)
    balance, covered = _months(page, months, limit, model, sides, paid)
    found = xl.when(xl.count(covered) > 0, xl.lowest(covered), "never")
    page.line(7, "Pays back in month", found, "usd_bold", "payback_month")
    page.line(8, f"Saving over the horizon, {code()}", balance, "money_bold", "payback_saving_usd")
    page.sheet.freeze_panes(FIRST, 2)
    # Both sides' figures beside it would be too small to read.
    page.printed(repeat_row=HEAD, area=(FIRST + months - 1, COVERED))


def _price_titles(model: Model) -> list[str]:
    """The heads of a month's prices."""
    named = {each.part.tag: each.part.title for each in model.portions}
    units = (f"Prices of units, {name}: {named.get(tag, '')}" for tag, name in model.sold)
    return [*PRICE_TITLES, *(f"{title.removesuffix(': ')}, ×" for title in units)]


def _write_heads(page: Page, places: Columns, model: Model) -> None:
    page.texts(HEAD, 0, heads(*TITLES), "head_right")
    page.texts(HEAD, places.prices, _price_titles(model), "head_right")
    page.sheet.set_row(HEAD, 32)


def _write_paid(
    page: Page,
    inputs: Inputs,
    sides: tuple[Side, Side],
    results: Estimate | None,
    days: EffortDays,
) -> Formula:
    """Paid once: a migration, and section 17's work of all that the second strategy switches on."""
    page.text(10, 0, "A day of people’s work, USD", "label_bold")
    usd = results.scenario.usd_per_day if results else 0.0
    rule = between("A day of people’s work", "From 0 to 1,000,000 USD.", 0, 1e6)
    typed = page.entry(10, 1, usd, "usd", rule, "usd_per_day")
    switched = (
        days.get(Change(ChangeKind.SWITCH_ON, lever).key, 0.0)
        * xl.all_of(flag.equals(1), sides[0].flags[lever].equals(0))
        for lever, flag in sides[1].flags.items()
    )
    work = page.formula(10, 2, typed * xl.added(switched), "usd_static")
    page.text(10, 3, "the work of what is switched on, paid in month 1", "note")
    begins = xl.all_of(sides[1].is_hosting.equals(1), sides[0].is_hosting.equals(0))
    return work + xl.when(begins, inputs["pool_migration_usd"], 0)


def _months(
    page: Page, months: int, limit: Formula, model: Model, sides: tuple[Side, Side], paid: Formula
) -> tuple[Formula, Formula]:
    """The balance at the end of the horizon, and per month when it covers what was paid."""
    inputs, places = model.inputs, Columns(len(model.column_titles))
    growth = 1 + inputs["workload_monthly_growth_ratio"]
    cash = _cash_price(page, model)
    path = PricePath(inputs, cash, model.capacity, places.prices, model.sold)
    owned: list[Formula | int] = [0, 0]
    balance: Formula | int = 0
    covered = []
    for month, row in enumerate(range(FIRST, FIRST + months)):
        page.static(row, MONTH, month + 1, "count")
        requests = inputs["workload_requests_per_month"] * growth**month
        volume = page.formula(row, VOLUME, requests, "count")
        prices = path.write(page, row, month)
        costs, bought = [], []
        for place, (side, column) in enumerate(
            zip(sides, (FROM_SIDE, places.to_side), strict=True)
        ):
            costs.append(write_cost(page, row, column, volume, side, model, prices.at))
            have = owned[place]
            owned[place], spent = _purchases(
                page, row, column + places.cost, have, volume, side, inputs
            )
            bought.append(spent * prices.hardware + prices.refresh_usd * side.is_hosting)
        moved = 0 if month else paid
        counts = limit >= month + 1
        spent = live((bought[1] - bought[0] + moved) * prices.worth)
        invested = xl.when(counts, spent, 0)
        invested = page.formula(row, INVESTED, invested, "money")
        saved = xl.when(counts, live((costs[0] - costs[1]) * prices.worth), 0)
        saved = page.formula(row, SAVED, saved, "money")
        owing = balance - invested
        is_covered = xl.all_of(counts, saved > 0, owing + saved >= 0)
        moment = xl.when(is_covered, month + xl.highest(0, -owing) / saved, "")
        covered.append(page.formula(row, COVERED, moment, "usd"))
        balance = page.formula(row, BALANCE, owing + saved, "money")
    return xl.formula(balance), page.column(covered)


def _cash_price(page: Page, model: Model) -> Formula:
    """What an instance-hour takes in cash: rent, or electricity alone."""
    capacity = model.capacity
    is_owned = xl.is_number(model.inputs["pool_hardware_usd_per_instance"])
    price = xl.when(is_owned, capacity.power_usd_per_hour, capacity.usd_per_instance_hour)
    page.text(9, 0, "USD per instance-hour, cash", "label_bold")
    return page.formula(9, 1, price, "exact", "cash_usd_per_hour")


@dataclass(frozen=True)
class Prices:
    """A month's prices: in cash, of hardware over that of today, of a new generation.

    And what a sum of that month is worth today.
    """

    at: At
    hardware: Formula
    refresh_usd: Formula
    worth: Formula


@dataclass(frozen=True)
class PricePath:
    """Sections 15 and 17 in formulas: what prices and sums become, month by month."""

    inputs: Inputs
    usd_per_hour: Formula
    capacity: Capacity
    column: int
    sold: Mapping[tuple[str, str], Terms]

    def write(self, page: Page, row: int, month: int) -> Prices:
        inputs, is_moving = self.inputs, self.inputs.has("outlook")
        every = inputs["outlook_refresh_months"]
        is_due = xl.all_of(is_moving, xl.is_number(every))
        refresh = xl.when(is_due, self._refresh(month, every), 0)
        is_owned = xl.is_number(inputs["pool_hardware_usd_per_instance"])
        moved = page.formula(row, self.column + CAPACITY_AT, self._factor("gpu", month), "exact")
        reserved = self.capacity.reserved_usd_per_hour
        capacity = Capacity(
            self.usd_per_hour * xl.when(is_owned, 1, moved),
            xl.when(xl.is_number(reserved), reserved * moved, ""),
            self.capacity.power_usd_per_hour,
        )
        models = page.formula(row, self.column + MODELS_AT, self._factor("api", month), "exact")
        months = (each["months"] for each in self.sold.values())
        units = page.across(
            row,
            self.column + UNITS_AT,
            (self._factor("api", month, term) for term in months),
            "exact",
        )
        return Prices(
            at=At(capacity, models, dict(zip(self.sold, units, strict=True))),
            hardware=moved,
            refresh_usd=page.formula(row, self.column + REFRESH, refresh, "usd_static"),
            worth=page.formula(
                row, self.column + WORTH, xl.when(is_moving, self._worth(month), 1), "exact"
            ),
        )

    def _worth(self, month: int) -> Formula:
        return (1 + self.inputs["outlook_discount_ratio_per_year"]) ** (-month / MONTHS_PER_YEAR)

    def _refresh(self, month: int, every: Formula) -> Operand:
        is_turn = xl.remainder(month, every).equals(0)
        return xl.when(is_turn, self.inputs["outlook_refresh_usd"], 0) if month else 0

    def _factor(self, key: str, month: int, term: Operand = 0) -> Formula:
        inputs, is_moving = self.inputs, self.inputs.has("outlook")
        change = inputs[f"outlook_{key}_price_change_per_year_ratio"]
        is_free = xl.formula(month) >= xl.highest(inputs[f"outlook_{key}_contract_months"], term)
        moved = (1 + change) ** (month / MONTHS_PER_YEAR)
        return xl.when(xl.all_of(is_moving, is_free), moved, 1)


def _purchases(
    page: Page, row: int, column: int, owned: Operand, volume: Formula, side: Side, inputs: Inputs
) -> tuple[Formula, Formula]:
    """Instances owned in a month, never fewer than before, and what the new ones cost."""
    calls = volume * side.pooled_calls
    load = calls * side.load * side.plan.peak
    is_closed = xl.all_of(inputs["pool_scaling"].equals("scheduled"), calls.equals(0))
    needed = xl.when(is_closed, 0, staffed(load, inputs))
    needed = needed * inputs["pool_instances_per_replica"] * inputs["pool_regions"]
    have = xl.highest(owned, xl.when(side.is_hosting.equals(1), needed, 0))
    have = page.formula(row, column, have, "count_static")
    hardware = inputs["pool_hardware_usd_per_instance"]
    spent = xl.when(xl.is_number(hardware), (have - owned) * hardware, 0)
    return have, page.formula(row, column + 1, spent, "usd_static")
