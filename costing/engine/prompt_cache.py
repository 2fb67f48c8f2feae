"""Prompt caches as they are sold: what a call costs with and without, and who hits."""

from typing import NamedTuple

import numpy as np

from costing.engine.arrays import FloatArray, where
from costing.engine.inputs.models import AUTOMATIC, EXPLICIT, STORED, ModelPrices
from costing.engine.inputs.workload import Workload
from costing.engine.tokens import CallTokens, call_tokens
from costing.engine.units import (
    HOURS_PER_MONTH,
    SECONDS_PER_HOUR,
    SECONDS_PER_MONTH,
    TOKENS_PER_MTOK,
    WEEKS_PER_MONTH,
    Figure,
)
from costing.engine.week import Week

LONG_TTL_SECONDS = 3600.0


class CallRates(NamedTuple):
    """Sections 3, 11 and 12: USD per call by kind of token, at the input's tier, batch discounted.

    `rest_usd` is what never repeats, `prefix_input_usd` what may be cached as fresh input.
    `prefix_read_usd` and `prefix_write_usd` price the part that hits as prefixes arrive,
    `carried_*_usd` what turns of a conversation find and leave in the cache in any case.
    `can_cache` says whether the model has a cache and enough is cached for it. `first_ratio` is the
    share of calls that hit as prefixes arrive, `captured` that of possible hits which are had.
    """

    rest_usd: Figure
    prefix_input_usd: Figure
    prefix_read_usd: Figure
    prefix_write_usd: Figure
    carried_read_usd: Figure
    carried_write_usd: Figure
    output_usd: Figure
    can_cache: Figure
    first_ratio: Figure
    captured: Figure
    ttl_seconds: Figure
    storage_usd_per_hour: Figure

    @property
    def is_stored(self) -> bool:
        """Whether entries are charged by the hour."""
        return self.storage_usd_per_hour is not None


class _Turns(NamedTuple):
    """Section 12: the input tokens of a mean turn, by what a cache makes of them."""

    first_ratio: Figure
    prefix: Figure
    read: Figure
    written: Figure
    rest: Figure


def at_tier(model: ModelPrices, name: str, input_tokens: Figure) -> Figure:
    """One price at the input's tier: a call strictly above a threshold pays it for all tokens.

    NaN where neither the model nor the tier has such a price.
    """
    price = getattr(model, name)
    price = np.nan if price is None else price
    for tier in model.tiers:
        tier_price = getattr(tier, name)
        if tier_price is not None:
            price = where(np.greater(input_tokens, tier.above_input_tokens), tier_price, price)
    return price


def call_rates(model: ModelPrices, workload: Workload) -> tuple[CallRates, ...]:
    """Sections 3, 11 and 12: the prices of one call, in USD, by lifetime of the prompt cache.

    More than one where the cache is sold with two lifetimes. Figures may be batch columns.
    """
    rates = [_rates(model, workload, model.cache_ttl_seconds, None)]
    long_write = model.cache_write_1h_usd_per_mtok
    if model.cache_mode == EXPLICIT and long_write is not None:
        rates.append(_rates(model, workload, LONG_TTL_SECONDS, long_write))
    return tuple(rates)


def _rates(
    model: ModelPrices, workload: Workload, ttl_seconds: Figure, long_write: Figure | None
) -> CallRates:
    tokens = call_tokens(workload, model)
    sent = tokens.input + tokens.history
    input_price = at_tier(model, "input_usd_per_mtok", sent)
    output_price = at_tier(model, "output_usd_per_mtok", sent)
    read = at_tier(model, "cache_read_usd_per_mtok", sent)
    write = at_tier(model, "cache_write_usd_per_mtok", sent) if long_write is None else long_write
    is_free = np.isnan(write) | (model.cache_mode == AUTOMATIC)
    write, found = where(is_free, input_price, write), where(np.isnan(read), input_price, read)
    turns = _turns(tokens, workload, ttl_seconds)
    kept = turns.prefix + turns.read + turns.written
    captured = model.cache_capture_ratio if model.cache_mode == AUTOMATIC else 1.0
    scale = (1.0 - workload.batch_ratio * model.batch_discount_ratio) / TOKENS_PER_MTOK
    long_enough = (kept >= model.min_cacheable_tokens) & (kept > 0.0)
    missed = turns.read * (1.0 - captured) + turns.written
    return CallRates(
        rest_usd=_rest_usd(turns.rest, tokens, model, input_price) * scale,
        prefix_input_usd=kept * input_price * scale,
        prefix_read_usd=turns.prefix * found * scale,
        prefix_write_usd=turns.prefix * write * scale,
        carried_read_usd=turns.read * captured * found * scale,
        carried_write_usd=missed * write * scale,
        output_usd=tokens.output * output_price * scale,
        can_cache=long_enough & ~np.isnan(read),
        first_ratio=turns.first_ratio,
        captured=captured,
        ttl_seconds=ttl_seconds,
        storage_usd_per_hour=_storage_usd_per_hour(tokens, model, workload),
    )


def _rest_usd(rest: Figure, tokens: CallTokens, model: ModelPrices, input_price: Figure) -> Figure:
    """Section 11: the input that does not repeat, text, images and audio at their own prices.

    In millionths of a USD per call.
    """
    image, audio = model.image_input_usd_per_mtok, model.audio_input_usd_per_mtok
    usd = rest * input_price
    if image is not None:
        usd = usd + tokens.image * (image - input_price)
    if audio is not None:
        usd = usd + tokens.audio * (audio - input_price)
    return usd


