"""Explains why a bill differs from what a price book predicts of the usage."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from pydantic import BaseModel, Field, computed_field

from costing.catalog.prices import ModelPrice
from costing.usage.entries import BUCKET_LABELS, BUCKETS, Tokens
from costing.usage.figures import ModelUse, UsdField, Use

MTOK = Decimal(1_000_000)
NOTHING = Decimal(0)
DIGITS = 60
# A bill that comes this close to one without a cache is explained by the cache.
NEAR_RATIO = Decimal("0.01")
SMALLEST = Decimal("1e-12")
WHOLE = "All models"
NO_NAME = "Model not named"


ByBucket = tuple[Decimal, Decimal, Decimal, Decimal, Decimal]


@dataclass(frozen=True)
class BucketPrices:
    """USD per million tokens, by bucket, of one model in a price book; live, and as batch."""

    reference: str
    usd_per_mtok: ByBucket
    batch_usd_per_mtok: ByBucket | None = None  # as live where none is listed

    @classmethod
    def of(cls, price: ModelPrice) -> "BucketPrices":
        """What each bucket of tokens costs at a model's price.

        Without a price of its own a cache read or write costs the input price; an hour-long write
        twice the input price, as its one maker lists it. Batches cost their own prices, else all
        buckets less the discount.
        """
        whole, hour = price.input_usd_per_mtok, price.cache_write_1h_usd_per_mtok
        read, write = price.cache_read_usd_per_mtok, price.cache_write_usd_per_mtok
        live = (
            whole,
            whole if read is None else read,
            whole if write is None else write,
            2 * whole if hour is None else hour,
            price.output_usd_per_mtok,
        )
        factor = 1 - price.batch_discount_ratio
        batch = [usd * factor for usd in live]
        if price.batch_input_usd_per_mtok is not None:
            batch[0] = price.batch_input_usd_per_mtok
        if price.batch_output_usd_per_mtok is not None:
            batch[4] = price.batch_output_usd_per_mtok
        return cls(price.reference, live, (batch[0], batch[1], batch[2], batch[3], batch[4]))

    def cost(self, use: Use) -> tuple[Decimal, ...]:
        """USD by bucket, exact."""
        batch_prices = self.batch_usd_per_mtok or self.usd_per_mtok
        counts = zip(use.tokens, use.batch_tokens, self.usd_per_mtok, batch_prices, strict=True)
        return tuple(
            ((tokens - batch) * live + batch * reduced) / MTOK
            for tokens, batch, live, reduced in counts
        )

    def cost_without_cache(self, use: Use) -> Decimal:
        """USD if every input token had been paid in full."""
        inside, batch = sum(use.tokens[:4]), sum(use.batch_tokens[:4])
        in_full = Use(
            tokens=Tokens(uncached_input=inside, output=use.tokens.output),
            batch_tokens=Tokens(uncached_input=batch, output=use.batch_tokens.output),
        )
        return sum(self.cost(in_full), NOTHING)


class Parts(BaseModel, frozen=True, json_schema_serialization_defaults_required=True):
    """What explains a difference, in USD; together they are the difference, exactly.

    `volume`: the bill counts more or fewer tokens (or a model that only one side has). `cache`: the
    tokens are cached to another degree, or billed as if nothing were. `price`: what is left is
    paid at other prices. `unknown_model`: billed for a model without a price in the book.
    """

    price: UsdField = Field(default=NOTHING, title="Other prices than the book’s")
    volume: UsdField = Field(default=NOTHING, title="More or fewer tokens")
    cache: UsdField = Field(default=NOTHING, title="Cached to another degree")
    unknown_model: UsdField = Field(default=NOTHING, title="Models without a price")

    @property
    def total(self) -> Decimal:
        """The sum of the parts."""
        return sum((usd for _, usd in self), NOTHING)

    @property
    def labelled(self) -> list[tuple[str, Decimal]]:
        """The parts with their labels."""
        return [(Parts.model_fields[name].title or "", usd) for name, usd in self]


@dataclass(frozen=True)
class Line:
    """One bucket of a model: tokens used, tokens billed (None where the bill counts none), the
    book's price, and what the book predicts for the tokens used, in USD.
    """

    bucket: str
    used_tokens: int
    billed_tokens: int | None
    usd_per_mtok: UsdField | None
    predicted_usd: UsdField

    @property
    def label(self) -> str:
        """The bucket in words."""
        return BUCKET_LABELS[self.bucket]


class Comparison(BaseModel, frozen=True):
    """Predicted and billed, with the parts of their difference, in USD."""

    predicted_usd: UsdField
    billed_usd: UsdField
    parts: Parts

    @computed_field  # type: ignore[prop-decorator]
    @property
    def difference_usd(self) -> UsdField:
        """Billed less predicted."""
        return self.billed_usd - self.predicted_usd


class ModelReconciliation(Comparison, frozen=True):
    """One model; its reference is empty where the book has no price of it."""

    model: str
    reference: str
    lines: tuple[Line, ...]

    @property
    def label(self) -> str:
        """What the model is called."""
        return self.model or NO_NAME

    @property
    def counted_lines(self) -> list[Line]:
        """The lines with tokens that were used or billed."""
        return [line for line in self.lines if line.used_tokens or line.billed_tokens]


class Reconciliation(Comparison, frozen=True):
    """All models, the largest difference first; `is_whole` where the bill does not name them."""

    models: tuple[ModelReconciliation, ...]
    is_whole: bool = False

    @classmethod
    def of(cls, *models: ModelReconciliation, is_whole: bool = False) -> "Reconciliation":
        """The sums of the models."""
        return cls(
            predicted_usd=sum((model.predicted_usd for model in models), NOTHING),
            billed_usd=sum((model.billed_usd for model in models), NOTHING),
            parts=Parts(
                **{
                    name: sum((getattr(model.parts, name) for model in models), NOTHING)
                    for name in Parts.model_fields
                }
            ),
            models=models,
            is_whole=is_whole,
        )


def reconcile(
    used: Mapping[str, Use], billed: Mapping[str, Use], prices: Mapping[str, BucketPrices]
) -> Reconciliation:
    """Compare what a book predicts of `used` with what `billed` says, by model.

    Tokens by bucket, prices in USD per million tokens, money in USD; every sum is exact. Where no
    model of a bill without tokens is one of those used, both sides are compared as a whole.
    """
    with localcontext() as context:
        context.prec = DIGITS
        if _is_apart(used, billed):
            return _whole(used, billed, prices)
        models = [
            _model(model, used.get(model), billed.get(model), prices.get(model))
            for model in sorted({*used, *billed})
        ]
        models.sort(key=lambda item: (-abs(item.difference_usd), item.model))
        return Reconciliation.of(*models)


def _is_apart(used: Mapping[str, Use], billed: Mapping[str, Use]) -> bool:
    counts = any(any(use.tokens) for use in billed.values())
    return bool(used) and bool(billed) and not counts and not {*used} & {*billed}


def _whole(
    used: Mapping[str, Use], billed: Mapping[str, Use], prices: Mapping[str, BucketPrices]
) -> Reconciliation:
    known = [(use, prices[model]) for model, use in used.items() if model in prices]
    priced = [_lines(use, None, price) for use, price in known]
    by_bucket = zip(_lines(Use(), None, None), *priced, strict=True)
    lines = tuple(
        Line(
            bucket=lines[0].bucket,
            used_tokens=sum(line.used_tokens for line in lines),
            billed_tokens=None,
            usd_per_mtok=None,
            predicted_usd=sum((line.predicted_usd for line in lines), NOTHING),
        )
        for lines in by_bucket
    )
    predicted = sum((line.predicted_usd for line in lines), NOTHING)
    paid = sum((use.billed_usd or NOTHING for use in billed.values()), NOTHING)
    whole = ModelReconciliation(
        predicted_usd=predicted,
        billed_usd=paid,
        parts=Parts(price=paid - predicted),
        model=WHOLE,
        reference="",
        lines=lines,
    )
    return Reconciliation.of(whole, is_whole=True)


def _model(
    model: str, used: Use | None, billed: Use | None, prices: BucketPrices | None
) -> ModelReconciliation:
    ran = used or Use()
    paid = NOTHING if billed is None or billed.billed_usd is None else billed.billed_usd
    counted = billed.tokens if billed and any(billed.tokens) else None
    lines = _lines(ran, counted, prices)
    return ModelReconciliation(
        predicted_usd=sum(prices.cost(ran), NOTHING) if prices else NOTHING,
        billed_usd=paid,
        parts=_parts(ran, billed, paid, prices) if prices else Parts(unknown_model=paid),
        model=model,
        reference=prices.reference if prices else "",
        lines=lines,
    )


def _parts(ran: Use, billed: Use | None, paid: Decimal, prices: BucketPrices) -> Parts:
    """The parts of billed − predicted, with P the cost of the tokens used, E of those billed.

    volume + cache = E − P: the volume is what the used mix would cost at the billed totals, the
    cache what the other mix of the input adds. price = billed − E. A bill without tokens is taken
    to be for the tokens used, and one that does not tell batches for as many of them.
    """
    predicted = sum(prices.cost(ran), NOTHING)
    if billed is None or billed.billed_usd is None:
        return Parts(volume=-predicted)
    if not any(ran.tokens) and not any(billed.tokens):
        return Parts(volume=paid)
    counted = _with_batches(billed, ran) if any(billed.tokens) else ran
    expected = sum(prices.cost(counted), NOTHING)
    volume = _volume(ran, counted, prices)
    cache = expected - predicted - volume
    in_full = prices.cost_without_cache(counted)
    is_near = abs(paid - in_full) <= NEAR_RATIO * paid < abs(paid - expected)
    if is_near and in_full != expected:
        cache += in_full - expected
        expected = in_full
    return Parts(price=paid - expected, volume=volume, cache=cache)


def _with_batches(billed: Use, ran: Use) -> Use:
    """The billed tokens, as batch to the degree of those used where the bill does not say."""
    if any(billed.batch_tokens) or not any(ran.batch_tokens):
        return billed
    shares = zip(billed.tokens, ran.batch_tokens, ran.tokens, strict=True)
    batch = Tokens(*(count * part // whole if whole else 0 for count, part, whole in shares))
    return Use(tokens=billed.tokens, batch_tokens=batch)


def _volume(ran: Use, counted: Use, prices: BucketPrices) -> Decimal:
    """What more or fewer tokens cost, each way at the mean price of the tokens used."""
    return _volume_of(ran, counted, prices, slice(4)) + _volume_of(
        ran, counted, prices, slice(4, None)
    )


def _volume_of(ran: Use, counted: Use, prices: BucketPrices, part: slice) -> Decimal:
    more = sum([*counted.tokens][part]) - sum([*ran.tokens][part])
    if not more:
        return NOTHING
    mix = ran if sum([*ran.tokens][part]) else counted
    cost = sum(prices.cost(mix)[part], NOTHING)
    return (more * cost / sum([*mix.tokens][part])).quantize(SMALLEST)


def _lines(ran: Use, counted: Tokens | None, prices: BucketPrices | None) -> tuple[Line, ...]:
    costs = prices.cost(ran) if prices else (NOTHING,) * len(BUCKETS)
    return tuple(
        Line(
            bucket,
            ran.tokens[index],
            None if counted is None else counted[index],
            prices.usd_per_mtok[index] if prices else None,
            costs[index],
        )
        for index, bucket in enumerate(BUCKETS)
    )


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


# What gateways and conventions call a provider, and what a catalog does.
PROVIDERS = {
    "azure_ai": "azure",
    "azure.ai.openai": "azure",
    "azure.ai.inference": "azure",
    "az.ai.openai": "azure",
    "az.ai.inference": "azure",
    "bedrock": "aws",
    "bedrock_converse": "aws",
    "aws.bedrock": "aws",
    "vertex_ai": "google",
    "vertex_ai_beta": "google",
    "gemini": "google",
    "gcp.gemini": "google",
    "gcp.vertex_ai": "google",
    "gcp.gen_ai": "google",
    "xai": "x-ai",
    "x_ai": "x-ai",
    "mistral_ai": "mistral",
    "together_ai": "together",
    "fireworks_ai": "fireworks",
}
MAKERS = ("openai", "anthropic", "google", "mistral", "deepseek", "x-ai", "cohere")


def possible_references(model: str) -> Iterator[str]:
    """The references `<provider>:<model>` that a name in usage may mean, the likeliest first."""
    provider, colon, name = model.partition(":")
    if not colon:
        provider, name = "", model
    named = PROVIDERS.get(provider.lower(), provider.lower())
    # A gateway writes `azure/gpt-4o` or `openrouter/openai/gpt-4o`.
    path = [part for part in name.split("/") if part]
    last = path[-1] if path else name
    inside = [PROVIDERS.get(part.lower(), part.lower()) for part in path[:-1]]
    for maker in dict.fromkeys((named, *reversed(inside), *MAKERS)):
        if maker:
            yield f"{maker}:{name}"
            if last != name:
                yield f"{maker}:{last}"
