"""What calls to one model come to, each at the price of its own length, with a prompt cache."""

from bisect import bisect_left
from dataclasses import dataclass
from math import inf, isnan, nextafter
from typing import NamedTuple

from costing.engine.inputs.models import AUTOMATIC, EXPLICIT, ModelPrices
from costing.engine.prompt_cache import LONG_TTL_SECONDS, at_tier
from costing.engine.units import TOKENS_PER_MTOK
from costing.usage.replay.calls import Call
from costing.usage.replay.prefix_cache import PrefixCache


class Rates(NamedTuple):
    """USD per token at one tier."""

    input: float
    output: float
    read: float
    write: float


@dataclass
class Lane:
    """Calls to one model in order of time, summed up in USD.

    `usd_off` is without the model's prompt cache, `usd_on` with it, and `usd_long` with entries
    that are kept for an hour, where the model sells those at a price of their own (section 12).
    """

    model: ModelPrices
    scale: float = 1.0
    usd_off: float = 0.0
    usd_on: float = 0.0
    usd_long: float = 0.0

    def __post_init__(self) -> None:
        model = self.model
        thresholds = [tier.above_input_tokens for tier in model.tiers]
        self._thresholds = thresholds
        self._rates = [_rates(model, above, self.scale) for above in (-1.0, *thresholds)]
        self._least = model.min_cacheable_tokens
        ttls: tuple[float, ...] = (model.cache_ttl_seconds,)
        self._long_write = 0.0
        long_write = model.cache_write_1h_usd_per_mtok
        is_sold = model.cache_mode == EXPLICIT and long_write is not None
        self._has_long = is_sold and model.cache_ttl_seconds < LONG_TTL_SECONDS
        if self._has_long:
            ttls = (model.cache_ttl_seconds, LONG_TTL_SECONDS)
            self._long_write = (long_write or 0.0) * self.scale / TOKENS_PER_MTOK
        self._cache = None if model.cache_read_usd_per_mtok is None else PrefixCache(ttls)

    @property
    def usd(self) -> float:
        """The cost of its calls; of the ways to cache, and none, the cheapest is used."""
        usual = min(self.usd_on, self.usd_off)
        return min(usual, self.usd_long) if self._has_long else usual

    @property
    def input_less_read_usd_per_token(self) -> float | None:
        """What a token saves that is read instead of sent anew, below all tiers."""
        rates = self._rates[0]
        return None if self._cache is None else rates.input - rates.read

    @property
    def longer_saving_usd(self) -> float | None:
        """What entries of an hour save against the usual ones or none; None where none are sold."""
        return min(self.usd_on, self.usd_off) - self.usd_long if self._has_long else None

    def take(self, call: Call) -> None:
        """Send a call to the model."""
        tokens = call.input_tokens
        rates = self._rates[bisect_left(self._thresholds, tokens)]
        answer = call.output_tokens * rates.output
        off = tokens * rates.input + answer
        self.usd_off += off
        kept = call.ends[-1] if call.ends else 0
        if self._cache is None or kept < self._least:
            self.usd_on += off
            self.usd_long += off
            return
        read, *longer = self._cache.use(call)
        fresh = (tokens - kept) * rates.input + answer
        self.usd_on += fresh + self._kept_usd(kept, read, rates, rates.write)
        if longer:
            self.usd_long += fresh + self._kept_usd(kept, longer[0], rates, self._long_write)

    def _kept_usd(self, kept: int, read: int, rates: Rates, write: float) -> float:
        """What the part of a call costs that stands in the cache afterwards."""
        read = read if read >= self._least else 0
        return read * rates.read + (kept - read) * write


def _rates(model: ModelPrices, above: float, scale: float) -> Rates:
    """The prices of calls with more input tokens than a tier's threshold."""

    def usd(name: str, otherwise: float = 0.0) -> float:
        found = float(at_tier(model, f"{name}_usd_per_mtok", nextafter(above, inf)))
        return otherwise if isnan(found) else found

    base = usd("input")
    write = base if model.cache_mode == AUTOMATIC else usd("cache_write", base)
    prices = (base, usd("output"), usd("cache_read", base), write)
    return Rates(*(each * scale / TOKENS_PER_MTOK for each in prices))
