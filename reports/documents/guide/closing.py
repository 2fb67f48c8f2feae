"""The guide’s last pages: economics, plan, templates to fill, and how to close; pure."""

from assessments.framework import Framework
from costing.engine import STRATEGIES as STRATEGY_ORDER
from costing.engine import Estimate
from costing.scenarios.content.economics import EconomicsPage
from costing.scenarios.content.titles import STRATEGY_TITLES as STRATEGIES
from presentation import money
from presentation.wording import first_upper, fit
from reports.documents.content.advice import risks
from reports.documents.content.economics import Economics, caution_of, economics_content
from reports.documents.content.plan import PhaseBlock, plan_content
from reports.documents.content.wording import EFFORTS, review_days
from reports.documents.guide.blocks import (
    Block,
    Bullets,
    Chart,
    Column,
    Heading,
    Table,
    Text,
    form,
    listing,
    row,
)
from reports.documents.guide.opening import ECONOMICS_TITLE, plan_title
from reports.snapshots.payload import Payload

STRATEGY = (
    Column("Strategy", 29),
    Column("{currency} a month", 13, is_number=True),
    Column("{currency} per M tokens", 13, is_number=True),
    Column("Saves {currency} a month", 13, is_number=True),
    Column("Saves", 10, is_number=True),
    Column("Note", 22),
)
LEVER = (
    Column("Lever", 29),
    Column("In order, {currency} a month", 24, is_number=True),
    Column("Fair share, {currency} a month", 24, is_number=True),
    Column("Note", 23),
)
ASKS = (
    "Is this the workload of the next six months? What would double it?",
    "Which of these prices is not the one in your contract?",
    "What would you have to see before you accept the recommendation?",
)
WORKLOAD = (
    "Requests a month, and how fast they grow",
    "Model calls per request",
    "Input tokens per call",
    "of them, tokens that repeat from call to call",
    "Output tokens per call",
    "Premium model, and its price per million tokens in and out",
    "Share of calls that a small model could answer",
)
FIGURES = (Column("Figure", 55), Column("Value", 20, is_number=True), Column("Source", 25))


def economics_chapter(payload: Payload) -> list[Block]:
    """The cost result as the brief says it, or a table to gather what it takes."""
    title = Heading(1, ECONOMICS_TITLE, starts_page=True)
    to_gather = (Heading(2, "Figures to gather"), form("Figures to gather", FIGURES, WORKLOAD))
    if payload.is_nobodys:
        promise = payload.framework.promise.text
        intent = (
            f"The promise to test: {promise[0].lower()}{promise[1:]} Fill the first table before"
            " the workshop; the scoring workbook makes the second of it."
        )
        names = [STRATEGIES[key] for key in STRATEGY_ORDER]
        strategies = form("Strategies compared", STRATEGY, names)
        return [title, Text(intent), *to_gather, Heading(2, "Strategies"), strategies]
    economics = economics_content(payload)
    return [
        title,
        Text(economics.headline, "Lead"),
        *(Text(paragraph) for paragraph in economics.paragraphs),
        *(_costed(payload, economics) if economics.is_costed else to_gather),
    ]


def _costed(payload: Payload, economics: Economics) -> list[Block]:
    title = "Strategies compared"
    columns = "title usd_per_month usd_per_mtok saving saving_percent note"
    strategies = listing(title, STRATEGY, economics.strategies, columns, "is_recommended")
    blocks: list[Block] = []
    if economics.parts:
        names = "title requests usd_per_month recommended saving pays levers"
        parts = listing("Parts of the workload", PARTS, economics.parts, names, "is_sum")
        blocks += [Heading(2, "The workload"), parts]
    blocks += [Text(f"Workload: {economics.workload}."), Heading(2, "Strategies"), strategies]
    if payload.results and (bars := _bars(payload.results)):
        blocks.append(Chart(f"Cost of each strategy, {money.code()} a month", bars))
    if economics.staircase:
        blocks.append(Text(f"{economics.staircase.title}. {economics.crossings}".strip()))
    if economics.levers:
        levers = listing("Levers", LEVER, economics.levers, "title in_order fair_share note")
        blocks += [Heading(2, "What each lever saves"), levers]
    return [*blocks, Heading(3, "Ask"), Bullets(ASKS)]


def _bars(results: Estimate) -> tuple[tuple[str, float], ...]:
    rows = EconomicsPage(results).strategies
    per_usd = money.shown().units_per_usd
    return tuple((fit(row.title, 40), row.cost.usd_per_month * per_usd) for row in rows)


PARTS = (
    Column("Part", 21),
    Column("Requests", 13, is_number=True),
    Column("{currency} a month", 13, is_number=True),
    Column("Recommended", 13, is_number=True),
    Column("Saved", 11, is_number=True),
    Column("Pays, at requests a month", 13),
    Column("Run", 16),
)
EVERY_ACTION = 40
PLAN = (
    Column("Action", 42),
    Column("{currency} a month", 14, is_number=True),
    Column("Effort", 11),
    Column("Owner", 18),
    Column("Due date", 15),
)
MILESTONES = (
    Column("Day", 20),
    Column("Score", 15, is_number=True),
    Column("{currency} a month", 25, is_number=True),
)


