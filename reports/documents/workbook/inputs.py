"""Sheet Inputs: every figure that the calculation takes, in marked cells with their bounds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from assessments.framework import Framework
from costing.engine import LEVERS
from costing.engine.inputs import InputField, all_inputs, input_named, sections
from costing.engine.inputs.models import EXPLICIT, MODEL_SECTIONS, STORED
from costing.engine.levers import OPEN_MODEL
from costing.engine.units import SECONDS_PER_MONTH
from costing.scenarios.content.titles import LEVER_TITLES
from reports.documents.workbook import currency
from reports.documents.workbook import formula as xl
from reports.documents.workbook.formula import Cells, Formula, Operand
from reports.documents.workbook.lists import BASE
from reports.documents.workbook.page import Page, Rule, between, one_of
from reports.snapshots.payload import JsonDict

LABEL, LOW, VALUE, HIGH, COUNTED, UNIT, NOTE, KEY = range(8)
NOTE_FITS = 54
STYLES = {"percent": "percent_fine", "usd": "usd", "unit_price": "usd_fine"}


CACHE_TTL = "cache_ttl_seconds"
PROVISIONED = "provisioned"


@dataclass(frozen=True)
class Block:
    """Inputs that stand together: a section of a scenario, or a model's provisioned throughput.

    `key` is its path in a scenario file. One with a switch can be left out.
    """

    key: str
    title: str
    fields: tuple[InputField, ...]
    has_switch: bool

    @property
    def prefix(self) -> str:
        """How the names of its cells begin."""
        section, _, part = self.key.partition(".")
        section = section.removesuffix("_model").removesuffix("_cache")
        return f"{section}_{part}" if part else section

    def stated(self, holder: JsonDict) -> JsonDict | None:
        """What a scenario or an application says of it; None where it has none."""
        found: JsonDict | None = holder
        for key in self.key.split("."):
            found = (found or {}).get(key)
        return found


@cache
def blocks() -> tuple[Block, ...]:
    """All inputs of a scenario that have a cell here, as they stand in the book."""
    found = []
    for key, section in sections().items():
        if key == currency.KEY:  # its rate changes what is shown, not what is computed
            continue
        has_switch = bool(section.group.switch) or key == OPEN_MODEL
        found.append(Block(key, section.title, _fields_of(key), has_switch))
        if key in MODEL_SECTIONS:
            term = input_named(f"{key}.{PROVISIONED}")
            title = f"{section.title}: {term.label.lower()}"
            fields = _fields_of(f"{key}.{PROVISIONED}.*")
            found.append(Block(f"{key}.{PROVISIONED}", title, fields, True))
    return tuple(found)


def _blocks_of(scenario: JsonDict) -> Iterator[Block]:
    """Those of a scenario; of several applications, units only of models that had them.

    Each of their units is bought for all together, hour by hour, on a sheet of its own.
    """
    has_applications = bool(scenario.get("applications"))
    for block in blocks():
        is_units = block.key.endswith(f".{PROVISIONED}")
        if not (is_units and has_applications) or block.stated(scenario) is not None:
            yield block


def _fields_of(section: str) -> tuple[InputField, ...]:
    mine = (item for item in all_inputs() if item.section == section)
    return tuple(item for item in mine if item.number or item.choices)


def prefix_of(section: str) -> str:
    """How the names of a section's cells begin."""
    return Block(section, "", (), False).prefix


CHOOSABLE = (*LEVERS, OPEN_MODEL)
"""What can be switched on: the levers, and the open model by API."""


def lever_titles(framework: Framework) -> dict[str, str]:
    """The engine's levers in its order, by the framework's titles as far as it has them."""
    titles = LEVER_TITLES | {lever.key: lever.title for lever in framework.levers}
    return {key: titles[key] for key in LEVERS}


