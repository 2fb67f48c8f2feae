"""Sheet Inputs: every figure that the calculation takes, in marked cells with their bounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from costing.engine import LEVERS
from costing.engine.inputs import SCALINGS, InputField, InputSection, all_inputs, sections
from presentation.wording import first_upper
from reports.documents.content.wording import LEVERS as LEVER_TITLES
from reports.documents.workbook.formula import Formula, all_of, is_number, when
from reports.documents.workbook.page import Page

LABEL, VALUE, UNIT, NOTE, KEY = range(5)
YES_NO = ["yes", "no"]
NOTE_FITS = 54
STYLES = {"percent": "percent_fine", "usd": "usd", "unit_price": "usd_fine"}


def prefix_of(section: InputSection) -> str:
    """How the names of a section's cells begin."""
    return section.key.removesuffix("_model").removesuffix("_cache")


def fields_of(section: InputSection) -> list[InputField]:
    """The inputs of a section that have a cell of their own here."""
    return [
        item
        for item in all_inputs()
        if item.section == section.key and (item.number or item.choices)
    ]


JsonMapping = Mapping[str, Any]


@dataclass(frozen=True)
class Inputs:
    """The input cells by `<prefix>_<key>`, which sections can be calculated, today's levers."""

    cells: Mapping[str, Formula]
    available: Mapping[str, Formula]
    current: tuple[Formula, ...]

    def __getitem__(self, name: str) -> Formula:
        """The cell of `<prefix>_<key>`."""
        return self.cells[name]


def write_inputs(page: Page, scenario: JsonMapping, notice: str) -> Inputs:
    """The sheet, from a scenario with its prices resolved (cost model, section 1)."""
    page.widths(38, 16, 22, 50, 40)
    page.text(0, 0, "Inputs", "title")
    page.text(1, 0, "Change the amber cells; every other sheet follows.", "lead")
    row = 3
    if notice:
        page.merged(row, LABEL, NOTE, notice, "warning")
        page.sheet.set_row(row, 34)
        row += 2
    cells: dict[str, Formula] = {}
    available: dict[str, Formula] = {}
    for section in sections().values():
        row = _section(page, row, section, scenario, cells)
        if section.group.switch:
            row = _switch(page, row, section, scenario, cells, available)
        row += 1
    current = _current(page, row, scenario)
    page.sheet.freeze_panes(3, 1)
    page.printed(landscape=False)
    return Inputs(cells, available, current)


def _style(item: InputField) -> str:
    if item.number is None:
        return "text"
    return STYLES.get(item.style, "count" if item.is_whole else "count_fine")


def _needed(section: InputSection) -> list[str]:
    """The keys without which a section cannot be calculated."""
    return [item.key for item in section.figures if item.is_required]


def _head(page: Page, row: int, title: str) -> int:
    page.text(row, LABEL, title, "heading")
    page.sheet.set_row(row, 24)
    page.text(row + 1, LABEL, "Input", "head")
    page.text(row + 1, VALUE, "Value", "head_right")
    page.texts(row + 1, UNIT, ["Unit", "What it means", "Key in a scenario file"], "head_indent")
    return row + 2


def _section(
    page: Page, row: int, section: InputSection, scenario: JsonMapping, cells: dict[str, Formula]
) -> int:
    document = scenario.get(section.key) or {}
    row = _head(page, row, section.title)
    for item in fields_of(section):
        name = f"{prefix_of(section)}_{item.key}"
        cells[name] = _field(page, row, section, item, document.get(item.key, item.default))
        row += 1
    return row


def _field(page: Page, row: int, section: InputSection, item: InputField, value: Any) -> Formula:
    page.text(row, LABEL, item.label, "label")
    page.static(row, VALUE, value, f"input_{_style(item)}")
    page.text(row, UNIT, item.unit, "muted")
    note = item.help.rstrip(".")
    page.text(row, NOTE, note, "muted")
    if len(note) > NOTE_FITS:
        page.sheet.set_row(row, 28)
    page.text(row, KEY, item.path, "muted")
    page.sheet.data_validation(row, VALUE, row, VALUE, _rule(item))
    return page.named(row, VALUE, f"{prefix_of(section)}_{item.key}", value)


def _rule(item: InputField) -> dict[str, Any]:
    spec = item.number
    if spec is None:
        return {"validate": "list", "source": list(SCALINGS)}
    shown = (f"{spec.low:,.10g}", f"{spec.high:,.10g}")
    if item.is_percent:
        shown = (f"{spec.low:.0%}", f"{spec.high:.0%}")
    maximum: Any = spec.high
    if item.key == "prefix_tokens_per_call":
        maximum, shown = "=workload_input_tokens_per_call", (shown[0], "the input per call")
    return {
        "validate": "integer" if item.is_whole else "decimal",
        "criteria": "between",
        "minimum": spec.low,
        "maximum": maximum,
        "ignore_blank": True,
        "error_title": item.label[:32],
        "error_message": f"From {shown[0]} to {shown[1]}{', whole' if item.is_whole else ''}.",
    }


def _switch(
    page: Page,
    row: int,
    section: InputSection,
    scenario: JsonMapping,
    cells: Mapping[str, Formula],
    available: dict[str, Formula],
) -> int:
    value = "yes" if scenario.get(section.key) else "no"
    page.text(row, LABEL, "Part of this scenario", "label_bold")
    page.static(row, VALUE, value, "input_text")
    page.text(row, UNIT, "yes or no", "muted")
    note = "With no, the strategies that need it are left out"
    page.text(row, NOTE, note, "muted")
    page.text(row, KEY, "", "muted")
    rule = {"validate": "list", "source": YES_NO}
    page.sheet.data_validation(row, VALUE, row, VALUE, rule)
    asked = page.named(row, VALUE, f"has_{prefix_of(section)}", value)
    needed = [cells[f"{prefix_of(section)}_{key}"] for key in _needed(section)]
    if section.key == "routing":
        needed.append(cells["small_input_usd_per_mtok"])
    page.text(row + 1, LABEL, "Can be calculated", "label")
    ready = when(all_of(asked.equals("yes"), *(is_number(cell) for cell in needed)), 1, 0)
    name = f"can_{prefix_of(section)}"
    available[prefix_of(section)] = page.formula(row + 1, VALUE, ready, "count", name)
    page.text(row + 1, UNIT, "1 yes, 0 no", "muted")
    page.text(row + 1, NOTE, "0 also while a figure that it needs is empty", "muted")
    page.text(row + 1, KEY, "", "muted")
    return row + 2


def _current(page: Page, row: int, scenario: JsonMapping) -> tuple[Formula, ...]:
    """Which levers run today; savings are counted against them."""
    row = _head(page, row, "What runs today")
    cells = []
    for lever in LEVERS:
        value = "yes" if lever in (scenario.get("current_levers") or ()) else "no"
        page.text(row, LABEL, first_upper(LEVER_TITLES[lever]), "label")
        page.static(row, VALUE, value, "input_text")
        page.text(row, UNIT, "yes or no", "muted")
        page.text(row, NOTE, "Savings are counted against what runs today", "muted")
        page.text(row, KEY, "current_levers", "muted")
        rule = {"validate": "list", "source": YES_NO}
        page.sheet.data_validation(row, VALUE, row, VALUE, rule)
        cells.append(page.named(row, VALUE, f"current_{lever}", value))
        row += 1
    return tuple(cells)
