"""The cheapest choices of several lever sets at once, where bounds leave few to price."""

from dataclasses import dataclass, replace

import numpy as np

from costing.engine.arrays import BoolArray, FloatArray, IndexArray
from costing.engine.assignment.bounds import SLACK
from costing.engine.assignment.prices import CLOSE, Prices
from costing.engine.assignment.sets import Begun, Within, least_units_usd

MOST, FEW, FIRST = 2_048, 48, 16
"""A set with more partial choices is left to the search; so many are priced before the others."""
ROUNDS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Few:
    """The cheapest choice of each lever set: rows of the options, and USD.

    The USD is infinite where no choice is cheaper than what is known. `is_few` is false where there
    are too many to price. Where several cost the same, `is_one` is: which of them is taken depends
    on the order in which they are followed.
    """

    usd: FloatArray
    rows: IndexArray
    is_few: BoolArray
    is_one: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """What choices cost at least, by set and by bound: the fees, and each option.

    `priced` is by set, application and place.
    """

    fees: FloatArray
    priced: FloatArray

    @classmethod
    def of(
        cls,
        prices: Prices,
        within: Within,
        begun: Begun,
        fees_usd: FloatArray,
        is_hosting: BoolArray,
    ) -> "Bounds":
        """In sets with a pool someone uses it: a choice without one is one of a smaller set."""
        own, kept, sets = within.every.options, prices.kept @ begun.means, len(within.rows)
        tokens = own.usd[within.rows] @ begun.means[:, None]
        units = begun.least_units_usd[..., None] * kept[:, None, None, None]
        paid = tokens[..., None, :] + units
        pool, least = _pool_usd(prices, within, begun.rows)
        least = np.where(is_hosting[:, None], least + prices.upkeep_usd, 0.0)
        priced = paid[..., None] + pool[..., None, None, :]
        least = least - SLACK * float(prices.hour_usd.sum())
        fees = (fees_usd[:, None] @ begun.means)[..., None] + least[:, None, None, :]
        fees = fees + np.zeros((units.shape[-2], 1, 1))
        return cls(fees.reshape(sets, -1), priced.reshape(*within.rows.shape, -1))


def _pool_usd(prices: Prices, within: Within, rows: IndexArray) -> tuple[FloatArray, FloatArray]:
    """What a pool's load costs at least, and a pool beside that, both in two ways.

    By its load in all hours; and no less than the replicas that run in any case in those hours that
    are light by a choice that is known.
    """
    hourly = within.every.options.hourly
    is_light = hourly[rows].sum(axis=1) < prices.least_replicas
    by_set = hourly @ np.where(is_light, 0.0, prices.hour_usd).T
    light = by_set[within.rows, np.arange(len(rows))[:, None, None]]
    linear = (hourly @ prices.hour_usd)[within.rows]
    least = is_light @ prices.hour_usd * prices.least_replicas
    return np.stack((linear, light), axis=-1), np.stack((np.zeros_like(least), least), axis=-1)


def known_better(prices: Prices, within: Within, begun: Begun, has: BoolArray) -> Begun:
    """What bounds others with units' fees as they suit the cheapest choice known of each set.

    `has` says by set which others it has within it: a choice within them is one of its own, and
    costs less without its fees.
    """
    nearest = np.where(has, begun.usd, np.inf).argmin(axis=1)
    rows, usd = begun.rows[nearest], begun.usd[nearest]
    ways = begun.least_units_usd
    if prices.units.terms:
        chosen = prices.chosen(within.every, rows, np.zeros(len(prices.kept)))
        fees = prices.units.prices_by_choice(chosen.whole)
        ways = np.append(ways[..., 1:], least_units_usd(prices, within, fees)[..., None], axis=3)
    return replace(begun, rows=rows, usd=usd, least_units_usd=ways)


@dataclass(frozen=True, slots=True, eq=False)
class Left:
    """Options that a cheaper choice may have, and the sets that may have one.

    `least` is what the cheapest of each application costs by every bound.
    """

    is_left: BoolArray
    is_open: BoolArray
    least: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """What choices within some sets are priced by; `means` are of the ways to price tokens."""

    prices: Prices
    within: Within
    fees_usd: FloatArray
    means: FloatArray

    def usd(self, rows: IndexArray, sets: IndexArray) -> FloatArray:
        """USD per month of choices of all applications."""
        own = self.within.every, rows, self.fees_usd[sets]
        return self.prices.usd_of(self.prices.chosen(*own, in_turn=True))

    def so_far(self, places: IndexArray, sets: IndexArray) -> FloatArray:
        """USD at least of choices of the first applications, by what those cost together."""
        within, (_, turns) = self.within, places.shape
        rows = np.take_along_axis(within.rows[sets, :turns], places[..., None], 2)[..., 0]
        partial = self.prices.chosen(within.every, rows, self.fees_usd[sets])
        tokens = within.every.options.usd[within.rows[:, turns:]] @ self.means[:, None]
        left = tokens.min(axis=2).sum(axis=1)
        usd = (self.prices.tokens_usd(partial)[:, None] @ self.means[sets])[:, 0] + left[sets]
        so_far: FloatArray = usd.max(axis=1) + self.prices.pool_usd(partial)
        return so_far


