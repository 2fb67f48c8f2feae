"""Sheets Read me and Roadmap, as frozen: what is where, the plan and the anti-patterns."""

from io import BytesIO

from assessments.roadmap import RoadmapDocument
from presentation.money import code, shown
from presentation.wording import count_word, first_upper
from reports.documents.content.economics import caution_of
from reports.documents.content.identity import Identity, identity_of
from reports.documents.content.wording import anti_pattern_title, effort_text
from reports.documents.content.workload import detail_sentence
from reports.documents.workbook.currency import delivered, heads
from reports.documents.workbook.page import Page, cell_text, height_of
from reports.snapshots.payload import FrozenBranding, Payload

SHEETS = {
    "Summary": "One page for a printer: scores, strategies, and what the ranges make of them.",
    "Maturity": "{checks} checks and {levels} levels. Answer in the amber cells; scores follow.",
    "Levels": "What each level of each dimension looks like.",
    "Inputs": "Workload, prices, what is bought ahead, pool, what runs today.",
    "Applications": "What each application has of its own.",
    "Tiers": "Prices that apply above a number of input tokens.",
    "Measured": "Runs of a replica under load, and what it carries within the latency target.",
    "Strategies": "Named strategies, {currency} per month; what each lever saves, what to choose.",
    "Crossover": "Two strategies over the volume, and where they cross.",
    "Payback": "The same two, month by month with growth: when the change has paid for itself.",
    "Roadmap": "The {days}-day plan and the anti-patterns, with their money.",
    "Week": "168 hours: traffic, replicas. Takes a profile of your own.",
    "Waiting": "What a pool needs where calls may wait.",
    "Units": "168 hours: what applications want of the provisioned units that they share.",
    "Workings": "Every step between the inputs and the strategies.",
}
LOGO_PX = (180, 58)  # within the title's two rows
TEXT_COLUMN_PX = 675
LINE_LENGTH = 90
RULES = (
    "Amber cells are inputs: change them. All other figures are formulas and follow by themselves."
    " With the case low or high each input counts as that end of its range.",
    "{money} A month has 730 hours, a week 168. Ratios are typed as percentages.",
    "An input left empty counts as the column beside it shows, or means what its note says."
    " A question left empty is unanswered; it never reads as level 1.",
    "Columns headed “As delivered” do not move: they are the figures of the frozen assessment.",
    "Sheets are protected without a password: unprotect them to change more than the inputs."
    " There are no macros and no links to other files.",
)


def sheets_of(payload: Payload) -> dict[str, str]:
    """The sheets after the first and what they show; those that the payload fills."""
    scenario = payload.results.scenario if payload.results else None
    is_filled = {
        "Applications": scenario is not None and bool(scenario.applications),
        "Units": scenario is not None and any(part.shared_units for part in scenario.parts),
    }
    return {name: words for name, words in SHEETS.items() if is_filled.get(name, True)}


def write_readme(page: Page, payload: Payload, sha256: str, *, is_blank: bool) -> None:
    identity = identity_of(payload, sha256)
    lead = "LLM inference: how mature, what it costs, what it should cost."
    page.begin("Scoring workbook", lead, 20, 96)
    row = 3
    for label, value in _facts(payload, identity, is_blank=is_blank):
        if value:
            page.text(row, 0, label, "label_bold")
            page.text(row, 1, value, "label")
            row += 1
    row = _brand(page, row, payload.branding) + 1
    counts = {
        "checks": first_upper(count_word(len(payload.framework.checks))),
        "levels": count_word(len(payload.framework.dimensions)),
        "days": payload.framework.days,
        "currency": code(),
        "money": _money_rule(),
    }
    page.text(row, 0, "What is where", "heading")
    sheets = sheets_of(payload)
    for n, (name, words) in enumerate(sheets.items(), start=row + 1):
        page.sheet.write_url(n, 0, f"internal:{name}!A1", page.formats["link"], name)
        page.text(n, 1, words.format_map(counts), "label")
    row += len(sheets) + 2
    page.text(row, 0, "How to use it", "heading")
    for n, rule in enumerate(RULES, start=1):
        page.text(row + n, 0, str(n), "label_bold")
        page.text(row + n, 1, rule.format_map(counts), "label")
        page.sheet.set_row(row + n, 30)
    page.printed(landscape=False, pages_high=1)


def _money_rule() -> str:
    if shown().is_usd:
        return "Money is USD."
    return (
        f"Money is {code()} at the rate on sheet Inputs; what is typed there, Workings and columns"
        " headed USD are USD."
    )


def _facts(payload: Payload, identity: Identity, *, is_blank: bool) -> list[tuple[str, str]]:
    """What the book is of, each with its label; empty where there is nothing to say."""
    return [
        ("For", "Blank, to be filled in" if is_blank else identity.client),
        ("Assessment", "" if is_blank else identity.title),
        ("Status", identity.status),
        ("Prepared by", "" if is_blank else identity.organization),
        ("As of", identity.as_of),
        ("Workload", detail_sentence(payload)),
        ("Prices", identity.prices),
        ("Currency", identity.currency),
        ("Framework", f"version {identity.framework_version}"),
        ("Cost engine", f"version {identity.engine_version}"),
        ("Snapshot", identity.sha256),
    ]


