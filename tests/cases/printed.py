"""The documents of the cases, each drawn once in a run of the tests."""

import atexit
import multiprocessing
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from html import unescape
from pathlib import Path
from unittest.mock import patch

from reports.documents import rendering
from reports.documents.pdf import (
    _environment,
    fit,
    fonts_folder,
    han_shapes,
    peek,
    render_sheets,
)
from reports.models import DeliverableKind, PaperSize
from tests.cases import drawing
from tests.cases.loading import NAMES, frozen

# The labels of the drawings that went into a PDF, without blanks, by its bytes.
DRAWN: dict[bytes, str] = {}
# Whose shapes of Chinese characters the process's fonts have; others are drawn by the product's.
HAN = "SC"


def paper_of(name: str) -> PaperSize:
    """Both papers in turn."""
    return (PaperSize.A4, PaperSize.LETTER)[NAMES.index(name) % 2]


def drawn_anew(name: str, kind: DeliverableKind) -> bytes:
    """A document of a case as people get it."""
    case = frozen(name)
    with patch.object(rendering, "render_sheets", _render):
        return rendering.DRAWERS[kind](case.payload, case.sha256, paper_of(name))


document = cache(drawn_anew)


def _render(
    sheets: Iterable[Iterable[str]], assets: Mapping[str, bytes], styles: Sequence[str]
) -> bytes:
    pdf = _drawn(sheets, assets, styles)
    drawings = [body.decode() for name, body in assets.items() if name.endswith(".svg")]
    labels = re.findall(r"<(?:text|tspan)[^>]*>([^<]+)<", "".join(drawings))
    DRAWN[pdf] = "".join(unescape("".join(labels)).split())
    return pdf


def _drawn(
    sheets: Iterable[Iterable[str]], assets: Mapping[str, bytes], styles: Sequence[str]
) -> bytes:
    text, sheets = peek(sheets)
    if han_shapes(text) != HAN:
        return render_sheets(sheets, assets, styles)
    process = _process()
    process.submit(drawing.start, dict(assets), styles).result()
    fit(sheets, lambda html: process.submit(drawing.lay_out, html).result())
    return process.submit(drawing.written).result()


@cache
def _process() -> ProcessPoolExecutor:
    folder = Path(tempfile.mkdtemp(prefix="crossover-cases-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    environment = _environment(folder, fonts_folder(), HAN)
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, context, drawing.begin, (environment,))
