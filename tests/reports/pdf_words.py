"""The words of a PDF with their places, as poppler reads them."""

import re
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from xml.etree import ElementTree

SIDES = ("xMin", "yMin", "xMax", "yMax")
XHTML = "{http://www.w3.org/1999/xhtml}"


@dataclass(frozen=True)
class Word:
    """A word in its box, in points from the left and from the top; `line` counts on its page."""

    text: str
    page: int
    line: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Sheet:
    """A page: its size in points, and its words in reading order."""

    width: float
    height: float
    words: tuple[Word, ...]

    @property
    def lines(self) -> list[str]:
        """The text of each line, as it is seen from left to right."""
        return [
            " ".join(word.text for word in sorted(words, key=lambda word: word.left))
            for _, words in groupby(self.words, key=lambda word: word.line)
        ]


@lru_cache(maxsize=4)
def sheets_of(pdf: bytes) -> tuple[Sheet, ...]:
    """Every page of a PDF with its words."""
    command = ["pdftotext", "-bbox-layout", "-", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    # The title of a page with emoji is no XML.
    root = ElementTree.fromstring(re.sub(rb"<title>.*?</title>", b"", done.stdout))
    pages = enumerate(root.iter(f"{XHTML}page"), 1)
    return tuple(_sheet(page, number) for number, page in pages)


def _sheet(page: ElementTree.Element, number: int) -> Sheet:
    words = tuple(
        Word(word.text or "", number, line, *(float(word.attrib[side]) for side in SIDES))
        for line, element in enumerate(page.iter(f"{XHTML}line"))
        for word in element.iter(f"{XHTML}word")
    )
    return Sheet(float(page.attrib["width"]), float(page.attrib["height"]), words)
