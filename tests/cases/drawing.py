"""The process that draws the PDFs of the cases, one after the other, with the product's fonts.

It draws what the product's own bounded process does (tests/reports/test_pdf.py), and spares a start
for each.
"""

import os
from collections.abc import Mapping, Sequence

from config.garbage import collect_rarely
from reports.documents.pdf_process import Drawing

drawings: list[Drawing] = []


def begin(environment: Mapping[str, str]) -> None:
    """Give this process fonts and paths of its own, before WeasyPrint looks for them."""
    os.environ.update(environment)
    collect_rarely()  # as rarely as the tests; the product's never does


def start(assets: dict[str, bytes], styles: Sequence[str]) -> None:
    """Begin a file of documents of one page each."""
    drawings[:] = [Drawing(assets, 1, styles)]


def lay_out(html: str) -> int:
    return drawings[0].lay_out(html)


def written() -> bytes:
    return drawings[0].write()
