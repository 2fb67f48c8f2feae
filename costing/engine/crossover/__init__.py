"""Where two strategies' costs cross over volume, staircases and curved cache costs included.

Pure: NumPy only; no Django, no clock, no I/O.
"""

from costing.engine.crossover.solver import Crossover, cheaper_intervals, find_crossover

__all__ = ["Crossover", "cheaper_intervals", "find_crossover"]
