"""The workbook as a file: text stays text, nothing moves, inputs are marked and bounded."""

import re
import zipfile
from functools import cache
from io import BytesIO
from itertools import cycle
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from costing.engine import STRATEGIES
from costing.engine.levers import NAMED, set_name
from costing.scenarios.content.titles import STRATEGY_TITLES as TITLES
from reports.documents.workbook import book
from reports.documents.workbook.book import workbook_bytes
from reports.documents.workbook.currency import heads
from reports.documents.workbook.inputs import blocks
from reports.documents.workbook.page import MAX_CELL_LENGTH, cell_text
from reports.documents.workbook.strategies import BY_COST_ALONE
from reports.documents.workbook.summary import CASE_LINES
from tests.cases.loading import frozen
from tests.reports.sample import (
    crowded_payload,
    quoting,
    render_workbook,
    sample_action,
    sample_payload,
    unanswered_payload,
)
from tests.reports.workbook.cases import blank_payload, payload_of
from tests.reports.workbook.recalculated import named, words_of

HOSTILE = (
    "=1+1",
    "+SUM(A1:A9)",
    "-2+3",
    "@cmd",
    '=HYPERLINK("http://evil.example","x")',
    "{=1+1}",
    "http://evil.example",
    "\x00\x01\x08\x1b nul",
    "\ud800 surrogate \ufffe",
    "_x0041_ escaped",
    "&amp; <b> ]]> \u202e right",
    "\t=1+1",
    "X" * 40_000,
    "🜚" * 20_000,
)


