"""Points that pages and papers need to draw the engine's answers: cost curves with their steps."""

from dataclasses import dataclass

import numpy as np

from costing.engine.arrays import FloatArray
from costing.engine.crossover import find_crossover
from costing.engine.crossover.curve import CostCurve, cost_curves
from costing.engine.inputs import Scenario
from costing.engine.results import Crossover

POINTS = 120
MAX_DRAWN_STEPS = 2_000
"""More steps than this cannot be told apart in a drawing; the curve is then only sampled."""

MARGIN = 1.25

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class CurvePicture:
    """Two strategies' cost over volume: points of (requests per month, USD per month), ascending.

    A step of the staircase has two points of the same volume, below and above it.
    """

    from_strategy: str
    to_strategy: str
    low_requests_per_month: float
    high_requests_per_month: float
    from_points: tuple[Point, ...]
    to_points: tuple[Point, ...]


def curve_picture(
    scenario: Scenario,
    from_strategy: str,
    to_strategy: str,
    *,
    low_requests_per_month: float = 0.0,
    high_requests_per_month: float | None = None,
    points: int = POINTS,
) -> CurvePicture:
    """Section 5's two curves between two volumes, every replica step included.

    Without an upper volume the picture shows the present one, every crossing and dominance.
    ValueError unless 0 <= low < high and there are at least two points.
    """
    high = high_requests_per_month
    if high is None:
        crossover = find_crossover(scenario, from_strategy, to_strategy)
        high = interesting_volume(scenario, crossover)
    first, second = map(scenario.priced_as, (from_strategy, to_strategy))
    curves = cost_curves(scenario, (first, second))
    pair = (from_strategy, to_strategy)
    return picture_of(pair, (curves[first], curves[second]), low_requests_per_month, high, points)


def picture_of(
    pair: tuple[str, str],
    curves: tuple[CostCurve, CostCurve],
    low: float,
    high: float,
    points: int = POINTS,
) -> CurvePicture:
    """Two curves that go by these names, between two volumes in requests per month.

    ValueError unless 0 <= low < high and there are at least two points.
    """
    if not 0.0 <= low < high or points < 2:
        raise ValueError("A picture needs volumes with 0 <= low < high and two points or more.")
    first, second = (_points(curve, low, high, points) for curve in curves)
    return CurvePicture(*pair, low, high, first, second)


def interesting_volume(scenario: Scenario, crossover: Crossover) -> float:
    """Requests per month up to which a picture shows all that matters, and a margin."""
    ends = [end for interval in crossover.cheaper_intervals for end in interval if end is not None]
    return MARGIN * max([scenario.workload.requests_per_month, *ends]) or 1.0


def _points(curve: CostCurve, low: float, high: float, points: int) -> tuple[Point, ...]:
    volumes = np.linspace(low, high, points)
    usd = curve.usd(volumes)
    staircase = curve.staircase
    if staircase is not None and staircase.count(low, high) <= MAX_DRAWN_STEPS:
        edges, rises = staircase.steps(low, high)
        start_usd = staircase.usd(staircase.first_index(low))
        before = curve.smooth_usd(edges) + _levels(edges, rises, start_usd)
        volumes = np.concatenate((volumes, edges, edges))
        usd = np.concatenate((usd, before, before + rises))
    order = np.lexsort((usd, volumes))
    return tuple(zip(volumes[order].tolist(), usd[order].tolist(), strict=True))


def _levels(edges: FloatArray, rises: FloatArray, start_usd: float) -> FloatArray:
    """The staircase's USD at each edge, before it rises there."""
    order = np.argsort(edges, kind="stable")
    climbed = np.cumsum(rises[order]) - rises[order]
    levels = np.empty_like(rises)
    levels[order] = start_usd + climbed
    return levels