def _turns(tokens: CallTokens, workload: Workload, ttl_seconds: Figure) -> _Turns:
    """Section 12: what a turn reads, writes and sends afresh, averaged over a conversation of n.

    A turn reads all that the one before it sent, and writes the answer to that and what is asked
    now, but for the last one; where the gap outlasts the cache, history is sent afresh.
    """
    new = tokens.input - tokens.prefix
    if isinstance(workload.turns_per_conversation, int) and workload.turns_per_conversation == 1:
        return _Turns(1.0, tokens.prefix, 0.0, 0.0, new)
    n, answer = workload.turns_per_conversation, tokens.answer
    is_kept = np.less(workload.turn_gap_seconds, ttl_seconds)
    before = (n - 1) * (tokens.prefix + new * n / 2.0 + answer * np.maximum(n - 2, 0) / 2.0)
    first = where(is_kept, 1.0 / n, 1.0)
    return _Turns(
        first_ratio=first,
        prefix=tokens.prefix * first,
        read=where(is_kept, before / n, 0.0),
        written=where(is_kept, (n - 1) * (new + answer) / n, 0.0),
        rest=where(is_kept, new / n, new + tokens.history),
    )


def _storage_usd_per_hour(
    tokens: CallTokens, model: ModelPrices, workload: Workload
) -> Figure | None:
    """Section 12: USD for an hour in which all prefixes are stored; None where none is charged."""
    if model.cache_mode != STORED:
        return None
    stored = tokens.prefix * workload.distinct_prefixes
    return stored * model.cache_storage_usd_per_mtok_hour / TOKENS_PER_MTOK


def burst_size(calls: FloatArray, rates: CallRates, workload: Workload) -> Figure:
    """Section 17: the calls of a burst that reach a lane, of bursts of which any does; at least 1.

    `calls` is what reaches this lane in a month. Each call of a burst goes its way by itself: of n,
    each with the chance q, n·q reach the lane, in a share 1 − (1 − q)^n of all bursts.
    """
    size = workload.calls_per_burst
    if isinstance(size, int | float) and size == 1:
        return 1.0
    whole = workload.requests_per_month * workload.fan_out
    share = np.clip(calls / np.where(np.greater(whole, 0.0), whole, 1.0), 0.0, 1.0)
    with np.errstate(divide="ignore"):
        reaching = -np.expm1(size * np.log1p(-share))
    found = np.maximum(size * share / np.where(reaching > 0.0, reaching, 1.0), 1.0)
    return np.where(np.greater(rates.ttl_seconds, 0.0), found, 1.0)


def renewals_per_call(rates: CallRates, workload: Workload) -> Figure:
    """Section 3: λ·ttl of an hour, divided by the hour's weight and the month's calls."""
    per_hour = WEEKS_PER_MONTH * SECONDS_PER_HOUR * workload.distinct_prefixes
    return rates.ttl_seconds / per_hour


def hit_ratio(calls: FloatArray, rates: CallRates, workload: Workload, week: Week) -> FloatArray:
    """Section 3: measured, or Σ wk·(1 − exp(−λk·ttl)) for Poisson arrivals; 0 to 1.

    `calls` is what reaches this lane in a month. Where they come in bursts, bursts arrive so, and
    only their first calls can miss (section 17).
    """
    if workload.prefix_hit_ratio is not None:
        return np.multiply(workload.prefix_hit_ratio, np.ones_like(calls))
    size = burst_size(calls, rates, workload)
    hits = np.minimum(_alive(calls / size, rates, workload, week, week.weights * week.hours), 1.0)
    return hits if isinstance(size, float) else 1.0 - (1.0 - hits) / size


def storage_usd(calls: FloatArray, rates: CallRates, workload: Workload, week: Week) -> FloatArray:
    """Section 12: USD per month for entries while they live, for calls that reach this lane.

    An entry that Poisson arrivals renew is alive for the share 1 − exp(−λk·ttl) of hour k; one with
    the lifetime of a month is kept all month. Calls of a burst renew it as one.
    """
    calls = calls / burst_size(calls, rates, workload)
    hours = _alive(calls, rates, workload, week, week.hours) * WEEKS_PER_MONTH
    is_kept = np.greater_equal(rates.ttl_seconds, SECONDS_PER_MONTH)
    usd: FloatArray = np.where(is_kept, HOURS_PER_MONTH, hours) * rates.storage_usd_per_hour
    return usd


def _alive(
    calls: FloatArray, rates: CallRates, workload: Workload, week: Week, shares: FloatArray
) -> FloatArray:
    """The sum over the hours of share · (1 − exp(−λk·ttl))."""
    load = (calls * renewals_per_call(rates, workload))[..., None]
    # In place: what is wide here is futures × lever sets × hours, and memory costs more than work.
    misses = load * -week.weights
    np.expm1(misses, out=misses)
    alive: FloatArray = -np.einsum("...h,...h->...", misses, shares)
    return alive


def caching_pays_above(model: ModelPrices, workload: Workload) -> float | None:
    """Section 3: the hit ratio above which a prompt cache pays, (write − input)/(write − read).

    0 where writes cost no more than input; None where the model has no cache or no ratio pays.
    Storage is not counted: it depends on the traffic.
    """
    tokens = call_tokens(workload, model)
    sent = tokens.input + tokens.history
    read = at_tier(model, "cache_read_usd_per_mtok", sent)
    if np.isnan(read):
        return None
    price = at_tier(model, "input_usd_per_mtok", sent)
    write = at_tier(model, "cache_write_usd_per_mtok", sent)
    if np.isnan(write) or write <= price or model.cache_mode == AUTOMATIC:
        return 0.0
    return float((write - price) / (write - read)) if read < price else None
