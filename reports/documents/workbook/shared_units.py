"""Provisioned units that applications share: sheet Units, and their bill (cost model, 9 and 13)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from costing.engine.inputs.models import MODEL_SECTIONS
from reports.documents.workbook import formula as xl
from reports.documents.workbook.bought_ahead import TOKEN_LINES, Terms
from reports.documents.workbook.calls import MODELS
from reports.documents.workbook.formula import Cells, Formula
from reports.documents.workbook.inputs import PROVISIONED, Part, prefix_of
from reports.documents.workbook.lanes import Lane, LaneBill, lanes_of, mode_of
from reports.documents.workbook.page import Page
from reports.documents.workbook.week import FIRST, HEAD, write_hours
from reports.snapshots.payload import JsonDict

FIRST_COLUMN = 2
HOUR_HEADS = ("wanted", "a full unit saves", "that and in heavier hours", "carried")
HEADS = (
    *("Load at weight 1", "As you go", "Best, units", "Sold below", "Sold above"),
    *("With those below", "With those above", "Units", "Of them, used", "Provisioned", "Spillover"),
)
LOAD, AS_YOU_GO, BEST, BELOW, ABOVE, WITH_BELOW, WITH_ABOVE, BOUGHT, USED, FEE, SPILLED = range(
    1, len(HEADS) + 1
)

Member = tuple[str, Lane, str]
"""Whose calls units serve: the tag of an application, its lane, the mode of its prompt cache."""


Sold = dict[str, tuple[str, ...]]
"""The models whose units count, by tag of the part."""


def sold_to(scenario: JsonDict, parts: Sequence[Part]) -> tuple[Sold, Sold]:
    """Whose units each part has for itself, and whose it shares.

    Of a scenario without applications those of any model: they follow the switches of sheet Inputs.
    """
    if not parts[0].tag:
        return {parts[0].tag: MODELS}, {parts[0].tag: ()}
    own: Sold = {}
    shared: Sold = {}
    for part, entry in zip(parts, scenario["applications"], strict=True):
        mine, common = list[str](), list[str]()
        for section in MODEL_SECTIONS:
            is_common = entry.get(section) is None
            model = (scenario if is_common else entry).get(section) or {}
            if model.get(PROVISIONED) is not None:
                (common if is_common and len(parts) > 1 else mine).append(prefix_of(section))
        own[part.tag], shared[part.tag] = tuple(mine), tuple(common)
    return own, shared


@dataclass(frozen=True)
class SharedTerms:
    """What a model's units cost, and what one carries of each application's calls, by tag."""

    terms: Terms
    parts: Mapping[str, Part]
    capacity: Mapping[str, Formula]

    def members(self, levers: tuple[str, ...], *, is_running: bool) -> tuple[Member, ...]:
        """The lanes to the model that the applications have under a set of levers."""
        found = []
        for tag, part in self.parts.items():
            own = part.own(levers)
            mode = mode_of(own, is_running=is_running)
            lanes = lanes_of(own).values()
            found += [(tag, lane, mode) for lane in lanes if lane[0] == self.terms.model]
        return tuple(found)


@dataclass(frozen=True)
class SharedBills:
    """The lines of each application's lane, for every way in which units are used together."""

    terms: Mapping[str, SharedTerms]
    lines: Mapping[tuple[Member, ...], Mapping[str, Cells]]

    def of(self, levers: tuple[str, ...], *, is_running: bool) -> dict[tuple[str, str], Cells]:
        """The lines under a set of levers, by application's tag and model."""
        members = {
            model: each.members(levers, is_running=is_running) for model, each in self.terms.items()
        }
        return {
            (tag, model): lines
            for model, used in members.items()
            for tag, lines in self.lines.get(used, {}).items()
        }


class UnitsSheet:
    """Sheet Units: a column after the other with a figure for each hour of the week.

    `hours` are the shares of the week's hours, `shares` their ranges, by application's tag.
    """

    def __init__(self, page: Page, hours: Mapping[str, Sequence[Formula]], shares: Cells) -> None:
        self.page, self.hours, self.shares = page, hours, shares
        self._column = FIRST_COLUMN
        lead = "What applications want of units that they share, by hour; USD a month."
        page.begin("Units that applications share", lead, 13, 8)
        write_hours(page)
        page.sheet.set_row(HEAD, 62)
        page.sheet.freeze_panes(FIRST, FIRST_COLUMN)
        page.printed(repeat_row=HEAD)

    def down(self, head: str, contents: Iterator[Formula]) -> list[Formula]:
        """A column of figures, the next that is free."""
        self.page.sheet.set_column(self._column, self._column, 16, self.page.formats["plain"])
        self.page.text(HEAD, self._column, head, "head_right")
        cells = self.page.down(FIRST, self._column, contents, "factor")
        self._column += 1
        return cells

    def wanted(self, head: str, loads: Cells) -> list[Formula]:
        """Units that all together want in each hour; `loads` are those at weight 1, by tag."""
        every = zip(*(self.hours[tag] for tag in loads), strict=True)
        return self.down(
            head,
            (
                xl.added(load * share for load, share in zip(loads.values(), shares, strict=True))
                for shares in every
            ),
        )


