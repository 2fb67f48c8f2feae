"""Explains why a bill differs from what a price book predicts of the usage.

Must not import Django.
"""

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


@dataclass(frozen=True)
class BucketPrices:
    """USD per million tokens, by bucket, of one model in a price book."""

    reference: str
    usd_per_mtok: tuple[Decimal, Decimal, Decimal, Decimal, Decimal]

    @classmethod
    def of(cls, price: ModelPrice) -> "BucketPrices":
        """What each bucket of tokens costs at a model's price.

        Without a price of its own a cache read or write costs the input price; an hour-long write
        twice the input price, as its one maker lists it.
        """
        whole, hour = price.input_usd_per_mtok, price.cache_write_1h_usd_per_mtok
        read, write = price.cache_read_usd_per_mtok, price.cache_write_usd_per_mtok
        return cls(
            reference=price.reference,
            usd_per_mtok=(
                whole,
                whole if read is None else read,
                whole if write is None else write,
                2 * whole if hour is None else hour,
                price.output_usd_per_mtok,
            ),
        )

    def cost(self, tokens: Tokens) -> tuple[Decimal, ...]:
        """USD by bucket, exact."""
        return tuple(
            count * price / MTOK for count, price in zip(tokens, self.usd_per_mtok, strict=True)
        )

    def cost_without_cache(self, tokens: Tokens) -> Decimal:
        """USD if every input token had been paid in full."""
        inside = sum(tokens[:4]) * self.usd_per_mtok[0]
        return (inside + tokens.output * self.usd_per_mtok[4]) / MTOK


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
    priced = [_lines(use.tokens, None, price) for use, price in known]
    by_bucket = zip(_lines(Tokens(), None, None), *priced, strict=True)
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
    ran = used.tokens if used else Tokens()
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


def _parts(ran: Tokens, billed: Use | None, paid: Decimal, prices: BucketPrices) -> Parts:
    """The parts of billed − predicted, with P the cost of the tokens used, E of those billed.

    volume + cache = E − P: the volume is what the used mix would cost at the billed totals, the
    cache what the other mix of the input adds. price = billed − E. A bill without tokens is taken
    to be for the tokens used.
    """
    predicted = sum(prices.cost(ran), NOTHING)
    if billed is None or billed.billed_usd is None:
        return Parts(volume=-predicted)
    if not any(ran) and not any(billed.tokens):
        return Parts(volume=paid)
    counted = billed.tokens if any(billed.tokens) else ran
    expected = sum(prices.cost(counted), NOTHING)
    volume = _volume(ran, counted, prices)
    cache = expected - predicted - volume
    in_full = prices.cost_without_cache(counted)
    is_near = abs(paid - in_full) <= NEAR_RATIO * paid < abs(paid - expected)
    if is_near and in_full != expected:
        cache += in_full - expected
        expected = in_full
    return Parts(price=paid - expected, volume=volume, cache=cache)


def _volume(ran: Tokens, counted: Tokens, prices: BucketPrices) -> Decimal:
    """What more or fewer tokens cost, the input at the mean price of the input used."""
    used_input, billed_input = sum(ran[:4]), sum(counted[:4])
    output = (counted.output - ran.output) * prices.usd_per_mtok[4] / MTOK
    if billed_input == used_input:
        return output
    mix = ran if used_input else counted
    mean = sum(prices.cost(mix)[:4], NOTHING) / sum(mix[:4])
    return output + ((billed_input - used_input) * mean).quantize(SMALLEST)


def _lines(ran: Tokens, counted: Tokens | None, prices: BucketPrices | None) -> tuple[Line, ...]:
    costs = prices.cost(ran) if prices else (NOTHING,) * len(BUCKETS)
    return tuple(
        Line(
            bucket,
            ran[index],
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
        spent[item.model] = sum(known.cost(item.tokens), Decimal(0)) if known else Decimal(0)
    return spent


def top_model_spend_ratio(spent: Mapping[str, Decimal] | None) -> Decimal | None:
    """The largest model's share of the spend, 0 to 1; None where nothing is known to be spent."""
    whole = sum(spent.values(), Decimal(0)) if spent else Decimal(0)
    return max(spent.values()) / whole if spent and whole else None


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
