"""Where choices are too many to follow: what none of them is below, and some that are cheap.

Units' fees, laid on hours, and a pool that has the same replicas in all hours in which it runs,
priced by its load in a mean of these hours: both add up over applications, and bound what choices
cost. Fees and hours are moved in turns toward those of the choice that is cheapest by the bound; a
mean of such is a bound, too, and it comes close to the best there is.
"""

from math import inf

import numpy as np

from costing.engine.arrays import FloatArray, IndexArray
from costing.engine.assignment.bounds import SLACK
from costing.engine.assignment.options import Every
from costing.engine.assignment.prices import CLOSE, Prices
from costing.engine.assignment.sets import MEANS
from costing.engine.units import HOURS_PER_WEEK

ROUNDS = 16


def bounded(
    prices: Prices, every: Every, fees_usd: FloatArray, wanted: float
) -> tuple[float, IndexArray]:
    """USD that no choice with a pool costs less than, and cheap choices as rows of places.

    A pool that is scheduled runs at least as long as each application that uses it has traffic: of
    all choices those are bounded together in which that comes to as many hours. What is bounded at
    what is `wanted` is bounded no closer. Where no option has a pool, all choices are bounded.
    """
    least, choices = inf, list[tuple[int, ...]]()
    for hours in _hours_run(prices, every):
        bound, places = _bounded_in(prices, every, fees_usd, wanted, hours)
        least, choices = min(least, bound), choices + places
    own = prices.replica_usd * HOURS_PER_WEEK if every.options.is_hosted.any() else 0.0
    found = np.array([*dict.fromkeys(choices)], dtype=np.intp).reshape(-1, len(every.starts))
    return least * (1.0 - CLOSE) - SLACK * float(own), found


def _hours_run(prices: Prices, every: Every) -> list[float]:
    """How many hours a week a pool may run at least, the most first; one without traffic."""
    is_hosted = every.options.is_hosted > 0.0
    if not (prices.is_level and prices.runs_with_traffic and is_hosted.any()):
        return [float(HOURS_PER_WEEK)]
    active = np.maximum(_active(prices, every)[is_hosted], 1.0)
    hours: list[float] = np.unique(active).tolist()
    return hours[::-1]


def _active(prices: Prices, every: Every) -> FloatArray:
    """In how many hours a week each option has traffic for a pool."""
    hourly, counts = every.options.hourly, prices.hours.counts
    parts = hourly.reshape(len(hourly), -1, len(counts))  # one, or three where calls may wait
    active: FloatArray = (parts > 0.0).any(axis=1) @ counts
    return active


def _bounded_in(
    prices: Prices, every: Every, fees_usd: FloatArray, wanted: float, hours: float
) -> tuple[float, list[tuple[int, ...]]]:
    """The same of the choices with a pool that runs so many hours at least."""
    own, units = every.options, prices.units
    means = MEANS if len(fees_usd) > 1 else np.ones((1, 1))
    upkeep = prices.upkeep_usd if own.is_hosted.any() else 0.0
    fees, shares = units.even_prices(), _on_average(prices, hours)
    bound, choices = -inf, []
    for turn in range(ROUNDS):
        units_usd = units.least_usd(own.asked, fees)
        pool_usd = _pool_usd(prices, every, shares, hours)
        usd = own.usd @ means + units_usd[:, None] * (prices.kept @ means) + pool_usd[:, None]
        bounds = fees_usd @ means + every.least(usd).sum(axis=0) + upkeep
        bound = max(bound, float(bounds.max()))
        if bound >= wanted:
            break
        places = np.array(every.cheapest(usd[:, bounds.argmax()]))
        choices.append(tuple(places.tolist()))
        chosen = prices.chosen(every, (places + every.starts)[None], fees_usd)
        step = 2.0 / (turn + 3.0)
        fees = fees + (units.prices_by_choice(chosen.whole)[0] - fees) * step
        if prices.is_level:
            shares = shares + (_binding(prices, chosen.hourly[0], hours) - shares) * step
    return bound, choices


def _on_average(prices: Prices, hours: float) -> FloatArray:
    """The mean of a load over the hours that a pool runs; what waits, and others on average."""
    counts = prices.hours.counts
    if not prices.is_in_parts:
        return counts / hours
    return np.concatenate((np.zeros_like(counts), counts, counts)) / hours


def _binding(prices: Prices, hourly: FloatArray, hours: float) -> FloatArray:
    """The mean of hours that asks most of a pool: its heaviest, or all of them on average."""
    places, average = np.arange(len(hourly)), _on_average(prices, hours)
    heaviest = hourly[: len(prices.hours.counts)].argmax()
    is_heaviest: FloatArray = (places == heaviest).astype(np.float64)
    return is_heaviest if hourly @ is_heaviest >= hourly @ average else average


def _pool_usd(prices: Prices, every: Every, shares: FloatArray, hours: float) -> FloatArray:
    """What each option's load of a pool costs at least; infinite where it runs longer."""
    hourly = every.options.hourly
    if not prices.is_level:
        linear: FloatArray = hourly @ prices.hour_usd
        return linear
    usd = hourly @ shares * (prices.replica_usd * hours)
    return np.where(_active(prices, every) > hours, inf, usd)
