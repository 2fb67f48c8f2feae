"""Filters: prices digit by digit, figures of prices in words, a number together with its unit."""

from django import template

from costing.catalog import price_text
from costing.catalog.models import PriceOverride
from costing.catalog.price_reports import LINTS
from costing.catalog.prices import figures_of

register = template.Library()
for show in (
    price_text.unit_price,
    price_text.figure_title,
    price_text.figure_text,
    price_text.change_text,
    price_text.discount_text,
):
    register.filter(show)


@register.filter
def override_text(override: PriceOverride) -> str:
    """Return whom a contract price is for, and its figures."""
    client = override.client.name if override.client else "All clients"
    return f"{client}, {price_text.figures_text(figures_of(override))}"


@register.filter
def lint_title(code: str) -> str:
    """Return what a lint of this code says."""
    return LINTS[code]


@register.filter
def together(text: str) -> str:
    """Keep a number and its unit on one line: `8.87 M`."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")