@dataclass(frozen=True)
class Inputs:
    """The inputs by `<prefix>_<key>`, which sections can be calculated, today's levers.

    A figure is the cell beside its own, which shows what counts: the low, base or high end, or the
    default while the figure is empty. `own` are those that an application has of its own.
    """

    cells: Cells
    available: Cells
    current: tuple[Formula, ...]
    own: Cells = field(default_factory=dict)

    def __getitem__(self, name: str) -> Formula:
        """The cell of `<prefix>_<key>`."""
        return self.own[name] if name in self.own else self.cells[name]

    @property
    def of_scenario(self) -> "Inputs":
        """The inputs without what an application has of its own."""
        return replace(self, own={})

    def has(self, prefix: str) -> Formula:
        """Whether a block that can be left out is calculated."""
        return self.available[prefix].equals(1)


@dataclass(frozen=True)
class Part:
    """Section 9: an application, or the whole scenario where there are none.

    `tag` begins the names of its cells. Levers that are off for it are not in `levers`.
    """

    key: str
    title: str
    tag: str
    inputs: Inputs
    levers: tuple[str, ...] = CHOOSABLE

    def own(self, levers: Iterable[str]) -> tuple[str, ...]:
        """Of a set of levers, those that are on for it."""
        return tuple(lever for lever in levers if lever in self.levers)


def write_inputs(
    page: Page,
    scenario: JsonDict,
    levers: Mapping[str, str],
    notice: str,
) -> Inputs:
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
    for block in _blocks_of(scenario):
        row = write_block(page, row, block, scenario, scenario, cells, typed)
        if block.has_switch:
            available[block.prefix] = _switch(page, row, block, scenario, typed)
            row += 2
        row += 1
    current = _current(page, row, scenario, levers)
    currency.write_rate(page, row + len(levers) + 3, scenario)
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


def write_heads(page: Page, row: int, title: str) -> int:
    """The title of a block and the heads of its columns; the row below them."""
    page.text(row, LABEL, title, "heading")
    page.sheet.set_row(row, 24)
    page.heads(row + 1, ["Input", "Low", "Base", "High", "Counts as"])
    page.texts(row + 1, UNIT, ["Unit", "What it means", "Key in a scenario file"], "head_indent")
    return row + 2


def write_block(
    page: Page,
    row: int,
    block: Block,
    holder: JsonDict,
    scenario: JsonDict,
    cells: dict[str, Formula],
    typed: dict[str, Formula],
    tag: str = "",
    place: str = "",
) -> int:
    """A block's rows; adds what counts to `cells`, and the cells to type into to `typed`.

    `holder` has the block: the scenario, or one of its applications, whose names of cells begin
    with `tag` and whose paths with `place`.
    """
    document = block.stated(holder) or {}
    first = write_heads(page, row, block.title)
    for row, item in enumerate(block.fields, start=first):
        name, path = f"{tag}{block.prefix}_{item.key}", item.path.replace(".*", "")
        value = document.get(item.key, item.default)
        page.text(row, LABEL, item.label, "label")
        rule = _rule(page, item, tag)
        cell = typed[name] = page.entry(row, VALUE, value, _style(item), rule, name)
        if item.number:
            mode = document.get("cache_mode", EXPLICIT)
            sold = Formula(f"{tag}{block.prefix}_cache_mode_used", mode)
            ends = (scenario.get("ranges") or {}).get(f"{place}{path}")
            used = _used(page, row, item, cell, ends, sold, rule)
            style = f"{_style(item)}_static"
        else:
            used, style = xl.when(cell.equals(""), item.default, cell), "muted"
        cells[name] = page.formula(row, COUNTED, used, style, f"{name}_used")
        note = item.help.rstrip(".")
        page.texts(row, UNIT, [item.unit, note, f"{place}{path}"], "muted")
        if len(note) > NOTE_FITS:
            page.sheet.set_row(row, 28)
    return row + 1


