"""The checks of a layout find what they are for."""

import pytest

from reports.documents.pdf import render_pdf
from tests.cases.layout import faults

PAGES = {
    "'over' lies on 'under'": "<p>under</p><p style='margin-top: -1.4em'>over</p>",
    "'1,234,' goes on below as '567'": "<p style='width: 3em'>1,234,<br>567</p>",
    "'−1,234' goes on below as '%'": "<p style='width: 3em'>−1,234<br>%</p>",
    "a line begins with '% less'": "<p style='width: 4em'>From 40<br>% less</p>",
    "a line ends with 'From 40–'": "<p style='width: 5em'>From 40–70 less</p>",
    "'tiny' is set in 6.0 pt": "<p style='font-size: 6pt'>tiny</p>",
    "'W' leaves the page": "<p style='position: absolute; left: 186mm; font-size: 40pt'>W</p>",
}
STYLE = "<style>@page { size: A4; margin: 15mm } p { margin: 0; font: 10pt/1.2 Inter }</style>"


def test_every_fault_is_found_and_nothing_else() -> None:
    html = "<div style='height: 30mm; position: relative'>"
    pdf = render_pdf(STYLE + "".join(f"{html}{body}</div>" for body in PAGES.values()))

    found = faults(pdf, pages=1, smallest_pt=9)

    assert sorted(found) == sorted(f"page 1: {fault}" for fault in PAGES)


@pytest.mark.parametrize("size", ["A4", "letter"])
def test_plain_text_has_no_fault(size: str) -> None:
    page = f"<style>@page {{ size: {size} }} p {{ font: 9pt/1.25 Inter }}</style>"
    pdf = render_pdf(page + "<p>" + "From $44,550 to $25,110 a month, 43.6\u00a0% less. " * 20)

    assert faults(pdf, pages=1, smallest_pt=9) == []
