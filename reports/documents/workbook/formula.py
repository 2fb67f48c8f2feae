"""Spreadsheet formulas and functions that know their value; pure: NumPy only, no Django, no I/O.

A `Formula` carries its text and what it comes to, computed as Excel and LibreOffice compute it, so
that what is written as the cached value of a cell is what a recalculation will find.
"""

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial, reduce
from typing import Any

import numpy as np

COMPARE, SUM, PRODUCT, POWER, ATOM = range(1, 6)


@dataclass(frozen=True)
class CellError:
    """The value of a formula that has none."""

    code: str


DIVISION, NUMBER = CellError("#DIV/0!"), CellError("#NUM!")
VALUE, MISSING = CellError("#VALUE!"), CellError("#N/A")


# Values that need no look before they are computed with: no error, text, array or empty cell.
PLAIN = frozenset((float, int, bool, np.float64))


def _operator(
    sign: str, rank: int, compute: Callable[[Any, Any], Any], *, is_reflected: bool = False
) -> Callable[["Formula", "Operand"], "Formula"]:
    """An operator; operands that bind less tightly than the ranks left and right are bracketed."""
    left_rank = rank + (rank in (COMPARE, POWER))
    right_rank = rank + (sign in ("-", "/", "^") or rank == COMPARE)

    def operate(item: "Formula", other: "Operand") -> "Formula":
        first, second = item, other if other.__class__ is Formula else formula(other)
        if is_reflected:
            first, second = second, first
        left = f"({first.text})" if first.rank < left_rank else first.text
        right = f"({second.text})" if second.rank < right_rank else second.text
        value = _combined(rank, compute, first, second)
        return Formula(f"{left}{sign}{right}", value, rank)

    return operate


def _combined(
    rank: int, compute: Callable[[Any, Any], Any], first: "Formula", second: "Formula"
) -> Any:
    """What two operands come to; any text is greater than any number."""
    left, right = values = first.value, second.value
    if left.__class__ in PLAIN and right.__class__ in PLAIN:
        try:
            return compute(left, right)
        except (OverflowError, ValueError):
            return NUMBER
    texts = [isinstance(value, str) for value in values]
    if rank == COMPARE and any(texts) and not any(isinstance(each, CellError) for each in values):
        return compute(*texts)
    return computed(compute, first, second)


def _divide(left: Any, right: Any) -> Any:
    return DIVISION if isinstance(right, float | int) and right == 0 else left / right


def _power(left: Any, right: Any) -> Any:
    return NUMBER if left == 0 and np.any(np.less_equal(right, 0)) else left**right


@dataclass(slots=True, eq=False)
class Formula:
    """An expression: its text without the equals sign, its value, how tightly it binds.

    The value is a number, text, a truth, None of an empty cell, a CellError, or an array. Nothing
    changes one; a workbook makes a hundred thousand, and frozen ones take twice as long to make.
    """

    text: str
    value: Any
    rank: int = ATOM

    __add__ = _operator("+", SUM, operator.add)
    __radd__ = _operator("+", SUM, operator.add, is_reflected=True)
    __sub__ = _operator("-", SUM, operator.sub)
    __rsub__ = _operator("-", SUM, operator.sub, is_reflected=True)
    __mul__ = _operator("*", PRODUCT, operator.mul)
    __rmul__ = _operator("*", PRODUCT, operator.mul, is_reflected=True)
    __truediv__ = _operator("/", PRODUCT, _divide)
    __rtruediv__ = _operator("/", PRODUCT, _divide, is_reflected=True)
    __pow__ = _operator("^", POWER, _power)
    __lt__ = _operator("<", COMPARE, operator.lt)
    __le__ = _operator("<=", COMPARE, operator.le)
    __gt__ = _operator(">", COMPARE, operator.gt)
    __ge__ = _operator(">=", COMPARE, operator.ge)

    def __neg__(self) -> "Formula":
        return Formula(f"-{_bound(self, POWER)}", computed(operator.neg, self), SUM)

    def equals(self, other: "Operand") -> "Formula":
        """Whether both are the same; an empty cell equals empty text and 0."""
        other = formula(other)
        text = f"{_bound(self, COMPARE)}={_bound(other, COMPARE)}"
        return Formula(text, same(self.value, other.value), COMPARE)


