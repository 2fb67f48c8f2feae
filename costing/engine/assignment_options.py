"""What applications may choose, and choices of the first of them, as arrays of a row each."""

from dataclasses import dataclass

import numpy as np

from costing.engine.arrays import FloatArray, IndexArray
from costing.engine.assignment_units import Asked, AskedTogether


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """What one application may choose: lever sets by column, their USD, and load by hour.

    `usd` has a column for each way to price tokens: one, or two under a commitment. `asked` is what
    they ask of units that all share, `least_units_usd` what that costs at least by way to lay the
    units' fees on hours.
    """

    columns: IndexArray
    usd: FloatArray
    hourly: FloatArray
    is_hosted: FloatArray
    asked: Asked
    least_units_usd: FloatArray

    def at(self, rows: IndexArray) -> "Options":
        """Some of them."""
        return Options(
            self.columns[rows],
            self.usd[rows],
            self.hourly[rows],
            self.is_hosted[rows],
            self.asked.at(rows),
            self.least_units_usd[rows],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """Choices of the first applications, each a row: USD without the pool, load, columns."""

    usd: FloatArray
    hourly: FloatArray
    is_hosted: FloatArray
    asked: Asked | AskedTogether
    least_units_usd: FloatArray
    columns: IndexArray

    @property
    def whole(self) -> Asked:
        """What each choice asks of units that all share."""
        if isinstance(self.asked, Asked):
            return self.asked
        return self.asked.at(np.arange(len(self.usd)))

    def with_each(self, options: Options, pairs: IndexArray | None = None) -> "Partial":
        """Every choice with every option of the next application, or some of these pairs."""
        if pairs is None:
            pairs = np.arange(len(self.usd) * len(options.usd))
        old, new = np.divmod(pairs, len(options.usd))
        return Partial(
            self.usd[old] + options.usd[new],
            self.hourly[old] + options.hourly[new],
            np.maximum(self.is_hosted[old], options.is_hosted[new]),
            AskedTogether(self.whole, options.asked, old, new),
            self.least_units_usd[old] + options.least_units_usd[new],
            np.column_stack((self.columns[old], options.columns[new])),
        )

    def at(self, rows: IndexArray) -> "Partial":
        return Partial(
            self.usd[rows],
            self.hourly[rows],
            self.is_hosted[rows],
            self.asked.at(rows),
            self.least_units_usd[rows],
            self.columns[rows],
        )
