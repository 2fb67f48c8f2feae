"""What applications may choose, and choices of the first of them, as arrays of a row each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from costing.engine.arrays import BoolArray, FloatArray, IndexArray
from costing.engine.assignment.units import Asked, AskedTogether


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

    def at(self, rows: IndexArray | slice) -> "Options":
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
class Every:
    """The options of all applications, one below the other; `owners` says whose each is.

    Those of each application begin at its place in `starts`.
    """

    options: Options
    owners: IndexArray
    starts: IndexArray

    @classmethod
    def of(cls, options: Options, sizes: Sequence[int]) -> "Every":
        """`sizes` says how many options each application has."""
        owners = np.repeat(np.arange(len(sizes)), sizes)
        return cls(options, owners, np.cumsum([0, *sizes[:-1]]))

    @property
    def sizes(self) -> list[int]:
        """How many options each application has."""
        sizes: list[int] = np.diff([*self.starts, len(self.owners)]).tolist()
        return sizes

    @property
    def each(self) -> list[Options]:
        """The options of each application by itself."""
        ends = [*self.starts[1:].tolist(), len(self.owners)]
        return [self.options.at(slice(*each)) for each in zip(self.starts, ends, strict=True)]

    def least(self, usd: FloatArray) -> FloatArray:
        """The least of each application's options."""
        found: FloatArray = np.minimum.reduceat(usd, self.starts, axis=0)
        return found

    def cheapest(self, usd: FloatArray) -> list[IndexArray]:
        """The place of the cheapest option of each application, the first of those."""
        parts = np.split(usd, self.starts[1:])
        return [part.argmin(axis=0) for part in parts]

    def at(self, is_kept: BoolArray) -> "Every":
        """Some of them."""
        sizes = np.add.reduceat(is_kept, self.starts, dtype=np.intp).tolist()
        return Every.of(self.options.at(np.flatnonzero(is_kept)), sizes)


def joined(parts: Sequence[Options]) -> Every:
    """The options of several applications."""
    asked = [each.asked for each in parts]
    options = Options(
        np.concatenate([each.columns for each in parts]),
        np.concatenate([each.usd for each in parts]),
        np.concatenate([each.hourly for each in parts]),
        np.concatenate([each.is_hosted for each in parts]),
        Asked(
            np.concatenate([each.load for each in asked]),
            np.concatenate([each.usd for each in asked]),
            np.concatenate([each.is_on for each in asked]),
        ),
        np.concatenate([each.least_units_usd for each in parts]),
    )
    return Every.of(options, [len(each.columns) for each in parts])


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
