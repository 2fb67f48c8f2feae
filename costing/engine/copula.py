"""A Gaussian copula: evenly drawn shares of inputs that move together (section 17)."""

from collections.abc import Iterable, Sequence

import numpy as np

from costing.engine.arrays import FloatArray
from costing.engine.inputs.correlations import Correlation, paths_of

LEAST_SHARE = 1e-12
"""No share is nearer to 0 or 1, where a normal score is infinite."""
TOLERANCE = 1e-9


def are_possible(correlations: Sequence[Correlation]) -> bool:
    """Whether all can hold at once: their matrix has no negative eigenvalue."""
    matrix = _matrix(correlations, dict.fromkeys(paths_of(correlations)))
    return bool(np.linalg.eigvalsh(matrix).min() >= -TOLERANCE)


def moved_together(
    points: FloatArray, paths: Iterable[str], correlations: Sequence[Correlation]
) -> FloatArray:
    """The points, a column for each path, with the stated correlations; other columns stay."""
    matrix = _matrix(correlations, paths)
    columns = np.flatnonzero((matrix != np.eye(len(matrix))).any(axis=0))
    if not columns.size:
        return points
    from scipy.special import ndtr, ndtri  # imported late: most estimates need no SciPy

    values, vectors = np.linalg.eigh(matrix[np.ix_(columns, columns)])
    root = vectors * np.sqrt(np.maximum(values, 0.0)) @ vectors.T
    shares = np.clip(points[:, columns], LEAST_SHARE, 1.0 - LEAST_SHARE)
    moved = points.copy()
    moved[:, columns] = ndtr(ndtri(shares) @ root)
    return moved


def _matrix(correlations: Sequence[Correlation], paths: Iterable[str]) -> FloatArray:
    """The correlation of each two of these paths; 0 where none is stated."""
    places = {path: place for place, path in enumerate(paths)}
    matrix = np.eye(len(places))
    for each in correlations:
        if each.a in places and each.b in places:
            pair = places[each.a], places[each.b]
            matrix[pair] = matrix[pair[::-1]] = each.value
    return matrix
