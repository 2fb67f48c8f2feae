"""What units cost at least that applications share, for partial choices and what is left to choose.

An hour of the week costs at least the smaller of all calls in it as they go and of their load at a
price. Over what a call costs as it goes, per load, that is concave: between the least and the most
that it can be for the whole choice it is nowhere below the straight line between both ends. Such a
line adds up over applications, and the ends come closer with every application that is decided.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from math import inf
from operator import add

import numpy as np

from costing.engine.arrays import FloatArray, IndexArray
from costing.engine.assignment.options import Options, Partial
from costing.engine.assignment.units import Asked, SharedTerms

ROUNDS = 4
SLACK = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """The applications that are left to choose for: what they may ask of units, by model and hour.

    `low` and `high` bound their load, `cheap` and `dear` the USD of a load as it goes. `usual` is
    what they ask by a choice that is known. All their options are below one another, those of each
    from its `starts` on: `usd`, `hourly`, and a column of `asked`.
    """

    starts: IndexArray
    usd: FloatArray
    hourly: FloatArray
    is_hosted: bool
    low: FloatArray
    high: FloatArray
    cheap: FloatArray
    dear: FloatArray
    usual: Asked
    asked: FloatArray

    @classmethod
    def of(cls, options: Sequence[Options], usual: IndexArray, hours: FloatArray) -> "Rest":
        """`usual` are the places of the known choice."""
        load, usd = (
            _padded([getattr(each.asked, name) for each in options]) for name in ("load", "usd")
        )
        low, high = load.min(axis=1).sum(axis=0), load.max(axis=1).sum(axis=0)
        cheap, dear = _ends(load, usd, low)
        known = _asked_by(options, usual)
        sizes = [len(each.columns) for each in options]
        asked = [
            np.concatenate([each.asked.load * hours, each.asked.usd * hours], axis=2)
            for each in options
        ]
        return cls(
            starts=np.cumsum([0, *sizes[:-1]]),
            usd=np.concatenate([each.usd for each in options]),
            hourly=np.concatenate([each.hourly for each in options]),
            is_hosted=any(each.is_hosted.any() for each in options),
            low=low,
            high=high,
            cheap=cheap,
            dear=dear,
            usual=known,
            asked=np.concatenate(asked).reshape(sum(sizes), -1).T,
        )


def _asked_by(options: Sequence[Options], places: IndexArray) -> Asked:
    """What a choice asks, one row."""
    pairs = zip(options, places, strict=True)
    return reduce(add, (each.asked.at(np.array([place])) for each, place in pairs))


def _padded(parts: Sequence[FloatArray]) -> FloatArray:
    """Options of all applications in one array, the first again where one has fewer."""
    most = max(map(len, parts))
    return np.stack([np.concatenate([each, *[each[:1]] * (most - len(each))]) for each in parts])


def _ends(load: FloatArray, usd: FloatArray, low: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The least and the most that a load costs as it goes, of all ways to choose."""
    is_some = load > 0.0
    each = np.where(is_some, usd / np.where(is_some, load, 1.0), np.nan)
    is_any = is_some.any(axis=(0, 1))
    ends = []
    for sign in (1.0, -1.0):
        bound = np.where(
            is_any, np.nanmin(np.where(is_some, sign * each, np.inf), axis=(0, 1)), 0.0
        )
        price = np.where(
            is_any, -np.nanmin(np.where(is_some, -sign * each, np.inf), axis=(0, 1)), 0.0
        )
        for _ in range(ROUNDS):
            left = sign * usd - price * load
            at = left.argmin(axis=1)[:, None]
            left, taken, cost = (
                np.take_along_axis(part, at, 1)[:, 0].sum(axis=0)
                for part in (left, load, sign * usd)
            )
            found = price + np.where(low > 0.0, left / np.where(low > 0.0, low, 1.0), -np.inf)
            bound = np.maximum(bound, found)
            price = np.where(taken > 0.0, cost / np.where(taken > 0.0, taken, 1.0), price)
        ends.append(sign * bound)
    return ends[0], ends[1]


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A search's way: the applications in turn, and what bounds their choices from below.

    `prices` are of a replica's load by hour, `upkeep` of a pool. `means` are of the ways to price
    tokens, `kept` what a USD of units costs by each. By application `left` is what its tokens cost
    at least, `left_loaded` the same with a pool's load and shared units.
    """

    options: Sequence[Options]
    prices: FloatArray
    upkeep: float
    means: FloatArray
    kept: FloatArray
    left: Sequence[FloatArray]
    left_loaded: Sequence[FloatArray]

    @classmethod
    def of(
        cls,
        options: Sequence[Options],
        prices: FloatArray,
        upkeep: float,
        means: FloatArray,
        kept: FloatArray,
    ) -> "Way":
        left = [(each.usd @ means).min(axis=0) for each in options]
        loaded = [loaded_usd(each, prices, means, kept).min(axis=0) for each in options]
        return cls(options, prices, upkeep, means, kept, left, loaded)

    def with_options(self, options: Sequence[Options], kept: FloatArray) -> "Way":
        """The same with other options of each application."""
        return Way.of(options, self.prices, self.upkeep, self.means, kept)

    def at(self, order: IndexArray) -> "Way":
        """The same in another order."""
        options, left, loaded = (
            [each[place] for place in order] for each in (self.options, self.left, self.left_loaded)
        )
        return replace(self, options=options, left=left, left_loaded=loaded)

    def _loaded(self, place: int) -> FloatArray:
        return loaded_usd(self.options[place], self.prices, self.means, self.kept)

    def widest_first(self) -> IndexArray:
        """Those first whose options differ most in what they cost."""
        usd = [each.usd.max(axis=1) + each.asked.usd.sum(axis=(1, 2)) for each in self.options]
        return np.argsort([-float(np.ptp(each)) for each in usd], kind="stable")

    def cheapest(self) -> IndexArray:
        """The option of each application whose bound is the least."""
        bounds = [self._loaded(place).max(axis=(1, 2)) for place in range(len(self.options))]
        return np.array([int(each.argmin()) for each in bounds])

    def left_usd(self, place: int) -> FloatArray | int:
        """USD at least of the tokens of those after this place."""
        return sum(self.left[place + 1 :])

    def pool_usd(self, partial: Partial, spare: float = 0.0) -> FloatArray:
        """USD at least of a pool with so many spare replicas, a little less for rounding."""
        hourly = partial.hourly + spare * (partial.hourly > 0.0) if spare else partial.hourly
        usd: FloatArray = hourly @ self.prices + partial.is_hosted * self.upkeep
        return usd

    @property
    def rounded_usd(self) -> float:
        """What rounding of loads may come to."""
        return SLACK * float(self.prices.sum())

    def bound(self, partial: Partial, place: int) -> FloatArray:
        """USD at least of choices down to this place."""
        usd = bounds_usd(partial, self.means, self.kept) + sum(self.left_loaded[place + 1 :])
        bound: FloatArray = usd.max(axis=(1, 2)) + self.pool_usd(partial) - self.rounded_usd
        return bound

    def bound_of_pairs(self, partial: Partial, place: int) -> FloatArray:
        """The same of choices down to the place before, with each option of this one."""
        each = self.options[place]
        mine = bounds_usd(partial, self.means, self.kept) + self.pool_usd(partial)[:, None, None]
        own = self._loaded(place) + sum(self.left_loaded[place + 1 :])
        bound = np.full((len(partial.usd), len(each.usd)), -inf)
        for at in np.ndindex(mine.shape[1:]):
            np.maximum(bound, mine[:, *at, None] + own[:, *at], out=bound)
        begins = (partial.is_hosted[:, None] == 0.0) & (each.is_hosted > 0.0)
        bound += begins * self.upkeep - self.rounded_usd
        return bound.ravel()

    def least_by_option(
        self, rest: "Rest", units_usd: FloatArray, means: FloatArray, kept: FloatArray
    ) -> FloatArray:
        """USD at least of all together with each option of one, the others as is cheapest."""
        priced = rest.usd @ means + (rest.hourly @ self.prices)[:, None]
        priced = priced + units_usd[:, None] * (kept @ means)
        least = np.minimum.reduceat(priced, rest.starts, axis=0)
        sizes = np.diff([*rest.starts, len(priced)])
        usd: FloatArray = least.sum(axis=0) + priced - np.repeat(least, sizes, axis=0)
        return usd - self.rounded_usd

    def least_usd(
        self, rest: "Rest", units_usd: FloatArray, kept: FloatArray, part: float
    ) -> FloatArray:
        """USD at least of those that are left, with a part of what a pool's load costs.

        `units_usd` is what their options cost of units.
        """
        priced = rest.usd @ self.means + part * (rest.hourly @ self.prices)[:, None]
        found = [
            np.minimum.reduceat(units_usd * share + each, rest.starts, axis=1).sum(axis=1)
            for share, each in zip(kept @ self.means, priced.T, strict=True)
        ]
        usd: FloatArray = np.stack(found, axis=1) - part * self.rounded_usd
        return usd


def bounds_usd(choices: Options | Partial, means: FloatArray, kept: FloatArray) -> FloatArray:
    """USD of each at least without the pool, by way to lay units' fees and to price tokens."""
    units = choices.least_units_usd[:, :, None] * (kept @ means)
    usd: FloatArray = (choices.usd @ means)[:, None, :] + units
    return usd