def write_shared(
    sheet: UnitsSheet,
    page: Page,
    row: int,
    shared: Mapping[str, SharedTerms],
    lanes: Mapping[str, Mapping[Lane, LaneBill]],
    named: Sequence[tuple[str, tuple[str, ...], bool]],
) -> tuple[int, SharedBills]:
    """Section 13: what units carry of all together, and the lines of each application's lane.

    `lanes` are the applications', by tag; `named` the sets of levers with what they are called,
    each as it is chosen or as it runs.
    """
    row = page.table(
        row, "Provisioned throughput that applications share, USD per month", ("Lever set", *HEADS)
    )
    found: dict[tuple[Member, ...], Mapping[str, Cells]] = {}
    for each in shared.values():
        for name, levers, is_running in named:
            members = each.members(levers, is_running=is_running)
            if members and members not in found:
                title = f"{each.terms.model.capitalize()} model, {name}"
                row, lines = _bill(sheet, page, row, title, each, members, lanes)
                found[members] = lines
    return row + 1, SharedBills(shared, found)


@dataclass(frozen=True)
class _Asked:
    """What each application asks of the units: its lines, load at weight 1, and USD as it goes."""

    lines: Mapping[str, Cells]
    loads: Cells
    usds: Cells

    @classmethod
    def of(
        cls,
        page: Page,
        row: int,
        shared: SharedTerms,
        members: Sequence[Member],
        lanes: Mapping[str, Mapping[Lane, LaneBill]],
    ) -> "_Asked":
        """A row for each from this one on."""
        loads, usds, lines = {}, {}, {}
        for n, (tag, lane, mode) in enumerate(members, start=row):
            bill = lanes[tag][lane]
            page.text(n, 0, f"  {shared.parts[tag].title}", "muted")
            lines[tag] = bill.lines[mode]
            tokens = [usd for name, usd in lines[tag].items() if name in TOKEN_LINES]
            loads[tag] = page.formula(n, LOAD, bill.calls / shared.capacity[tag], "exact")
            usds[tag] = page.formula(n, AS_YOU_GO, xl.added(tokens), "exact")
        return cls(lines, loads, usds)


def _bill(
    sheet: UnitsSheet,
    page: Page,
    row: int,
    title: str,
    shared: SharedTerms,
    members: Sequence[Member],
    lanes: Mapping[str, Mapping[Lane, LaneBill]],
) -> tuple[int, dict[str, Cells]]:
    """A row for all together, and one below it for each; the row below them."""
    page.text(row, 0, title, "label")
    asked = _Asked.of(page, row + 1, shared, members, lanes)
    whole = page.formula(row, AS_YOU_GO, xl.added(asked.usds.values()), "exact")
    hours = _Hours.of(sheet, title, asked.loads, asked.usds)
    units = _bought(page, row, shared.terms, hours, whole)
    fee = page.formula(row, FEE, units * shared.terms.fee(), "exact")
    carried = sheet.page.column(hours.carried(sheet, title, units))
    lines = _split(sheet, page, row, shared.terms, asked, fee, carried)
    return row + 1 + len(members), lines


def _split(
    sheet: UnitsSheet,
    page: Page,
    row: int,
    terms: Terms,
    asked: _Asked,
    fee: Formula,
    carried: Formula,
) -> dict[str, Cells]:
    """Each application's lines: of the fee by what it has of what is carried, and its calls beyond.

    Where nobody calls, those who would pay alike.
    """
    used = {
        tag: page.formula(n, USED, load * xl.product_sum(carried * sheet.shares[tag]), "exact")
        for n, (tag, load) in enumerate(asked.loads.items(), start=row + 1)
    }
    whole = page.formula(row, USED, xl.added(used.values()), "exact")
    found: dict[str, Cells] = {}
    for n, (tag, usd) in enumerate(asked.usds.items(), start=row + 1):
        part = xl.when(whole > 0, used[tag] / whole, 1 / len(used))
        beyond = usd * xl.product_sum((1 - carried) * sheet.shares[tag])
        tokens = {name: usd for name, usd in asked.lines[tag].items() if name in TOKEN_LINES}
        found[tag] = {
            **asked.lines[tag],
            **{name: xl.when(terms.is_sold, 0, usd) for name, usd in tokens.items()},
            "provisioned": page.formula(n, FEE, fee * part, "exact"),
            "spillover": page.formula(n, SPILLED, xl.when(terms.is_sold, beyond, 0), "exact"),
        }
    return found


