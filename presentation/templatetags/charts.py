"""Charts, numbers, dates and counted things for templates."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from presentation import charts, money, numbers, wording
from presentation.kept import Kept

register = template.Library()

WIDE = 720
NARROW = 336


# How much of drawings a process keeps: one takes some tens of thousands of characters.
KEPT_CHARACTERS = 8_000_000
_drawings = Kept[SafeString](KEPT_CHARACTERS)


def _draw(chart: Callable[..., str], *data: Any, **options: Any) -> SafeString:
    """Return a drawing, made once of the same figures."""
    made_of = (chart.__name__, data, options)
    return _drawings.get(made_of, lambda: _drawn(chart, *data, **options))


def _drawn(
    chart: Callable[..., str], *data: Any, provisional: object = "", **options: Any
) -> SafeString:
    """Return the drawing for a wide and for a narrow place; the style sheet shows one of them."""
    drawn = (chart(*data, width=width, **options) for width in (WIDE, NARROW))
    # Safe: the chart functions escape every label themselves.
    wide, narrow = (mark_safe(charts.provisional(each) if provisional else each) for each in drawn)
    return format_html(
        '<div class="chart-drawing"><div class="chart-wide">{}</div>'
        '<div class="chart-narrow">{}</div></div>',
        wide,
        narrow,
    )


for _name, _chart in vars(charts).items():
    if _name.endswith("_chart"):
        register.simple_tag(partial(_draw, _chart), name=_name)

register.simple_tag(money.code, name="currency")


@register.simple_tag
def currency_note() -> SafeString:
    """Say in which currency the page shows money, and at which rate; nothing where it is USD."""
    text = wording.rate_text(money.shown())
    return format_html('<p class="muted small">{}.</p>', text) if text else SafeString()


@register.simple_block_tag
def chart_table(
    content: SafeString, title: str = "Show the numbers", is_open: bool = False
) -> SafeString:
    """Unfold the numbers of a chart: `{% chart_table %}<thead>…</tbody>{% endchart_table %}`."""
    return format_html(
        '<details class="details chart-table"{}><summary>{}</summary>'
        '<div class="table-scroll"><table class="table">{}</table></div></details>',
        mark_safe(" open" if is_open else ""),
        title,
        content,
    )


for _write in (
    numbers.amount,
    numbers.compact,
    numbers.compact_usd,
    numbers.converted,
    numbers.count,
    numbers.level,
    numbers.months,
    numbers.ratio_percent,
    numbers.tokens,
    numbers.usd,
    wording.count_word,
    wording.isolated,
):
    register.filter(_write.__name__, _write)


def _date_filter(write: Callable[..., str]) -> None:
    def written(value: date | None) -> str:
        return write(value) if value else ""

    register.filter(write.__name__, written, expects_localtime=True)


for _write_date in (
    wording.day,
    wording.day_of_year,
    wording.moment,
    wording.moment_of_year,
    wording.short_day,
    wording.short_moment,
):
    _date_filter(_write_date)


@register.filter
def under(cells: Iterable[object], heads: Iterable[object]) -> list[tuple[object, object]]:
    """The cells of a row, each with the head of its column."""
    return list(zip(heads, cells, strict=True))


@register.filter
def with_breaks(address: object) -> SafeString:
    """An e-mail address that breaks before its @ and its dots, rather than inside a word."""
    words = re.split(r"(?=[@.])", str(address))
    return format_html_join(mark_safe("<wbr>"), "{}", ((word,) for word in words))


@register.filter
def counted(value: object, one: str) -> str:
    """`{{ 2|counted:"offer" }}` is `2 offers`; `"reply,replies"` names both forms."""
    singular, _, several = one.partition(",")
    return wording.counted(value, singular, several or None)