@dataclass(frozen=True, slots=True, eq=False)
class Wholes:
    """Whole choices, a row each: their set, places by application, and a bound. `is_few` by set."""

    sets: IndexArray
    places: IndexArray
    bound: FloatArray
    is_few: BoolArray

    def nearest(self, most: int) -> BoolArray:
        """Those with the least bounds of their set, so many of each."""
        order = np.lexsort((self.bound, self.sets))
        begins = np.searchsorted(self.sets[order], self.sets[order])
        is_near = np.empty(len(order), dtype=np.bool_)
        is_near[order] = np.arange(len(order)) - begins < most
        return is_near


def few(terms: Terms, bounds: Bounds, ceilings: FloatArray, has: BoolArray) -> Few:
    """The cheapest choice of each set where few may be cheaper than what is known.

    `ceilings` are what a choice within each set costs that is known; `has` says by set which
    others it has within it.
    """
    ceilings = np.where(has, ceilings, np.inf).min(axis=1)
    left = _without_dear(bounds, terms.within, ceilings * (1.0 + CLOSE))
    wholes = _wholes(terms, bounds, left, ceilings * (1.0 + CLOSE))
    rows = terms.within.rows_at(wholes.places, wholes.sets)
    usd, is_next = np.full(len(rows), np.inf), wholes.nearest(FIRST)
    for _ in range(2):
        usd[is_next] = terms.usd(rows[is_next], wholes.sets[is_next])
        np.minimum.at(ceilings, wholes.sets, usd)
        ceilings = np.where(has, ceilings, np.inf).min(axis=1)
        is_next = (usd == np.inf) & (wholes.bound < (ceilings * (1.0 + CLOSE))[wholes.sets])
        if not is_next.any():
            break
    return _cheapest(wholes, rows, usd)


def _cheapest(wholes: Wholes, rows: IndexArray, usd: FloatArray) -> Few:
    """The cheapest of the whole choices by set."""
    least, first = (np.full(len(wholes.is_few), each) for each in (np.inf, 0))
    np.minimum.at(least, wholes.sets, usd)
    is_least = np.flatnonzero(usd == least[wholes.sets])
    counts = np.bincount(wholes.sets[is_least], minlength=len(least))
    first[wholes.sets[is_least]] = is_least
    found = rows[first] if len(rows) else np.zeros((len(least), rows.shape[1]), dtype=np.intp)
    return Few(least, found, wholes.is_few, counts <= 1)


def _without_dear(bounds: Bounds, within: Within, wanted: FloatArray) -> Left:
    """What is left where each option's bound, with the cheapest of all others, is not too dear.

    Every option left out brings the bounds closer, which may leave out others.
    """
    is_left, is_open = within.is_own, np.ones(len(wanted), dtype=np.bool_)
    for _ in range(ROUNDS):
        each = np.where(is_left[..., None], bounds.priced, np.inf)
        least = each.min(axis=2)
        others = bounds.fees[:, None] + least.sum(axis=1, keepdims=True) - least
        bound = (others[:, :, None] + each).max(axis=3)
        narrower = bound * (1.0 - CLOSE) < wanted[:, None, None]
        is_open &= narrower.any(axis=2).all(axis=1)
        narrower = np.where(is_open[:, None, None], narrower, is_left)
        if np.array_equal(narrower, is_left):
            break
        is_left = narrower
    return Left(is_left, is_open, least)


def _wholes(terms: Terms, bounds: Bounds, left: Left, wanted: FloatArray) -> Wholes:
    """The choices that bounds leave, one application decided after the other."""
    order = np.argsort(~left.is_left, axis=2, kind="stable")
    sizes = left.is_left.sum(axis=2)
    sets = np.flatnonzero(left.is_open)
    is_few = np.ones(len(wanted), dtype=np.bool_)
    usd, bound = bounds.fees[sets], np.zeros(len(sets))
    places = np.zeros((len(sets), 0), dtype=np.intp)
    for turn in range(sizes.shape[1]):
        counts = sizes[sets, turn]
        old = np.repeat(np.arange(len(sets)), counts)
        nth = np.arange(len(old)) - np.repeat(np.cumsum(counts) - counts, counts)
        sets = sets[old]
        place = order[sets, turn, nth]
        usd = usd[old] + bounds.priced[sets, turn, place]
        bound = (usd + left.least[:, turn + 1 :].sum(axis=1)[sets]).max(axis=1)
        is_kept = bound < wanted[sets]
        counts = np.bincount(sets[is_kept], minlength=len(wanted))
        is_few &= counts <= MOST
        kept = np.flatnonzero(is_kept & is_few[sets])
        places = np.column_stack((places[old[kept]], place[kept]))
        if turn + 1 < sizes.shape[1]:
            many = np.flatnonzero(counts[sets[kept]] > FEW)
            if len(many):
                so_far = terms.so_far(places[many], sets[kept[many]])
                is_dear = np.zeros(len(kept), dtype=np.bool_)
                is_dear[many] = so_far >= wanted[sets[kept[many]]]
                kept, places = kept[~is_dear], places[~is_dear]
        sets, usd, bound = sets[kept], usd[kept], bound[kept]
    return Wholes(sets, places, bound, is_few)
