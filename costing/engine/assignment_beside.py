"""Beside the search: a choice found by changing one application's levers after the other's.

What it costs says which partial choices need not be followed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from costing.engine.arrays import FloatArray, IndexArray
from costing.engine.assignment_options import Options, Partial
from costing.engine.assignment_units import Asked

MOST_CHANGES = 200


@dataclass(frozen=True, slots=True, eq=False)
class _Every:
    """The options of all applications, one below the other; `owners` says whose each is."""

    options: Options
    owners: IndexArray
    starts: IndexArray

    @classmethod
    def of(cls, options: Sequence[Options]) -> "_Every":
        sizes = [len(each.columns) for each in options]
        asked = [each.asked for each in options]
        joined = Options(
            np.concatenate([each.columns for each in options]),
            np.concatenate([each.usd for each in options]),
            np.concatenate([each.hourly for each in options]),
            np.concatenate([each.is_hosted for each in options]),
            Asked(
                np.concatenate([each.load for each in asked]),
                np.concatenate([each.usd for each in asked]),
                np.concatenate([each.is_on for each in asked]),
            ),
            np.concatenate([each.least_units_usd for each in options]),
        )
        owners = np.repeat(np.arange(len(sizes)), sizes)
        return cls(joined, owners, np.cumsum([0, *sizes[:-1]]))

    def changed(self, fees_usd: FloatArray, chosen: IndexArray) -> Partial:
        """A choice with each option in the place of its owner's, a row each."""
        own, rows = self.options, chosen[self.owners]

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
    options: Sequence[Options],
    places: IndexArray,
    fees_usd: FloatArray,
    usd_of: Callable[[Partial], FloatArray],
) -> IndexArray:
    """The places of a choice from which no single change saves anything.

    Begins with `places`; `usd_of` says what choices cost a month.
    """
    every = _Every.of(options)
    chosen, before = every.starts + places, np.inf
    for _ in range(MOST_CHANGES):
        usd = usd_of(every.changed(fees_usd, chosen))
        best = int(usd.argmin())
        if usd[best] >= before * (1.0 - 1e-12):
            break
        before = float(usd[best])
        chosen = chosen.copy()
        chosen[every.owners[best]] = best
    found: IndexArray = chosen - every.starts
    return found
