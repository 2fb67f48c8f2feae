"""Sheets Tiers, Measured, Week and Workings: every step from the inputs to the lever sets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from costing.engine.levers import ROUTING, SELF_HOSTING, SEMANTIC_CACHING
from reports.documents.workbook import bought_ahead, calls, lanes
from reports.documents.workbook import formula as xl
from reports.documents.workbook.bought_ahead import Terms
from reports.documents.workbook.capacity import load_of, write_capacity, write_seconds
from reports.documents.workbook.formula import Formula
from reports.documents.workbook.inputs import Inputs, Part
from reports.documents.workbook.measured import write_measured
from reports.documents.workbook.page import Page
from reports.documents.workbook.rates import Rates, write_rates
from reports.documents.workbook.shared_units import (
    SharedBills,
    SharedTerms,
    UnitsSheet,
    sold_to,
    write_shared,
)
from reports.documents.workbook.sides import Followed, Model, Portion
from reports.documents.workbook.subsets import (
    Bills,
    PartBill,
    Subsets,
    names_of_sets,
    write_subsets,
)
from reports.documents.workbook.tiers import write_tiers
from reports.documents.workbook.waiting import Waiting
from reports.documents.workbook.week import Week, write_week
from reports.snapshots.payload import JsonDict


@dataclass(frozen=True)
class Worked:
    """What the sheets come to: every set of levers, and the model over volume."""

    bills: Bills
    subsets: Subsets
    model: Model


def write_workings(
    pages: Mapping[str, Page],
    scenario: JsonDict,
    inputs: Inputs,
    parts: Sequence[Part],
    levers: Mapping[str, str],
) -> Worked:
    """Sections 2 to 5, in the order in which the cells depend on one another."""
    page = pages["Workings"]
    lead = "Every step of the cost model; nothing here is an input."
    page.begin("Workings", lead, 44, *[17] * 30)
    works, row = _write_parts(pages, scenario, parts)
    row, capacity = write_capacity(page, row, inputs)
    row, loads = _write_loads(page, row, works)
    waiting = Waiting.begin(pages["Waiting"], inputs, parts)
    profiles = _profiles(scenario, parts)
    week = write_week(pages["Week"], waiting, parts, profiles, loads, capacity)
    row, own, shared = _write_units(page, row, scenario, parts)
    sheet = _units_sheet(pages, week, shared)
    row, portions = _write_portions(page, row, works, week)
    followed = Followed.of(scenario, own)
    model = Model(followed, inputs, portions, capacity, week, own, shared, sheet)
    row, bills = _write_bills(page, row, works, week, own)
    row, together = _write_shared(page, row, bills, shared, sheet, levers)
    seconds, carried = _pooled(works)
    row, pools = lanes.write_pools(page, row, inputs, capacity, seconds, carried, week.staff)
    every = Bills(inputs, bills, pools, together)
    subsets = write_subsets(page, row, every, levers)
    page.sheet.freeze_panes(3, 1)
    page.printed()
    return Worked(every, subsets, model)


def _write_units(
    page: Page, row: int, scenario: JsonDict, parts: Sequence[Part]
) -> tuple[int, Mapping[str, Mapping[str, Terms]], dict[str, SharedTerms]]:
    """What units carry: those of a part's own by its tag, and those that all share by model."""
    own, shared = sold_to(scenario, parts)
    sold = {part.tag: (*own[part.tag], *shared[part.tag]) for part in parts}
    if not any(sold.values()):
        return row, {part.tag: {} for part in parts}, {}
    row, terms = bought_ahead.write_units(page, row, parts, sold)
    by_model: dict[str, SharedTerms] = {}
    for model in dict.fromkeys(model for part in parts for model in shared[part.tag]):
        sharing = {part.tag: part for part in parts if model in shared[part.tag]}
        capacity = {tag: terms[tag][model].capacity for tag in sharing}
        by_model[model] = SharedTerms(terms[next(iter(sharing))][model], sharing, capacity)
    mine = {tag: {model: terms[tag][model] for model in models} for tag, models in own.items()}
    return row, mine, by_model


def _units_sheet(
    pages: Mapping[str, Page], week: Week, shared: Mapping[str, SharedTerms]
) -> UnitsSheet | None:
    return UnitsSheet(pages["Units"], week.hours, week.shares) if shared else None


def _write_shared(
    page: Page,
    row: int,
    bills: Sequence[PartBill],
    shared: Mapping[str, SharedTerms],
    sheet: UnitsSheet | None,
    levers: Mapping[str, str],
) -> tuple[int, SharedBills]:
    """The lanes whose units applications share, under every set of levers."""
    if sheet is None:
        return row, SharedBills({}, {})
    by_tag = {each.part.tag: each.lanes for each in bills}
    names = names_of_sets(levers).items()
    named = [(name, each, False) for each, name in names]
    named += [(f"{name}, running", each, True) for each, name in names]
    return write_shared(sheet, page, row, shared, by_tag, named)


