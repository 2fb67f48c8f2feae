"""Beside the search: a choice found by changing one application's levers after the other's.

What it costs says which partial choices need not be followed.
"""

from collections.abc import Callable

import numpy as np

from costing.engine.arrays import FloatArray, IndexArray
from costing.engine.assignment.options import Every, Partial
from costing.engine.assignment.units import Asked

MAX_CHANGES = 200


def _changed(every: Every, fees_usd: FloatArray, chosen: IndexArray) -> Partial:
    """A choice with each option in the place of its owner's, a row each."""
    own, rows = every.options, chosen[every.owners]

    def swapped(each: FloatArray) -> FloatArray:
        # Differences of what is the same may be a little below 0.
        changed: FloatArray = np.maximum(each[chosen].sum(axis=0) - each[rows] + each, 0.0)
        return changed

    is_hosted = swapped(own.is_hosted) > 0.5
    is_on = swapped(own.asked.is_on.astype(np.float64)) > 0.5
    hourly = swapped(own.hourly) * is_hosted[:, None]
    asked = Asked(swapped(own.asked.load), swapped(own.asked.usd), is_on)
    usd = fees_usd + swapped(own.usd)
    hosted = is_hosted.astype(np.float64)
    return Partial(usd, hourly, hosted, asked, own.least_units_usd, rows[:, None])


def changed_for_the_better(
    every: Every,
    places: IndexArray,
    fees_usd: FloatArray,
    usd_of: Callable[[Partial], FloatArray],
) -> IndexArray:
    """The places of a choice from which no single change saves anything.

    Begins with `places`; `usd_of` says what choices cost a month.
    """
    chosen, before = every.starts + places, np.inf
    for _ in range(MAX_CHANGES):
        usd = usd_of(_changed(every, fees_usd, chosen))
        best = int(usd.argmin())
        if usd[best] >= before * (1.0 - 1e-12):
            break
        before = float(usd[best])
        chosen = chosen.copy()
        chosen[every.owners[best]] = best
    found: IndexArray = chosen - every.starts
    return found
