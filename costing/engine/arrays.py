"""The array types that the engine computes with."""

from collections.abc import Callable, Iterable
from functools import reduce
from operator import add
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]
IndexArray: TypeAlias = NDArray[np.intp]
AT_ONCE = 4_096


def summed(parts: Iterable[FloatArray]) -> FloatArray:
    """The sum of some arrays, each broadcast to the others; there must be one."""
    return reduce(add, parts)


def spread(part: FloatArray, columns: IndexArray, count: int) -> FloatArray:
    """Figures at some places of so many on the last axis, and 0 elsewhere."""
    whole = np.zeros((*part.shape[:-1], count))
    whole[..., columns] = part
    return whole


def in_parts(usd: Callable[[FloatArray], FloatArray], volumes: FloatArray) -> FloatArray:
    """What is wide by volume, worked out for some thousand volumes at a time."""
    starts = range(0, len(volumes), AT_ONCE)
    parts = [usd(volumes[first : first + AT_ONCE]) for first in starts]
    return np.concatenate([np.zeros(0), *parts])


def any_of(condition: Any) -> bool:
    """Whether a condition holds anywhere; a single one is told without arrays."""
    return bool(condition.any() if isinstance(condition, np.ndarray) else condition)


def minimum(one: Any, other: Any) -> Any:
    """`np.minimum`; of two single figures without arrays."""
    if isinstance(one, float | int) and isinstance(other, float | int):
        return min(one, other)
    return np.minimum(one, other)


def where(condition: Any, one: Any, other: Any) -> Any:
    """`np.where`; a single condition is decided without arrays, which take ten times as long."""
    if isinstance(condition, bool | np.bool_):
        return one if condition else other
    return np.where(condition, one, other)
