"""Draws the documents: PDFs from templates and figures, the others from the payload."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from math import ceil

from django.template.loader import render_to_string

from presentation.charts.marks import check_mark
from presentation.money import USD, shown_in
from reports.documents.content.economics import Economics, economics_content
from reports.documents.content.identity import Figure, identity_of
from reports.documents.content.plan import Plan, plan_content
from reports.documents.content.scorecard import scorecard_content
from reports.documents.content.standing import Standing, standing_content
from reports.documents.content.wording import STATES
from reports.documents.pdf import render_sheets
from reports.models import DeliverableKind, PaperSize
from reports.snapshots.payload import Payload

# Of each drawing in px. Its smallest labels are 11 px, which is 8 pt in print: over 172 mm, or over
# 90 and 82 mm for the two that stand side by side.
SIZES = {
    "standing": {"width": 670, "row_height": 57},
    "steps": {"width": 350, "plot_height": 140},
    "steps-low": {"width": 350, "plot_height": 64},
    "staircase": {"width": 319, "plot_height": 125},
    "staircase-low": {"width": 319, "plot_height": 49},
    "plan": {"width": 670, "plot_height": 86},
}
# The scorecard is cut only where it would not fit densely: no shipped framework is.
SCORECARD_SETTINGS = ("", "dense", "clamped")
# Where a line must not end: before a percent sign, and behind the dash of a range of figures.
UNBROKEN = (
    (re.compile(r"(?<=\d) %"), "\N{NO-BREAK SPACE}%"),
    (re.compile(r"(?<=\d)–(?=\d)"), "–\N{WORD JOINER}"),
)


Drawer = Callable[[Payload, str, PaperSize], bytes]


def in_its_currency(draw: Drawer) -> Drawer:
    """What draws a document with money in the currency of its payload."""

    @wraps(draw)
    def drawn(payload: Payload, sha256: str, paper: PaperSize = PaperSize.A4) -> bytes:
        with shown_in(payload.currency):
            return draw(payload, sha256, paper)

    return drawn


@dataclass(frozen=True)
class Room:
    """How much a page of the brief says, so that it fits at a size that can be read.

    `has_extras` keeps facts that may be left out; `is_low` draws flatter; `is_tight` leaves less
    white between what it says; `is_clipped` ends its texts after a few lines, `is_cut` after a line
    or two; with both, sentences alone keep a few.
    """

    actions: int | None = None
    left_out: int = 2
    risks: int = 3
    findings: int = 3
    is_drawn: bool = True
    has_extras: bool = True
    is_low: bool = False
    is_tight: bool = False
    is_clipped: bool = False
    is_cut: bool = False

    @property
    def classes(self) -> str:
        """The names of the styles that leave less white, or end texts."""
        return " tight" * self.is_tight + " clipped" * self.is_clipped + " cut" * self.is_cut


# What each page tries, the fullest first; the last holds names and texts of any length.
PLAN_ROOMS = (
    Room(),
    Room(actions=3, left_out=1, risks=2),
    Room(actions=2, left_out=0, risks=2),
    Room(actions=3, left_out=1, risks=2, is_drawn=False),
    Room(actions=2, left_out=0, risks=2, is_drawn=False),
)
TIGHT_PLAN_ROOMS = (
    Room(actions=2, left_out=0, risks=1, is_drawn=False, is_tight=True),
    Room(actions=1, left_out=0, risks=1, is_drawn=False, is_tight=True),
    Room(actions=1, left_out=0, risks=1, is_drawn=False, is_tight=True, is_cut=True),
)
STANDING_ROOMS = (
    Room(),
    Room(is_tight=True),
    Room(is_tight=True, is_cut=True),
    Room(findings=1, is_tight=True, is_cut=True),
    Room(findings=1, is_drawn=False, is_tight=True, is_cut=True),
)
ECONOMICS_ROOMS = (
    Room(),
    Room(is_tight=True),
    Room(is_low=True, is_tight=True),
    Room(has_extras=False, is_low=True, is_tight=True),
    Room(is_low=True, is_tight=True, is_clipped=True),
    Room(has_extras=False, is_low=True, is_tight=True, is_clipped=True),
    Room(has_extras=False, is_low=True, is_tight=True, is_clipped=True, is_cut=True),
    Room(has_extras=False, is_low=True, is_tight=True, is_cut=True),
    Room(has_extras=False, is_drawn=False, is_tight=True, is_cut=True),
)
SHEETS = tuple(f"reports/print/_brief_{name}.html" for name in ("standing", "economics", "plan"))
# What the plan's page holds above its foot, in mm.
PLAN_MM = {PaperSize.A4: 280.0, PaperSize.LETTER: 262.0}
# What the organization's own lines at the foot take of it.
FOOT_MM = 9.0


@in_its_currency
def scorecard_pdf(payload: Payload, sha256: str, paper: PaperSize = PaperSize.A4) -> bytes:
    """The scorecard of a frozen payload: one page. Raises RenderFailed."""
    content = scorecard_content(payload, sha256)
    context = {"scorecard": content, "identity": content.identity, "paper": paper.value}
    ways = (
        _printed("reports/print/scorecard.html", {**context, "density": density})
        for density in SCORECARD_SETTINGS
    )
    marks = {f"{state}.svg": check_mark(state, title).encode() for state, title in STATES.items()}
    return render_sheets([ways], marks | _logo(payload), _styles("print", "scorecard"))


@in_its_currency
def brief_pdf(payload: Payload, sha256: str, paper: PaperSize = PaperSize.A4) -> bytes:
    """The executive brief of a frozen payload: three pages. Raises RenderFailed.

    A page that takes more than its sheet says less, whatever the others do.
    """
    economics = economics_content(payload)
    figures = _brief_figures(payload, economics)
    assets = {
        f"{name}.svg": figures[name.removesuffix("-low")].draw(**size).encode()
        for name, size in SIZES.items()
        if name.removesuffix("-low") in figures
    } | _logo(payload)
    common = {"identity": identity_of(payload, sha256), "paper": paper.value, "figures": figures}

    def sheet(number: int, page: Standing | Economics | Plan, room: Room) -> str:
        own = {"sheet": SHEETS[number - 1], "number": number, "page": page, "room": room}
        return _printed("reports/print/brief.html", {**common, **own})

    standing = (
        sheet(1, standing_content(payload, findings_shown=room.findings), room)
        for room in STANDING_ROOMS
    )
    costs = (sheet(2, economics, room) for room in ECONOMICS_ROOMS)
    plan = (sheet(3, _plan(payload, room), room) for room in _plan_rooms(payload, paper))
    return render_sheets([standing, costs, plan], assets, _styles("print", "brief"))


def _brief_figures(payload: Payload, economics: Economics) -> dict[str, Figure]:
    drawn = {
        "standing": standing_content(payload).figure,
        "steps": economics.steps,
        "staircase": economics.staircase,
        "plan": plan_content(payload).figure,
    }
    return {name: figure for name, figure in drawn.items() if figure}


def _plan_rooms(payload: Payload, paper: PaperSize) -> tuple[Room, ...]:
    """The rooms that the plan's page may fit by its estimated height, and the tight ones."""
    is_signed = payload.branding.confidentiality or payload.branding.contact
    space = PLAN_MM[paper] - (FOOT_MM if is_signed else 0.0)
    fitting = [room for room in PLAN_ROOMS if _plan_mm(_plan(payload, room), room) <= space]
    return (*fitting, *TIGHT_PLAN_ROOMS)


