"""Writes SVG elements with everything escaped; imports neither Django nor I/O."""

from collections.abc import Sequence
from html import escape
from typing import Any

from presentation.charts import text
from presentation.charts.palette import FONT, INK, MUTED, SURFACE, Tone

Value = str | float | None


def element(name: str, *children: str, **attributes: Value) -> str:
    """Return an element; `stroke_width` is written `stroke-width`, None is left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(children)
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def _attribute(value: str | float) -> str:
    return escape(value, quote=True) if isinstance(value, str) else coordinate(value)


def coordinate(value: float) -> str:
    """Return a number of px with at most two decimals."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def _tones(fill: Tone, line_tone: Tone | None) -> dict[str, Value]:
    """The attributes of a filled shape, with a line around it where a tone for it is given."""
    if line_tone is None:
        return {"class_": fill.name, "fill": fill.value}
    names = f"{fill.name} {line_tone.name}"
    return {"class_": names, "fill": fill.value, "stroke": line_tone.value}


def rectangle(
    x: float,
    y: float,
    width: float,
    height: float,
    fill: Tone,
    line_tone: Tone | None = None,
    *,
    radius: float = 0,
    **more: Value,
) -> str:
    """Return a filled rectangle, with a line around it where a tone for it is given."""
    width, height = max(width, 0), max(height, 0)
    place: dict[str, Value] = {"x": x, "y": y, "width": width, "height": height}
    return element("rect", **place, rx=radius or None, **_tones(fill, line_tone), **more)


def line(
    x1: float, y1: float, x2: float, y2: float, tone: Tone, *, width: float = 1, **more: Value
) -> str:
    """Return a straight line."""
    ends: dict[str, Value] = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    tones = {"class_": tone.name, "stroke": tone.value}
    return element("line", **ends, **tones, stroke_width=width, **more)


def polyline(
    points: list[tuple[float, float]], tone: Tone, *, width: float = 2, **more: Value
) -> str:
    """Return a line through the points, in px."""
    return element(
        "polyline",
        points=_written(points),
        fill="none",
        class_=tone.name,
        stroke=tone.value,
        stroke_width=width,
        stroke_linejoin="round",
        **more,
    )


def polygon(
    points: list[tuple[float, float]], fill: Tone, line_tone: Tone | None = None, **more: Value
) -> str:
    """Return a filled shape, with a line around it where a tone for it is given."""
    return element("polygon", points=_written(points), **_tones(fill, line_tone), **more)


def _written(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{coordinate(x)},{coordinate(y)}" for x, y in points)


def circle(
    x: float, y: float, radius: float, fill: Tone, line_tone: Tone | None = None, **more: Value
) -> str:
    """Return a disc, with a line around it where a tone for it is given."""
    return element("circle", cx=x, cy=y, r=radius, **_tones(fill, line_tone), **more)


def label(
    content: str,
    x: float,
    y: float,
    *,
    size: float = 12,
    weight: int = 400,
    anchor: str = "start",
    tone: Tone = INK,
) -> str:
    """Return a line of text whose baseline is y; anchor is `start`, `middle` or `end`."""
    if not content:
        return ""
    return element(
        "text",
        escape(text.clean(content)),
        x=x,
        y=y,
        font_size=size,
        font_weight=weight if weight != 400 else None,
        text_anchor=anchor if anchor != "start" else None,
        class_=tone.name,
        fill=tone.value,
    )


def lines(written: Sequence[str], x: float, first: float, step: float, **look: Any) -> str:
    """Return lines of text under each other, the first with its baseline at `first`."""
    return "".join(
        label(each, x, first + step * index, **look) for index, each in enumerate(written)
    )


def caption(content: str, x: float, y: float, anchor: str = "start", tone: Tone = MUTED) -> str:
    """Return a small line of text, muted unless a tone is given."""
    return label(content, x, y, size=11, anchor=anchor, tone=tone)


def strong(content: str, x: float, y: float, anchor: str = "middle", tone: Tone = INK) -> str:
    """Return a line of text that stands out."""
    return label(content, x, y, weight=600, anchor=anchor, tone=tone)


def drawing(width: float, height: float, title: str, *parts: str) -> str:
    """Return the whole SVG, with the finding as its text alternative."""
    return element(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {coordinate(width)} {coordinate(height)}",
        width=width,
        height=height,
        role="img",
        aria_label=text.clean(title),
        class_="ch",
        font_family=FONT,
    )


def nothing(width: float, title: str, reason: str) -> str:
    """Return a drawing that says why there is none."""
    shown = text.fit(text.clean(reason), width - 32, 13)
    return drawing(
        width,
        72,
        title,
        rectangle(0, 0, width, 72, SURFACE),
        label(shown, width / 2, 41, size=13, anchor="middle", tone=MUTED),
    )
