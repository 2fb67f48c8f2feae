"""Provisioned units in the choice of each application's levers: they couple applications, too.

With n units a month costs n·fee + Σ hours·usd·max(0, 1 − n/load) for the calls of all. Part of the
fee may be laid on each hour; an hour then costs at least the smaller of its calls as they go and
its load at that price. Such a bound adds up over applications, whatever the prices are that come to
the fee together. The cost never falls with more calls, so that of a part of them is a bound, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from costing.engine.arrays import BoolArray, FloatArray, IndexArray, summed
from costing.engine.inputs.commitments import Provisioned
from costing.engine.provisioned import UnitPrices, saved_by_unit, usd_together
from costing.engine.shared_units import UnitsDemand
from costing.engine.units import HOURS_PER_MONTH, HOURS_PER_WEEK

AT_ONCE = 128
"""So many choices are priced at once that they stay in the processor's cache."""
KEPT = 1.0 - 1e-12
"""A bound is this share of what it comes to: sums are rounded."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What choices ask of the units of each model: a row each, then by model.

    `load` in units and `usd` as the calls go are by hour of the week, too.
    """

    load: FloatArray
    usd: FloatArray
    is_on: BoolArray

    @property
    def is_any(self) -> bool:
        """Whether any of the choices uses a model whose units are shared."""
        return bool(self.is_on.any())

    @classmethod
    def nothing(cls, rows: int, models: int, hours: int) -> "Asked":
        none = np.zeros((rows, models, hours))
        return cls(none, none, np.zeros((rows, models), dtype=np.bool_))

    def __add__(self, other: "Asked") -> "Asked":
        return Asked(self.load + other.load, self.usd + other.usd, self.is_on | other.is_on)

    def at(self, rows: IndexArray | slice) -> "Asked":
        """That of some of the choices."""
        return Asked(self.load[rows], self.usd[rows], self.is_on[rows])


@dataclass(frozen=True, slots=True, eq=False)
class AskedTogether:
    """What choices of some applications ask with those of another; added up for some of them."""

    first: Asked
    second: Asked
    first_rows: IndexArray
    second_rows: IndexArray

    @property
    def is_any(self) -> bool:
        """Whether any of the choices uses a model whose units are shared."""
        return self.first.is_any or self.second.is_any

    def at(self, rows: IndexArray) -> Asked:
        """That of some of the choices."""
        return self.first.at(self.first_rows[rows]) + self.second.at(self.second_rows[rows])


def asked_by_set(
    demands: Mapping[str, UnitsDemand], sections: Sequence[str], weights: FloatArray, sets: int
) -> Asked:
    """What each lever set of an application asks; `weights` are those of its week."""
    if not sections:
        return Asked.nothing(sets, 0, len(weights))
    none = np.zeros(sets)
    rows = [demands.get(section) for section in sections]
    load, usd, is_on = (
        np.stack([none if each is None else getattr(each, name) + none for each in rows], axis=1)
        for name in ("load", "usd", "is_on")
    )
    return Asked(load[..., None] * weights, usd[..., None] * weights, is_on > 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class SharedTerms:
    """The models whose units are shared, and how many hours of the week are alike."""

    terms: Mapping[str, Provisioned]
    hours: FloatArray
    prices: UnitPrices

    @classmethod
    def of(cls, terms: Mapping[str, Provisioned], hours: FloatArray) -> "SharedTerms":
        return cls(terms, hours, UnitPrices.of(terms.values()))

    @property
    def width(self) -> int:
        """How many figures say what a choice asks."""
        return len(self.terms) * len(self.hours)

    def usd(self, asked: Asked) -> FloatArray:
        """USD a month of each choice, for the units that cost least and what is beyond them."""
        parts = [slice(first, first + AT_ONCE) for first in range(0, len(asked.load), AT_ONCE)]
        paid = [
            usd_together(asked.load[rows], asked.usd[rows], self.hours, self.prices)
            for rows in parts
        ]
        whole = np.concatenate([np.zeros((0, len(self.terms))), *paid])
        return summed(np.where(asked.is_on, whole, 0.0).T)

    def even_prices(self) -> FloatArray:
        """The fee of each model's unit, laid on all hours alike."""
        fees = np.array([self._fee(terms) for terms in self.terms.values()])
        prices: FloatArray = fees[:, None] / HOURS_PER_WEEK * self.hours
        return prices

    def prices_by_choice(self, asked: Asked) -> FloatArray:
        """The fee of each model's unit, laid on the hours that fill it, for each of some choices.

        By these the bound is what such a choice costs, but for whole units.
        """
        prices = np.zeros_like(asked.load)
        for place, terms in enumerate(self.terms.values()):
            load = asked.load[:, place]
            saved = saved_by_unit(load, asked.usd[:, place] * self.hours)
            order = np.argsort(-load, axis=-1, kind="stable")
            heaviest = np.take_along_axis(saved, order, -1)
            left = self._fee(terms) - np.cumsum(heaviest, axis=-1) + heaviest
            np.put_along_axis(prices[:, place], order, np.clip(left, 0.0, heaviest), -1)
        return prices

    def least_usd(self, asked: Asked, prices: FloatArray) -> FloatArray:
        """USD a month that each choice costs at least, by the fees laid on hours."""
        usd = np.minimum(asked.usd * self.hours, asked.load * prices).sum(axis=(1, 2))
        least: FloatArray = usd * KEPT
        return least

    @staticmethod
    def _fee(terms: Provisioned) -> float:
        return HOURS_PER_MONTH * terms.usd_per_unit_hour