def _plan(payload: Payload, room: Room) -> Plan:
    return plan_content(payload, actions_shown=room.actions, left_out_shown=room.left_out)


def _plan_mm(plan: Plan, room: Room) -> float:
    """About how far down its page the plan reaches: it spares drawing pages that cannot fit."""

    def rows(texts: Iterable[str], width: int, most: int = 2) -> float:
        return sum(1.8 + 4.4 * min(most, ceil(len(text) / width)) for text in texts)

    heights = [40.0, 8.0 * ceil(len(plan.headline) / 62), rows(plan.sentences, 105)]
    for phase in plan.phases:
        risk = [" at risk today" if action.is_at_risk else "" for action in phase.actions]
        titles = [a.title + a.status + r for a, r in zip(phase.actions, risk, strict=True)]
        heights += [8.6, rows(titles, 46), 6.2 * (bool(phase.more) + bool(phase.empty))]
    if plan.milestones:
        heights.append(49.0 if room.is_drawn else 14.0)
    if plan.left_out:
        heights += [10.0, rows(plan.left_out, 98)]
    heights += [10.0, rows(plan.risks[: room.risks], 98)]
    heights += [10.0, rows((decision.text for decision in plan.decisions), 50, most=3)]
    heights.append(rows(filter(None, [plan.caution]), 115))
    return sum(heights)


@in_its_currency
def workbook_xlsx(payload: Payload, sha256: str, paper: PaperSize = PaperSize.A4) -> bytes:
    """The scoring workbook of a frozen payload; it prints on the paper asked for."""
    from reports.documents.workbook.book import workbook_bytes  # late: few processes draw it

    return workbook_bytes(payload, sha256, paper.value)


@in_its_currency
def guide_docx(payload: Payload, sha256: str, paper: PaperSize = PaperSize.A4) -> bytes:
    from reports.documents.guide import guide_bytes  # late: few processes draw it

    return guide_bytes(payload, sha256, paper.value)


def starter_kit_zip(payload: Payload, sha256: str, paper: PaperSize = PaperSize.A4) -> bytes:
    """The starter kit of a frozen payload, in USD, which gateways meter; no paper changes it."""
    from reports.documents.kit.archive import kit_bytes  # late: few processes make it

    with shown_in(USD):
        return kit_bytes(payload, sha256)


def _printed(template: str, context: Mapping[str, object]) -> str:
    """The page as HTML; no line of it breaks within `40–70 %`."""
    html: str = render_to_string(template, context)
    for pattern, joined in UNBROKEN:
        html = pattern.sub(joined, html)
    return html


def _styles(*names: str) -> list[str]:
    return [render_to_string(f"reports/print/_{name}.css") for name in names]


def _logo(payload: Payload) -> dict[str, bytes]:
    return {"logo.png": payload.branding.logo_png} if payload.branding.logo else {}


DRAWERS: Mapping[DeliverableKind, Drawer] = {
    DeliverableKind.SCORECARD: scorecard_pdf,
    DeliverableKind.EXECUTIVE_BRIEF: brief_pdf,
    DeliverableKind.WORKBOOK: workbook_xlsx,
    DeliverableKind.GUIDE: guide_docx,
    DeliverableKind.STARTER_KIT: starter_kit_zip,
}