def _brand(page: Page, row: int, branding: FrozenBranding) -> int:
    """The logo in the corner, the lines and the call to action; the row below them."""
    if branding.logo:
        scale = branding.logo_scale(*LOGO_PX)
        offset = TEXT_COLUMN_PX - branding.logo_size[0] * scale
        look = {"x_scale": scale, "y_scale": scale, "x_offset": offset, "y_offset": 2}
        picture = {"image_data": BytesIO(branding.logo_png), "description": "Logo"}
        page.sheet.insert_image(0, 1, "logo.png", look | picture)
    for label, value in (
        ("Contact", branding.contact),
        ("Confidentiality", branding.confidentiality),
    ):
        if value:
            page.text(row, 0, label, "label_bold")
            page.text(row, 1, value, "label")
            page.sheet.set_row(row, 30 if len(value) > LINE_LENGTH else None)
            row += 1
    if branding.action_url:
        text = cell_text(branding.action_label)
        page.sheet.write_url(row, 1, branding.action_url, page.formats["link"], text)
        page.text(row, 0, "Next step", "label_bold")
        row += 1
    return row


NEEDS_LENGTH, CAUTION_LENGTH = 42, 150
"""What fits a line of the column, and of all of them."""
PHASE, ACTION, USD, EFFORT, _, OWNER, _, STATUS = range(8)
PLAN_HEADS = (
    "Days",
    "Action",
    "{currency} per month",
    "Effort",
    "Needs first",
    "Owner",
    "Due",
    "Status",
)


def write_plan(page: Page, payload: Payload) -> None:
    lead = "As delivered. Savings in the roadmap’s order, counted once."
    page.begin("Roadmap and anti-patterns", lead, 14, 62, 16, 11, 34, 20, 13, 14)
    roadmap, row = payload.roadmap or RoadmapDocument((), (), ()), 3
    if caution := caution_of(payload):
        page.merged(row, 0, STATUS, caution, "risk", height_of(caution, CAUTION_LENGTH))
        row += 2
    row = _phases(page, row, roadmap)
    row = _projections(page, row + 1, roadmap)
    row = _left_out(page, row, roadmap)
    _anti_patterns(page, row, payload)
    page.sheet.freeze_panes(3, 0)
    page.printed()


def _phases(page: Page, row: int, roadmap: RoadmapDocument) -> int:
    if not roadmap.phases:
        page.text(row, 0, "No plan has been drafted.", "note")
        return row + 1
    for phase in roadmap.phases:
        page.text(row, PHASE, phase.title, "heading")
        titles = heads(*PLAN_HEADS)
        page.texts(row + 1, PHASE, titles, "head_indent")
        page.texts(row + 1, PHASE, titles[:USD], "head")
        page.text(row + 1, USD, titles[USD], "head_right")
        for n, action in enumerate(phase.actions, start=row + 2):
            page.text(n, PHASE, f"{phase.from_day}–{phase.to_day}", "label")
            page.text(n, ACTION, action.title, "label_bold")
            page.static(n, USD, delivered(action.usd_per_month), "money")
            needs = ", ".join(action.preconditions)
            page.sheet.set_row(n, 26 if len(needs) > NEEDS_LENGTH else None)
            page.texts(n, EFFORT, [effort_text(action), needs], "muted")
            due = action.due_on.isoformat() if action.due_on else ""
            status = (action.status or "open").replace("_", " ")
            page.texts(n, OWNER, [action.owner or "", due, status], "label")
        if not phase.actions:
            page.text(row + 2, ACTION, "Nothing is proposed in this phase.", "note")
        row += 3 + max(1, len(phase.actions))
    return row


def _projections(page: Page, row: int, roadmap: RoadmapDocument) -> int:
    items = roadmap.projections
    if not items:
        return row
    page.text(row, 0, "Where that leads", "heading")
    page.texts(row + 1, 0, heads("Day", "Maturity, overall", "{currency} per month"), "head_right")
    for n, item in enumerate(items, start=row + 2):
        page.static(n, 0, item.day, "count")
        page.static(n, 1, item.overall, "level")
        page.static(n, 2, delivered(item.usd_per_month), "money")
    return row + 3 + len(items)


def _left_out(page: Page, row: int, roadmap: RoadmapDocument) -> int:
    items = roadmap.not_proposed
    if not items:
        return row
    page.text(row, 0, "Not proposed, and why", "heading")
    for n, item in enumerate(items, start=row + 1):
        page.text(n, ACTION, item.title, "label_bold")
        page.merged(n, USD, STATUS, item.reason, "muted", height=32)
    return row + 2 + len(items)


def _anti_patterns(page: Page, row: int, payload: Payload) -> None:
    page.text(row, 0, "Anti-patterns", "heading")
    if not payload.anti_patterns:
        page.text(row + 1, 0, "None was found.", "note")
        return
    page.texts(row + 1, 0, ["", "Anti-pattern"], "head")
    page.text(row + 1, USD, f"{code()} per month", "head_right")
    page.merged(row + 1, EFFORT, STATUS, "How it shows", "head_indent")
    for n, item in enumerate(payload.anti_patterns, start=row + 2):
        page.text(n, 0, "", "label")
        page.text(n, ACTION, anti_pattern_title(payload.framework, item.key), "label_bold")
        page.static(n, USD, delivered(item.usd_per_month), "money")
        page.merged(n, EFFORT, STATUS, item.evidence, "muted", height=32)
