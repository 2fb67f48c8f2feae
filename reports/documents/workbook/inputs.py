"""Sheet Inputs: every figure that the calculation takes, in marked cells with their bounds."""

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.framework import Framework
from costing.engine import LEVERS
from costing.engine.inputs import SCALINGS, InputField, InputSection, all_inputs, sections
from costing.scenarios.content.titles import LEVER_TITLES
from reports.documents.workbook import formula as xl
from reports.documents.workbook.formula import Cells, Formula
from reports.documents.workbook.page import Page, Rule, between, one_of
from reports.snapshots.payload import JsonDict

LABEL, VALUE, COUNTED, UNIT, NOTE, KEY = range(6)
YES_NO = one_of("Answer", ["yes", "no"])
NOTE_FITS = 54
STYLES = {"percent": "percent_fine", "usd": "usd", "unit_price": "usd_fine"}


def prefix_of(section: InputSection) -> str:
    """How the names of a section's cells begin."""
    return section.key.removesuffix("_model").removesuffix("_cache")


def fields_of(section: InputSection) -> list[InputField]:
    """The inputs of a section that have a cell of their own here."""
    mine = (item for item in all_inputs() if item.section == section.key)
    return [item for item in mine if item.number or item.choices]


def lever_titles(framework: Framework) -> dict[str, str]:
    """The engine's levers in its order, by the framework's titles as far as it has them."""
    titles = LEVER_TITLES | {lever.key: lever.title for lever in framework.levers}
    return {key: titles[key] for key in LEVERS}


@dataclass(frozen=True)
class Inputs:
    """The inputs by `<prefix>_<key>`, which sections can be calculated, today's levers.

    An input that has a default is the cell beside it, which shows the default while it is empty.
    """

    cells: Cells
    available: Cells
    current: tuple[Formula, ...]

    def __getitem__(self, name: str) -> Formula:
        """The cell of `<prefix>_<key>`."""
        return self.cells[name]


def write_inputs(page: Page, scenario: JsonDict, levers: Mapping[str, str], notice: str) -> Inputs:
    """The sheet, from a scenario with its prices resolved (cost model, section 1).

    `levers` are the levers' titles.
    """
    lead = "Change the amber cells; every other sheet follows."
    page.begin("Inputs", lead, 38, 16, 14, 22, 50, 40)
    row = 3
    if notice:
        page.merged(row, LABEL, NOTE, notice, "warning", height=34)
        row += 2
    cells: dict[str, Formula] = {}
    available: dict[str, Formula] = {}
    for section in sections().values():
        row = _section(page, row, section, scenario, cells)
        if section.group.switch:
            available[prefix_of(section)] = _switch(page, row, section, scenario, cells)
            row += 2
        row += 1
    current = _current(page, row, scenario, levers)
    page.sheet.freeze_panes(3, 1)
    page.printed(landscape=False)
    return Inputs(cells, available, current)


def _head(page: Page, row: int, title: str) -> int:
    page.text(row, LABEL, title, "heading")
    page.sheet.set_row(row, 24)
    page.heads(row + 1, ["Input", "Value", "Counts as"])
    page.texts(row + 1, UNIT, ["Unit", "What it means", "Key in a scenario file"], "head_indent")
    return row + 2


def _section(
    page: Page, row: int, section: InputSection, scenario: JsonDict, cells: dict[str, Formula]
) -> int:
    document = scenario.get(section.key) or {}
    first = _head(page, row, section.title)
    for row, item in enumerate(fields_of(section), start=first):
        name = f"{prefix_of(section)}_{item.key}"
        value = document.get(item.key, item.default)
        page.text(row, LABEL, item.label, "label")
        cell = page.entry(row, VALUE, value, _style(item), _rule(item), name)
        cells[name] = cell
        if item.default is None:
            page.text(row, COUNTED, "", "muted")
        else:  # what it counts as while it is empty
            is_given = xl.is_number(cell) if item.number else xl.negate(cell.equals(""))
            style = f"{_style(item)}_static" if item.number else "muted"
            used = xl.when(is_given, cell, item.default)
            cells[name] = page.formula(row, COUNTED, used, style, f"{name}_used")
        note = item.help.rstrip(".")
        page.texts(row, UNIT, [item.unit, note, item.path], "muted")
        if len(note) > NOTE_FITS:
            page.sheet.set_row(row, 28)
    return row + 1


def _style(item: InputField) -> str:
    if item.number is None:
        return "text"
    return STYLES.get(item.style, "count" if item.is_whole else "count_fine")


def _rule(item: InputField) -> Rule:
    spec = item.number
    if spec is None:
        return one_of(item.label, list(SCALINGS))
    scale, sign = (100, "%") if item.is_percent else (1, "")
    lowest, highest = (f"{end * scale:,.10g}{sign}" for end in (spec.low, spec.high))
    limit: float | str = spec.high
    if item.key == "prefix_tokens_per_call":
        highest, limit = "the input per call", "=workload_input_tokens_per_call"
    message = f"From {lowest} to {highest}{', whole' if item.is_whole else ''}."
    return between(item.label, message, spec.low, limit, is_whole=item.is_whole)


def _switch(
    page: Page, row: int, section: InputSection, scenario: JsonDict, cells: Cells
) -> Formula:
    """Whether a section is part of the scenario, and whether it can be calculated."""
    prefix = prefix_of(section)
    value = "yes" if scenario.get(section.key) else "no"
    page.text(row, LABEL, "Part of this scenario", "label_bold")
    asked = page.entry(row, VALUE, value, "text", YES_NO, f"has_{prefix}")
    note = "With no, the strategies that need it are left out"
    page.texts(row, UNIT, ["yes or no", note, ""], "muted")
    needed = [cells[f"{prefix}_{item.key}"] for item in section.figures if item.is_required]
    if section.key == "routing":
        needed.append(cells["small_input_usd_per_mtok"])
    given = [xl.is_number(cell) for cell in needed]
    if section.key == "pool":
        prices = ("pool_usd_per_instance_hour", "pool_hardware_usd_per_instance")
        given.append(xl.any_of(*(xl.is_number(cells[name]) for name in prices)))
    ready = xl.when(xl.all_of(asked.equals("yes"), *given), 1, 0)
    note = "0 also while a figure that it needs is empty"
    page.texts(row + 1, UNIT, ["1 yes, 0 no", note, ""], "muted")
    return page.line(row + 1, "Can be calculated", ready, "count", f"can_{prefix}")


def _current(
    page: Page, row: int, scenario: JsonDict, levers: Mapping[str, str]
) -> tuple[Formula, ...]:
    """Which levers run today; savings are counted against them."""
    first = _head(page, row, "What runs today")
    cells = []
    note = "Savings are counted against what runs today"
    for row, (lever, title) in enumerate(levers.items(), start=first):
        value = "yes" if lever in (scenario.get("current_levers") or ()) else "no"
        page.text(row, LABEL, title, "label")
        cells.append(page.entry(row, VALUE, value, "text", YES_NO, f"current_{lever}"))
        page.texts(row, UNIT, ["yes or no", note, "current_levers"], "muted")
    return tuple(cells)
