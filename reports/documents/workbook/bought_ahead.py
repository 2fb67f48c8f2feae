"""Provisioned throughput and committed spend in formulas (cost model, 13)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from costing.engine.units import HOURS_PER_MONTH, HOURS_PER_WEEK, MINUTES_PER_HOUR
from reports.documents.workbook import formula as xl
from reports.documents.workbook.calls import output_tokens, title_of, tokens_of
from reports.documents.workbook.formula import Cells, Formula, Operand
from reports.documents.workbook.inputs import Inputs, Part
from reports.documents.workbook.lanes import MODES, Lane, LaneBill
from reports.documents.workbook.page import Page

WHOLE = 1e-9
TOKEN_LINES = ("input", "cache_read", "cache_write", "cache_storage", "output")
HEADS = (
    *("As you go", "Best, units", "Sold below", "Sold above", "With those below"),
    *("With those above", "Units", "Provisioned", "Spillover"),
)


@dataclass(frozen=True)
class Terms:
    """What a model's units cost, and carry each: calls of a month, times the hour's weight."""

    inputs: Inputs
    model: str
    capacity: Formula
    is_sold: Formula

    def __getitem__(self, key: str) -> Formula:
        return self.inputs[f"{self.model}_provisioned_{key}"]

    def fee(self, prices_at: Operand = 1) -> Formula:
        """USD a month for one unit."""
        usd = HOURS_PER_MONTH * self["usd_per_unit_hour"]
        return usd if prices_at == 1 else usd * prices_at

    def best(self, calls: Formula, usd: Formula, fee: Formula, shares: Formula) -> Formula:
        """The units that would cost least if any part of one were sold.

        Another one pays while the hours that it is full in cost more as you go than its month.
        """
        saved = usd / calls * self.capacity
        hours = xl.round_down(fee / saved) + 1
        pays = xl.all_of(calls > 0, usd > 0)
        found = xl.when(hours <= HOURS_PER_WEEK, calls * xl.large(shares, hours) / self.capacity, 0)
        return xl.when(pays, found, 0)

    def below(self, best: Formula) -> Formula:
        """The units sold next below the best broken number; the number bought, where stated."""
        least, step = self["min_units"], self["unit_step"]
        steps = xl.round_down(xl.highest(best - least, 0) / step + WHOLE)
        return xl.when(best < least, 0, least + step * steps)

    def above(self, best: Formula) -> Formula:
        """The units sold next above it."""
        least, step = self["min_units"], self["unit_step"]
        steps = xl.highest(0, xl.round_up(xl.highest(best - least, 0) / step - WHOLE))
        return least + step * steps

    def usd_with(
        self, units: Formula, calls: Formula, usd: Formula, fee: Formula, shares: Formula
    ) -> Formula:
        """A lane's month with so many units, the rest of it paid as you go."""
        return units * fee + spilled(calls, units * self.capacity, shares) * usd


def spilled(calls: Formula, capacity: Formula, shares: Formula) -> Formula:
    """The share of the calls beyond so many, times the hour's weight, in each hour."""
    beyond = calls * shares - capacity
    month = xl.product_sum((beyond + xl.absolute(beyond)) / 2)
    return xl.when(calls > 0, xl.lowest(1, month / calls), 0)


def write_units(
    page: Page, row: int, parts: Sequence[Part], sold: Mapping[str, Collection[str]]
) -> tuple[int, dict[str, dict[str, Terms]]]:
    """What a unit of each model carries of a part's calls, by its tag.

    `sold` are the models whose units count for each.
    """
    row = page.table(row, "Provisioned throughput: a unit carries", ("Model", "Calls per hour"))
    found: dict[str, dict[str, Terms]] = {}
    for part in parts:
        inputs = part.inputs
        found[part.tag] = {}
        for model in sold[part.tag]:
            read, written = tokens_of(inputs, model).sent, output_tokens(model, inputs)
            weighted = read + inputs[f"{model}_provisioned_output_token_weight"] * written
            minute = inputs[f"{model}_provisioned_tokens_per_minute_per_unit"]
            capacity = minute * MINUTES_PER_HOUR * xl.WEEKS_PER_MONTH / xl.highest(weighted, 1e-12)
            title = f": {part.title}" if part.title else ""
            label = f"{model.capitalize()} model, of a month at weight 1{title}"
            cell = page.line(row, label, capacity, name=f"{part.tag}{model}_unit_calls")
            block = f"{model}_provisioned"
            is_own = f"{block}_usd_per_unit_hour" in inputs.own
            is_sold = xl.formula(True) if is_own else inputs.has(block)
            found[part.tag][model] = Terms(inputs, model, cell, is_sold)
            row += 1
    return row + 1, found


