"""The roadmap as a table (CSV) and as a calendar (iCalendar); must not import Django."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO

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
# RFC 5545, 3.1: a line has at most 75 octets, the break excluded.
LONGEST_LINE = 75
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
    levers = {lever.key: lever.title for lever in framework.levers}
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
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Crossover//Roadmap//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(title)}",
    ]
    for action in actions:
        lines += _event(action, editions[action.planned.id])
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(action: FollowedAction, edition: Edition) -> list[str]:
    planned = action.planned
    stamp = edition.changed_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    status = "CANCELLED" if planned.is_given_up else "CONFIRMED"
    said = [
        f"Status: {STATUS_WORDS[planned.status]}",
        f"Owner: {planned.owner}" if planned.owner else "",
        planned.text,
        planned.reason,
    ]
    return [
        "BEGIN:VEVENT",
        f"UID:{planned.id}@roadmap.crossover",
        f"DTSTAMP:{stamp}",
        f"SEQUENCE:{edition.version - 1}",
        f"DTSTART;VALUE=DATE:{planned.due_on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{planned.due_on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(f'Due: {planned.title}')}",
        f"DESCRIPTION:{_escaped(chr(10).join(line for line in said if line))}",
        f"STATUS:{status}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    """Text as a property's value (RFC 5545, 3.3.11), without control characters."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(char for char in plain if char == "\n" or char.isprintable())
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def _folded(line: str) -> str:
    """The line broken after at most 75 octets, never inside of a character."""
    pieces, piece, size = [], "", 0
    for char in line:
        octets = len(char.encode())
        if size + octets > LONGEST_LINE:
            pieces.append(piece)
            piece, size = "", 1  # the blank that begins a continuation
        piece += char
        size += octets
    return "\r\n ".join([*pieces, piece])
