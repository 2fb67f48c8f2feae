"""The spreadsheet functions that the workbook uses, each with its value; pure: NumPy only."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from reports.documents.workbook.formula import (
    MISSING,
    CellError,
    Formula,
    Operand,
    computed,
    formula,
    same,
)


def _call(name: str, value: Any, *arguments: Operand) -> Formula:
    return Formula(f"{name}({','.join(formula(item).text for item in arguments)})", value)


def when(condition: Operand, then: Operand, otherwise: Operand) -> Formula:
    """IF: only the branch that is taken has a say in the value."""
    asked = formula(condition).value
    branch = then if not isinstance(asked, CellError) and asked else otherwise
    value = asked if isinstance(asked, CellError) else formula(branch).value
    return _call("IF", 0.0 if value is None else value, condition, then, otherwise)


def all_of(*conditions: Formula) -> Formula:
    """AND."""
    return _call("AND", _first_error(conditions, all), *conditions)


def any_of(*conditions: Formula) -> Formula:
    """OR."""
    return _call("OR", _first_error(conditions, any), *conditions)


def negate(condition: Formula) -> Formula:
    """NOT."""
    is_error = isinstance(condition.value, CellError)
    return _call("NOT", condition.value if is_error else not condition.value, condition)


def _first_error(conditions: Sequence[Formula], combine: Callable[..., Any]) -> Any:
    values = [item.value for item in conditions]
    errors = [value for value in values if isinstance(value, CellError)]
    return errors[0] if errors else combine(bool(value) for value in values)


def is_number(item: Formula) -> Formula:
    """ISNUMBER."""
    return _call("ISNUMBER", _is_number(item.value), item)


def _is_number(value: Any) -> bool:
    return isinstance(value, float | int | np.number) and not isinstance(value, bool | np.bool_)


def _numbers(items: Sequence[Operand]) -> Any:
    """The numbers among cells and ranges, as SUM, COUNT, MIN and MAX take them, or an error."""
    found: list[float] = []
    for item in items:
        value = formula(item).value
        for entry in value if isinstance(value, list | np.ndarray) else [value]:
            if isinstance(entry, CellError):
                return entry
            if _is_number(entry):
                found.append(float(entry))
    return found


def _over(name: str, compute: Callable[[list[float]], Any], items: Sequence[Operand]) -> Formula:
    found = _numbers(items)
    return _call(name, found if isinstance(found, CellError) else compute(found), *items)


def total(*items: Operand) -> Formula:
    """SUM of cells and ranges; text and empty cells add nothing."""
    return _over("SUM", math.fsum, items)


def count(*items: Operand) -> Formula:
    """COUNT of the numbers in cells and ranges."""
    return _over("COUNT", len, items)


def lowest(*items: Operand) -> Formula:
    """MIN of the numbers in cells and ranges."""
    return _over("MIN", lambda found: min(found, default=0.0), items)


def highest(*items: Operand) -> Formula:
    """MAX of the numbers in cells and ranges."""
    return _over("MAX", lambda found: max(found, default=0.0), items)


def small(cells: Formula, place: Operand) -> Formula:
    """SMALL: the number at a place, counted from 1, of the sorted numbers of a range."""
    found = _numbers([cells])
    at = int(formula(place).value)
    value = found if isinstance(found, CellError) else sorted(found)[at - 1]
    return _call("SMALL", value, cells, place)


def product_sum(array: Formula) -> Formula:
    """SUMPRODUCT of one expression over ranges."""
    value = array.value if isinstance(array.value, CellError) else float(np.sum(array.value))
    return _call("SUMPRODUCT", value, array)


def absolute(item: Formula) -> Formula:
    """ABS, of an array element by element."""
    return _call("ABS", computed(abs, item), item)


def exponential(item: Formula) -> Formula:
    """EXP, of an array element by element."""
    return _call("EXP", computed(np.exp, item), item)


def round_up(item: Formula) -> Formula:
    """ROUNDUP to whole numbers, away from zero, of an array element by element."""

    def away(value: Any) -> Any:
        return np.sign(value) * np.ceil(np.abs(value))

    return _call("ROUNDUP", computed(away, item), item, 0)


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
    value = errors[0] if errors else cells.value[int(number) - 1]
    return _call("INDEX", value, cells, place)


def place_of(item: Operand, cells: Formula) -> Formula:
    """MATCH exactly: the place of a value in a range, counted from 1."""
    wanted = formula(item).value
    if isinstance(cells.value, CellError):
        return _call("MATCH", cells.value, item, cells, 0)
    places = [n for n, value in enumerate(cells.value, start=1) if same(value, wanted) is True]
    return _call("MATCH", float(places[0]) if places else MISSING, item, cells, 0)


def otherwise(item: Formula, fallback: Operand) -> Formula:
    """IFERROR."""
    is_error = isinstance(item.value, CellError)
    return _call("IFERROR", formula(fallback).value if is_error else item.value, item, fallback)


def missing() -> Formula:
    """NA(): a point that a chart leaves out."""
    return _call("NA", MISSING)
