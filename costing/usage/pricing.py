"""What tokens cost by a price book, under the names that usage has for models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from costing.catalog.price_text import TOKEN_PRICES
from costing.catalog.prices import ModelPrice, PriceTier
from costing.usage.entries import Tokens
from costing.usage.uses import Calls, LongCalls, ModelUse, Use

MTOK = Decimal(1_000_000)
NOTHING = Decimal(0)
ByBucket = tuple[Decimal, Decimal, Decimal, Decimal, Decimal]


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


@dataclass(frozen=True)
class BucketPrices:
    """A model's prices by bucket of tokens in a price book: the usual ones, and those of its tiers.

    A call whose input is longer than a tier's threshold pays the tier's price for all its tokens.
    """

    reference: str
    usual: Rates
    tiers: tuple[Rates, ...] = ()
    listed: "BucketPrices | None" = None  # the list prices, where these are a contract's

    @classmethod
    def of(cls, price: ModelPrice, listed: ModelPrice | None = None) -> "BucketPrices":
        """The prices of a model in a book, or of a contract beside the `listed` ones."""
        tiers = tuple(Rates.of(price, tier) for tier in price.tiers)
        return cls(price.reference, Rates.of(price), tiers, cls.of(listed) if listed else None)

    def rates_of(self, calls: LongCalls) -> Rates:
        """The prices of calls by the length of their input: that of the mean call where calls are
        counted, else what they are known to be longer than.
        """
        rates = self.usual
        for tier in self.tiers:
            threshold = tier.above_input_tokens
            is_longer = bool(calls.calls) and calls.tokens.input > threshold * (calls.calls or 0)
            if is_longer or threshold <= calls.above_input_tokens:
                rates = tier
        return rates

    def cost(self, use: Use) -> tuple[Decimal, ...]:
        """USD by bucket, exact."""
        costs = [self.rates_of(calls).cost(calls) for calls in use.by_length]
        return tuple(sum(by_bucket, NOTHING) for by_bucket in zip(*costs, strict=True))

    def cost_without_cache(self, use: Use) -> Decimal:
        """USD if every input token had been paid in full."""
        return sum(
            (
                usd
                for calls in use.by_length
                for usd in self.rates_of(calls).cost(
                    Calls(tokens=_in_full(calls.tokens), batch_tokens=_in_full(calls.batch_tokens))
                )
            ),
            NOTHING,
        )


def _in_full(tokens: Tokens) -> Tokens:
    return Tokens(uncached_input=tokens.input, output=tokens.output)


def spend_by_model(
    models: Sequence[ModelUse], prices: Mapping[str, BucketPrices]
) -> dict[str, Decimal] | None:
    """USD by model: as billed where the file says, else as the book prices the tokens.

    None where neither is known of every model that has tokens.
    """
    if any(item.billed_usd is not None for item in models):
        return {item.model: item.billed_usd or Decimal(0) for item in models}
    spent = {}
    for item in models:
        if any(item.tokens) and item.model not in prices:
            return None
        known = prices.get(item.model)
        spent[item.model] = sum(known.cost(item), Decimal(0)) if known else Decimal(0)
    return spent


def top_model_spend_ratio(spent: Mapping[str, Decimal] | None) -> Decimal | None:
    """The largest model's share of the spend, 0 to 1; None where nothing is known to be spent."""
    whole = sum(spent.values(), Decimal(0)) if spent else Decimal(0)
    return min(max(spent.values()) / whole, Decimal(1)) if spent and whole > 0 else None
