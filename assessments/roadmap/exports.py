"""The roadmap as a table (CSV) and as a calendar (iCalendar); must not import Django."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO

from icalendar import Calendar, Event, vText

from assessments.framework import Framework
from assessments.roadmap.planned import FollowedAction

CENT = Decimal("0.01")
COLUMNS = (
    "phase",
    "action",
    "text",
    "owner",
    "due_on",
    "status",
    "status_reason",
    "effort",
    "lever",
    "usd_per_month",
    "at_risk",
    "needs_first",
    "changes_answers",
    "origin",
)
# What a spreadsheet would calculate if a cell began with it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
CALENDAR = (
    ("version", "2.0"),
    ("prodid", "-//Crossover//Roadmap//EN"),
    ("calscale", "GREGORIAN"),
    ("method", "PUBLISH"),
)
STATUS_WORDS = {
    "open": "open",
    "in_progress": "in progress",
    "done": "done",
    "dropped": "dropped",
    "risk_accepted": "risk accepted",
}


@dataclass(frozen=True)
class Edition:
    """Which edition of an action a calendar gets: its version, and when that was written."""

    version: int
    changed_at: datetime


def roadmap_csv(framework: Framework, actions: Sequence[FollowedAction]) -> str:
    """A line an action; money in USD per month to the cent; text that begins like a formula is
    kept from being one by an apostrophe.
    """
    phases = {phase.key: phase.title for phase in framework.phases}
    levers = {lever.key: lever.title for lever in framework.choices}
    checks = {check.key: check.title for check in framework.checks}
    written = StringIO()
    lines = csv.writer(written)
    lines.writerow(COLUMNS)
    for action in actions:
        planned = action.planned
        moves = [f"{checks.get(key, key)}: {to}" for key, to in planned.moves.items()]
        before = (phases[planned.phase], planned.title, planned.text, planned.owner)
        after = (STATUS_WORDS[planned.status], planned.reason, planned.effort.value)
        lines.writerow(
            [
                *map(_text, before),
                planned.due_on.isoformat(),
                *map(_text, after),
                levers.get(planned.lever, ""),
                _money(action.usd_per_month),
                _text(action.risk),
                _text("; ".join(action.preconditions)),
                _text("; ".join(moves)),
                planned.origin.value,
            ]
        )
    return written.getvalue()


def _text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _money(usd: float | None) -> str:
    if usd is None:
        return ""
    return f"{Decimal(str(usd)).quantize(CENT, ROUND_HALF_UP):f}"


def roadmap_calendar(
    title: str, actions: Sequence[FollowedAction], editions: Mapping[str, Edition]
) -> str:
    """An all-day event on each due date (RFC 5545). The same action keeps its UID, and a later
    edition has a higher SEQUENCE, so a calendar that reads it again moves what it has.
    """
    calendar = Calendar()
    for name, value in CALENDAR:
        calendar.add(name, value)
    calendar.add("x-wr-calname", vText(_plain(title)))
    for action in actions:
        calendar.add_component(_event(action, editions[action.planned.id]))
    return str(calendar.to_ical(sorted=False), "utf-8")


def _event(action: FollowedAction, edition: Edition) -> Event:
    planned = action.planned
    description = [
        f"Status: {STATUS_WORDS[planned.status]}",
        f"Owner: {planned.owner}" if planned.owner else "",
        planned.text,
        planned.reason,
    ]
    event = Event()
    event.add("uid", f"{planned.id}@roadmap.crossover")
    event.add("dtstamp", edition.changed_at)
    event.add("sequence", edition.version - 1)
    event.add("dtstart", planned.due_on)
    event.add("dtend", planned.due_on + timedelta(days=1))
    event.add("summary", _plain(f"Due: {planned.title}"))
    event.add("description", _plain("\n".join(line for line in description if line)))
    event.add("status", "CANCELLED" if planned.is_given_up else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def _plain(text: str) -> str:
    """Text with line feeds alone as breaks, and without control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in lines if char == "\n" or char.isprintable())
