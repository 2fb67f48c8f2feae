"""What is wrong with how a PDF is laid out, read from its words and their boxes."""

import re
from collections.abc import Container, Iterator
from dataclasses import replace
from itertools import pairwise, takewhile

from tests.reports.names import missing_characters
from tests.reports.pdf_words import Sheet, Word, sheets_of

HEIGHT_OF_INTER = 1.2102  # of a word's box, in its font's size
TALL = re.compile("[\u0590-\u1fff]")  # scripts whose boxes are far taller than their letters
TIBETAN = re.compile("[\u0f00-\u0fff]")
FIGURE_BEGUN = re.compile(r"[−-]?[\d,.]*\d,?|[−-]")
FIGURE_GOES_ON = re.compile(r"[\d,.]*\d(?:,|%)?|%")


def faults(
    pdf: bytes,
    *,
    pages: int,
    smallest_pt: float = 0,
    drawn: Container[str] = (),
    smallest_drawn_pt: float = 0,
) -> list[str]:
    """Every fault in words: pages, boxes, what leaves the page, overlaps, broken figures, size.

    Words that drawings have as well, `drawn`, may be smaller than the text around them.
    """
    sheets = sheets_of(pdf)
    found = [] if len(sheets) == pages else [f"{len(sheets)} pages instead of {pages}"]
    found += [f"no font has {character!r}" for character in sorted(missing_characters(pdf))]
    for number, sheet in enumerate(sheets, 1):
        on_page = [
            *_outside(sheet),
            *_overlaps(sheet),
            *_broken_figures(sheet),
            *_broken_percents(sheet),
            *_broken_ranges(sheet),
            *_small(sheet, smallest_pt, drawn, smallest_drawn_pt),
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
    words = sorted(map(_lettered, sheet.words), key=lambda word: word.top)
    for number, one in enumerate(words):
        for other in takewhile(lambda word: word.top < one.bottom, words[number + 1 :]):  # noqa: B023
            if min(one.right, other.right) - max(one.left, other.left) > 0.8 and _lie(one, other):
                yield f"{one.text!r} lies on {other.text!r}"


def _lettered(word: Word) -> Word:
    """The word in the box of its letters: Tibetan fonts reserve nearly three lines for one."""
    spare = 0.2 * (word.bottom - word.top) if TIBETAN.search(word.text) else 0.0
    return replace(word, top=word.top + spare, bottom=word.bottom - spare)


def _lie(one: Word, other: Word) -> bool:
    lower, upper = sorted((one, other), key=lambda word: word.bottom, reverse=True)
    height = min(one.bottom - one.top, other.bottom - other.top)
    touching = 0.7 if TALL.search(one.text + other.text) else 0.35
    return upper.bottom - lower.top > touching * height


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


def _broken_percents(sheet: Sheet) -> Iterator[str]:
    """Lines of a text that begin with a percent sign: its figure ends the line above."""
    for line in sheet.lines:
        if line.startswith("% "):
            yield f"a line begins with {line[:20]!r}"


def _broken_ranges(sheet: Sheet) -> Iterator[str]:
    """Lines that end with the dash of a range, and go on below with a figure."""
    for upper, lower in pairwise(sheet.lines):
        if re.search(r"\d–$", upper) and lower[:1].isdigit():
            yield f"a line ends with {upper[-20:]!r}"


def _goes_on(upper: str, lower: str) -> bool:
    are_figures = FIGURE_BEGUN.fullmatch(upper) and FIGURE_GOES_ON.fullmatch(lower)
    return bool(are_figures) and (upper[-1] in ",−-" or "," in lower or lower == "%")


def _small(
    sheet: Sheet, smallest_pt: float, drawn: Container[str], smallest_drawn_pt: float
) -> Iterator[str]:
    for word in sheet.words:
        size_pt = (word.bottom - word.top) / HEIGHT_OF_INTER
        least = smallest_drawn_pt if word.text in drawn else smallest_pt
        if word.text.isascii() and size_pt < least - 0.05:
            yield f"{word.text!r} is set in {size_pt:.1f} pt"
