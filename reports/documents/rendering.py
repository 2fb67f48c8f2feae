"""Draws the documents: PDFs from templates and figures, the others from the payload."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string

from reports.documents.content.economics import economics_content
from reports.documents.content.identity import identity_of
from reports.documents.content.plan import plan_content
from reports.documents.content.scorecard import scorecard_content
from reports.documents.content.standing import standing_content
from reports.documents.pdf import RenderFailed, render_pdf
from reports.models import DeliverableKind, PaperSize
from reports.snapshots.payload import Payload

WIDTHS_PX = {"standing": 880, "waterfall": 420, "staircase": 420, "plan": 760}
SETTINGS = ("", "dense")
# The scorecard is cut only where it would not fit densely: no shipped framework is.
SCORECARD_SETTINGS = (*SETTINGS, "clamped")


def scorecard_pdf(payload: Payload, sha256: str, paper: PaperSize = PaperSize.A4) -> bytes:
    """The scorecard of a frozen payload: one page. Raises RenderFailed."""
    content = scorecard_content(payload, sha256)
    context = {"scorecard": content, "identity": content.identity, "paper": paper.value}
    template = "reports/print/scorecard.html"
    return _fitted(template, context, _logo(payload), pages=1, settings=SCORECARD_SETTINGS)


def brief_pdf(payload: Payload, sha256: str, paper: PaperSize = PaperSize.A4) -> bytes:
    """The executive brief of a frozen payload: three pages. Raises RenderFailed."""
    standing, economics = standing_content(payload), economics_content(payload)
    plan = plan_content(payload)
    drawn = (standing.figure, economics.waterfall, economics.staircase, plan.figure)
    figures = {name: each for name, each in zip(WIDTHS_PX, drawn, strict=True) if each}
    assets = {
        f"{name}.svg": figure.draw(width=WIDTHS_PX[name]).encode()
        for name, figure in figures.items()
    }
    pages = {"standing": standing, "economics": economics, "plan": plan, "figures": figures}
    assets |= _logo(payload)
    context = {**pages, "identity": identity_of(payload, sha256), "paper": paper.value}
    return _fitted("reports/print/brief.html", context, assets, pages=3)


def workbook_xlsx(payload: Payload, sha256: str, paper: PaperSize = PaperSize.A4) -> bytes:
    """The scoring workbook of a frozen payload; it prints on the paper asked for."""
    from reports.documents.workbook.book import workbook_bytes  # late: few processes draw it

    return workbook_bytes(payload, sha256, paper.value)


def guide_docx(payload: Payload, sha256: str, paper: PaperSize = PaperSize.A4) -> bytes:
    from reports.documents.guide import guide_bytes  # late: few processes draw it

    return guide_bytes(payload, sha256, paper.value)


def starter_kit_zip(payload: Payload, sha256: str, paper: PaperSize = PaperSize.A4) -> bytes:
    """The starter kit of a frozen payload; no paper changes its files."""
    from reports.documents.kit.archive import kit_bytes  # late: few processes make it

    return kit_bytes(payload, sha256)


def _logo(payload: Payload) -> dict[str, bytes]:
    return {"logo.png": payload.branding.logo_png} if payload.branding.logo else {}


def _fitted(
    template: str,
    context: dict[str, Any],
    assets: Mapping[str, bytes],
    *,
    pages: int,
    settings: Sequence[str] = SETTINGS,
) -> bytes:
    """The document on exactly its pages, by the first of the `settings` that does not overflow.

    In the last every text is clamped to lines and every list to items, so that it holds all.
    """
    *others, last = (render_to_string(template, context | {"density": each}) for each in settings)
    for html in others:
        try:
            return render_pdf(html, assets, pages=pages)
        except RenderFailed as failure:
            if failure.reason != "pages":
                raise
    return render_pdf(last, assets, pages=pages)


DRAWERS: Mapping[DeliverableKind, Callable[[Payload, str, PaperSize], bytes]] = {
    DeliverableKind.SCORECARD: scorecard_pdf,
    DeliverableKind.EXECUTIVE_BRIEF: brief_pdf,
    DeliverableKind.WORKBOOK: workbook_xlsx,
    DeliverableKind.GUIDE: guide_docx,
    DeliverableKind.STARTER_KIT: starter_kit_zip,
}
