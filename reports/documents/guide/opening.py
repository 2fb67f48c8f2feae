"""The guide’s first pages: whose it is, what to prepare, agenda, where the client stands; pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.framework import Framework
from presentation.wording import count_word, counted, first_upper
from reports.documents.content.identity import identity_of
from reports.documents.content.standing import standing_content
from reports.documents.content.wording import review_days
from reports.documents.guide import blocks
from reports.documents.guide.blocks import Block, Bullets, Column, Heading, Table, Text
from reports.documents.guide.invitation import invitation, voting
from reports.snapshots.payload import FrozenBranding, Payload

TOTAL_MINUTES = 90
DIMENSIONS_MINUTES = 35
MIN_MINUTES = 5


@dataclass(frozen=True)
class Part:
    """A stretch of the workshop: its chapter's title, the procedure and the result."""

    title: str
    minutes: int
    doing: str
    result: str


WELCOME = "Say what the workshop is for and how it ends. Agree on who takes notes."
SCORES = "Read the scores together. Collect surprises; do not discuss them yet."
ECONOMICS = "Check the workload first, then the recommendation, then its risks."
PLAN = "Go through the actions phase by phase. An action without an owner is not taken."
RISKS = "Name what could go wrong, and give what is parked a place to go."
ECONOMICS_TITLE = "The economics on one page"
OPENING = (
    Part("Welcome", 5, WELCOME, "Everybody knows what is decided today"),
    Part("Where you stand", 10, SCORES, "A list of scores that surprise"),
)


def plan_title(framework: Framework) -> str:
    """The title of the plan's chapter: `The 90-day plan`."""
    return f"The {framework.days}-day plan"


def _closing(framework: Framework) -> tuple[Part, ...]:
    dates = first_upper(count_word(len(framework.phases)))
    read_back = f"Read decisions and owners back. Fix the reviews at days {review_days(framework)}."
    taken = "Decisions taken; an owner and a date for each action"
    return (
        Part(ECONOMICS_TITLE, 15, ECONOMICS, "One recommendation that the room accepts or rejects"),
        Part(plan_title(framework), 15, PLAN, taken),
        Part("Risks and parking lot", 5, RISKS, "Risks with owners, an empty parking lot"),
        Part("Close", 5, read_back, f"{dates} dates in the calendar"),
    )


