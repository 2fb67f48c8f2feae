"""Spreadsheet formulas that know their value; pure: NumPy only, no Django, no I/O.

A `Formula` carries its text and what it comes to, computed as Excel and LibreOffice compute it, so
that what is written as the cached value of a cell is what a recalculation will find.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

COMPARE, SUM, PRODUCT, POWER, ATOM = range(1, 6)


@dataclass(frozen=True)
class CellError:
    """The value of a formula that has none."""

    code: str


DIVISION = CellError("#DIV/0!")
NUMBER = CellError("#NUM!")
VALUE = CellError("#VALUE!")
MISSING = CellError("#N/A")


@dataclass(frozen=True, eq=False)
class Formula:
    """An expression: its text without the equals sign, its value, how tightly it binds.

    The value is a number, text, a truth, None of an empty cell, a CellError, or an array.
    """

    text: str
    value: Any
    rank: int = ATOM

    def __add__(self, other: "Operand") -> "Formula":
        return _binary("+", SUM, operator.add, self, other)

    def __radd__(self, other: "Operand") -> "Formula":
        return _binary("+", SUM, operator.add, other, self)

    def __sub__(self, other: "Operand") -> "Formula":
        return _binary("-", SUM, operator.sub, self, other)

    def __rsub__(self, other: "Operand") -> "Formula":
        return _binary("-", SUM, operator.sub, other, self)

    def __mul__(self, other: "Operand") -> "Formula":
        return _binary("*", PRODUCT, operator.mul, self, other)

    def __rmul__(self, other: "Operand") -> "Formula":
        return _binary("*", PRODUCT, operator.mul, other, self)

    def __truediv__(self, other: "Operand") -> "Formula":
        return _binary("/", PRODUCT, _divide, self, other)

    def __rtruediv__(self, other: "Operand") -> "Formula":
        return _binary("/", PRODUCT, _divide, other, self)

    def __pow__(self, other: "Operand") -> "Formula":
        return _binary("^", POWER, _power, self, other)

    def __neg__(self) -> "Formula":
        return Formula(f"-{_bound(self, POWER, tight=True)}", computed(operator.neg, self), SUM)

    def __lt__(self, other: "Operand") -> "Formula":
        return _compared("<", operator.lt, self, other)

    def __le__(self, other: "Operand") -> "Formula":
        return _compared("<=", operator.le, self, other)

    def __gt__(self, other: "Operand") -> "Formula":
        return _compared(">", operator.gt, self, other)

    def __ge__(self, other: "Operand") -> "Formula":
        return _compared(">=", operator.ge, self, other)

    def equals(self, other: "Operand") -> "Formula":
        """Whether both are the same; an empty cell equals empty text and 0."""
        other = formula(other)
        text = f"{_bound(self, COMPARE, tight=True)}={_bound(other, COMPARE, tight=True)}"
        return Formula(text, same(self.value, other.value), COMPARE)


Operand = Formula | float | int | str | bool


def formula(value: Operand) -> Formula:
    """The operand as a formula: numbers and texts become literals."""
    if isinstance(value, Formula):
        return value
    if isinstance(value, bool):
        return Formula("TRUE" if value else "FALSE", value)
    if isinstance(value, str):
        return Formula('"' + value.replace('"', '""') + '"', value)
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        value = int(value)
    return Formula(repr(value).upper(), value, ATOM if value >= 0 else SUM)


WEEKS_PER_MONTH = Formula("730/168", 730 / 168, PRODUCT)


def _bound(item: Formula, rank: int, *, tight: bool) -> str:
    is_loose = item.rank < rank or (tight and item.rank == rank)
    return f"({item.text})" if is_loose else item.text


def _binary(
    sign: str, rank: int, compute: Callable[[Any, Any], Any], left: Operand, right: Operand
) -> Formula:
    first, second = formula(left), formula(right)
    is_tight = sign in ("-", "/", "^") or rank == COMPARE
    text = _bound(first, rank, tight=rank in (COMPARE, POWER)) + sign
    return Formula(
        text + _bound(second, rank, tight=is_tight), computed(compute, first, second), rank
    )


def _compared(
    sign: str, compare: Callable[[Any, Any], Any], left: Operand, right: Operand
) -> Formula:
    """A comparison of numbers; any text is greater than any number, as spreadsheets have it."""
    first, second = formula(left), formula(right)
    made = _binary(sign, COMPARE, compare, first, second)
    texts = isinstance(first.value, str), isinstance(second.value, str)
    errors = any(isinstance(item.value, CellError) for item in (first, second))
    return made if errors or not any(texts) else Formula(made.text, compare(*texts), COMPARE)


def computed(compute: Callable[..., Any], *operands: Formula) -> Any:
    """What a computation comes to: an operand's error first, empty cells as 0, text as an error."""
    values = [_number(item.value) for item in operands]
    for value in values:
        if isinstance(value, CellError):
            return value
    try:
        return compute(*values)
    except (OverflowError, ValueError):
        return NUMBER


def _number(value: Any) -> Any:
    if value is None:
        return 0.0
    return VALUE if isinstance(value, str) else value


def _divide(left: Any, right: Any) -> Any:
    return DIVISION if isinstance(right, float | int) and right == 0 else left / right


def _power(left: Any, right: Any) -> Any:
    return NUMBER if left == 0 and np.any(np.less_equal(right, 0)) else left**right


def same(left: Any, right: Any) -> Any:
    """Whether a spreadsheet finds two values the same: text without case, empty as 0 or blank."""
    for value in (left, right):
        if isinstance(value, CellError):
            return value
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        return np.equal(_number(left), _number(right))
    if left is None:
        left = "" if isinstance(right, str) else 0.0
    if right is None:
        right = "" if isinstance(left, str) else 0.0
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    return not isinstance(left, str) and not isinstance(right, str) and bool(left == right)
