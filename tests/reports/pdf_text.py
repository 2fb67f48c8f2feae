"""The text of a PDF, for tests."""

import subprocess
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO

import pikepdf
from pypdf import PdfReader


def text_of(pdf: bytes) -> str:
    """All pages' words in one line, as people see them: what lies beside the page is not there."""
    return " ".join(texts_of_pages(pdf))


def texts_of_pages(pdf: bytes) -> list[str]:
    """The same of each page."""
    # Each page ends with a form feed.
    return [in_one_line(page) for page in _seen(pdf).split("\f")[:-1]]


@lru_cache(maxsize=4)
def _seen(pdf: bytes) -> str:
    command = ["pdftotext", "-raw", "-enc", "UTF-8", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def whole_text_of(pdf: bytes) -> str:
    """All words that the file holds, on its pages or beside them; eight times as dear."""
    return in_one_line(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def alternatives_of(pdf: bytes) -> list[str]:
    """What a screen reader says of each figure, in its order; nothing where the tag has none."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return list(_alternatives(document.Root.StructTreeRoot))


def _alternatives(element: pikepdf.Object) -> Iterator[str]:
    if isinstance(element, pikepdf.Array):
        for child in element:
            yield from _alternatives(child)
    elif isinstance(element, pikepdf.Dictionary):
        if element.get("/S") == "/Figure":
            yield str(element.get("/Alt", ""))
        yield from _alternatives(element.get("/K"))


def in_one_line(text: str) -> str:
    """The words with one blank between them."""
    return " ".join(text.split())
