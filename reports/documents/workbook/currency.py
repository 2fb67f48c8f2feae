"""Money in the scenario's currency: a cell with the rate, and what is converted by it.

Inputs and workings are USD; what the other sheets show is converted once, where it leaves them.
"""

from costing.engine.inputs import input_named
from presentation.money import Currency, code, shown
from reports.documents.workbook import formula as xl
from reports.documents.workbook.formula import Formula, Operand
from reports.documents.workbook.page import Page, between
from reports.snapshots.payload import JsonDict

VALUE, COUNTED, UNIT = 2, 4, 5
KEY = "currency"
CODE, RATE, RATE_ON, SOURCE = (
    input_named(f"{KEY}.{key}") for key in ("code", "units_per_usd", "rate_on", "source")
)
NAME = "currency_units_per_usd"


def live(usd: Operand) -> Formula:
    """USD of the workings in the currency shown, by the rate that the book has."""
    currency = shown()
    return xl.formula(usd) if currency.is_usd else usd * _rate(currency)


def live_if_known(usd: Formula) -> Formula:
    """A figure in the currency shown, or the text that says why there is none."""
    return usd if shown().is_usd else xl.when(xl.is_number(usd), live(usd), usd)


def delivered(usd: float | None) -> float | None:
    """USD as they were delivered, at the rate that was."""
    return None if usd is None else usd * shown().units_per_usd


def heads(*titles: str) -> list[str]:
    """Heads of columns, with the code of the currency shown for `{currency}`."""
    return [title.format(currency=code()) for title in titles]


def _rate(currency: Currency) -> Formula:
    return Formula(f"{NAME}_used", currency.units_per_usd)


def write_rate(page: Page, row: int, scenario: JsonDict) -> int:
    """The rate as an input, with its day and source; the row below it. Nothing of USD."""
    stated = scenario.get(KEY)
    if stated is None or shown().is_usd:
        return row
    page.text(row, 0, "Reporting currency", "heading")
    for n, item in enumerate((CODE, RATE, RATE_ON, SOURCE), start=row + 1):
        page.text(n, 0, item.label, "label")
        page.texts(n, UNIT, [item.unit, item.help.rstrip("."), item.path], "muted")
        if item is not RATE:
            page.text(n, VALUE, stated[item.key], "label")
            continue
        rule = between(item.label, f"From {item.low:g} to {item.high:,.0f}.", item.low, item.high)
        typed = page.entry(n, VALUE, stated[item.key], "exact", rule, NAME)
        used = xl.when(xl.is_number(typed), typed, stated[item.key])
        page.formula(n, COUNTED, used, "exact_static", f"{NAME}_used")
    return row + 6
