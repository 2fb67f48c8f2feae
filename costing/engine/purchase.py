"""How a pool's capacity is bought: instances reserved all month, the rest by the hour."""

from dataclasses import dataclass

import numpy as np

from costing.engine.arrays import BoolArray, FloatArray
from costing.engine.inputs.pool import Pool
from costing.engine.units import HOURS_PER_MONTH, HOURS_PER_WEEK, WEEKS_PER_MONTH, Figure


@dataclass(frozen=True, slots=True)
class Purchase:
    """Hours and USD a month that one instance takes of each weight of the week.

    `fixed` instances are reserved by number and paid in any case; only what is needed beyond them
    counts by weight. Without a number, `is_reserved` marks the weight whose need is reserved.
    """

    hours: FloatArray
    usd: FloatArray
    is_reserved: BoolArray | None = None
    fixed: Figure = 0.0
    fixed_usd: Figure = 0.0

    def beyond(self, instances: FloatArray) -> FloatArray:
        """Of the instances needed, by weight, those that are counted by weight."""
        least = np.asarray(self.fixed)[..., None]
        counted: FloatArray = np.maximum(instances - least, 0.0)
        return counted

    def reserved(self, instances: FloatArray) -> FloatArray:
        """How many instances are reserved where so many are needed, by lever set."""
        is_counted = 0.0 if self.is_reserved is None else self.is_reserved
        found: FloatArray = self.fixed + np.sum(instances * is_counted, axis=-1)
        return found


def purchase_of(pool: Pool, weights: FloatArray, replica_hours: FloatArray) -> Purchase:
    """Section 13: what an instance takes of each weight, which stands for so many hours a week.

    What the heavier hours need, fewer hours need: without a number, an instance is reserved where
    it is needed in more hours than those that cost as much by the hour as a reserved month.
    """
    hourly = np.asarray(pool.compute_usd_per_instance_hour)[..., None]
    hours = replica_hours * WEEKS_PER_MONTH
    price, number = pool.reserved_usd_per_instance_hour, pool.reserved_instances
    if price is None or not pool.is_reserved:
        return Purchase(hours, hours * hourly)
    if number is not None:
        return Purchase(hours, hours * hourly, None, number, number * HOURS_PER_MONTH * price)
    reserved = np.asarray(price)[..., None]
    spread = np.zeros(np.broadcast_shapes(weights.shape, hours.shape, hourly.shape, reserved.shape))
    order = np.argsort(-(weights + spread), axis=-1, kind="stable")
    until = np.cumsum(np.take_along_axis(replica_hours + spread, order, -1), axis=-1)
    # Compared without a division: a price may be 0.
    is_long = until * hourly > HOURS_PER_WEEK * reserved
    was_long = np.concatenate((np.zeros_like(is_long[..., :1]), is_long[..., :-1]), axis=-1)
    cost = np.minimum(until * hourly, HOURS_PER_WEEK * reserved) * WEEKS_PER_MONTH
    paid = np.where(is_long, HOURS_PER_MONTH, until * WEEKS_PER_MONTH)
    by_weight = np.argsort(order, axis=-1)
    usd, paid_hours, is_reserved = (
        np.take_along_axis(each, by_weight, -1)
        for each in (
            np.diff(cost, axis=-1, prepend=0.0),
            np.diff(paid, axis=-1, prepend=0.0),
            is_long & ~was_long,
        )
    )
    return Purchase(paid_hours, usd, is_reserved)
