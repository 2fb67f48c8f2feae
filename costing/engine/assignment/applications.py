"""What each application may choose: its lever sets, what they cost, and what they ask of all."""

from collections.abc import Sequence

import numpy as np

from costing.engine.arrays import BoolArray, FloatArray, summed
from costing.engine.assignment.options import Every, Options, joined
from costing.engine.assignment.units import asked_by_set
from costing.engine.bills import Bill, PartBill
from costing.engine.deferral import hours_for
from costing.engine.inputs import Scenario
from costing.engine.inputs.commitments import Commitment
from costing.engine.inputs.pool import Pool
from costing.engine.pool import hourly_weights_in
from costing.engine.week import Hours, hours_together


def options_in(scenario: Scenario, bill: Bill) -> tuple[Every, FloatArray, Hours]:
    """The options of all applications, one for each lever set of the bill, and the week's hours.

    And 1 where an option costs no less in any way than one before it, by application and both.
    """
    weights, in_pool, hours = _weights(bill, scenario.pool)
    sections, own = [*bill.shared_units], zip(bill.parts, weights, in_pool, strict=True)
    pairs = [_options(*each, scenario, sections) for each in own]
    every = joined([options for options, _ in pairs])
    return every, np.array([beaten_by for _, beaten_by in pairs], dtype=np.float64), hours


def _weights(
    bill: Bill, pool: Pool | None
) -> tuple[Sequence[FloatArray], Sequence[FloatArray], Hours]:
    """By application the weights of the hours of its week, and how a load of a pool lies in them.

    None where it never uses a pool, or units that are shared.
    """
    using = {}
    for part in bill.parts:
        demands = [*part.units.values(), *(() if part.demand is None else (part.demand,))]
        if demands:
            using[part.key] = demands[0].workload
    none = np.zeros(1, dtype=np.intp)
    hours = Hours((), np.ones(1), none, none)
    workloads = [*using.values()]
    if using:
        hours = hours_together(workloads) if pool is None else hours_for(pool, workloads)
    in_pool = hours.weights if pool is None else hourly_weights_in(pool, workloads, hours)

    def by_part(weights: Sequence[FloatArray]) -> Sequence[FloatArray]:
        of = dict(zip(using, weights, strict=True))
        nothing = np.zeros_like(weights[0] if weights else hours.counts)
        return [of.get(part.key, nothing) for part in bill.parts]

    return by_part(hours.weights), by_part(in_pool), hours


def _options(
    part: PartBill,
    weights: FloatArray,
    in_pool: FloatArray,
    scenario: Scenario,
    sections: Sequence[str],
) -> tuple[Options, BoolArray]:
    """What each lever set costs an application, the pool aside, and what it asks of a pool.

    Those that ask least of a pool first, then the cheapest.
    """
    usd, load = _ways_to_price(part, scenario.commitment), np.zeros_like(part.usd)
    hosting, pool = part.sets.hosting, scenario.pool
    if part.demand is not None and pool is not None:
        load = np.where(hosting, part.demand.load, 0.0)
        usd = usd + (part.demand.calls * pool.rework_ratio * pool.usd_per_rework)[:, None]
    asked = asked_by_set(part.units, sections, weights, len(load))
    compared = np.column_stack((usd, asked.load.sum(axis=2), asked.usd.sum(axis=2), asked.is_on))
    order = np.lexsort((*compared.T[::-1], load, hosting))
    options = Options(
        order,
        usd[order],
        load[order, None] * in_pool,
        hosting[order].astype(np.float64),
        asked.at(order),
        np.zeros((len(order), 1)),
    )
    ordered = compared[order]
    return options, np.tril(np.all(ordered <= ordered[:, None], axis=2), -1)


def _ways_to_price(part: PartBill, terms: Commitment | None) -> FloatArray:
    """USD by lever set, and by way to price tokens; without what shared units serve."""
    shared = summed((np.zeros_like(part.usd), *part.shared_usd.values()))
    if terms is None or part.tokens_usd is None:
        return (part.usd - shared)[:, None]
    alone = part.tokens_usd - shared
    full = part.beside_usd + alone * (1.0 - terms.commitment_discount_ratio)
    return np.column_stack((part.beside_usd, full))


def committed_usd(terms: Commitment | None) -> FloatArray:
    """What a commitment takes beside the tokens, by way to price them."""
    if terms is None:
        return np.zeros(1)
    return terms.committed_usd_per_month * np.array([1.0, terms.commitment_discount_ratio])


def kept(terms: Commitment | None) -> FloatArray:
    """What a USD of tokens costs, by way to price them."""
    if terms is None:
        return np.ones(1)
    return np.array([0.0, 1.0 - terms.commitment_discount_ratio])
