"""The filter `unit_price`: a listed price, digit by digit."""

from django import template

from costing.content.amounts import unit_price

register = template.Library()
register.filter("unit_price", unit_price)