def opened(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


@cache
def golden_book() -> Workbook:
    """The workbook of the golden scenario, for tests that read it."""
    return opened(render_workbook(payload_of("golden")))


def strings(book: Workbook) -> set[str]:
    return {
        cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "s" and isinstance(cell.value, str)
    }


def formulas(book: Workbook) -> list[str]:
    return [
        f"{sheet.title}!{cell.coordinate}{cell.value}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def hostile_payload() -> dict[str, Any]:
    """A payload with hostile texts, one after another, wherever people or files put text."""
    texts = cycle(HOSTILE)
    payload = quoting(payload_of("golden"))
    payload |= {name: next(texts) for name in ("organization", "client", "title")}
    for dimension in payload["framework"]["dimensions"]:
        dimension["title"] = next(texts)
        dimension["anchors"] = {level: next(texts) for level in dimension["anchors"]}
    for check in payload["framework"]["checks"]:
        check |= {"title": next(texts), "operational": next(texts)}
    payload["anti_patterns"] = [
        {"key": text, "usd_per_month": 1.0, "evidence": text} for text in HOSTILE
    ]
    actions = [sample_action(text, None, text, text) | {"owner": text} for text in HOSTILE]
    phase = {"key": "x", "title": next(texts), "from_day": 1, "to_day": 30, "actions": actions}
    left_out = [
        {"key": "x", "kind": "does_not_pay", "title": text, "reason": text} for text in HOSTILE
    ]
    payload["roadmap"] = {"phases": [phase], "not_proposed": left_out, "projections": []}
    return payload


def test_hostile_text_stays_text() -> None:
    usual = formulas(golden_book())

    content = render_workbook(hostile_payload())

    book = opened(content)
    assert formulas(book) == usual
    written = strings(book)
    assert [text for text in HOSTILE if cell_text(text) not in written] == []
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    assert not [name for name in parts if "vba" in name.lower() or "externalLink" in name]
    assert not [name for name, text in parts.items() if 'TargetMode="External"' in text]


def test_cell_text_is_cut_to_what_a_cell_holds() -> None:
    assert cell_text("X" * 40_000) == "X" * (MAX_CELL_LENGTH - 1) + "…"
    assert len(cell_text("🜚" * 20_000).encode("utf-16-le")) // 2 <= MAX_CELL_LENGTH
    assert cell_text("a\x00b\x0bc\ud800d\ufffe") == "abcd"


def test_no_formula_needs_the_librarys_search_for_new_functions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    payload = sample_payload()
    ours = render_workbook(payload)

    monkeypatch.setattr(book, "Sheet", Worksheet)

    assert render_workbook(payload) == ours


def test_cheapest_set_says_on_both_sheets_what_it_leaves_out() -> None:
    book = opened(render_workbook(sample_payload()))

    for sheet in ("Summary", "Strategies"):
        cells = {cell.value for row in book[sheet].iter_rows() for cell in row}
        assert BY_COST_ALONE in cells, sheet


def test_workbook_is_the_same_each_time() -> None:
    payload = sample_payload()

    first, second = render_workbook(payload), render_workbook(payload)

    assert first == second


@pytest.mark.parametrize(
    "payload",
    [
        sample_payload(),
        unanswered_payload(),
        crowded_payload("Wide words "),
        sample_payload() | {"roadmap": None},
        blank_payload(),
    ],
    ids=["sample", "unanswered", "crowded", "no roadmap", "blank"],
)
def test_no_formula_shows_an_error(payload: dict[str, Any]) -> None:
    book = load_workbook(BytesIO(render_workbook(payload)), data_only=True)

    errors = {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "e"
    }

    # Points that the chart leaves out are errors on purpose, and not shown.
    shown = {place: value for place, value in errors.items() if value != "#N/A"}
    assert shown == {}
    assert {sheet for sheet, _ in errors} <= {"Crossover"}


def test_properties_and_sheets() -> None:
    book = golden_book()

    assert book.sheetnames == [
        "Read me",
        "Summary",
        "Maturity",
        "Levels",
        "Inputs",
        "Tiers",
        "Measured",
        "Strategies",
        "Crossover",
        "Payback",
        "Roadmap",
        "Week",
        "Waiting",
        "Workings",
        "Lists",
    ]
    assert book.properties.creator == "Fictional Advisory"
    assert book.properties.created.isoformat() == "2026-11-01T00:00:00"


def test_every_input_is_marked_and_bounded() -> None:
    book = golden_book()
    inputs = book["Inputs"]
    bounded = {
        cell
        for rule in inputs.data_validations.dataValidation
        for area in rule.sqref.ranges
        for row in inputs[area.coord if ":" in area.coord else f"{area.coord}:{area.coord}"]
        for cell in [row[0].coordinate]
    }

    wanted = {
        named(book, f"{block.prefix}_{field.key}").coordinate
        for block in blocks()
        for field in block.fields
    }

    assert wanted <= bounded
    colours = {inputs[place].fill.start_color.rgb for place in wanted}
    assert colours == {"FFFCF2DD"}


def test_defaults_are_the_engines() -> None:
    payload = payload_of("golden")
    for section in ("routing", "semantic_cache", "pool"):
        payload["results"]["inputs"].pop(section)

    book = opened(render_workbook(payload))

    for block in blocks():
        if block.key not in ("routing", "semantic_cache", "pool"):
            continue
        for field in block.fields:
            cell = named(book, f"{block.prefix}_{field.key}")
            assert cell.value == field.default, field.path


def test_a_targets_reason_stands_on_its_cell() -> None:
    payload = payload_of("golden")
    payload["targets"]["routing"] = {
        "low": 4,
        "high": 4,
        "source": "override",
        "reason": "=Agreed\x00",
        "gap": None,
    }

    sheet = load_workbook(BytesIO(render_workbook(payload)))["Maturity"]

    notes = {cell.comment.text: cell.value for row in sheet for cell in row if cell.comment}
    assert notes["=Agreed"] == "4"


def test_blank_says_that_its_figures_are_an_example() -> None:
    texts = strings(opened(render_workbook(blank_payload())))

    assert any(re.match("These inputs are an example", text) for text in texts)
    assert "Blank, to be filled in" in texts


def test_sheet_crossover_offers_the_sets_that_were_compared_and_recommended() -> None:
    payload = frozen("pairs_by_list").payload
    results = payload.results
    assert results is not None

    book = opened(workbook_bytes(payload, "0" * 64))

    (rule,) = (
        rule
        for rule in book["Crossover"].data_validations.dataValidation
        if rule.type == "list" and "B4" in str(rule.sqref)
    )
    offered = words_of(book, rule.formula1)
    sets = [*results.scenario.compared, set_name(results.recommended.levers)]
    assert {*TITLES.values()} >= {*offered} >= {TITLES[name] for name in sets}
    assert len(offered) == len(set(offered)) > len(NAMED)
    engine = [str(row[0]) for row in book["Crossover"].iter_rows(values_only=True)]
    assert "What runs today → What is recommended today" in engine
    assert "What runs today → All that is recommended" in engine


def test_every_list_offers_words_that_its_cell_may_hold() -> None:
    book = golden_book()

    offered = {
        (sheet.title, area.coord): (words_of(book, rule.formula1), sheet[area.coord].value)
        for sheet in book
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
        for area in rule.sqref.ranges
    }

    assert [place for place, (words, value) in offered.items() if value not in (*words, None)] == []
    assert offered["Crossover", "B4"][0] == [TITLES[name] for name in STRATEGIES]
    assert offered["Crossover", "B5"][0] == [TITLES[name] for name in STRATEGIES]


def test_cases_of_another_engine_are_not_counted_again() -> None:
    payload = frozen("ranges_given").payload
    older = payload.model_copy(update={"engine_version": "0.9.0"})

    found, of_old = (strings(opened(workbook_bytes(each, "0" * 64))) for each in (payload, older))

    lines = set(heads(*CASE_LINES))
    assert found >= lines
    assert not of_old & lines


def test_rows_hold_all_of_a_long_caution() -> None:
    # 219 letters: 108 fit a line of five columns, 184 one of eight.
    book = opened(workbook_bytes(frozen("units_given").payload, "0" * 64))

    for name, lines in (("Summary", 3), ("Roadmap", 2)):
        sheet = book[name]
        (row,) = [
            cells[0].row
            for cells in sheet.iter_rows()
            if str(cells[0].value).startswith("What is recommended may cost more than today: 8")
        ]
        assert sheet.row_dimensions[row].height >= lines * 13, name


def test_pair_without_a_payback_is_not_said_never_to_pay_back() -> None:
    payload = frozen("middling").payload

    sheet = opened(workbook_bytes(payload, "0" * 64))["Crossover"]

    paid = {str(row[0]): row[4] for row in sheet.iter_rows(values_only=True) if row[0]}
    told = {title: cell for title, cell in paid.items() if " → " in title}
    assert {cell for title, cell in told.items() if title.startswith("What runs today")} == {"–"}
    assert told["Prompt caching → Self-hosted, all calls"] == "never"


def test_crossing_below_one_request_is_told_in_words() -> None:
    # An open model that costs next to nothing is cheaper from the first request on.
    payload = frozen("bought_and_left").payload
    assert payload.results is not None
    firsts = {each.first_requests_per_month for each in payload.results.recommended_crossovers}
    assert firsts == {0.0}

    sheet = opened(workbook_bytes(payload, "0" * 64))["Crossover"]

    rows = {row[0]: row[1:3] for row in sheet.iter_rows(values_only=True) if row[0]}
    told = [cells for title, cells in rows.items() if "→ What is recommended" in str(title)]
    assert told == [("the first request", "the first request")]


def test_measured_points_without_speeds_leave_no_cell_in_error() -> None:
    lengths = {"input_tokens": 3200, "output_tokens": 350}
    point = {**lengths, "concurrency": 4, "ttft_ms": 200, "tpot_ms": 20}
    payload = payload_of("golden")
    pool = payload["results"]["inputs"]["pool"] | {"points": [point]}
    for rate in ("prefill_tokens_per_second", "decode_tokens_per_second"):
        pool.pop(rate)
    payload["results"]["inputs"]["pool"] = pool

    book = load_workbook(BytesIO(render_workbook(payload)), data_only=True)

    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [value for value in cells if isinstance(value, str) and value.startswith("#V")] == []