def _write_portions(
    page: Page, row: int, works: Sequence["_Work"], week: Week
) -> tuple[int, tuple[Portion, ...]]:
    """What a call takes of a pool; of applications, how many calls a request of all makes."""
    found = []
    for work in works:
        made, tag = work.flow.fan_out, work.part.tag
        if tag:
            inputs = work.part.inputs
            whole = inputs.of_scenario["workload_requests_per_month"]
            share = xl.when(whole > 0, inputs["workload_requests_per_month"] / whole, 0)
            title = f"Calls per request of all: {work.part.title}"
            made = page.line(row, title, made * share, name=f"{tag}calls_per_request")
            row += 1
        title = f"Replicas per call, at weight 1: {work.part.title}".removesuffix(": ")
        load = page.line(row, title, work.load, name=f"{tag}load")
        row += 1
        found.append(Portion(work.part, made, work.rates, week.shares[tag], load))
    return row + 1, tuple(found)


def _write_bills(
    page: Page,
    row: int,
    works: Sequence["_Work"],
    week: Week,
    units: Mapping[str, Mapping[str, Terms]],
) -> tuple[int, list[PartBill]]:
    """Every part's lanes; with what units of its own carry of them."""
    bills = []
    for work in works:
        shares = week.shares[work.part.tag]
        row, found = lanes.write_lanes(page, row, work.part, work.flow, work.rates, shares)
        own = units[work.part.tag]
        row, found = bought_ahead.write_provisioned(page, row, own, found, shares)
        bills.append(PartBill(work.part, work.flow, found))
    return row, bills


@dataclass(frozen=True)
class _Work:
    """A part's calls, what one costs at each model, and what it takes of a pool."""

    part: Part
    flow: calls.Flow
    rates: Mapping[str, tuple[Rates, Rates]]
    seconds: Formula
    load: Formula

    def pooled(self, pool: calls.Calls) -> Formula | None:
        """The calls of a pool that are this part's; None where it may not use one."""
        share, cache = pool
        if SELF_HOSTING not in self.part.levers:
            return None
        mine = "simple" if share == "simple" and ROUTING in self.part.levers else "all"
        return self.flow.carried[mine, cache if SEMANTIC_CACHING in self.part.levers else 0]


def _write_parts(
    pages: Mapping[str, Page], scenario: JsonDict, parts: Sequence[Part]
) -> tuple[list[_Work], int]:
    """Sections 2 to 4 of each part; the row below them."""
    page, row = pages["Workings"], 3
    prices = write_tiers(pages["Tiers"], scenario, parts)
    measured = write_measured(pages["Measured"], scenario, parts)
    works = []
    for part in parts:
        if part.title:
            page.text(row, 0, part.title, "title")
            row += 2
        row, flow = calls.write_flow(page, row, part)
        row, rates = write_rates(page, row, part, prices[part.tag])
        row, seconds = write_seconds(page, row, part, measured[part.tag])
        load = load_of(seconds, part.inputs)
        works.append(_Work(part, flow, rates, seconds, load))
    return works, row


def _write_loads(
    page: Page, row: int, works: Sequence[_Work]
) -> tuple[int, dict[calls.Calls, dict[str, Formula]]]:
    """What each part asks of every pool, as cells so that the week's columns are short."""
    page.text(row, 0, "Load of a pool, at weight 1", "heading")
    loads: dict[calls.Calls, dict[str, Formula]] = {key: {} for key in lanes.POOLS}
    row += 1
    for key, work in product(lanes.POOLS, works):
        pooled = work.pooled(key)
        title = f"{calls.title_of(key)}: {work.part.title}".removesuffix(": ").capitalize()
        if pooled is not None:
            loads[key][work.part.tag] = page.line(row, title, pooled * work.load)
            row += 1
    return row + 1, loads


def _pooled(
    works: Sequence[_Work],
) -> tuple[dict[calls.Calls, dict[str, Formula]], dict[calls.Calls, Formula]]:
    """Replica seconds of every pool by part, and the calls of all."""
    seconds: dict[calls.Calls, dict[str, Formula]] = {}
    carried = {}
    for key in lanes.POOLS:
        mine = [(work, pooled) for work in works if (pooled := work.pooled(key)) is not None]
        seconds[key] = {work.part.tag: pooled * work.seconds for work, pooled in mine}
        carried[key] = xl.added(pooled for _, pooled in mine)
    return seconds, carried


def _profiles(scenario: JsonDict, parts: Sequence[Part]) -> dict[str, Sequence[float] | None]:
    """The weekly profiles of the workloads, by the tag of the part that has its own."""
    found = {"": (scenario.get("workload") or {}).get("hourly_profile")}
    for part, entry in zip(parts, scenario.get("applications") or (), strict=False):
        if entry.get("workload") is not None:
            found[part.tag] = entry["workload"].get("hourly_profile")
    return found