def dimension_minutes(points: Mapping[str, int]) -> dict[str, int]:
    """Minutes for each dimension by the number of its `points` to settle.

    Each has five, or as many as there are for all; the rest goes, minute by minute, where most
    points share a minute.
    """
    minutes = dict.fromkeys(points, min(MIN_MINUTES, DIMENSIONS_MINUTES // len(points)))
    for _ in range(DIMENSIONS_MINUTES - sum(minutes.values())):
        neediest = max(minutes, key=lambda key: ((points[key] + 1) / minutes[key], -minutes[key]))
        minutes[neediest] += 1
    return minutes


def agenda(
    framework: Framework, titles: Mapping[str, str], points: Mapping[str, int]
) -> tuple[Part, ...]:
    """The parts in order; `titles` and `points` are by dimension key."""
    minutes, dimensions = dimension_minutes(points), []
    for key, title in titles.items():
        settle = counted(points[key], "open point") if points[key] else "the level"
        doing = f"Read the levels, ask the questions, settle {settle}."
        dimensions.append(Part(title, minutes[key], doing, "A level that all agree on"))
    return (*OPENING, *dimensions, *_closing(framework))


PURPOSE = (
    "In {minutes} minutes the people who build, run and pay for LLM inference agree on three"
    " things: where they stand, what it costs and could cost, and who does what in the next {days}"
    " days. The workshop settles open questions; it does not present a report."
)
INVITE = (
    "Who signs the bill, and may approve a change of model or provider.",
    "One engineer of each product that calls models, and whoever runs the gateway or platform.",
    "Who reads the cloud and API invoices.",
    "Who says that an answer is good enough.",
    "Somebody who takes notes and is not the facilitator. Ten people at most.",
)
RULES = (
    "A level describes a practice, not the people behind it. A low level can be the right answer.",
    "“I don’t know” is a good answer: it becomes an action with an owner.",
    "What can be shown counts for more than what is said, and what is measured for more than that.",
    "A discussion of more than two minutes beyond its time goes to the parking lot.",
)
QUESTIONS = (
    "Which of these scores surprises you, and in which direction?",
    "Which one would the engineers, and which one would finance, have put elsewhere?",
    "Which of them do you want to have moved in {days} days?",
)
PRINT = "Print the templates of the last chapters on A3, or open them on a shared screen."
USAGE = "Ask for one month of usage by model, and for the last invoice of each provider."
AGENDA = (
    Column("Start", 8, is_number=True),
    Column("Minutes", 10, is_number=True),
    Column("Part", 24),
    Column("What happens", 34),
    Column("What it leaves behind", 24),
)
STANDING = (
    Column("Dimension", 34),
    Column("Claimed", 13, is_number=True),
    Column("Evidenced", 15, is_number=True),
    Column("Score", 12, is_number=True),
    Column("Range", 13, is_number=True),
    Column("Target", 13, is_number=True),
)
ANTI_PATTERNS_TITLE = "Anti-patterns, and what they cost"
ANTI_PATTERNS = (
    Column("Anti-pattern", 28),
    Column("{currency} a month", 16, is_number=True),
    Column("How it was seen", 56),
)
ANTI_PATTERNS_TO_SPOT = (
    Column("Anti-pattern", 26),
    Column("How to spot it", 54),
    Column("Here?", 20),
)


def title_block(payload: Payload, sha256: str) -> list[Block]:
    framework, identity = payload.framework, identity_of(payload, sha256)
    if payload.is_nobodys:
        return [
            *(blocks.Fact(label, "") for label in ("Client", "Workshop on", "Facilitator")),
            blocks.Fact("Framework", f"{framework.title}, version {framework.version}"),
            blocks.Fact("Checksum", framework.checksum),
        ]
    return [
        blocks.Fact("Client", identity.client),
        blocks.Fact("Assessment", identity.title),
        *([blocks.Fact("Status", identity.status)] if identity.status else []),
        blocks.Fact("As of", identity.as_of),
        blocks.Fact("Prepared by", identity.organization),
        blocks.Fact("Workshop on", ""),
        blocks.Fact("Prices", identity.prices.removeprefix("Prices: ")),
        *([blocks.Fact("Currency", identity.currency)] if identity.currency else []),
        blocks.Fact("Framework", f"version {identity.framework_version}"),
        blocks.Fact("Snapshot", identity.sha256),
        *_brand_facts(payload.branding),
    ]


def _brand_facts(branding: FrozenBranding) -> list[Block]:
    action = f"{branding.action_label}: {branding.action_url}" if branding.action_url else ""
    facts = {
        "Contact": branding.contact,
        "Confidentiality": branding.confidentiality,
        "Next step": action,
    }
    return [blocks.Fact(label, text) for label, text in facts.items() if text]


def before_chapter(payload: Payload, points: int, sha256: str) -> list[Block]:
    """The purpose of the workshop, its people, its preparation for so many points, its rules."""
    identity = identity_of(payload, sha256)
    source = (
        f"Every figure is the one in the scorecard and the executive brief of the frozen snapshot"
        f" {identity.sha256}. {identity.prices}. Framework version {identity.framework_version},"
        f" cost engine {identity.engine_version}."
    )
    if payload.is_nobodys:
        source = f"Levels, checks and questions: framework version {identity.framework_version}."
    return [
        Heading(1, "Before the workshop", starts_page=True),
        Heading(2, "What it is for"),
        Text(PURPOSE.format(minutes=TOTAL_MINUTES, days=payload.framework.days)),
        Heading(2, "Whom to invite"),
        Bullets(INVITE),
        *invitation(payload, TOTAL_MINUTES),
        Heading(2, "What to prepare"),
        Bullets((*_preparation(payload, points), USAGE, PRINT), is_numbered=True),
        Heading(2, "Rules for the room"),
        Bullets(RULES),
        Heading(2, "Where the figures come from"),
        Text(source),
    ]


def _preparation(payload: Payload, points: int) -> list[str]:
    framework = payload.framework
    if payload.is_nobodys:
        return [
            f"Have the {count_word(len(framework.checks))} checks answered beforehand, if you can;"
            " the workshop then settles what is open instead of asking everything.",
            "Hang the blank scorecard on the wall: people mark their levels on it.",
        ]
    steps = ["Send the pre-read page, scorecard and executive brief two working days ahead."]
    if points:
        steps.append(
            f"Read the {counted(points, 'open point')} under the"
            f" {count_word(len(framework.dimensions))} dimensions. Ask now for the evidence named"
            " there, so that it is in the room."
        )
    if payload.results is None:
        steps.append("No scenario has been costed yet: gather the figures that the economics name.")
    return steps


def agenda_chapter(parts: tuple[Part, ...], points: Mapping[str, int]) -> list[Block]:
    """The agenda as a table whose minutes add up."""
    more = " Dimensions with more to settle have more minutes." if any(points.values()) else ""
    total, rows = 0, []
    for part in parts:
        start = f"{total // 60}:{total % 60:02d}"
        rows.append(blocks.row(start, str(part.minutes), part.title, part.doing, part.result))
        total += part.minutes
    end = blocks.row("", str(total), "In all", "", "", is_strong=True)
    return [
        Heading(1, f"Agenda: {total} minutes", starts_page=True),
        Text(f"Start counts hours and minutes from the beginning.{more}"),
        Table("Agenda with minutes", AGENDA, (*rows, end)),
        *voting(),
    ]


def standing_chapter(payload: Payload) -> list[Block]:
    """The scores as in the brief, and the anti-patterns."""
    framework, standing = payload.framework, standing_content(payload)
    if payload.is_nobodys:
        return _blank_standing(framework)
    scores = (
        blocks.row(
            line.title, line.claimed, line.evidenced, line.score, line.span or "–", line.target
        )
        for line in standing.dimensions
    )
    overall = blocks.row(
        "Overall", "", "", standing.shown, standing.span or "–", "", is_strong=True
    )
    columns = "title usd_per_month evidence"
    return [
        Heading(1, "Where you stand", starts_page=True),
        Text(standing.headline, "Lead"),
        *(Text(sentence) for sentence in standing.sentences),
        Heading(2, "Scores"),
        Table("Levels and scores by dimension", STANDING, (*scores, overall)),
        Heading(3, "Ask"),
        Bullets(tuple(question.format(days=framework.days) for question in QUESTIONS)),
        Heading(2, ANTI_PATTERNS_TITLE),
        Text(standing.no_anti_patterns)
        if standing.no_anti_patterns
        else blocks.listing(ANTI_PATTERNS_TITLE, ANTI_PATTERNS, standing.anti_patterns, columns),
    ]


def _blank_standing(framework: Framework) -> list[Block]:
    titles = (*(item.title for item in framework.dimensions), "Overall")
    patterns = tuple(
        blocks.row(item.title, (item.text, item.detection), "") for item in framework.anti_patterns
    )
    return [
        Heading(1, "Where you stand", starts_page=True),
        Text(
            "Let everybody write down a level for each dimension before anybody speaks. Note the"
            " spread as well as the level agreed on. Unanswered is not level 1."
        ),
        Heading(2, "Scores"),
        blocks.form("Levels and scores by dimension", STANDING, titles),
        Heading(2, ANTI_PATTERNS_TITLE),
        Table(ANTI_PATTERNS_TITLE, ANTI_PATTERNS_TO_SPOT, patterns),
    ]
