"""What is wrong with how a PDF is laid out, read from its words and their boxes."""

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

from tests.reports.names import missing_characters
from tests.reports.pdf_words import Sheet, Word, sheets_of

HEIGHT_OF_INTER = 1.2102  # of a word's box, in its font's size
TALL = re.compile("[\u0590-\u1fff]")  # scripts whose boxes are far taller than their letters
FIGURE_BEGUN = re.compile(r"[−-]?[\d,.]*\d,?|[−-]")
FIGURE_GOES_ON = re.compile(r"[\d,.]*\d(?:,|%)?|%")


def faults(pdf: bytes, *, pages: int, smallest_pt: float = 0) -> list[str]:
    """Every fault in words: pages, boxes, what leaves the page, overlaps, broken figures, size."""
    sheets = sheets_of(pdf)
    found = [] if len(sheets) == pages else [f"{len(sheets)} pages instead of {pages}"]
    found += [f"no font has {character!r}" for character in sorted(missing_characters(pdf))]
    for number, sheet in enumerate(sheets, 1):
        on_page = [
            *_outside(sheet),
            *_overlaps(sheet),
            *_broken_figures(sheet),
            *_small(sheet, smallest_pt),
        ]
        found += [f"page {number}: {fault}" for fault in on_page]
    return found


def _outside(sheet: Sheet) -> Iterator[str]:
    for word in sheet.words:
        is_inside = word.left >= 0 and word.top >= 0
        if not (is_inside and word.right <= sheet.width and word.bottom <= sheet.height):
            yield f"{word.text!r} leaves the page"


def _overlaps(sheet: Sheet) -> Iterator[str]:
    """Words whose letters lie on one another; the boxes of tight lines may touch."""
    for one, other in combinations(sheet.words, 2):
        across = min(one.right, other.right) - max(one.left, other.left)
        lower, upper = sorted((one, other), key=lambda word: word.bottom, reverse=True)
        height = min(one.bottom - one.top, other.bottom - other.top)
        touching = 0.7 if TALL.search(one.text + other.text) else 0.35
        if across > 0.8 and upper.bottom - lower.top > touching * height:
            yield f"{one.text!r} lies on {other.text!r}"


def _broken_figures(sheet: Sheet) -> Iterator[str]:
    """Figures that alone fill a line of a cell and go on below it."""
    lines: dict[int, list[Word]] = {}
    for word in sheet.words:
        lines.setdefault(word.line, []).append(word)
    alone = [words[0] for words in lines.values() if len(words) == 1]
    for upper, lower in pairwise(alone):
        is_below = 0 < lower.top - upper.top < 1.6 * (upper.bottom - upper.top)
        is_aligned = abs(lower.right - upper.right) < 1 or abs(lower.left - upper.left) < 1
        if is_below and is_aligned and _goes_on(upper.text, lower.text):
            yield f"{upper.text!r} goes on below as {lower.text!r}"


def _goes_on(upper: str, lower: str) -> bool:
    are_figures = FIGURE_BEGUN.fullmatch(upper) and FIGURE_GOES_ON.fullmatch(lower)
    return bool(are_figures) and (upper[-1] in ",−-" or "," in lower or lower == "%")


def _small(sheet: Sheet, smallest_pt: float) -> Iterator[str]:
    for word in sheet.words:
        size_pt = (word.bottom - word.top) / HEIGHT_OF_INTER
        if word.text.isascii() and size_pt < smallest_pt - 0.05:
            yield f"{word.text!r} is set in {size_pt:.1f} pt"