def _used(
    page: Page,
    row: int,
    item: InputField,
    cell: Formula,
    ends: Mapping[str, float] | None,
    cache_mode: Formula,
    rule: Rule,
) -> Formula:
    """What a figure counts as: by the case its low or its high end, its default while empty.

    Without a default an optional figure and a price are not known, any other counts as nothing.
    A stored prompt cache without a lifetime is kept all month.
    """
    case = Formula("input_case", BASE)
    style = _style(item)
    used: Operand = cell
    for column, end in ((LOW, "low"), (HIGH, "high")):
        limit = page.entry(row, column, (ends or {}).get(end), style, rule)
        used = xl.when(xl.all_of(case.equals(end), xl.is_number(limit)), limit, used)
    is_open = not item.is_required or item.key.endswith("_usd_per_mtok")
    empty: Operand = ("" if is_open else 0) if item.default is None else item.default
    if item.key == CACHE_TTL:
        empty = xl.when(cache_mode.equals(STORED), SECONDS_PER_MONTH, empty)
    return xl.when(xl.is_number(cell), used, empty)


def _style(item: InputField) -> str:
    if item.number is None:
        return "text"
    return STYLES.get(item.style, "count" if item.is_whole else "count_fine")


def _rule(page: Page, item: InputField, tag: str) -> Rule:
    spec = item.number
    if spec is None:
        return one_of(item.label, page.lists[item.key])
    scale, sign = (100, "%") if item.is_percent else (1, "")
    lowest, highest = (f"{end * scale:,.10g}{sign}" for end in (spec.low, spec.high))
    limit: float | str = spec.high
    if item.key == "prefix_tokens_per_call":
        highest, limit = "the input per call", f"={tag}workload_input_tokens_per_call"
    message = f"From {lowest} to {highest}{', whole' if item.is_whole else ''}."
    return between(item.label, message, spec.low, limit, is_whole=item.is_whole)


def _switch(page: Page, row: int, block: Block, scenario: JsonDict, typed: Cells) -> Formula:
    """Whether a block is part of the scenario, and whether it can be calculated."""
    prefix = block.prefix
    value = "no" if block.stated(scenario) is None else "yes"
    page.text(row, LABEL, "Part of this scenario", "label_bold")
    yes_no = one_of("Answer", page.lists["yes_no"])
    asked = page.entry(row, VALUE, value, "text", yes_no, f"has_{prefix}")
    note = "With no, the strategies that need it are left out"
    page.texts(row, UNIT, ["yes or no", note, ""], "muted")
    needed = [typed[f"{prefix}_{item.key}"] for item in block.fields if item.is_required]
    if block.key == "routing":
        needed.append(typed["small_input_usd_per_mtok"])
    given = [xl.is_number(cell) for cell in needed]
    if block.key == "pool":
        prices = ("pool_usd_per_instance_hour", "pool_hardware_usd_per_instance")
        given.append(xl.any_of(*(xl.is_number(typed[name]) for name in prices)))
        rates = ("pool_prefill_tokens_per_second", "pool_decode_tokens_per_second")
        points = (scenario.get("pool") or {}).get("points") or ()
        is_measured = Formula("points_count", float(len(points))) > 0
        known = xl.all_of(*(xl.is_number(typed[name]) for name in rates))
        given.append(xl.any_of(is_measured, known))
    ready = xl.when(xl.all_of(asked.equals("yes"), *given), 1, 0)
    note = "0 also while a figure that it needs is empty"
    page.texts(row + 1, UNIT, ["1 yes, 0 no", note, ""], "muted")
    page.text(row + 1, LABEL, "Can be calculated", "label")
    return page.formula(row + 1, VALUE, ready, "count", f"can_{prefix}")


def _current(
    page: Page, row: int, scenario: JsonDict, levers: Mapping[str, str]
) -> tuple[Formula, ...]:
    """Which levers run today; savings are counted against them."""
    first = write_heads(page, row, "What runs today")
    cells, yes_no = [], one_of("Answer", page.lists["yes_no"])
    note = "Savings are counted against what runs today"
    for row, (lever, title) in enumerate(levers.items(), start=first):
        value = "yes" if lever in (scenario.get("current_levers") or ()) else "no"
        page.text(row, LABEL, title, "label")
        cells.append(page.entry(row, VALUE, value, "text", yes_no, f"current_{lever}"))
        page.texts(row, UNIT, ["yes or no", note, "current_levers"], "muted")
    return tuple(cells)
