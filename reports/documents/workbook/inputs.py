"""Sheet Inputs: every figure that the calculation takes, in marked cells with their bounds."""

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.framework import Framework
from costing.engine import LEVERS
from costing.engine.inputs import InputField, InputSection, all_inputs, sections
from costing.engine.levers import OPEN_MODEL
from costing.scenarios.content.titles import LEVER_TITLES
from reports.documents.workbook import formula as xl
from reports.documents.workbook.formula import Cells, Formula, Operand
from reports.documents.workbook.lists import BASE
from reports.documents.workbook.page import Page, Rule, between, one_of
from reports.snapshots.payload import JsonDict

LABEL, LOW, VALUE, HIGH, COUNTED, UNIT, NOTE, KEY = range(8)
NOTE_FITS = 54
STYLES = {"percent": "percent_fine", "usd": "usd", "unit_price": "usd_fine"}


NOT_COMPUTED = frozenset(
    {
        *("cache_mode", "cache_capture_ratio", "cache_storage_usd_per_mtok_hour"),
        *("cache_write_1h_usd_per_mtok", "turns_per_conversation", "turn_gap_seconds"),
        *("points", "goodput_ratio", "ttft_ms", "tpot_ms", "percentile"),
        *("reserved_usd_per_instance_hour", "reserved_instances", "regions"),
        *("provisioned", "committed_usd_per_month", "commitment_discount_ratio"),
        *("spot_usd_per_instance_hour", "spot_ratio", "egress_usd_per_month"),
        *("observability_usd_per_month", "security_usd_per_month", "evaluation_usd_per_month"),
    }
)
"""The inputs, by the end of their path, that no formula computes: they have no cell."""


def prefix_of(section: InputSection) -> str:
    """How the names of a section's cells begin."""
    return section.key.removesuffix("_model").removesuffix("_cache")


def computed_sections() -> list[InputSection]:
    """The sections of a scenario that the formulas compute."""
    mine = (section for section in sections().values() if section.key != OPEN_MODEL)
    return [section for section in mine if fields_of(section)]


def fields_of(section: InputSection) -> list[InputField]:
    """The inputs of a section that have a cell of their own here."""
    mine = (item for item in all_inputs() if item.section == section.key)
    figures = (item for item in mine if item.number or item.choices)
    return [item for item in figures if item.key not in NOT_COMPUTED]


def lever_titles(framework: Framework) -> dict[str, str]:
    """The engine's levers in its order, by the framework's titles as far as it has them."""
    titles = LEVER_TITLES | {lever.key: lever.title for lever in framework.levers}
    return {key: titles[key] for key in LEVERS}


@dataclass(frozen=True)
class Inputs:
    """The inputs by `<prefix>_<key>`, which sections can be calculated, today's levers.

    A figure is the cell beside its own, which shows what counts: the low, base or high end, or the
    default while the figure is empty.
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
    page.begin("Inputs", lead, 38, 13, 16, 13, 14, 22, 50, 40)
    row = _case(page, 3)
    if notice:
        page.merged(row, LABEL, NOTE, notice, "warning", height=34)
        row += 2
    cells: dict[str, Formula] = {}
    typed: dict[str, Formula] = {}
    available: dict[str, Formula] = {}
    for section in computed_sections():
        row = _section(page, row, section, scenario, cells, typed)
        if section.group.switch:
            available[prefix_of(section)] = _switch(page, row, section, scenario, typed)
            row += 2
        row += 1
    current = _current(page, row, scenario, levers)
    page.sheet.freeze_panes(3, 1)
    page.printed()
    return Inputs(cells, available, current)


def _case(page: Page, row: int) -> int:
    """Which end of the ranges counts, for the whole book; the row below it."""
    page.text(row, LABEL, "Case", "label_bold")
    page.entry(row, VALUE, BASE, "text", one_of("Case", page.lists["cases"]), "input_case")
    words = "Low or high: every figure counts as that end of its range, where it has one."
    page.text(row, COUNTED, words, "note")
    return row + 2


def _head(page: Page, row: int, title: str) -> int:
    page.text(row, LABEL, title, "heading")
    page.sheet.set_row(row, 24)
    page.heads(row + 1, ["Input", "Low", "Base", "High", "Counts as"])
    page.texts(row + 1, UNIT, ["Unit", "What it means", "Key in a scenario file"], "head_indent")
    return row + 2


def _section(
    page: Page,
    row: int,
    section: InputSection,
    scenario: JsonDict,
    cells: dict[str, Formula],
    typed: dict[str, Formula],
) -> int:
    """A section's rows; adds what counts to `cells`, and the cells to type into to `typed`."""
    document = scenario.get(section.key) or {}
    first = _head(page, row, section.title)
    for row, item in enumerate(fields_of(section), start=first):
        name = f"{prefix_of(section)}_{item.key}"
        value = document.get(item.key, item.default)
        page.text(row, LABEL, item.label, "label")
        rule = _rule(page, item)
        cell = typed[name] = page.entry(row, VALUE, value, _style(item), rule, name)
        if item.number:
            used = _used(page, row, item, cell, (scenario.get("ranges") or {}).get(item.path))
            style = f"{_style(item)}_static"
        else:
            used, style = xl.when(cell.equals(""), item.default, cell), "muted"
        cells[name] = page.formula(row, COUNTED, used, style, f"{name}_used")
        note = item.help.rstrip(".")
        page.texts(row, UNIT, [item.unit, note, item.path], "muted")
        if len(note) > NOTE_FITS:
            page.sheet.set_row(row, 28)
    return row + 1


