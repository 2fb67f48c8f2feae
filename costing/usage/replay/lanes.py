"""What calls to one model come to, each at the price of its own length, with a prompt cache."""

from bisect import bisect_left
from dataclasses import dataclass
from typing import NamedTuple

from costing.engine.inputs.models import ModelPrices
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
    """Calls to one model in order of time, summed up.

    `usd_on` is with the model's prompt cache, `usd_off` without; USD, tokens.
    """

    model: ModelPrices
    scale: float = 1.0
    is_caching: bool = True
    calls: int = 0
    hits: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    read_tokens: int = 0
    usd_off: float = 0.0
    usd_on: float = 0.0

    def __post_init__(self) -> None:
        self._thresholds = [tier.above_input_tokens for tier in self.model.tiers]
        self._rates = [
            _rates(self.model, place, self.scale) for place in range(-1, len(self.model.tiers))
        ]
        self._least = self.model.min_cacheable_tokens
        can_cache = self.is_caching and self.model.cache_read_usd_per_mtok is not None
        self._cache = PrefixCache((self.model.cache_ttl_seconds,)) if can_cache else None

    @property
    def usd(self) -> float:
        """The cost of its calls; the cache is used where that is cheaper."""
        return min(self.usd_on, self.usd_off)

    @property
    def hit_ratio(self) -> float:
        """The share of calls that read something."""
        return self.hits / self.calls if self.calls else 0.0

    @property
    def input_less_read_usd_per_token(self) -> float | None:
        """What a token saves that is read instead of sent anew, below all tiers."""
        rates = self._rates[0]
        return None if self._cache is None else rates.input - rates.read

    @property
    def longer_saving_usd(self) -> float | None:
        """What an hour's lifetime saves against the model's own, at the price of an hour."""
        return None

    def take(self, call: Call) -> None:
        """Send a call to the model."""
        tokens = call.input_tokens
        rates = self._rates[bisect_left(self._thresholds, tokens)]
        answer = call.output_tokens * rates.output
        self.calls += 1
        self.input_tokens += tokens
        self.output_tokens += call.output_tokens
        self.usd_off += tokens * rates.input + answer
        kept = call.ends[-1] if call.ends else 0
        if self._cache is None or kept < self._least:
            self.usd_on += tokens * rates.input + answer
            return
        (read,) = self._cache.use(call)
        if read < self._least:
            read = 0
        elif read:
            self.hits += 1
            self.read_tokens += read
        self.usd_on += (
            read * rates.read + (kept - read) * rates.write + (tokens - kept) * rates.input + answer
        )


def _rates(model: ModelPrices, tier: int, scale: float) -> Rates:
    """The prices of a tier by its place among the model's, −1 for those below all tiers."""

    def price(name: str) -> float | None:
        found: float | None = getattr(model, name)
        for each in model.tiers[: tier + 1]:
            own: float | None = getattr(each, name)
            found = found if own is None else own
        return found

    base = price("input_usd_per_mtok") or 0.0
    read, write = price("cache_read_usd_per_mtok"), price("cache_write_usd_per_mtok")
    usd = (
        base,
        price("output_usd_per_mtok") or 0.0,
        base if read is None else read,
        base if write is None else write,
    )
    return Rates(*(each * scale / TOKENS_PER_MTOK for each in usd))
