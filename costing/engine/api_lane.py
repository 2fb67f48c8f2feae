"""An API lane: what calls to a model cost by tokens, with the provider's prompt cache."""

from dataclasses import dataclass

import numpy as np

from costing.engine.arrays import BoolArray, FloatArray
from costing.engine.inputs.models import ModelPrices
from costing.engine.inputs.workload import Workload
from costing.engine.rework import rework_usd
from costing.engine.tokens import CallTokens, call_tokens
from costing.engine.units import SECONDS_PER_HOUR, TOKENS_PER_MTOK, WEEKS_PER_MONTH, Figure
from costing.engine.week import Week

API_LINES = ("input", "cache_read", "cache_write", "output")
"""What the provider bills."""

LANE_LINES = (*API_LINES, "rework")


@dataclass(frozen=True, slots=True)
class CallRates:
    """Section 3: USD per call by kind of token, at the input's tier, batch discount applied.

    `prefix_*_usd` price the whole prefix as fresh input, as read from and as written to the cache.
    `can_cache` says whether the model has a cache and the prefix is long enough for it.
    `output_usd` pays for reasoning too.
    """

    rest_usd: Figure
    prefix_input_usd: Figure
    prefix_read_usd: Figure
    prefix_write_usd: Figure
    output_usd: Figure
    can_cache: Figure

    @property
    def off_usd(self) -> Figure:
        """A call without caching."""
        return self.rest_usd + self.prefix_input_usd + self.output_usd


@dataclass(frozen=True, slots=True)
class LaneBill:
    """What a lane costs per month in USD, and the share of its calls that hit the prompt cache.

    A line is None where nothing in the scenario can cause it.
    """

    input: FloatArray
    cache_read: FloatArray
    cache_write: FloatArray
    output: FloatArray
    hit_ratio: FloatArray
    rework: FloatArray | None = None

    @property
    def lines(self) -> dict[str, FloatArray]:
        """USD per month by line; together they are the lane's cost."""
        return {name: usd for name in LANE_LINES if (usd := getattr(self, name)) is not None}


def _at_tier(model: ModelPrices, name: str, input_tokens: Figure) -> Figure:
    """One price at the input's tier: a call strictly above a threshold pays it for all tokens.

    NaN where neither the model nor the tier has such a price.
    """
    price = getattr(model, name)
    price = np.nan if price is None else price
    for tier in model.tiers:
        tier_price = getattr(tier, name)
        if tier_price is not None:
            price = np.where(np.greater(input_tokens, tier.above_input_tokens), tier_price, price)
    return price


def call_rates(model: ModelPrices, workload: Workload) -> CallRates:
    """Section 3: the prices of one call of this workload, in USD. Figures may be batch columns."""
    tokens = call_tokens(workload, model)
    input_price = _at_tier(model, "input_usd_per_mtok", tokens.input)
    output_price = _at_tier(model, "output_usd_per_mtok", tokens.input)
    read = _at_tier(model, "cache_read_usd_per_mtok", tokens.input)
    write = _at_tier(model, "cache_write_usd_per_mtok", tokens.input)
    prefix = tokens.prefix
    scale = (1.0 - workload.batch_ratio * model.batch_discount_ratio) / TOKENS_PER_MTOK
    long_enough = np.greater_equal(prefix, model.min_cacheable_tokens) & np.greater(prefix, 0.0)
    return CallRates(
        rest_usd=_rest_usd(tokens, model, input_price) * scale,
        prefix_input_usd=prefix * input_price * scale,
        prefix_read_usd=prefix * np.where(np.isnan(read), input_price, read) * scale,
        prefix_write_usd=prefix * np.where(np.isnan(write), input_price, write) * scale,
        output_usd=tokens.output * output_price * scale,
        can_cache=long_enough & ~np.isnan(read),
    )


