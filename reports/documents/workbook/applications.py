"""Sheet Applications: what each application has of its own (cost model, 9)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from costing.engine.inputs import Scenario, application_input
from costing.engine.inputs.applications import OWN_SECTIONS
from costing.engine.levers import LEVERS, OPEN_MODEL, SELF_HOSTING
from presentation.wording import series
from reports.documents.workbook import formula as xl
from reports.documents.workbook.formula import Formula
from reports.documents.workbook.inputs import (
    LABEL,
    UNIT,
    VALUE,
    Block,
    Inputs,
    Part,
    blocks,
    write_block,
)
from reports.documents.workbook.page import Page, between
from reports.snapshots.payload import JsonDict

PLATFORM = "platform_usd_per_month"


def tag_of(number: int) -> str:
    """How the names of an application's cells begin."""
    return f"app{number + 1}_"


def write_applications(
    page: Page, document: JsonDict, scenario: Scenario, inputs: Inputs, levers: Mapping[str, str]
) -> list[Part]:
    """The sheet, and each application as a part with its share of the requests."""
    lead = (
        "What an application leaves out, it takes from sheet Inputs. The requests of all are those"
        " of Inputs; those that are given here say how they are shared out."
    )
    page.begin("Applications", lead, 38, 13, 16, 13, 14, 22, 50, 40)
    row, parts, stated, own, titles = 3, [], [], [], []
    for number, (entry, each) in enumerate(
        zip(document["applications"], scenario.applications, strict=True)
    ):
        titles.append(row)
        page.text(row, LABEL, each.name, "title")
        allowed = LEVERS if each.levers_allowed is None else each.levers_allowed
        words = series([levers[lever].lower() for lever in allowed]) or "none"
        page.text(row + 1, LABEL, f"Levers that may run: {words}.", "note")
        tag = tag_of(number)
        row, cells = _own(page, row + 3, entry, document, number)
        share = None
        if each.workload is None:
            share = _share(page, row, each.share or 0.0, tag)
            stated.append(share)
            row += 2
        else:
            own.append(cells["workload_requests_per_month"])
        by_api = (OPEN_MODEL,) if SELF_HOSTING in allowed else ()
        part = Part(each.key, each.name, tag, replace(inputs, own=cells), (*allowed, *by_api))
        parts.append((part, share))
        row += 1
    parts_shared = _with_requests(page, row, parts, stated, own)
    page.sheet.set_h_pagebreaks(titles[1:])
    page.sheet.freeze_panes(3, 1)
    page.printed()
    return parts_shared


def own_blocks(entry: JsonDict) -> list[Block]:
    """The blocks that an application has of its own; a platform is the scenario's."""
    found = []
    for block in blocks():
        section = block.key.partition(".")[0]
        if section in OWN_SECTIONS and block.stated(entry) is not None:
            fields = tuple(item for item in block.fields if item.key != PLATFORM)
            found.append(replace(block, fields=fields))
    return found


def _own(
    page: Page, row: int, entry: JsonDict, document: JsonDict, number: int
) -> tuple[int, dict[str, Formula]]:
    cells: dict[str, Formula] = {}
    for block in own_blocks(entry):
        place = f"applications.{number}."
        row = 1 + write_block(page, row, block, entry, document, cells, {}, tag_of(number), place)
    names = len(tag_of(number))
    return row, {name[names:]: cell for name, cell in cells.items()}


def _share(page: Page, row: int, value: float, tag: str) -> Formula:
    item = application_input("share")
    rule = between(item.label, "From 0% to 100%.", 0, 1)
    page.text(row, LABEL, item.label, "label")
    page.texts(row, UNIT, [item.unit, item.help.rstrip(".")], "muted")
    return page.entry(row, VALUE, value, "percent_fine", rule, f"{tag}share")


def _with_requests(
    page: Page,
    row: int,
    parts: Sequence[tuple[Part, Formula | None]],
    stated: Sequence[Formula],
    own: Sequence[Formula],
) -> list[Part]:
    """The parts with their requests: as their share says, the others as their own requests do."""
    row = page.table(row, "Requests per month", ["Application", "Share", "Requests"])
    left = 1 - xl.added(stated) if stated else xl.formula(1)
    whole, found = xl.added(own), []
    for n, (part, share) in enumerate(parts, start=row):
        page.text(n, 0, part.title, "label")
        if share is None:
            mine = part.inputs["workload_requests_per_month"]
            share = left * xl.when(whole > 0, mine / whole, 1 / max(len(own), 1))
        share = page.formula(n, 1, share * 1, "percent")
        requests = part.inputs.of_scenario["workload_requests_per_month"] * share
        cell = page.formula(n, 2, requests, "exact", f"{part.tag}requests")
        own_cells = {**part.inputs.own, "workload_requests_per_month": cell}
        found.append(replace(part, inputs=replace(part.inputs, own=own_cells)))
    return found
