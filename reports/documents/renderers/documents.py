"""The documents by kind: PDFs from templates and figures, workbook and guide from the payload."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.template.loader import render_to_string

from presentation import charts
from reports.documents.content import Brief, brief_content, scorecard_content
from reports.documents.renderers.pdf import RenderFailed, render_pdf


class Paper(Enum):
    """The two paper sizes, as CSS names them."""

    A4 = "A4"
    LETTER = "letter"


@dataclass(frozen=True)
class Drawing:
    """A figure in a document: the asset's address and what it shows, in words."""

    source: str
    finding: str


STANDING_PX, HALF_PX, PLAN_PX = 880, 420, 760
DENSE = {"density": "dense"}
LEADING = ("rows", "start", "steps", "end", "curves", "milestones")


def scorecard_pdf(payload: Mapping[str, Any], sha256: str, paper: Paper = Paper.A4) -> bytes:
    """The scorecard of a frozen payload: one page. Raises RenderFailed."""
    content = scorecard_content(payload, sha256)
    context = {"scorecard": content, "identity": content.identity, "paper": paper.value}
    return _fitted("reports/print/scorecard.html", context, {}, pages=1)


def brief_pdf(payload: Mapping[str, Any], sha256: str, paper: Paper = Paper.A4) -> bytes:
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


def workbook_xlsx(payload: Mapping[str, Any], sha256: str, paper: Paper = Paper.A4) -> bytes:
    """The scoring workbook of a frozen payload; it prints on the paper asked for."""
    from reports.documents.workbook import (
        workbook_bytes,  # imported late, as WeasyPrint is: few need it
    )

    return workbook_bytes(payload, sha256, paper.value)


def guide_docx(payload: Mapping[str, Any], sha256: str, paper: Paper = Paper.A4) -> bytes:
    """The facilitator guide of a frozen payload."""
    from reports.documents.guide import guide_bytes  # imported late, as WeasyPrint is: few need it

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
    wanted: dict[str, tuple[Callable[..., str], Mapping[str, Any] | None, int]] = {
        "standing": (charts.scorecard_chart, content.standing_figure, STANDING_PX),
        "waterfall": (charts.waterfall_chart, content.economics.waterfall, HALF_PX),
        "staircase": (charts.staircase_chart, content.economics.staircase, HALF_PX),
        "plan": (charts.plan_chart, content.plan.figure, PLAN_PX),
    }
    drawings: dict[str, Drawing] = {}
    assets: dict[str, bytes] = {}
    for name, (draw, figure, width) in wanted.items():
        if figure is not None:
            assets[f"{name}.svg"] = _call(draw, figure, width).encode()
            drawings[name] = Drawing(source=f"asset:{name}.svg", finding=figure["title"])
    return drawings, assets


def _call(draw: Callable[..., str], figure: Mapping[str, Any], width: int) -> str:
    """A chart drawn from its arguments; those without a default come first."""
    leading = [figure[name] for name in LEADING if name in figure]
    named = {name: value for name, value in figure.items() if name not in LEADING}
    return draw(*leading, **named, width=width)


DRAWERS: Mapping[str, Callable[[Mapping[str, Any], str, Paper], bytes]] = {
    "scorecard": scorecard_pdf,
    "executive-brief": brief_pdf,
    "workbook": workbook_xlsx,
    "guide": guide_docx,
}
