"""Several lever sets side by side: what each application may run of them, and cheap choices."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from costing.engine.arrays import BoolArray, FloatArray, IndexArray
from costing.engine.assignment.options import Every
from costing.engine.assignment.prices import Prices

SHARES = np.linspace(0.0, 1.0, 65)
MEANS = np.stack((1.0 - SHARES, SHARES))
"""The means of the two ways to price tokens that are tried."""


@dataclass(frozen=True, slots=True, eq=False)
class Within:
    """What applications may choose within lever sets: by set, application and place.

    `rows` are those of all options; where an application has fewer than another, its first again,
    which `is_own` tells apart. Every application has an option of every set.
    """

    every: Every
    rows: IndexArray
    is_own: BoolArray

    @classmethod
    def of(cls, every: Every, beaten_by: FloatArray, is_allowed: BoolArray) -> "Within":
        """Of what sets allow, by column, the cheapest of each load; more load only for less money.

        `beaten_by` is 1 where an option of an application costs no less in any way than another.
        """
        wide = is_allowed[:, every.options.columns].reshape(len(is_allowed), len(beaten_by), -1)
        beaten = np.matmul(wide.transpose(1, 0, 2), beaten_by.transpose(0, 2, 1))
        is_kept = wide & (beaten.transpose(1, 0, 2) == 0.0)
        places = np.argsort(~is_kept, axis=2, kind="stable")[..., : is_kept.sum(axis=2).max()]
        is_own = np.take_along_axis(is_kept, places, 2)
        places = np.where(is_own, places, places[..., :1])
        return cls(every, places + every.starts[:, None], is_own)

    def rows_at(self, places: IndexArray, sets: IndexArray | slice = slice(None)) -> IndexArray:
        """The options' rows of choices: places by application, each choice within a set."""
        found: IndexArray = np.take_along_axis(self.rows[sets], places[..., None], 2)[..., 0]
        return found

    def every_of(self, place: int, least_units_usd: FloatArray) -> Every:
        """The options of one set, with what their units cost at least."""
        is_own = self.is_own[place]
        options = self.every.options.at(self.rows[place][is_own])
        options = replace(options, least_units_usd=least_units_usd[place][is_own])
        return Every.of(options, is_own.sum(axis=1).tolist())


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """By set a choice that is cheap by some bound, as places by application, and its USD."""

    places: IndexArray
    usd: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Begun:
    """Choices to begin with, by set, and what bounds others.

    `rows` are those of the cheapest of the `starts`, or of a choice where there is none, and `usd`
    is what it costs. An option's units cost at least `least_units_usd`, by way to lay their fees on
    hours; `means` are of the ways to price tokens, each a column of shares.
    """

    starts: Sequence[Start]
    rows: IndexArray
    usd: FloatArray
    least_units_usd: FloatArray
    means: FloatArray


def begun(prices: Prices, within: Within, fees_usd: FloatArray) -> Begun:
    """What is cheap by the bounds: a good choice to begin with where units or tokens are shared."""
    places, sets = [], []
    least_units_usd = np.zeros((*within.rows.shape, 1))
    means = np.ones((len(within.rows), 1, 1))
    if prices.units.terms:
        least_units_usd, even = _with_least_units(prices, within)
        places.append(even)
        sets.append(np.arange(len(even)))
    if len(prices.kept) > 1:
        means, by_share, their_sets = _means(prices, within, least_units_usd, fees_usd)
        places.append(by_share)
        sets.append(their_sets)
    if not places:
        own = within.every.options
        bounds = own.usd[:, 0] + own.hourly @ prices.hour_usd
        rows = within.rows_at(bounds[within.rows].argmin(axis=2))
        usd = prices.usd_of(prices.chosen(within.every, rows, fees_usd))
        return Begun([], rows, usd, least_units_usd, means)
    whole = np.concatenate(sets)
    rows = within.rows_at(np.concatenate(places), whole)
    usd = prices.usd_of(prices.chosen(within.every, rows, fees_usd[whole]))
    parts = np.split(usd, np.cumsum([len(each) for each in sets])[:-1])
    starts = [_best(*each) for each in zip(places, sets, parts, strict=True)]
    usd = np.array([each.usd for each in starts])
    cheapest = np.array([each.places for each in starts])[usd.argmin(axis=0), np.arange(len(means))]
    return Begun(starts, within.rows_at(cheapest), usd.min(axis=0), least_units_usd, means)


def _best(places: IndexArray, sets: IndexArray, usd: FloatArray) -> Start:
    """The cheapest choice of each set, the first of those."""
    order = np.lexsort((usd, sets))
    first = order[np.flatnonzero(np.diff(sets[order], prepend=-1))]
    return Start(places[first], usd[first])


def _with_least_units(prices: Prices, within: Within) -> tuple[FloatArray, IndexArray]:
    """What the options' units cost at least, by three ways to lay fees on hours.

    Evenly, as is best for a choice that is cheap by that, and halfway; and that choice.
    """
    own, units = within.every.options, prices.units
    even = units.even_prices()
    least = units.least_usd(own.asked, even)
    usd = own.usd[:, -1] + least * prices.kept[-1] + own.hourly @ prices.hour_usd
    places = usd[within.rows].argmin(axis=2)
    rows = within.rows_at(places)
    chosen = prices.chosen(within.every, rows, np.zeros(len(prices.kept)))
    best = units.prices_by_choice(chosen.whole)
    ways = [least[within.rows]]
    for each in (best, (even + best) / 2.0):
        ways.append(least_units_usd(prices, within, each))
    return np.stack(ways, axis=-1), places


def least_units_usd(prices: Prices, within: Within, by_set: FloatArray) -> FloatArray:
    """What each option's units cost at least with the fees that a set lays on hours."""
    asked = within.every.options.asked.at(within.rows[within.is_own])
    found = np.zeros(within.rows.shape)
    sets = np.nonzero(within.is_own)[0]
    found[within.is_own] = prices.units.least_usd(asked, by_set[sets])
    return np.where(within.is_own, found, found[..., :1])


def _means(
    prices: Prices, within: Within, least_units_usd: FloatArray, fees_usd: FloatArray
) -> tuple[FloatArray, IndexArray, IndexArray]:
    """Means of the ways to price tokens that bound from below, each a column of shares, by set.

    Both ends, and of those between the one whose bound is highest. And what is cheapest for each
    application by any of them, with the sets of these choices.
    """
    own = within.every.options
    pool_usd = (own.hourly @ prices.hour_usd)[within.rows]
    units_usd = least_units_usd.max(axis=-1)[..., None] * (prices.kept @ MEANS)
    usd = (own.usd @ MEANS)[within.rows] + units_usd + pool_usd[..., None]
    bounds = fees_usd @ MEANS + usd.min(axis=2).sum(axis=1)
    highest = bounds.argmax(axis=1)
    shares = np.stack((np.zeros_like(highest), highest, np.full_like(highest, len(SHARES) - 1)))
    places = usd.argmin(axis=2).transpose(0, 2, 1)
    is_new = np.ones(places.shape[:2], dtype=np.bool_)
    is_new[:, 1:] = (places[:, 1:] != places[:, :-1]).any(axis=2)
    return MEANS[:, shares.T].transpose(1, 0, 2), places[is_new], np.nonzero(is_new)[0]
