"""Filters: prices digit by digit, figures of prices in words, a number together with its unit."""

from django import template

from costing.catalog.mapping import figures_of
from costing.catalog.models import PriceOverride
from costing.catalog.price_reports import LINTS
from costing.catalog.price_text import (
    change_text,
    figure_text,
    figure_title,
    figures_text,
    unit_price,
)

register = template.Library()
register.filter("unit_price", unit_price)
register.filter("figure_title", figure_title)
register.filter("figure_text", figure_text)
register.filter("change_text", change_text)


@register.filter
def override_text(override: PriceOverride) -> str:
    """Return whom a contract price is for, and its figures."""
    client = override.client.name if override.client else "All clients"
    return f"{client}, {figures_text(figures_of(override))}"


@register.filter
def lint_title(code: str) -> str:
    """Return what a lint of this code says."""
    return LINTS[code]


@register.filter
def together(text: str) -> str:
    """Keep a number and its unit on one line: `8.87 M`."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")
