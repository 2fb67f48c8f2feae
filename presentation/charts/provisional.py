"""Marks a drawing as provisional; imports neither Django nor I/O."""

import re

from presentation.charts import svg, text
from presentation.charts.palette import RISK_INK, RISK_LINE, SURFACE

FOOT = 22
WORD = "provisional"
_SIZE = re.compile(r' viewBox="0 0 ([\d.]+) ([\d.]+)" width="[\d.]+" height="[\d.]+"')


def provisional(drawing: str) -> str:
    """Return a drawing inside a dashed frame that calls it provisional, a foot higher."""
    size = _SIZE.search(drawing)
    if size is None:
        raise ValueError("This is no drawing of the charts.")
    width, height = float(size[1]), float(size[2]) + FOOT
    place = f' viewBox="0 0 {size[1]} {svg.coordinate(height)}" width="{size[1]}"'
    room = text.width_of(WORD, 11) + 8
    frame = svg.element(
        "rect",
        x=0.5,
        y=0.5,
        width=width - 1,
        height=height - 1 - FOOT / 2,
        fill="none",
        class_=RISK_LINE.name,
        stroke=RISK_LINE.value,
        stroke_dasharray="6 4",
    )
    gap = svg.rectangle(12, height - FOOT, room, FOOT, SURFACE)
    word = svg.caption(WORD, 16, height - 7, tone=RISK_INK)
    framed = drawing.replace(size[0], f'{place} height="{svg.coordinate(height)}"', 1)
    return framed.removesuffix("</svg>") + frame + gap + word + "</svg>"