def plan_chapter(payload: Payload) -> list[Block]:
    """The plan phase by phase, with its projection."""
    framework = payload.framework
    title = Heading(1, plan_title(framework), starts_page=True)
    if payload.is_nobodys:
        return [title, *_blank_plan(framework)]
    plan = plan_content(payload, actions_shown=EVERY_ACTION)
    blocks: list[Block] = [
        title,
        Text(plan.headline, "Lead"),
        *(Text(sentence) for sentence in plan.sentences),
    ]
    if plan.milestones:
        columns = "day score usd_per_month"
        table = listing("Projected score and spend", MILESTONES, plan.milestones, columns)
        blocks += [Heading(2, f"Where it leads{plan.once}"), table]
    for phase in plan.phases:
        blocks += _phase(phase)
    if plan.left_out:
        blocks += [Heading(2, "What is not proposed, and why"), Bullets(plan.left_out)]
    return blocks


def _phase(phase: PhaseBlock) -> list[Block]:
    title = f"{phase.days}: {phase.title}"
    if phase.empty:
        return [Heading(2, title), Text(phase.empty)]
    rows = []
    for action in phase.actions:
        needs = f"Needs: {action.needs}" if action.needs else ""
        risk = "At risk" if action.is_at_risk else ""
        notes = filter(None, (first_upper(action.place), first_upper(action.status), risk, needs))
        what, effort = (action.title, " · ".join(notes)), fit(action.effort, 20)
        cells = (what, action.usd_per_month, effort, action.owner, action.due)
        rows.append(row(*cells, is_open=True))
    more: list[Block] = [Text(f"{phase.more}.")] if phase.more else []
    return [Heading(2, title), Table(title, PLAN, tuple(rows)), *more]


def _blank_plan(framework: Framework) -> list[Block]:
    advice = (
        "Strike out what is in place or does not pay, and give the rest an owner and a date."
        " Evals come before the traffic that they protect."
    )
    blocks: list[Block] = [Text(advice)]
    for phase in framework.phases:
        title = f"Days {phase.first_day}–{phase.last_day}: {phase.title}"
        rows = tuple(
            row((item.title, item.text), "", EFFORTS.get(item.effort, ""), "", "", is_open=True)
            for item in framework.actions
            if item.phase == phase.key
        )
        blocks += [Heading(2, title), Table(title, PLAN, rows)]
    return blocks


OWNED = (Column("Owner", 22), Column("Due date", 18))
DECISIONS = (Column("Decision", 44), Column("Yes, no or later", 16), *OWNED)
RISKS = (
    Column("Risk", 40),
    Column("What we do about it", 28),
    Column("Owner", 17),
    Column("Due date", 15),
)
ACTIONS = (Column("Action that came up", 44), Column("Settles", 16), *OWNED)
PARKED = (
    Column("Topic", 44),
    Column("Raised by", 16),
    Column("Where it goes", 22),
    Column("Due date", 18),
)
CLOSE = (  # `days` are the last days of the phases
    "Read the decisions back, one by one. Silence is not consent: ask each owner.",
    "Each owner says the own action and its date aloud.",
    "Give every topic of the parking lot a place to go, or drop it with the room’s consent.",
    "Put the reviews at days {days} into the calendar before anybody leaves.",
    "Ask each for one sentence: what changed your mind today?",
)
SIGN_OFF = (
    Column("Who", 34),
    Column("Name", 24),
    Column("Signature", 26),
    Column("Date", 16),
)
SIGNERS = (
    "Sponsor: signs the bill",
    "Owner of the bill",
    "Owner of output quality",
    "Facilitator",
)
SIGNED = (
    "We agree to the decisions above, with their owners and dates, and to the reviews that follow."
)
AFTERWARDS = (
    "The same day: enter what was settled as answers, with evidence and a comment.",
    "The same day: enter owners and due dates into the roadmap.",
    "Compute the economics again if a figure changed, and freeze a new snapshot.",
    "Within two days: send the new scorecard and brief, with the decisions on top.",
)


def templates_chapter(payload: Payload) -> list[Block]:
    """Decisions, risks, actions and the parking lot, filled as far as the snapshot goes."""
    is_blank = payload.is_nobodys
    caution = "" if is_blank else caution_of(payload)
    decisions = form("Decisions", DECISIONS, () if is_blank else _decisions(payload), 3)
    forms = (
        form("Risks", RISKS, () if is_blank else risks(payload), 3),
        form("Actions", ACTIONS, (), 6),
        form("Parking lot", PARKED, (), 5),
    )
    filled = (block for each in forms for block in (Heading(2, each.title), each))
    return [
        Heading(1, "Templates to fill", starts_page=True),
        Heading(2, decisions.title),
        *((Text(caution),) if caution else ()),
        decisions,
        *filled,
    ]


def closing_chapter(framework: Framework) -> list[Block]:
    steps = tuple(step.format(days=review_days(framework)) for step in CLOSE)
    return [
        Heading(1, "Close"),
        Bullets(steps, is_numbered=True),
        Heading(2, "Sign-off"),
        Text(SIGNED, "Lead"),
        form("Sign-off", SIGN_OFF, SIGNERS),
        Heading(2, "After the workshop"),
        Bullets(AFTERWARDS),
    ]


def _decisions(payload: Payload) -> tuple[str, ...]:
    return tuple(decision.text for decision in plan_content(payload).decisions)