def _rest_usd(tokens: CallTokens, model: ModelPrices, input_price: Figure) -> Figure:
    """Section 11: the input that does not repeat, text, images and audio at their own prices.

    In millionths of a USD per call.
    """
    image, audio = model.image_input_usd_per_mtok, model.audio_input_usd_per_mtok
    usd = (tokens.input - tokens.prefix) * input_price
    if image is not None:
        usd = usd + tokens.image * (image - input_price)
    if audio is not None:
        usd = usd + tokens.audio * (audio - input_price)
    return usd


def renewals_per_call(model: ModelPrices, workload: Workload) -> Figure:
    """Section 3: λ·ttl of an hour, divided by the hour's weight and the month's calls."""
    per_hour = WEEKS_PER_MONTH * SECONDS_PER_HOUR * workload.distinct_prefixes
    return model.cache_ttl_seconds / per_hour


def hit_ratio(calls: FloatArray, model: ModelPrices, workload: Workload, week: Week) -> FloatArray:
    """Section 3: measured, or Σ wk·(1 − exp(−λk·ttl)) for Poisson arrivals; 0 to 1.

    `calls` is what reaches this lane in a month.
    """
    if workload.prefix_hit_ratio is not None:
        return np.multiply(workload.prefix_hit_ratio, np.ones_like(calls))
    load = (calls * renewals_per_call(model, workload))[..., None]
    shares = week.weights * week.hours
    # In place: what is wide here is futures × lever sets × hours, and memory costs more than work.
    misses = load * -week.weights
    np.expm1(misses, out=misses)
    hits: FloatArray = -np.einsum("...h,...h->...", misses, shares)
    return np.minimum(hits, 1.0)


def lane_bill(
    calls: FloatArray,
    is_caching: BoolArray,
    is_running: BoolArray,
    model: ModelPrices,
    workload: Workload,
    week: Week,
) -> LaneBill:
    """Section 3: the lane's monthly lines in USD, for calls per month by lever set.

    Caching is used where its lever is on, the model and the prefix allow it, and it is cheaper or
    runs already.
    """
    rates = call_rates(model, workload)
    may_cache = is_caching & rates.can_cache
    hits = _hits_where(may_cache & (calls > 0.0), calls, model, workload, week)
    cached = hits * rates.prefix_read_usd + (1.0 - hits) * rates.prefix_write_usd
    used = may_cache & (is_running | (cached < rates.prefix_input_usd)) & (calls > 0.0)
    return LaneBill(
        input=calls * (rates.rest_usd + np.where(used, 0.0, rates.prefix_input_usd)),
        cache_read=np.where(used, calls * hits * rates.prefix_read_usd, 0.0),
        cache_write=np.where(used, calls * (1.0 - hits) * rates.prefix_write_usd, 0.0),
        output=calls * rates.output_usd,
        hit_ratio=np.where(used, hits, 0.0),
        rework=rework_usd(calls, model),
    )


def _hits_where(
    wanted: BoolArray, calls: FloatArray, model: ModelPrices, workload: Workload, week: Week
) -> FloatArray:
    """The hit ratio of the lever sets that want it, 0 elsewhere: exponentials are dear."""
    columns = np.flatnonzero(wanted.reshape(-1, wanted.shape[-1]).any(axis=0))
    if not columns.size:
        return np.zeros_like(calls)
    found = hit_ratio(calls[..., columns], model, workload, week)
    hits = np.zeros((*found.shape[:-1], calls.shape[-1]))
    hits[..., columns] = found
    return hits


def caching_pays_above(model: ModelPrices, workload: Workload) -> float | None:
    """Section 3: the hit ratio above which a prompt cache pays, (write − input)/(write − read).

    0 where writes cost no more than input; None where the model has no cache or no ratio pays.
    """
    tokens = call_tokens(workload, model).input
    read = _at_tier(model, "cache_read_usd_per_mtok", tokens)
    if np.isnan(read):
        return None
    price = _at_tier(model, "input_usd_per_mtok", tokens)
    write = _at_tier(model, "cache_write_usd_per_mtok", tokens)
    if np.isnan(write) or write <= price:
        return 0.0
    return float((write - price) / (write - read)) if read < price else None
