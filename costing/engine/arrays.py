"""The array types that the engine computes with."""

from collections.abc import Iterable
from functools import reduce
from operator import add
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]
IndexArray: TypeAlias = NDArray[np.intp]


def summed(parts: Iterable[FloatArray]) -> FloatArray:
    """The sum of some arrays, each broadcast to the others; there must be one."""
    return reduce(add, parts)
