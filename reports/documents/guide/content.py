"""The facilitator guide as blocks of text, before any file format; pure, no Django."""

from dataclasses import dataclass

from reports.documents.content.identity import identity_of
from reports.documents.guide.blocks import Block, framework_of
from reports.documents.guide.closing import (
    closing_chapter,
    economics_chapter,
    plan_chapter,
    templates_chapter,
)
from reports.documents.guide.dimensions import (
    dimension_sources,
    dimensions_chapter,
    points_to_settle,
)
from reports.documents.guide.opening import (
    TOTAL_MINUTES,
    agenda,
    agenda_chapter,
    before_chapter,
    standing_chapter,
    title_block,
)
from reports.snapshots.payload import Payload

TITLE = "Facilitator guide"
SUBTITLE = f"LLM inference cost maturity: a workshop of {TOTAL_MINUTES} minutes"


@dataclass(frozen=True)
class Guide:
    """All that the document says: its front, its chapters, and what identifies it."""

    title: str
    subtitle: str
    facts: tuple[Block, ...]
    chapters: tuple[Block, ...]
    subject: str
    author: str
    foot: str
    as_of_iso: str


def guide_content(payload: Payload | None, sha256: str = "") -> Guide:
    """The guide of a frozen payload whose checksum is `sha256`; without one, a blank guide."""
    points = points_to_settle(payload)
    titles = {source.key: source.title for source in dimension_sources(payload)}
    framework = framework_of(payload)
    parts = agenda(framework, titles, points)
    minutes = {key: timed.part.minutes for key, timed in zip(titles, parts[2:], strict=False)}
    chapters = (
        *before_chapter(payload, points, sha256),
        *agenda_chapter(parts, points),
        *standing_chapter(payload),
        *dimensions_chapter(payload, minutes),
        *economics_chapter(payload),
        *plan_chapter(payload),
        *templates_chapter(payload),
        *closing_chapter(framework),
    )
    identity = identity_of(payload, sha256) if payload else None
    return Guide(
        title=TITLE,
        subtitle=SUBTITLE,
        facts=tuple(title_block(payload, sha256)),
        chapters=chapters,
        subject=f"{identity.client}: {identity.title}" if identity else "Blank, to be filled in",
        author=identity.organization if identity else "Crossover",
        foot=f"{identity.client} · {identity.short_sha256}" if identity else TITLE,
        as_of_iso=identity.as_of_iso if identity else "",
    )