def loaded_usd(
    options: Options, prices: FloatArray, means: FloatArray, kept: FloatArray
) -> FloatArray:
    """The same with a pool's load."""
    loaded = (options.hourly @ prices)[:, None, None]
    usd: FloatArray = bounds_usd(options, means, kept) + loaded
    return usd


def linear_usd(terms: SharedTerms, asked: Asked, rest: Rest) -> tuple[FloatArray, FloatArray]:
    """USD a month of units at least: of each partial choice, and of each option that is left."""
    together = Asked(asked.load + rest.usual.load, asked.usd + rest.usual.usd, asked.is_on)
    price = terms.prices_by_choice(together) / terms.hours
    cheap, dear = _between(asked, rest)
    wide = dear - cheap
    part = np.where(wide > 0.0, (price - cheap) / np.where(wide > 0.0, wide, 1.0), price >= cheap)
    part = np.clip(part, 0.0, 1.0)
    of_load = np.where(price < cheap, price, cheap * (1.0 - part))
    own = ((of_load * asked.load + part * asked.usd) * terms.hours).sum(axis=(1, 2))
    weights = np.concatenate([of_load, part], axis=2).reshape(len(own), -1)
    return own, weights @ rest.asked


def _between(asked: Asked, rest: Rest) -> tuple[FloatArray, FloatArray]:
    """What a load of the whole choice costs as it goes, at least and at most."""
    ends = []
    for price, extreme in ((rest.cheap, np.minimum), (rest.dear, np.maximum)):
        found = []
        for more in (rest.low, rest.high):
            load = asked.load + more
            usd = asked.usd + price * more
            found.append(np.where(load > 0.0, usd / np.where(load > 0.0, load, 1.0), np.nan))
        first, second = found
        ends.append(np.nan_to_num(np.where(np.isnan(first), second, extreme(first, second))))
    return ends[0], ends[1]
