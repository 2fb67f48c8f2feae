"""Explains why a bill differs from what a price book predicts of the usage."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from pydantic import BaseModel, Field, computed_field

from costing.usage.entries import BUCKET_LABELS, BUCKETS, Tokens
from costing.usage.pricing import NOTHING, BucketPrices
from costing.usage.uses import LongCalls, UsdField, Use

DIGITS = 60
# A bill that comes this close to one without a cache is explained by the cache.
NEAR_RATIO = Decimal("0.01")
SMALLEST = Decimal("1e-12")
WHOLE = "All models"
NO_NAME = "Model not named"


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
    to be for the tokens used, and one that does not tell batches or long calls for as many of them.
    """
    predicted = sum(prices.cost(ran), NOTHING)
    if billed is None or billed.billed_usd is None:
        return Parts(volume=-predicted)
    if not any(ran.tokens) and not any(billed.tokens):
        return Parts(volume=paid)
    counted = _as_used(billed, ran, prices) if any(billed.tokens) else ran
    expected = sum(prices.cost(counted), NOTHING)
    volume = _volume(ran, counted, prices)
    cache = expected - predicted - volume
    in_full = prices.cost_without_cache(counted)
    is_near = abs(paid - in_full) <= NEAR_RATIO * paid < abs(paid - expected)
    if is_near and in_full != expected:
        cache += in_full - expected
        expected = in_full
    return Parts(price=paid - expected, volume=volume, cache=cache)


def _as_used(billed: Use, ran: Use, prices: BucketPrices) -> Use:
    """The billed tokens, as batch and in long calls to the degree of those used where the bill does
    not say.
    """

    def share(whole: Tokens, part: Tokens) -> Tokens:
        """Of a whole, as much as a part is of the tokens used."""
        counts = zip(whole, part, ran.tokens, strict=True)
        return Tokens(*(count * of // used if used else 0 for count, of, used in counts))

    batch, calls, long = billed.batch_tokens, billed.calls, billed.long_calls
    tells_batch = any(batch)
    if not tells_batch:
        batch = share(billed.tokens, ran.batch_tokens)
        long = tuple(
            each.model_copy(update={"batch_tokens": share(each.tokens, ran.batch_tokens)})
            for each in long
        )
    long_of_ran = [each for each in ran.by_length if prices.rates_of(each) != prices.usual]
    if not long and long_of_ran:
        calls = None  # they cannot be told apart by length
        long = tuple(
            LongCalls(
                above_input_tokens=prices.rates_of(each).above_input_tokens,
                tokens=share(billed.tokens, each.tokens),
                batch_tokens=share(batch, each.tokens)
                if tells_batch
                else share(billed.tokens, each.batch_tokens),
            )
            for each in long_of_ran
        )
    return Use(calls=calls, tokens=billed.tokens, batch_tokens=batch, long_calls=long)


def _volume(ran: Use, counted: Use, prices: BucketPrices) -> Decimal:
    """What more or fewer tokens cost, each way at the mean price of the tokens used."""
    volume = NOTHING
    for way in (slice(4), slice(4, None)):
        more = sum([*counted.tokens][way]) - sum([*ran.tokens][way])
        mix = ran if sum([*ran.tokens][way]) else counted
        if more:
            cost = sum(prices.cost(mix)[way], NOTHING)
            volume += (more * cost / sum([*mix.tokens][way])).quantize(SMALLEST)
    return volume


def _lines(ran: Use, counted: Tokens | None, prices: BucketPrices | None) -> tuple[Line, ...]:
    costs = prices.cost(ran) if prices else (NOTHING,) * len(BUCKETS)
    return tuple(
        Line(
            bucket,
            ran.tokens[index],
            None if counted is None else counted[index],
            prices.usual.usd_per_mtok[index] if prices else None,
            costs[index],
        )
        for index, bucket in enumerate(BUCKETS)
    )