Operand = Formula | float | int | str | bool
Cells = Mapping[str, Formula]


def formula(value: Operand) -> Formula:
    """The operand as a formula: numbers and texts become literals."""
    return value if isinstance(value, Formula) else _literal(value)


@lru_cache(maxsize=1024, typed=True)
def _literal(value: float | int | str | bool) -> Formula:
    if isinstance(value, bool):
        return Formula("TRUE" if value else "FALSE", value)
    if isinstance(value, str):
        return Formula('"' + value.replace('"', '""') + '"', value)
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        value = int(value)
    return Formula(repr(value).upper(), value, ATOM if value >= 0 else SUM)


WEEKS_PER_MONTH = Formula("730/168", 730 / 168, PRODUCT)


def _bound(item: Formula, rank: int) -> str:
    return f"({item.text})" if item.rank <= rank else item.text


def computed(compute: Callable[..., Any], *operands: Formula) -> Any:
    """What a computation comes to: an operand's error first, empty cells as 0, text as an error."""
    values = [_number(item.value) for item in operands]
    for value in values:
        if isinstance(value, CellError):
            return value
    return _attempted(compute, values)


def _attempted(compute: Callable[..., Any], values: Iterable[Any]) -> Any:
    try:
        return compute(*values)
    except (OverflowError, ValueError):
        return NUMBER


def _number(value: Any) -> Any:
    if value.__class__ in PLAIN:
        return value
    if value is None:
        return 0.0
    return VALUE if isinstance(value, str) else value


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


def _call(name: str, value: Any, *arguments: Operand) -> Formula:
    texts = [item.text if item.__class__ is Formula else formula(item).text for item in arguments]
    return Formula(f"{name}({','.join(texts)})", value)


def when(condition: Operand, then: Operand, otherwise: Operand) -> Formula:
    """IF: only the branch that is taken has a say in the value."""
    asked = formula(condition).value
    branch = then if not isinstance(asked, CellError) and asked else otherwise
    value = asked if isinstance(asked, CellError) else formula(branch).value
    return _call("IF", 0.0 if value is None else value, condition, then, otherwise)


def _logical(name: str, combine: Callable[..., bool]) -> Callable[..., Formula]:
    def over(*conditions: Formula) -> Formula:
        values = [item.value for item in conditions]
        errors = [value for value in values if isinstance(value, CellError)]
        return _call(name, errors[0] if errors else combine(map(bool, values)), *conditions)

    return over


def _mapped(name: str, compute: Callable[[Any], Any]) -> Callable[[Formula], Formula]:
    """A function of one operand, of an array element by element."""

    def over(item: Formula) -> Formula:
        return _call(name, computed(compute, item), item)

    return over


all_of, any_of = _logical("AND", all), _logical("OR", any)
negate = _mapped("NOT", operator.not_)
absolute, exponential = _mapped("ABS", abs), _mapped("EXP", np.exp)
logarithm = _mapped("LN", math.log)


def is_number(item: Formula) -> Formula:
    return _call("ISNUMBER", _is_number(item.value), item)


def _is_number(value: Any) -> bool:
    if value.__class__ is float:
        return True
    return isinstance(value, float | int | np.number) and not isinstance(value, bool | np.bool_)


def _numbers(items: Sequence[Operand]) -> Any:
    """The numbers among cells and ranges, as SUM, COUNT, MIN and MAX take them, or an error."""
    found: list[float] = []
    for item in items:
        value = formula(item).value
        if isinstance(value, np.ndarray) and value.dtype == np.float64:
            found += value.ravel().tolist()
            continue
        for entry in value if isinstance(value, list | np.ndarray) else [value]:
            if isinstance(entry, CellError):
                return entry
            if _is_number(entry):
                found.append(float(entry))
    return found


