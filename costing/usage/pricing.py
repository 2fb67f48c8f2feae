"""What tokens cost by a price book, under the names that usage has for models."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from costing.catalog.price_text import TOKEN_PRICES
from costing.catalog.prices import ModelPrice, PriceTier
from costing.usage.entries import Tokens
from costing.usage.terms import PRIORITY, US
from costing.usage.uses import Calls, ModelUse, TermCalls, Use

MTOK = Decimal(1_000_000)
NOTHING = Decimal(0)
SMALLEST_PRICE = Decimal("1e-12")
ByBucket = tuple[Decimal, Decimal, Decimal, Decimal, Decimal]
# Anthropic's documentation of data residency (2026-11): all tokens of calls that stay in the US.
REGION_RATIOS = {("anthropic", US): Decimal("1.1")}


@dataclass(frozen=True)
class Rates:
    """USD per million tokens, by bucket, of calls whose input is longer than a threshold."""

    above_input_tokens: int
    usd_per_mtok: ByBucket
    batch_usd_per_mtok: ByBucket

    @classmethod
    def of(cls, price: ModelPrice, tier: PriceTier | None = None) -> "Rates":
        """What each bucket of tokens costs at a model's price, or at one of its tiers.

        Without a price of its own a cache read or write costs the input price; an hour-long write
        twice the input price, as its one maker lists it. Batches cost their own prices, else all
        buckets less the discount. What a tier does not name costs what the model does.
        """
        named = {name: getattr(tier, name, None) for name in TOKEN_PRICES}
        whole, output, read, write = (
            getattr(price, name) if usd is None else usd for name, usd in named.items()
        )
        hour = None if tier else price.cache_write_1h_usd_per_mtok
        live = (
            whole,
            whole if read is None else read,
            whole if write is None else write,
            2 * whole if hour is None else hour,
            output,
        )
        batch = [usd * (1 - price.batch_discount_ratio) for usd in live]
        if tier is None and price.batch_input_usd_per_mtok is not None:
            batch[0] = price.batch_input_usd_per_mtok
        if tier is None and price.batch_output_usd_per_mtok is not None:
            batch[4] = price.batch_output_usd_per_mtok
        above = tier.above_input_tokens if tier else 0
        return cls(above, live, (batch[0], batch[1], batch[2], batch[3], batch[4]))

    def at(self, input_usd: Decimal | None, output_usd: Decimal | None) -> "Rates":
        """The rates with other prices of input and output, as far as they are listed.

        What a cache or a batch costs of them stays the same share.
        """

        def of(usd: Decimal, old: Decimal, new: Decimal | None) -> Decimal:
            return usd if new is None or not old else (usd * new / old).quantize(SMALLEST_PRICE)

        whole, output = self.usd_per_mtok[0], self.usd_per_mtok[4]
        ends = (*[(whole, input_usd)] * 4, (output, output_usd))
        return self._by(lambda usd, at: of(usd, *ends[at]))

    def times(self, ratio: Decimal) -> "Rates":
        """The rates times as much."""
        return self._by(lambda usd, at: usd * ratio)

    def _by(self, change: Callable[[Decimal, int], Decimal]) -> "Rates":
        def of(usds: ByBucket) -> ByBucket:
            whole, read, brief, hour_long, output = (change(usd, at) for at, usd in enumerate(usds))
            return whole, read, brief, hour_long, output

        return Rates(self.above_input_tokens, of(self.usd_per_mtok), of(self.batch_usd_per_mtok))

    def cost(self, calls: Calls) -> list[Decimal]:
        """USD by bucket, exact."""
        counts = zip(
            calls.tokens,
            calls.batch_tokens,
            self.usd_per_mtok,
            self.batch_usd_per_mtok,
            strict=True,
        )
        return [
            ((tokens - batch) * live + batch * reduced) / MTOK
            for tokens, batch, live, reduced in counts
        ]

    def usd(self, calls: Calls) -> Decimal:
        """USD of all buckets, exact."""
        return sum(self.cost(calls), NOTHING)


@dataclass(frozen=True)
class BucketPrices:
    """A model's prices by bucket of tokens in a price book: the usual ones, and those of its tiers.

    A call whose input is longer than a tier's threshold pays the tier's price for all its tokens.
    `further` are prices of other service tiers and modalities, by the names of a price list.
    """

    reference: str
    usual: Rates
    tiers: tuple[Rates, ...] = ()
    further: Mapping[str, Decimal] = field(default_factory=dict)
    listed: "BucketPrices | None" = None  # the list prices, where these are a contract's

    @classmethod
    def of(cls, price: ModelPrice, listed: ModelPrice | None = None) -> "BucketPrices":
        """The prices of a model in a book, or of a contract beside the `listed` ones."""
        tiers = tuple(Rates.of(price, tier) for tier in price.tiers)
        before = cls.of(listed) if listed else None
        return cls(price.reference, Rates.of(price), tiers, price.further, before)

    def rates_of(self, calls: TermCalls) -> Rates:
        """The prices of calls by the length of their input (that of the mean call where calls are
        counted, else what they are known to be longer than), then by their other terms.

        Where the price of a modality or a service tier is not listed, it is the usual one.
        """
        rates = self.usual
        for tier in self.tiers:
            threshold = tier.above_input_tokens
            is_longer = bool(calls.calls) and calls.tokens.input > threshold * (calls.calls or 0)
            if is_longer or threshold <= calls.above_input_tokens:
                rates = tier
        for name in (calls.modality, PRIORITY if calls.service_tier else ""):
            rates = rates.at(*(self._listed(name, way) for way in ("input", "output")))
        maker = self.reference.partition(":")[0]
        ratio = REGION_RATIOS.get((maker, calls.region), Decimal(1))
        return rates if ratio == 1 else rates.times(ratio)

    def _listed(self, name: str, way: str) -> Decimal | None:
        return self.further.get(f"{name}_{way}_usd_per_mtok") if name else None

    def cost(self, use: Use) -> tuple[Decimal, ...]:
        """USD by bucket, exact."""
        costs = [self.rates_of(calls).cost(calls) for calls in use.by_terms]
        return tuple(sum(by_bucket, NOTHING) for by_bucket in zip(*costs, strict=True))

    def usd(self, use: Use) -> Decimal:
        """USD of all buckets, exact."""
        return sum(self.cost(use), NOTHING)

    def usd_without_cache(self, use: Use) -> Decimal:
        """USD if every input token had been paid in full."""
        in_full = (
            (
                self.rates_of(calls),
                Calls(tokens=_in_full(calls.tokens), batch_tokens=_in_full(calls.batch_tokens)),
            )
            for calls in use.by_terms
        )
        return sum((rates.usd(calls) for rates, calls in in_full), NOTHING)


def _in_full(tokens: Tokens) -> Tokens:
    return Tokens(uncached_input=tokens.input, output=tokens.output)


def spend_by_model(
    models: Sequence[ModelUse], prices: Mapping[str, BucketPrices]
) -> dict[str, Decimal] | None:
    """USD by model: as billed where the file says, else as the book prices the tokens.

    None where neither is known of every model that has tokens.
    """
    if any(item.billed_usd is not None for item in models):
        return {item.model: item.billed_usd or NOTHING for item in models}
    spent = {}
    for item in models:
        if any(item.tokens) and item.model not in prices:
            return None
        known = prices.get(item.model)
        spent[item.model] = known.usd(item) if known else NOTHING
    return spent


def top_model_spend_ratio(spent: Mapping[str, Decimal] | None) -> Decimal | None:
    """The largest model's share of the spend, 0 to 1; None where nothing is known to be spent."""
    whole = sum(spent.values(), NOTHING) if spent else NOTHING
    return min(max(spent.values()) / whole, Decimal(1)) if spent and whole > 0 else None
