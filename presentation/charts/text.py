"""How wide a label is in Inter, how it is wrapped and shortened; imports nothing of the product."""

import re
import unicodedata

ASCENT = 0.75
DESCENT = 0.22
ELLIPSIS = "…"

# Advances in thousandths of an em of U+0020 to U+007E, the wider of the regular and the semibold,
# figures tabular.
_ADVANCES = """
    281 321 523 644 650 1004 663 326 391 391 648 673 319 648 319 379 660 648 648 648 666
    648 648 648 648 648 319 329 673 673 673 543 999 728 659 737 722 605 590 749 746 277
    580 703 565 922 759 769 645 773 652 650 660 744 728 1020 720 713 652 391 379 391 481
    469 351 574 624 583 624 591 389 625 612 262 262 569 262 900 612 609 624 624 397 549
    353 612 587 839 569 588 566 455 359 455 673
"""
_WIDTHS = {chr(32 + index): int(width) for index, width in enumerate(_ADVANCES.split())}
_WIDTHS |= {"–": 500, "—": 1000, "−": 673, "·": 319, "×": 673, "…": 956, "≥": 673, "≤": 673}
_WIDTHS |= {"→": 954, "←": 954, "✓": 884, "▲": 1034, "●": 914, "\u00a0": 281, "\u202f": 281}
# The invisible marks that would turn the reading direction of what follows.
_UNPRINTABLE = re.compile(
    "[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]|[\\u007f-\\u009f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]"
)


def clean(label: object) -> str:
    """Return the label on one line, without what XML forbids or what turns its direction."""
    return " ".join(_UNPRINTABLE.sub("", str(label)).split())


def _advance(character: str) -> int:
    if character in _WIDTHS:
        return _WIDTHS[character]
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    base = unicodedata.normalize("NFD", character)[0]
    if base in _WIDTHS:
        return _WIDTHS[base]
    if ord(character) >= 0x1F000:
        return 1300
    return 1050 if unicodedata.east_asian_width(character) in "WF" else 850


def width_of(label: str, size: float) -> float:
    """Return the width of the label in px at a font size in px."""
    return sum(map(_advance, label)) * size / 1000


def fit(label: str, room: float, size: float) -> str:
    """Return the label, shortened by an ellipsis where it is wider than the room in px."""
    if width_of(label, size) <= room:
        return label
    shown = label
    while shown and width_of(shown.rstrip() + ELLIPSIS, size) > room:
        shown = shown[:-1]
    return shown.rstrip() + ELLIPSIS if shown else ""


def wrap(label: str, room: float, size: float, lines: int = 2) -> list[str]:
    """Return the label on at most so many lines of so much room in px, the last one shortened."""
    wrapped: list[str] = []
    rest = label.strip()
    while rest and len(wrapped) < lines - 1 and width_of(rest, size) > room:
        cut = max(
            (end for end in _breaks(rest) if width_of(rest[:end].rstrip(), size) <= room), default=0
        )
        if not cut:
            break
        wrapped.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    last = fit(rest, room, size)
    return [*wrapped, last] if last else wrapped


def _breaks(label: str) -> list[int]:
    """Where a line may end: after a space, and after a hyphen inside a word."""
    return [match.end() for match in re.finditer(r"\s+|(?<=\w)-(?=\w)", label)]
