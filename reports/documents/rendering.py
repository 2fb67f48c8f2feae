"""Draws the documents: PDFs from templates and figures, workbook and guide from the payload."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from reports.documents.content.brief import Brief, brief_content
from reports.documents.content.identity import Figure
from reports.documents.content.scorecard import scorecard_content
from reports.documents.pdf import RenderFailed, render_pdf
from reports.models import DeliverableKind, PaperSize
from reports.snapshots.payload import Payload


@dataclass(frozen=True)
class Drawing:
    """A figure in a document: the asset's address and what it shows, in words."""

    source: str
    finding: str


STANDING_PX, HALF_PX, PLAN_PX = 880, 420, 760
DENSE = {"density": "dense"}


def scorecard_pdf(payload: Payload, sha256: str, paper: PaperSize = PaperSize.A4) -> bytes:
    """The scorecard of a frozen payload: one page. Raises RenderFailed."""
    content = scorecard_content(payload, sha256)
    context = {"scorecard": content, "identity": content.identity, "paper": paper.value}
    return _fitted("reports/print/scorecard.html", context, {}, pages=1)


def brief_pdf(payload: Payload, sha256: str, paper: PaperSize = PaperSize.A4) -> bytes:
    """The executive brief of a frozen payload: three pages. Raises RenderFailed."""
    content = brief_content(payload, sha256)
    drawings, assets = _draw(content)
    context = {
        "brief": content,
        "identity": content.identity,
        "figures": drawings,
        "paper": paper.value,
    }
    return _fitted("reports/print/brief.html", context, assets, pages=3)


def workbook_xlsx(payload: Payload, sha256: str, paper: PaperSize = PaperSize.A4) -> bytes:
    """The scoring workbook of a frozen payload; it prints on the paper asked for."""
    from reports.documents.workbook import workbook_bytes  # late: few processes draw it

    return workbook_bytes(payload, sha256, paper.value)


def guide_docx(payload: Payload, sha256: str, paper: PaperSize = PaperSize.A4) -> bytes:
    """The facilitator guide of a frozen payload."""
    from reports.documents.guide import guide_bytes  # late: few processes draw it

    return guide_bytes(payload, sha256, paper.value)


def _fitted(
    template: str, context: dict[str, Any], assets: Mapping[str, bytes], *, pages: int
) -> bytes:
    """The document on exactly its pages: set at ease, or densely where that would overflow.

    Every text is clamped to lines and every list to items, so that the dense setting holds all.
    """
    try:
        return render_pdf(render_to_string(template, context), assets, pages=pages)
    except RenderFailed as failure:
        if failure.reason != "pages":
            raise
    return render_pdf(render_to_string(template, context | DENSE), assets, pages=pages)


def _draw(content: Brief) -> tuple[dict[str, Drawing], dict[str, bytes]]:
    """The figures that have data, and the files they are."""
    figures: dict[str, tuple[Figure | None, int]] = {
        "standing": (content.standing.figure, STANDING_PX),
        "waterfall": (content.economics.waterfall, HALF_PX),
        "staircase": (content.economics.staircase, HALF_PX),
        "plan": (content.plan.figure, PLAN_PX),
    }
    drawings: dict[str, Drawing] = {}
    assets: dict[str, bytes] = {}
    for name, (figure, width) in figures.items():
        if figure is not None:
            assets[f"{name}.svg"] = figure.draw(width=width).encode()
            drawings[name] = Drawing(source=f"asset:{name}.svg", finding=figure.title)
    return drawings, assets


DRAWERS: Mapping[DeliverableKind, Callable[[Payload, str, PaperSize], bytes]] = {
    DeliverableKind.SCORECARD: scorecard_pdf,
    DeliverableKind.EXECUTIVE_BRIEF: brief_pdf,
    DeliverableKind.WORKBOOK: workbook_xlsx,
    DeliverableKind.GUIDE: guide_docx,
}
