"""A figure of a document: its finding, and the chart that shows it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`draw` gives the chart as SVG at a `width` in px."""

    title: str
    draw: Callable[..., str]
