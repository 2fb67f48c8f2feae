"""The cheapest choice where bounds leave few: most are priced only when they are whole."""

from dataclasses import replace
from math import inf, prod

import numpy as np

from costing.engine.arrays import FloatArray
from costing.engine.assignment_bounds import Way, loaded_usd
from costing.engine.assignment_known import CLOSE, Known
from costing.engine.assignment_options import Every, Partial

FEW, MOST_AT_ONCE = 64, 512
"""Up to so many are not bounded before they are whole; beyond so many all is left as it was."""
ROUNDS = 6


def found_among_few(known: Known, every: Every, way: Way) -> bool:
    """Find the choice, or that none is cheaper, where bounds leave few.

    False where there are too many, or several cost the same: which of them is taken depends on the
    order in which they are followed.
    """
    found = _few(known, every, way)
    known.limit = inf
    if found is None:
        return False
    partial, usd = found
    if not len(usd) or usd.min() >= known.wanted:
        return True
    cheapest = np.flatnonzero(usd == usd.min())
    if len(cheapest) > 1:
        return False
    known.usd, known.columns = float(usd[cheapest[0]]), partial.columns[cheapest[0]]
    return True


def _few(known: Known, every: Every, way: Way) -> tuple[Partial, FloatArray] | None:
    """Whole choices that may be cheaper, and their USD; None where there are too many."""
    nothing = known.nothing(every.options)
    if known.must_host:
        nothing = replace(nothing, is_hosted=np.ones(1))
    narrow = _without_dear(known, every, way, nothing)
    if narrow is None:
        return nothing, np.zeros(0)
    sizes = narrow.sizes
    if prod(sizes) > FEW:
        wholes = Way.together(narrow, way.prices, way.upkeep, way.means, known.kept)
        return _bounded(known, wholes, nothing)
    places = np.indices(sizes).reshape(len(sizes), -1).T
    partial = known.chosen(narrow, places, in_turn=True)
    return partial, known.usd_so_far(way, len(sizes) - 1, partial)


def _without_dear(known: Known, every: Every, way: Way, nothing: Partial) -> Every | None:
    """The options that a cheaper choice may have; None where one application has none."""
    priced = loaded_usd(every.options, way.prices, way.means, known.kept)
    if not known.starts:
        # What is cheapest for each by its bound, as a limit.
        places = np.array([every.cheapest(priced.max(axis=(1, 2)))])
        known.limit = float(known.usd_of(known.chosen(every, places))[0])
    begins = every.options.is_hosted * (1.0 - nothing.is_hosted) * way.upkeep
    slack = way.rounded_usd - nothing.is_hosted[0] * way.upkeep
    for _ in range(ROUNDS):
        least = every.least(priced)
        others = known.fees_usd @ way.means + least.sum(axis=0) - least[every.owners]
        bound = (others + priced).max(axis=(1, 2)) + begins - slack
        is_left = bound * (1.0 - CLOSE) < known.wanted
        if is_left.all():
            break
        if not np.logical_or.reduceat(is_left, every.starts).all():
            return None
        every, priced, begins = every.at(is_left), priced[is_left], begins[is_left]
    return every


def _bounded(known: Known, way: Way, nothing: Partial) -> tuple[Partial, FloatArray] | None:
    """The same one application after the other, without what bounds say is dearer."""
    partial = nothing
    for place, options in enumerate(way.options):
        partial = partial.with_each(options)
        if len(partial.usd) <= FEW and place + 1 < len(way.options):
            continue
        bound = way.bound(partial, place)
        kept = np.argsort(bound)
        kept = kept[bound[kept] < known.wanted]
        partial, bound = partial.at(kept), bound[kept]
        if not len(kept) or place + 1 == len(way.options):
            return _priced(known, way, partial, bound)
        if len(kept) > MOST_AT_ONCE:
            return None
        if len(kept) > FEW:
            usd = known.usd_so_far(way, place, partial)
            partial = partial.at(np.flatnonzero(usd < known.wanted))
    return None


def _priced(
    known: Known, way: Way, partial: Partial, bound: FloatArray
) -> tuple[Partial, FloatArray]:
    """Whole choices with their USD, without some that can be no cheaper.

    They come by their bounds: those of the least set a limit to the rest.
    """
    usd, last = bound, len(way.options) - 1
    if len(bound) > FEW:
        first = known.usd_so_far(way, last, partial.at(np.arange(FEW)))
        known.limit = min(known.limit, float(first.min()))
        kept = np.flatnonzero(bound < known.wanted)
        partial, usd = partial.at(kept), bound[kept]
    if len(usd):
        usd = known.usd_so_far(way, last, partial)
    return partial, usd