def _used(
    page: Page, row: int, item: InputField, cell: Formula, ends: Mapping[str, float] | None
) -> Formula:
    """What a figure counts as: by the case its low or its high end, its default while empty.

    Without a default an optional figure and a price are not known, any other counts as nothing.
    """
    case = Formula("input_case", BASE)
    style, rule = _style(item), _rule(page, item)
    used: Operand = cell
    for column, end in ((LOW, "low"), (HIGH, "high")):
        limit = page.entry(row, column, (ends or {}).get(end), style, rule)
        used = xl.when(xl.all_of(case.equals(end), xl.is_number(limit)), limit, used)
    is_open = not item.is_required or item.key.endswith("_usd_per_mtok")
    empty = ("" if is_open else 0) if item.default is None else item.default
    return xl.when(xl.is_number(cell), used, empty)


def _style(item: InputField) -> str:
    if item.number is None:
        return "text"
    return STYLES.get(item.style, "count" if item.is_whole else "count_fine")


def _rule(page: Page, item: InputField) -> Rule:
    spec = item.number
    if spec is None:
        return one_of(item.label, page.lists["scalings"])
    scale, sign = (100, "%") if item.is_percent else (1, "")
    lowest, highest = (f"{end * scale:,.10g}{sign}" for end in (spec.low, spec.high))
    limit: float | str = spec.high
    if item.key == "prefix_tokens_per_call":
        highest, limit = "the input per call", "=workload_input_tokens_per_call"
    message = f"From {lowest} to {highest}{', whole' if item.is_whole else ''}."
    return between(item.label, message, spec.low, limit, is_whole=item.is_whole)


def _switch(
    page: Page, row: int, section: InputSection, scenario: JsonDict, typed: Cells
) -> Formula:
    """Whether a section is part of the scenario, and whether it can be calculated."""
    prefix = prefix_of(section)
    value = "yes" if scenario.get(section.key) else "no"
    page.text(row, LABEL, "Part of this scenario", "label_bold")
    yes_no = one_of("Answer", page.lists["yes_no"])
    asked = page.entry(row, VALUE, value, "text", yes_no, f"has_{prefix}")
    note = "With no, the strategies that need it are left out"
    page.texts(row, UNIT, ["yes or no", note, ""], "muted")
    needed = [typed[f"{prefix}_{item.key}"] for item in section.figures if item.is_required]
    if section.key == "routing":
        needed.append(typed["small_input_usd_per_mtok"])
    given = [xl.is_number(cell) for cell in needed]
    if section.key == "pool":
        prices = ("pool_usd_per_instance_hour", "pool_hardware_usd_per_instance")
        given.append(xl.any_of(*(xl.is_number(typed[name]) for name in prices)))
        if not (scenario.get("pool") or {}).get("points"):
            rates = ("pool_prefill_tokens_per_second", "pool_decode_tokens_per_second")
            given += [xl.is_number(typed[name]) for name in rates]
    ready = xl.when(xl.all_of(asked.equals("yes"), *given), 1, 0)
    note = "0 also while a figure that it needs is empty"
    page.texts(row + 1, UNIT, ["1 yes, 0 no", note, ""], "muted")
    page.text(row + 1, LABEL, "Can be calculated", "label")
    return page.formula(row + 1, VALUE, ready, "count", f"can_{prefix}")


def _current(
    page: Page, row: int, scenario: JsonDict, levers: Mapping[str, str]
) -> tuple[Formula, ...]:
    """Which levers run today; savings are counted against them."""
    first = _head(page, row, "What runs today")
    cells, yes_no = [], one_of("Answer", page.lists["yes_no"])
    note = "Savings are counted against what runs today"
    for row, (lever, title) in enumerate(levers.items(), start=first):
        value = "yes" if lever in (scenario.get("current_levers") or ()) else "no"
        page.text(row, LABEL, title, "label")
        cells.append(page.entry(row, VALUE, value, "text", yes_no, f"current_{lever}"))
        page.texts(row, UNIT, ["yes or no", note, "current_levers"], "muted")
    return tuple(cells)
