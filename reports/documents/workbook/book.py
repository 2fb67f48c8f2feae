"""Puts the workbook together: its sheets, from inputs to strategies, and its properties."""

from collections.abc import Mapping
from datetime import datetime, time
from io import BytesIO

from xlsxwriter.workbook import Workbook

from assessments.roadmap import effort_days
from assessments.scoring import plain_answer
from costing.engine import Estimate
from costing.engine.inputs import scenario_document
from costing.engine.levers import BASELINE, set_name
from costing.engine.results import EffortDays
from reports.documents.content.identity import identity_of
from reports.documents.workbook import example, styles
from reports.documents.workbook.applications import write_applications
from reports.documents.workbook.crossover import write_crossover
from reports.documents.workbook.figures import draw_crossover, draw_strategies, write_waterfall
from reports.documents.workbook.formula import Cells, Formula
from reports.documents.workbook.frozen import sheets_of, write_plan, write_readme
from reports.documents.workbook.inputs import Part, lever_titles, write_inputs
from reports.documents.workbook.lists import write_lists
from reports.documents.workbook.maturity import write_levels, write_maturity
from reports.documents.workbook.page import Page, Sheet, header_text, property_text
from reports.documents.workbook.payback import write_payback
from reports.documents.workbook.sides import Model
from reports.documents.workbook.strategies import write_choice, write_strategies
from reports.documents.workbook.summary import Live, write_summary
from reports.documents.workbook.workings import write_workings
from reports.snapshots.payload import Payload

COLOURS = {"Read me": styles.INK}
COLOURS |= dict.fromkeys(("Inputs", "Applications", "Tiers", "Measured"), styles.RISK_MARK)
LISTS = "Lists"
COLOURS |= dict.fromkeys(("Week", "Waiting", "Units", "Workings"), styles.NEUTRAL)
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
    for name in ("Read me", *sheets_of(payload), LISTS):
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
    inputs = write_inputs(pages["Inputs"], scenario, levers, "" if results else example.NOTICE)
    parts = [Part("", "", "", inputs)]
    if results and results.scenario.applications:
        page = pages["Applications"]
        parts = write_applications(page, scenario, results.scenario, inputs, levers)
    worked = write_workings(pages, scenario, inputs, parts, levers)
    page = pages["Strategies"]
    strategies, row = write_strategies(page, worked.bills, worked.subsets, results, framework)
    scores = maturity.scores
    row, choice = write_choice(page, row, worked.subsets, scores, framework, inputs.current)
    waterfall_row = row
    row = write_waterfall(page, row, strategies.usd[BASELINE], strategies.waterfall, levers)
    page.sheet.freeze_panes(4, 1)
    page.sheet.set_h_pagebreaks([strategies.chart_row - 1, waterfall_row])
    page.printed(area=(row, 12))
    draw_strategies(page, strategies.chart_row)
    days = _days(payload, results)
    usd = {set_name(sets): each.total for sets, each in worked.subsets.rows.items()}
    usd.update(strategies.usd)
    _write_comparison(pages, worked.model, results, usd, levers, days)
    write_plan(pages["Roadmap"], payload)
    write_summary(pages["Summary"], payload, sha256, Live(maturity, strategies.usd, choice))
    pages["Read me"].sheet.activate()


def _days(payload: Payload, results: Estimate | None) -> EffortDays:
    """The days of work of each change: those that were counted, else what the answers leave."""
    if results and results.effort_days:
        return results.effort_days
    answers = {
        each.key: plain_answer(vars(each)) for each in payload.answers if each.kind == "check"
    }
    return effort_days(payload.framework, answers)


def _write_comparison(
    pages: Mapping[str, Page],
    model: Model,
    results: Estimate | None,
    usd: Cells,
    levers: Mapping[str, str],
    days: EffortDays,
) -> None:
    """Two strategies over volume and over time."""
    page = pages["Crossover"]
    table = write_crossover(page, model, results, usd, levers)
    draw_crossover(page, table)
    write_payback(pages["Payback"], model, table.sides, table.chosen, results, days)
