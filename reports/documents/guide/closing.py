"""The guide's last pages: templates to fill, and how to close; pure."""

from collections.abc import Mapping
from typing import Any

from assessments.framework import Framework
from reports.documents.content.framework import review_days
from reports.documents.content.plan import plan_content
from reports.documents.content.risks import risks
from reports.documents.guide.blocks import (
    Block,
    Bullets,
    Column,
    Heading,
    Table,
    open_row,
    open_rows,
)

JsonMapping = Mapping[str, Any]
DECISIONS = (
    Column("Decision", 44),
    Column("Yes, no or later", 16),
    Column("Owner", 22),
    Column("Due date", 18),
)
RISKS = (
    Column("Risk", 40),
    Column("What we do about it", 28),
    Column("Owner", 17),
    Column("Due date", 15),
)
ACTIONS = (
    Column("Action that came up", 44),
    Column("Settles", 16),
    Column("Owner", 22),
    Column("Due date", 18),
)
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
AFTERWARDS = (
    "The same day: enter what was settled as answers, with evidence and a comment.",
    "The same day: enter owners and due dates into the roadmap.",
    "Compute the economics again if a figure changed, and freeze a new snapshot.",
    "Within two days: send the new scorecard and brief, with the decisions on top.",
)


def templates_chapter(payload: JsonMapping | None) -> list[Block]:
    """Decisions, risks, actions and the parking lot, filled as far as the snapshot goes."""
    decisions = plan_content(payload).decisions if payload else ()
    known_risks = risks(payload) if payload else []
    return [
        Heading(1, "Templates to fill", starts_page=True),
        Heading(2, "Decisions"),
        _template("Decisions", DECISIONS, decisions, 3),
        Heading(2, "Risks"),
        _template("Risks", RISKS, known_risks, 3),
        Heading(2, "Actions"),
        _template("Actions", ACTIONS, (), 6),
        Heading(2, "Parking lot"),
        _template("Parking lot", PARKED, (), 5),
    ]


def _template(
    title: str, columns: tuple[Column, ...], known: tuple[str, ...] | list[str], more: int
) -> Table:
    empty = [""] * (len(columns) - 1)
    rows = tuple(open_row(text, *empty) for text in known)
    return Table(title, columns, (*rows, *open_rows(len(columns), more)))


def closing_chapter(framework: Framework) -> list[Block]:
    """How to end, and what to do afterwards."""
    steps = tuple(step.format(days=review_days(framework)) for step in CLOSE)
    return [
        Heading(1, "Close"),
        Bullets(steps, is_numbered=True),
        Heading(2, "After the workshop"),
        Bullets(AFTERWARDS),
    ]
