"""Filters: `unit_price`, a listed price digit by digit; `together`, a number with its unit."""

from django import template

from costing.content.amounts import unit_price

register = template.Library()
register.filter("unit_price", unit_price)


@register.filter
def together(text: str) -> str:
    """Keep a number and its unit on one line: `8.87 M`."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")
