"""The charts' colours: a class for the page's theme and a value for paper; imports nothing."""

from dataclasses import dataclass

FONT = "Inter, sans-serif"


@dataclass(frozen=True)
class Tone:
    """A colour: the class that a page's theme overrides, and the value that paper shows."""

    name: str
    value: str


INK = Tone("ch-ink", "#1b1d1f")
MUTED = Tone("ch-muted", "#565a5c")
SURFACE = Tone("ch-surface", "#ffffff")
SUNKEN = Tone("ch-sunken", "#f4f2ec")
PALE = Tone("ch-pale", "#e0dcd2")
NEUTRAL = Tone("ch-neutral", "#85837b")
ACCENT = Tone("ch-accent", "#0b5c5c")
ACCENT_PALE = Tone("ch-accent-pale", "#e4f0ee")
ON_ACCENT = Tone("ch-on-accent", "#ffffff")
RISK = Tone("ch-risk", "#c27a06")
RISK_INK = Tone("ch-risk-ink", "#835000")
RISK_PALE = Tone("ch-risk-pale", "#fcf2dd")
LEVELS = (
    Tone("ch-level-1", "#e1eeec"),
    Tone("ch-level-2", "#b9d9d6"),
    Tone("ch-level-3", "#7fb6b3"),
    Tone("ch-level-4", "#2c7b7b"),
    Tone("ch-level-5", "#0a4d4e"),
)
ON_LOW_LEVEL = Tone("ch-on-low", "#1b1d1f")
ON_HIGH_LEVEL = Tone("ch-on-high", "#ffffff")

GRID_LINE = Tone("ch-line-grid", "#e0dcd2")
AXIS_LINE = Tone("ch-line-axis", "#85837b")
INK_LINE = Tone("ch-line-ink", "#1b1d1f")
MUTED_LINE = Tone("ch-line-muted", "#565a5c")
ACCENT_LINE = Tone("ch-line-accent", "#0b5c5c")
RISK_LINE = Tone("ch-line-risk", "#c27a06")
SURFACE_LINE = Tone("ch-line-surface", "#ffffff")
