"""The process that draws the PDFs of the cases, one after the other, with the product's fonts.

It draws what the product's own bounded process does (tests/reports/test_pdf.py), and spares a start
for each.
"""

import os
from collections.abc import Mapping

from reports.documents import pdf_process


class Refused(Exception):
    """Why a PDF was not drawn: its reason and the detail."""


def begin(environment: Mapping[str, str]) -> None:
    """Give this process fonts and paths of its own, before WeasyPrint looks for them."""
    os.environ.update(environment)
    pdf_process.leave = refuse  # type: ignore[assignment]


def refuse(reason: str, detail: str) -> None:
    """Raise what would else end the process."""
    raise Refused(reason, detail)


def draw(html: str, assets: dict[str, bytes], pages: int | None) -> bytes:
    """The PDF; raises Refused."""
    return pdf_process.draw(html, assets, pages)
