"""Sheet Lists, hidden: what the dropdowns offer, in cells."""

from assessments.framework import LEVELS
from costing.engine.inputs import SCALINGS
from costing.engine.inputs.models import CACHE_MODES
from reports.documents.workbook.formula import Formula
from reports.documents.workbook.page import Page

CASES = BASE, LOW, HIGH = ("base", "low", "high")
CHOICES: dict[str, tuple[str | int, ...]] = {
    "yes_no": ("yes", "no"),
    "scaling": tuple(SCALINGS),
    "cache_mode": tuple(CACHE_MODES),
    "cases": CASES,
    "levels": (*LEVELS, "unknown", "not applicable"),
    "answers": ("yes", "partial", "no", "unknown", "not applicable"),
}


def write_lists(page: Page) -> dict[str, Formula]:
    """The sheet; the range of each list, by its name."""
    page.begin("Lists", "What the dropdowns offer.", *[18] * len(CHOICES))
    found = {}
    for column, (name, choices) in enumerate(CHOICES.items()):
        page.text(2, column, name.replace("_", " "), "head")
        cells = [page.static(n, column, each, "plain") for n, each in enumerate(choices, start=3)]
        found[name] = page.column(cells, f"list_{name}")
    page.printed()
    page.sheet.hide()
    return found
