"""The array types that the engine computes with."""

from collections.abc import Iterable
from functools import reduce
from operator import add
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]
IndexArray: TypeAlias = NDArray[np.intp]


def summed(parts: Iterable[FloatArray]) -> FloatArray:
    """The sum of some arrays, each broadcast to the others; there must be one."""
    return reduce(add, parts)


def where(condition: Any, one: Any, other: Any) -> Any:
    """`np.where`; a single condition is decided without arrays, which take ten times as long."""
    if isinstance(condition, bool | np.bool_):
        return one if condition else other
    return np.where(condition, one, other)
