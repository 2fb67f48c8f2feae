"""Sheet Summary: one page for a printer; its figures follow the other sheets."""

from dataclasses import dataclass

from assessments.framework import Framework
from costing.engine import CURRENT, ENGINE_VERSION, Estimate, estimate
from costing.engine.inputs import figure_at, input_at, with_figures
from costing.scenarios.content.headline import Headline
from costing.scenarios.content.recommended import pays_texts
from costing.scenarios.content.titles import STRATEGY_TITLES as TITLES
from presentation.numbers import UNKNOWN as NONE
from presentation.wording import day, fit
from reports.documents.content.economics import caution_of, headline_of
from reports.documents.content.identity import identity_of, in_detail
from reports.documents.content.workload import detail_sentence
from reports.documents.workbook import formula as xl
from reports.documents.workbook.currency import delivered, heads
from reports.documents.workbook.example import NOTICE
from reports.documents.workbook.formula import Cells, Formula
from reports.documents.workbook.inputs import STYLES
from reports.documents.workbook.lists import BASE, HIGH, LOW
from reports.documents.workbook.maturity import Maturity
from reports.documents.workbook.page import Page, height_of
from reports.documents.workbook.strategies import BY_COST_ALONE, Choice
from reports.snapshots.payload import Payload

LAST_COLUMN = 4
LINE_LENGTH = 100
MAX_RANGES_SHOWN = 10


@dataclass(frozen=True)
class Live:
    """The cells that the summary repeats: scores, strategies, what to choose."""

    maturity: Maturity
    usd: Cells
    choice: Choice


def write_summary(page: Page, payload: Payload, sha256: str, live: Live) -> None:
    """The sheet, from the cells of the others; the cases as the engine computes them."""
    identity = identity_of(payload, sha256)
    lead = "On one page. The figures follow the other sheets."
    page.begin("Summary", lead, 44, *[16] * LAST_COLUMN)
    row = 3
    if not payload.is_nobodys:
        about = f"{identity.client} · {identity.title} · {identity.as_of}"
        page.merged(row, 0, LAST_COLUMN, about, "label_bold", height=30)
        row = _delivered(page, row + 1, payload) + 1
    if payload.results is None:
        page.merged(row, 0, LAST_COLUMN, NOTICE, "warning", height=34)
        row += 2
    page.text(row, 0, "Case, chosen on sheet Inputs", "label")
    page.formula(row, 1, Formula("input_case", BASE), "centre")
    row = _scores(page, row + 2, payload, live.maturity)
    row = _money(page, row, payload, live)
    if payload.results:
        row = _cases(page, row, payload.results, payload.engine_version, payload.framework)
    page.printed(landscape=False, pages_high=1, area=(row, LAST_COLUMN))


def _delivered(page: Page, row: int, payload: Payload) -> int:
    """What can be saved, whether that may be a loss, and at which volumes it pays."""
    pays = pays_texts(payload.results, payload.as_of) if payload.results else {}
    texts = (
        (f"As delivered: {headline_of(payload)}.", "label"),
        (caution_of(payload), "risk"),
        *((f"{in_detail(payload)}{text}", "label") for text in pays.values()),
    )
    for text, style in texts:
        if text:
            page.merged(row, 0, LAST_COLUMN, text, style, height_of(text, LINE_LENGTH))
            row += 1
    return row


def _scores(page: Page, row: int, payload: Payload, maturity: Maturity) -> int:
    previous = payload.previous
    heads = ["Maturity, levels 1 to 5", "Score", "As delivered", "Target"]
    row = page.table(row, "Where you stand", [*heads, _was(payload)], height=30)
    before = previous.dimensions if previous else {}
    for item in payload.framework.dimensions:
        page.text(row, 0, item.title, "label")
        page.formula(row, 1, _shown(maturity.scores[item.key]), "level")
        page.static(row, 2, payload.score(item.key).score, "level_static")
        target = payload.targets.get(item.key)
        page.text(row, 3, (target and target.level) or NONE, "centre")
        page.static(row, 4, before.get(item.key), "level_static")
        row += 1
    page.text(row, 0, "Overall", "label_bold")
    page.formula(row, 1, _shown(maturity.overall), "level_bold")
    page.static(row, 2, payload.scores.overall, "level_static")
    page.formula(row, 3, maturity.band, "centre")
    page.static(row, 4, previous.overall if previous else None, "level_static")
    return row + 2


