"""What the guide gives people: an invitation, a page to read ahead, a way to vote; pure."""

from assessments.framework import LEVELS
from presentation.wording import count_word, series
from reports.documents.content.economics import caution_of, headline_of
from reports.documents.content.maturity import band_sentence
from reports.documents.content.wording import dimensions_title
from reports.documents.guide.blocks import Block, Bullets, Column, Heading, Table, Text, row
from reports.snapshots.payload import Payload

PRE_READ_TITLE = "Pre-read: send this page ahead"
SUBJECT = "Subject: what our LLM inference costs, and what we decide about it ({minutes} minutes)"
INVITATION = (
    "You are invited to a workshop of {minutes} minutes on [date] at [place or link]. At its end we"
    " will have decided what we change in how we buy and run LLM inference in the next {days} days,"
    " and who owns each change.",
    "You are asked because you pay for it, build on it, run it, or answer for its quality. Nothing"
    " is presented that you could read instead: please read the page that comes with this, and"
    " note your own level for each of its {dimensions} dimensions.",
    "Please bring what you can show: one month of usage, the last invoice, a dashboard, a test run."
    " If you cannot come, send somebody who may decide in your place.",
)
PURPOSE = (
    "Read it in ten minutes and write one level from 1 to 5 into the last column, without asking"
    " anybody. The facilitator asks for it, not for an explanation."
)
BRING = (
    "One thing that you can show: a bill, a log, a dashboard, a test run.",
    "The number that you do not trust, and why.",
    "One change that you would approve today, and one that you would refuse.",
)
PRE_READ = (Column("Dimension", 26), Column("The question", 52), Column("Your level", 22))
VOTE_TITLE = "How to vote on a level"
VOTE = (
    "Read the levels aloud. Nobody says yet which one fits.",
    "Each writes a level on a card, or “?” for “I don’t know”. The facilitator does not vote.",
    "Show all cards at the same moment, so that nobody follows the loudest voice.",
    "One level apart or none: the lower of the two counts. Write it down and go on.",
    "Further apart: the lowest and the highest have one minute each; then vote once more.",
    "Still apart: the lower level counts, its spread is noted, and one person finds out by a date.",
    "What can be shown outweighs every card: a level that the checks contradict is not claimed.",
)


def invitation(payload: Payload, minutes: int) -> list[Block]:
    """A text to copy into a mail."""
    framework = payload.framework
    counts = {
        "minutes": minutes,
        "days": framework.days,
        "dimensions": count_word(len(framework.dimensions)),
    }
    return [
        Heading(2, "Invitation to send"),
        *(Text(text.format_map(counts)) for text in (SUBJECT, *INVITATION)),
    ]


def pre_read_chapter(payload: Payload) -> list[Block]:
    """One page for everybody who comes: what it is about, and room for one’s own levels."""
    framework = payload.framework
    scale = series([f"“{band.title}”" for band in framework.bands])
    known = (band_sentence(payload), f"{headline_of(payload)}.", caution_of(payload))
    rows = tuple(row(item.title, item.question, "", is_open=True) for item in framework.dimensions)
    return [
        Heading(1, PRE_READ_TITLE, starts_page=True),
        Text(PURPOSE, "Lead"),
        *(Text(sentence) for sentence in known if sentence and not payload.is_nobodys),
        Text(
            f"Levels go from {LEVELS[0]} to {LEVELS[-1]}, in bands called {scale}. A level"
            " describes a practice, not people, and a low one can be the right answer."
        ),
        Heading(2, dimensions_title(framework)),
        Table("Your own levels", PRE_READ, rows),
        Heading(2, "What to bring"),
        Bullets(BRING),
    ]


def voting() -> list[Block]:
    """How the room comes to one level."""
    return [Heading(2, VOTE_TITLE), Bullets(VOTE, is_numbered=True)]