def _aggregate(name: str, compute: Callable[[list[float]], Any]) -> Callable[..., Formula]:
    """A function over the numbers in cells and ranges; text and empty cells count for nothing."""

    def over(*items: Operand) -> Formula:
        found = _numbers(items)
        return _call(name, found if isinstance(found, CellError) else compute(found), *items)

    return over


total, count = _aggregate("SUM", math.fsum), _aggregate("COUNT", len)
lowest = _aggregate("MIN", partial(min, default=0.0))
highest = _aggregate("MAX", partial(max, default=0.0))


def added(items: Iterable[Formula]) -> Formula:
    """The sum of formulas; 0 of none."""
    terms = list(items)
    return reduce(operator.add, terms) if terms else formula(0)


def small(cells: Formula, place: Operand) -> Formula:
    """SMALL: the number at a place, counted from 1, of the sorted numbers of a range."""
    found = _numbers([cells])
    at = int(formula(place).value)
    value = found if isinstance(found, CellError) else sorted(found)[at - 1]
    return _call("SMALL", value, cells, place)


def large(cells: Formula, place: Operand) -> Formula:
    """LARGE: the number at a place, counted from 1 and cut to a whole one, greatest first."""
    found = _numbers([cells])
    at = formula(place).value
    for each in (found, at):
        if isinstance(each, CellError):
            return _call("LARGE", each, cells, place)
    is_inside = _is_number(at) and 1 <= at < len(found) + 1
    value = sorted(found, reverse=True)[int(at) - 1] if is_inside else NUMBER
    return _call("LARGE", value, cells, place)


def round_down(item: Formula) -> Formula:
    """ROUNDDOWN to whole numbers, towards zero."""
    return _call("ROUNDDOWN", computed(np.trunc, item), item, 0)


def product_sum(array: Formula) -> Formula:
    """SUMPRODUCT of one expression over ranges."""
    value = array.value if isinstance(array.value, CellError) else float(np.sum(array.value))
    return _call("SUMPRODUCT", value, array)


def array_highest(array: Formula) -> Formula:
    """MAX of one expression over ranges: within SUMPRODUCT every program computes arrays."""
    value = array.value if isinstance(array.value, CellError) else float(np.max(array.value))
    return _call("SUMPRODUCT", value, Formula(f"MAX({array.text})", value))


def round_up(item: Formula) -> Formula:
    """ROUNDUP to whole numbers, away from zero, of an array element by element."""
    value = computed(lambda value: np.sign(value) * np.ceil(np.abs(value)), item)
    return _call("ROUNDUP", value, item, 0)


def remainder(number: Operand, divisor: Operand) -> Formula:
    """MOD of two positive numbers."""
    value = computed(operator.mod, formula(number), formula(divisor))
    return _call("MOD", value, number, divisor)


def rounded(item: Formula, places: int) -> Formula:
    """ROUND, half away from zero, of the number as it is written with 15 digits."""

    def half_up(value: float) -> float:
        scaled = float(f"{abs(value) * 10**places:.15g}")
        return math.copysign(math.floor(scaled + 0.5) / 10**places, value)

    return _call("ROUND", computed(half_up, item), item, places)


def at(cells: Formula, place: Operand) -> Formula:
    """INDEX: the cell at a place of a range, counted from 1."""
    number = formula(place).value
    errors = [item for item in (cells.value, number) if isinstance(item, CellError)]
    if not errors and not _is_number(number):
        errors = [VALUE]
    value = errors[0] if errors else cells.value[int(number) - 1]
    return _call("INDEX", value, cells, place)


def place_of(item: Operand, cells: Formula) -> Formula:
    """MATCH exactly: the place of a value in a range, counted from 1."""
    wanted = formula(item).value
    if isinstance(cells.value, CellError):
        return _call("MATCH", cells.value, item, cells, 0)
    places = [n for n, value in enumerate(cells.value, start=1) if same(value, wanted) is True]
    return _call("MATCH", float(places[0]) if places else MISSING, item, cells, 0)


def missing() -> Formula:
    """NA(): a point that a chart leaves out."""
    return _call("NA", MISSING)