def write_provisioned(
    page: Page,
    row: int,
    units: Mapping[str, Terms],
    lanes: Mapping[Lane, LaneBill],
    shares: Formula,
) -> tuple[int, dict[Lane, LaneBill]]:
    """The lanes with what units of their own carry of them, by mode of the prompt cache."""
    if not units:
        return row, dict(lanes)
    row = page.table(row, "Provisioned throughput, USD per month", ("Lane", *HEADS))
    found = {}
    for lane, bill in lanes.items():
        model, key = lane
        if model not in units:
            found[lane] = bill
            continue
        lines = {}
        for mode in MODES:
            page.text(row, 0, f"{title_of(key).capitalize()}, {model} model, {mode}", "label")
            lines[mode] = _lines(page, row, units[model], bill, mode, shares)
            row += 1
        found[lane] = replace(bill, lines=lines)
    return row + 1, found


def _lines(page: Page, row: int, terms: Terms, bill: LaneBill, mode: str, shares: Formula) -> Cells:
    """A lane's lines: where units are sold, those of tokens become one."""
    is_sold, lines, calls = terms.is_sold, bill.lines[mode], bill.calls
    tokens = {name: lines[name] for name in TOKEN_LINES if name in lines}

    def put(place: int, content: Formula) -> Formula:
        return page.formula(row, place, xl.when(is_sold, content, 0), "exact")

    usd, stated, fee = put(1, xl.added(tokens.values())), terms["units"], terms.fee()
    best = put(2, terms.best(calls, usd, fee, shares))
    below = put(3, xl.when(xl.is_number(stated), stated, terms.below(best)))
    above = put(4, xl.when(xl.is_number(stated), stated, terms.above(best)))
    costs = [
        put(5 + n, terms.usd_with(units, calls, usd, fee, shares))
        for n, units in enumerate((below, above))
    ]
    cheapest = xl.when(xl.lowest(*costs) >= usd, 0, xl.when(costs[1] < costs[0], above, below))
    cheapest = xl.when(calls > 0, cheapest, 0)
    units = put(7, xl.when(xl.is_number(stated), stated, cheapest))
    found = {name: xl.when(is_sold, 0, usd) for name, usd in tokens.items()}
    found["provisioned"] = put(8, units * fee)
    found["spillover"] = put(9, spilled(calls, units * terms.capacity, shares) * usd)
    return {**lines, **found}


def usd_at(
    terms: Terms, best: Formula, calls: Formula, usd: Formula, shares: Formula, prices_at: Operand
) -> Formula:
    """A lane's month at any volume: with the units bought, or with those that cost least."""
    fee, stated = terms.fee(prices_at), terms["units"]
    bought = terms.usd_with(stated, calls, usd, fee, shares)
    choices = (
        terms.usd_with(units, calls, usd, fee, shares)
        for units in (terms.below(best), terms.above(best))
    )
    return xl.when(xl.is_number(stated), bought, xl.lowest(usd, *choices))


def factor_of(spend: Formula, inputs: Inputs) -> Formula:
    """What each USD of tokens is multiplied by under a commitment."""
    above = xl.highest(0, spend - inputs["commitment_committed_usd_per_month"])
    discount = above * inputs["commitment_commitment_discount_ratio"] / spend
    is_some = xl.all_of(inputs.has("commitment"), spend > 0)
    return xl.when(is_some, 1 - discount, 1)


def unused_of(spend: Formula, inputs: Inputs) -> Formula:
    """USD committed and not used."""
    left = xl.highest(0, inputs["commitment_committed_usd_per_month"] - spend)
    return xl.when(inputs.has("commitment"), left, 0)
