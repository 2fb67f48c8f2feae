"""An API lane: what calls to a model cost by tokens, with the provider's prompt cache."""

from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from costing.engine.arrays import BoolArray, FloatArray, spread, summed
from costing.engine.inputs.models import ModelPrices
from costing.engine.inputs.workload import Workload
from costing.engine.prompt_cache import CallRates, call_rates, hit_ratio, storage_usd
from costing.engine.provisioned import calls_of_unit, carried
from costing.engine.rework import rework_usd
from costing.engine.week import Week

TOKEN_LINES = ("input", "cache_read", "cache_write", "cache_storage", "output")
API_LINES = (*TOKEN_LINES, "provisioned", "spillover")
"""What the provider bills; what provisioned units do not carry is one line."""

LANE_LINES = (*API_LINES, "rework")


@dataclass(frozen=True, eq=False)
class LaneBill:
    """What a lane costs per month in USD, and the share of its calls that hit the prompt cache.

    A line is None where nothing in the scenario can cause it; `cache_ttl_seconds` where the cache
    is sold with one lifetime, and it is 0 where no cache is used. Where units are provisioned, the
    lines of tokens are what all calls would cost as you go, and `spillover` is paid of them.
    """

    input: FloatArray
    cache_read: FloatArray
    cache_write: FloatArray
    output: FloatArray
    hit_ratio: FloatArray
    rework: FloatArray | None = None
    cache_storage: FloatArray | None = None
    cache_ttl_seconds: FloatArray | None = None
    provisioned: FloatArray | None = None
    spillover: FloatArray | None = None
    units: FloatArray | None = None

    @cached_property
    def lines(self) -> dict[str, FloatArray]:
        """USD per month by line; together they are the lane's cost."""
        names: tuple[str, ...] = LANE_LINES
        if self.spillover is not None:
            names = tuple(name for name in names if name not in TOKEN_LINES)
        return {name: usd for name in names if (usd := getattr(self, name)) is not None}

    @cached_property
    def billed(self) -> dict[str, FloatArray]:
        """The lines that the provider bills."""
        return {name: usd for name, usd in self.lines.items() if name in API_LINES}

    def times(self, factor: FloatArray) -> "LaneBill":
        """The bill with what the provider bills multiplied."""
        return replace(self, **{name: usd * factor for name, usd in self.billed.items()})

    @cached_property
    def usd(self) -> FloatArray:
        """USD per month, the sum of the lines."""
        return summed(self.lines.values())


def lane_bill(
    calls: FloatArray,
    is_caching: BoolArray,
    is_running: BoolArray,
    model: ModelPrices,
    workload: Workload,
    week: Week,
    is_on: BoolArray,
    *,
    shares_units: bool = False,
) -> LaneBill:
    """Sections 3 and 11 to 13: the lane's monthly lines in USD, for calls per month by lever set.

    Caching is used where its lever is on, the model and the prefix allow it, and it is cheaper or
    runs already; of two lifetimes that which is cheaper. `is_on` has the sets that use the lane.
    Units that several lanes share are bought for all of them: see `shared_units.py`.
    """
    rework = rework_usd(calls, model)
    ways = call_rates(model, workload)
    bills = [
        _bill_with(
            rates, calls, is_caching, is_running, rework, workload, week, is_one=len(ways) == 1
        )
        for rates in ways
    ]
    bill = bills[0] if len(bills) == 1 else _cheaper(*bills)
    if model.provisioned is None or shares_units:
        return bill
    capacity = calls_of_unit(model.provisioned, model, workload)
    usd = summed(bill.billed.values())
    found = carried(calls * np.ones_like(usd), usd, capacity, model.provisioned, week)
    return replace(
        bill,
        provisioned=found.usd * is_on,
        spillover=found.spilled_ratio * usd,
        units=found.units * is_on,
    )


def _bill_with(
    rates: CallRates,
    calls: FloatArray,
    is_caching: BoolArray,
    is_running: BoolArray,
    rework: FloatArray | None,
    workload: Workload,
    week: Week,
    *,
    is_one: bool,
) -> LaneBill:
    """The lane's bill with one lifetime of the prompt cache, the only one or of two."""
    has_calls = calls > 0.0
    may_cache = is_caching & rates.can_cache & has_calls
    if is_one and not rates.is_stored and not may_cache.any():
        return _uncached(rates, calls, may_cache, rework)
    hits = _hits_where(may_cache, calls, rates, workload, week) * rates.captured
    misses = 1.0 - hits
    cached = hits * rates.prefix_read_usd + misses * rates.prefix_write_usd
    cached = cached + (rates.carried_read_usd + rates.carried_write_usd)
    storage = None
    if rates.is_stored:
        storage = storage_usd(calls, rates, workload, week)
        with np.errstate(over="ignore"):  # for hardly any call, a store is dear beyond measure
            cached = cached + storage / np.where(has_calls, calls, 1.0)
    used = may_cache & (is_running | (cached < rates.prefix_input_usd))
    read = calls * hits * rates.prefix_read_usd + calls * rates.carried_read_usd
    write = calls * misses * rates.prefix_write_usd + calls * rates.carried_write_usd
    later_hits = (1.0 - rates.first_ratio) * rates.captured
    return LaneBill(
        input=calls * (rates.rest_usd + np.where(used, 0.0, rates.prefix_input_usd)),
        cache_read=np.where(used, read, 0.0),
        cache_write=np.where(used, write, 0.0),
        output=calls * rates.output_usd,
        hit_ratio=np.where(used, hits * rates.first_ratio + later_hits, 0.0),
        rework=rework,
        cache_storage=None if storage is None else np.where(used, storage, 0.0),
        cache_ttl_seconds=None if is_one else np.where(used, rates.ttl_seconds, 0.0),
    )


def _uncached(
    rates: CallRates, calls: FloatArray, may_cache: BoolArray, rework: FloatArray | None
) -> LaneBill:
    """The same where nothing may be cached in any lever set; as wide as with a cache."""
    prices = (rates.prefix_read_usd, rates.prefix_write_usd, rates.captured)
    carried = (rates.carried_read_usd, rates.carried_write_usd)
    none = np.zeros(np.broadcast(may_cache, calls, *prices, *carried).shape)
    return LaneBill(
        input=calls * (rates.rest_usd + rates.prefix_input_usd),
        cache_read=none,
        cache_write=none,
        output=calls * rates.output_usd,
        hit_ratio=none,
        rework=rework,
    )


def _cheaper(first: LaneBill, second: LaneBill) -> LaneBill:
    """Of two bills, lever set by lever set, the cheaper one."""
    is_second = second.usd < first.usd
    parts = {
        item.name: (getattr(first, item.name), getattr(second, item.name)) for item in fields(first)
    }
    return LaneBill(
        **{
            name: np.where(is_second, other, one)
            for name, (one, other) in parts.items()
            if one is not None
        }
    )


def _hits_where(
    wanted: BoolArray, calls: FloatArray, rates: CallRates, workload: Workload, week: Week
) -> FloatArray:
    """The hit ratio of the lever sets that want it, 0 elsewhere: exponentials are dear."""
    columns = np.flatnonzero(np.logical_or.reduce(wanted.reshape(-1, wanted.shape[-1])))
    if not columns.size:
        return np.zeros_like(calls)
    found = hit_ratio(calls[..., columns], rates, workload, week)
    return spread(found, columns, calls.shape[-1])