def _was(payload: Payload) -> str:
    return f"Was, {day(payload.previous.as_of)}" if payload.previous else ""


def _shown(cell: Formula) -> Formula:
    """A figure that another sheet may leave out."""
    return xl.when(xl.is_number(cell), cell, NONE)


def _money(page: Page, row: int, payload: Payload, live: Live) -> int:
    """What each strategy costs and saves against today, and what to choose."""
    titles = heads("{currency} a month", "Costs", "Saves", "Saves, percent")
    row = page.table(row, "What it costs", titles)
    if detail := detail_sentence(payload):
        page.merged(row, 0, LAST_COLUMN, detail, "muted")
        row += 1
    now = live.usd[CURRENT]
    for name in (CURRENT, *(name for name in live.usd if name != CURRENT)):
        title = "label_bold" if name == CURRENT else "label"
        _saving(page, row, TITLES[name], live.usd[name], now, title)
        row += 1
    _saving(page, row, "Cheapest the scores allow today", live.choice.usd, now, "label_bold")
    page.text(row + 1, 0, "with", "label")
    page.merged(row + 1, 1, LAST_COLUMN, "", "muted")
    page.formula(row + 1, 1, live.choice.levers, "muted")
    page.merged(row + 2, 0, LAST_COLUMN, BY_COST_ALONE, "muted", height=30)
    return row + 4


def _saving(page: Page, row: int, title: str, usd: Formula, now: Formula, style: str) -> None:
    page.text(row, 0, title, style)
    both = xl.all_of(xl.is_number(usd), xl.is_number(now))
    page.formula(row, 1, _shown(usd), "money")
    page.formula(row, 2, xl.when(both, now - usd, NONE), "money")
    is_some = xl.all_of(both, now > 0)
    page.formula(row, 3, xl.when(is_some, (now - usd) / now, NONE), "percent")


def _cases(page: Page, row: int, results: Estimate, version: str, framework: Framework) -> int:
    """The ranges as delivered; with all of them at one end, what is spent and can be saved."""
    ranges = results.scenario.ranges
    if not ranges:
        return row
    row = page.table(row, "As delivered, with the ranges", ["", "Low", "Base", "High"])
    for path, ends in list(ranges.items())[:MAX_RANGES_SHOWN]:
        field = input_at(path)
        if field is None:
            continue
        style = f"{STYLES.get(field.style, 'count_fine')}_static"
        page.text(row, 0, fit(f"{field.label}, {field.unit}", 60), "label")
        for column, value in enumerate((ends.low, figure_at(results.scenario, path), ends.high), 1):
            page.static(row, column, value, style)
        row += 1
    if version != ENGINE_VERSION:  # another engine would say something else
        return row
    for n, title in enumerate(heads(*CASE_LINES), start=row):
        page.text(n, 0, title, "label_bold")
    for column, case in enumerate((LOW, BASE, HIGH), start=1):
        found = _case_of(results, case, framework)
        today = found.today
        usds = (found.current.usd_per_month, today.usd_per_month, today.saving_usd_per_month)
        for n, usd in enumerate(usds, start=row):
            page.static(n, column, delivered(usd), "money_bold")
    return row + len(CASE_LINES)


CASE_LINES = ("Today, {currency} a month", "As recommended today", "Saved")


def _case_of(results: Estimate, case: str, framework: Framework) -> Headline:
    """What comes of it with every range at one end."""
    if case == BASE:
        return Headline(results)
    ends = {path: getattr(each, case) for path, each in results.scenario.ranges.items()}
    scenario = with_figures(results.scenario, ends).model_copy(update={"ranges": {}})
    days = results.effort_days
    return Headline(estimate(scenario, framework.requirements, effort_days=days))
