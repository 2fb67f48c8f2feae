"""Puts the workbook together: its sheets, from inputs to strategies, and its properties."""

from collections.abc import Mapping
from datetime import datetime, time
from io import BytesIO

from xlsxwriter.workbook import Workbook

from costing.engine.inputs import scenario_document
from costing.engine.levers import BASELINE
from reports.documents.content.identity import identity_of
from reports.documents.workbook import calls, example, lanes, styles
from reports.documents.workbook.crossover import write_crossover, write_exact_crossover
from reports.documents.workbook.curve import Model
from reports.documents.workbook.engine_figures import (
    EngineFigures,
    not_computed,
    notice_of,
    write_notice,
)
from reports.documents.workbook.figures import draw_crossover, draw_strategies, write_waterfall
from reports.documents.workbook.formula import Formula
from reports.documents.workbook.frozen import SHEETS, write_plan, write_readme
from reports.documents.workbook.inputs import Inputs, lever_titles, write_inputs
from reports.documents.workbook.lists import write_lists
from reports.documents.workbook.maturity import write_levels, write_maturity
from reports.documents.workbook.page import Page, Sheet, header_text, property_text
from reports.documents.workbook.payback import write_payback
from reports.documents.workbook.strategies import write_choice, write_strategies
from reports.documents.workbook.subsets import Bills, Subsets, write_subsets
from reports.documents.workbook.summary import Live, write_summary
from reports.documents.workbook.week import write_week
from reports.snapshots.payload import JsonDict, Payload

COLOURS = {"Read me": styles.INK, "Inputs": styles.RISK_MARK, "Tiers": styles.RISK_MARK}
LISTS = "Lists"
COLOURS |= {"Week": styles.NEUTRAL, "Workings": styles.NEUTRAL}
MAX_HEADER_LENGTH = 255
TEXTS_STAY = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)


def workbook_bytes(payload: Payload, sha256: str, paper: str = "A4") -> bytes:
    """The workbook of a frozen payload, byte for byte the same each time; A4 or letter."""
    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True} | TEXTS_STAY)
    book.set_properties(
        {
            "title": property_text(f"Scoring workbook {payload.client}"),
            "subject": property_text(payload.title),
            "author": property_text(payload.organization),
            "company": property_text(payload.organization),
            "comments": "Amber cells are inputs; everything else is a formula.",
            "created": datetime.combine(payload.as_of, time()),
        }
    )
    book.set_calc_mode("auto")
    pages = _pages(book, payload, sha256, paper)
    _write(pages, payload, sha256)
    book.close()
    return stream.getvalue()


def _pages(book: Workbook, payload: Payload, sha256: str, paper: str) -> dict[str, Page]:
    """The sheets in their order, each with head and foot for a printer."""
    looks = styles.formats(book, payload.branding.accent)
    identity = identity_of(payload, sha256)
    left, right = f"&L{header_text(payload.title)}", f"&R{identity.as_of}"
    line = payload.branding.confidentiality
    middle = header_text(line, 120)
    if len(middle) > (room := MAX_HEADER_LENGTH - len(left + right) - 3):
        middle = header_text(line, room // 2)
    head = f"{left}&C\n{middle}{right}" if line else left + right
    foot = f"&L{identity.draft}{header_text(payload.client)}&C&A&RPage &P of &N"
    pages: dict[str, Page] = {}
    lists: dict[str, Formula] = {}
    for name in ("Read me", *SHEETS, LISTS):
        sheet = book.add_worksheet(name, Sheet)
        sheet.set_tab_color(COLOURS.get(name, styles.ACCENT))
        sheet.set_header(head)
        sheet.set_footer(foot)
        pages[name] = Page(book, sheet, looks, name, paper, lists)
    lists |= write_lists(pages[LISTS])
    return pages


def _write(pages: Mapping[str, Page], payload: Payload, sha256: str) -> None:
    results, framework = payload.results, payload.framework
    scenario = scenario_document(results.scenario) if results else example.SCENARIO
    is_blank = all(answer.state == "unanswered" for answer in payload.answers)
    write_readme(pages["Read me"], payload, sha256, is_blank=is_blank and not results)
    maturity = write_maturity(pages["Maturity"], payload)
    write_levels(pages["Levels"], payload)
    levers = lever_titles(framework)
    labels = not_computed(results)
    notice = notice_of(labels) if labels else "" if results else example.NOTICE
    engine = EngineFigures.of(results) if results and labels else None
    inputs = write_inputs(pages["Inputs"], scenario, levers, notice)
    model, subsets = _calculate(pages, scenario, inputs, levers, engine)
    page = pages["Strategies"]
    strategies, row = write_strategies(page, model, subsets, results, framework)
    row, choice = write_choice(page, row, subsets, maturity.scores, framework, inputs.current)
    row = write_waterfall(page, row, strategies.usd[BASELINE], strategies.waterfall, levers)
    page.sheet.freeze_panes(4, 1)
    page.sheet.set_h_pagebreaks([strategies.chart_row - 1])
    page.printed(area=(row, 12))
    draw_strategies(page, strategies.chart_row)
    if engine:
        write_exact_crossover(pages["Crossover"], results, notice)
        write_notice(pages["Payback"], "Payback", notice)
    else:
        table = write_crossover(pages["Crossover"], model, results, strategies.usd, levers)
        draw_crossover(pages["Crossover"], table)
        write_payback(pages["Payback"], model, table.sides, table.chosen, results)
    write_plan(pages["Roadmap"], payload)
    write_summary(pages["Summary"], payload, sha256, Live(maturity, strategies.usd, choice))
    pages["Read me"].sheet.activate()


def _calculate(
    pages: Mapping[str, Page],
    scenario: JsonDict,
    inputs: Inputs,
    levers: Mapping[str, str],
    engine: EngineFigures | None,
) -> tuple[Model, Subsets]:
    """Sections 2 to 5, in the order in which the cells depend on one another."""
    page = pages["Workings"]
    lead = "Every step of the cost model; nothing here is an input."
    page.begin("Workings", lead, 44, *[17] * 30)
    prices = calls.write_tiers(pages["Tiers"], scenario, inputs)
    row, flow = calls.write_flow(page, 3, inputs)
    row, rates, prefix = calls.write_rates(page, row, inputs, prices)
    row, capacity = calls.write_capacity(page, row, inputs, prefix)
    renewals: calls.Loads = {
        key: flow.carried[key] * rates[lanes.model_of(key)].renewals for key in lanes.LANES
    }
    row, renewals = lanes.write_loads(page, row, "Renewals of a prefix, at weight 1", renewals)
    loads: calls.Loads = {key: flow.carried[key] * capacity.load_per_call for key in lanes.POOLS}
    row, loads = lanes.write_loads(page, row, "Load of a pool, at weight 1", loads)
    profile = (scenario.get("workload") or {}).get("hourly_profile")
    week = write_week(pages["Week"], inputs, profile, renewals, loads)
    model = Model(inputs, flow, rates, capacity, week)
    row, bills = lanes.write_lanes(page, row, model)
    row, costs = lanes.write_pools(page, row, model)
    subsets = write_subsets(page, row, Bills(model, bills, costs, engine), levers)
    page.sheet.freeze_panes(3, 1)
    page.printed()
    return model, subsets
