"""Arithmetic on frozen figures, by Decimal, and ways of writing that `reports.numbers` has not."""

from decimal import Decimal

from presentation.numbers import UNKNOWN, amount, as_decimal, compact, count, rounded
from presentation.wording import counted

LARGEST_PLAIN = Decimal(10) ** 6
WIDEST = Decimal(10) ** 9


def decimal(value: object) -> Decimal:
    """The figure as people read it (0.1 is 0.1); 0 where there is none."""
    return as_decimal(value) or Decimal(0)


def unit_price(value: object) -> str:
    """A price per million tokens, to a tenth of a cent: `4.183`."""
    number = as_decimal(value)
    if number is None:
        return UNKNOWN
    return f"{rounded(number, 3):,}" if abs(number) < LARGEST_PLAIN else compact(number)


def column_amount(value: object) -> str:
    """Money for a column of a table: as `amount`, in short where that would not fit."""
    number = as_decimal(value)
    return compact(number) if number is not None and abs(number) >= WIDEST else amount(number)


def volume(value: object) -> str:
    """A number of requests: in full below a million, in short from there on."""
    number = as_decimal(value)
    return count(number) if number is not None and abs(number) < LARGEST_PLAIN else compact(number)


def requests(value: object) -> str:
    """A volume with its noun: `3 M requests`, `1 request`."""
    return counted(value, "request", write=volume)