@dataclass(frozen=True)
class _Hours:
    """By hour of the week: units wanted, and USD a month that a full unit saves.

    `until` adds up what is saved in an hour and in heavier ones.
    """

    cells: Sequence[Formula]
    wanted: Formula
    saved: Formula
    until: Formula

    @classmethod
    def of(cls, sheet: UnitsSheet, title: str, loads: Cells, usds: Cells) -> "_Hours":
        cells = sheet.wanted(f"{title}: {HOUR_HEADS[0]}", loads)
        wanted = sheet.page.column(cells)
        spent = zip(*(sheet.hours[tag] for tag in loads), strict=True)
        saved = sheet.down(
            f"{title}: {HOUR_HEADS[1]}",
            (
                xl.when(
                    each > 0,
                    xl.added(usd * share for usd, share in zip(usds.values(), shares, strict=True))
                    / each,
                    0,
                )
                for each, shares in zip(cells, spent, strict=True)
            ),
        )
        column = sheet.page.column(saved)
        until = sheet.down(
            f"{title}: {HOUR_HEADS[2]}",
            (xl.product_sum((wanted >= each) * column) for each in cells),
        )
        return cls(cells, wanted, column, sheet.page.column(until))

    def carried(self, sheet: UnitsSheet, title: str, units: Formula) -> list[Formula]:
        """The share of everybody's calls that so many units carry, by hour."""
        shares = (xl.when(each > 0, xl.lowest(1, units / each), 1) for each in self.cells)
        return sheet.down(f"{title}: {HOUR_HEADS[3]}", shares)


def spilled_usd(wanted: Formula, saved: Formula, units: Formula) -> Formula:
    """USD a month for calls beyond so many units: the greater of 0 and a difference, by hour."""
    beyond = wanted - units
    return xl.product_sum((beyond + xl.absolute(beyond)) / 2 * saved)


def _bought(page: Page, row: int, terms: Terms, hours: _Hours, whole: Formula) -> Formula:
    """The units that were bought, or those that cost least: none, or sold next to the best."""
    put, fee, stated = partial(page.formula, row, style="exact"), terms.fee(), terms["units"]
    best = put(BEST, xl.array_highest((hours.until > fee) * hours.wanted))
    below, above = put(BELOW, terms.below(best)), put(ABOVE, terms.above(best))
    costs = [
        put(column, units * fee + spilled_usd(hours.wanted, hours.saved, units))
        for column, units in ((WITH_BELOW, below), (WITH_ABOVE, above))
    ]
    cheapest = xl.when(costs[1] < costs[0], above, below)
    cheapest = xl.when(xl.lowest(*costs) >= whole, 0, cheapest)
    units = xl.when(xl.is_number(stated), stated, cheapest)
    return put(BOUGHT, xl.when(terms.is_sold, units, 0))


@dataclass(frozen=True)
class SharedCurve:
    """A side's use of a model's units: by hour what a request of all wants of them.

    By application's tag `within` is its calls of an hour for a unit wanted in it, `until` the same
    in that hour and in heavier ones together.
    """

    terms: Terms
    is_on: Formula
    wanted: Formula
    within: Cells
    until: Cells

    @classmethod
    def of(
        cls, sheet: UnitsSheet, title: str, terms: Terms, is_on: Formula, loads: Cells
    ) -> "SharedCurve":
        """`loads` are units of a request of all, at weight 1, by application's tag."""
        title = f"{title}, {terms.model} model"
        cells = sheet.wanted(f"{title}: wanted of a request", loads)
        wanted, within, until = sheet.page.column(cells), {}, {}
        for tag in loads:
            shares = zip(cells, sheet.hours[tag], strict=True)
            own = sheet.down(
                f"{title}: {tag} within", (xl.when(each > 0, of / each, 0) for each, of in shares)
            )
            within[tag] = sheet.page.column(own)
            heavier = (xl.product_sum((wanted >= each) * within[tag]) for each in cells)
            until[tag] = sheet.page.column(sheet.down(f"{title}: {tag} until", heavier))
        return cls(terms, is_on, wanted, within, until)

    def best(self, volume: Formula, usds: Cells, fee: Formula) -> Formula:
        """The units that would cost least at a volume if any part of one were sold."""
        saved = xl.added(self.until[tag] * (usd / volume) for tag, usd in usds.items())
        found = volume * xl.array_highest((saved > fee) * self.wanted)
        return xl.when(xl.all_of(self.terms.is_sold, volume > 0), found, 0)

    def usd(self, volume: Formula, best: Formula, usds: Cells, fee: Formula) -> Formula:
        """A month at a volume: with the units bought, or with those that cost least."""
        terms, stated, whole = self.terms, self.terms["units"], xl.added(usds.values())
        saved = xl.added(self.within[tag] * (usd / volume) for tag, usd in usds.items())

        def month(units: Formula) -> Formula:
            return units * fee + spilled_usd(volume * self.wanted, saved, units)

        least = xl.lowest(whole, month(terms.below(best)), month(terms.above(best)))
        bought = xl.when(xl.is_number(stated), month(stated), least)
        at_rest = xl.when(xl.is_number(stated), stated * fee, 0)
        carried = xl.when(volume > 0, bought, at_rest)
        return xl.when(xl.all_of(terms.is_sold, self.is_on), carried, whole)
