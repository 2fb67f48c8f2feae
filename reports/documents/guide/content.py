"""The facilitator guide as blocks of text, before any file format; pure, no Django."""

from dataclasses import dataclass
from datetime import date

from assessments.framework import load_framework
from presentation.wording import isolated
from reports.documents.content.identity import identity_of
from reports.documents.guide.blocks import Block
from reports.documents.guide.closing import (
    closing_chapter,
    economics_chapter,
    plan_chapter,
    templates_chapter,
)
from reports.documents.guide.dimensions import dimensions_chapter, points_to_settle
from reports.documents.guide.invitation import pre_read_chapter
from reports.documents.guide.opening import (
    TOTAL_MINUTES,
    agenda,
    agenda_chapter,
    before_chapter,
    dimension_minutes,
    standing_chapter,
    title_block,
)
from reports.snapshots.freezing import blank_payload
from reports.snapshots.payload import FrozenBranding, Payload

TITLE = "Facilitator guide"
SUBTITLE = f"LLM inference cost maturity: a workshop of {TOTAL_MINUTES} minutes"
FIRST_DAY = date(2026, 1, 1)


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
    as_of: date
    branding: FrozenBranding


def guide_content(payload: Payload | None, sha256: str = "") -> Guide:
    """The guide of a frozen payload whose checksum is `sha256`; a blank one of nobody's case."""
    payload = payload or blank_payload(load_framework(), FIRST_DAY)
    points = points_to_settle(payload)
    titles = {item.key: item.title for item in payload.framework.dimensions}
    chapters = (
        *before_chapter(payload, sum(points.values()), sha256),
        *pre_read_chapter(payload),
        *agenda_chapter(agenda(payload.framework, titles, points), points),
        *standing_chapter(payload),
        *dimensions_chapter(payload, dimension_minutes(points)),
        *economics_chapter(payload),
        *plan_chapter(payload),
        *templates_chapter(payload),
        *closing_chapter(payload.framework),
    )
    identity = identity_of(payload, sha256)
    whose = f"{identity.draft}{isolated(identity.client)}"
    is_blank = payload.is_nobodys
    return Guide(
        title=TITLE,
        subtitle=SUBTITLE,
        facts=tuple(title_block(payload, sha256)),
        chapters=chapters,
        subject="Blank, to be filled in" if is_blank else f"{whose}: {identity.title}",
        author="Crossover" if is_blank else identity.organization,
        foot=TITLE if is_blank else f"{whose} · {identity.short_sha256}",
        as_of=FIRST_DAY if is_blank else payload.as_of,
        branding=payload.branding,
    )
