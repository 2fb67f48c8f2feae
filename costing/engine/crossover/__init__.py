"""Where two strategies' costs cross over volume, staircases and curved cache costs included."""

from costing.engine.crossover.search import Effort
from costing.engine.crossover.solver import (
    cheaper_intervals,
    find_crossover,
    find_crossovers,
    first_crossing,
)

__all__ = ["Effort", "cheaper_intervals", "find_crossover", "find_crossovers", "first_crossing"]
