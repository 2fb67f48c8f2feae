"""Explains why a bill differs from what a price book predicts of the usage."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext

from pydantic import BaseModel, Field, computed_field

from costing.usage.entries import BESIDE_USAGE, BUCKET_LABELS, BUCKETS, CHARGES, Tokens
from costing.usage.pricing import NOTHING, BucketPrices
from costing.usage.terms import PRIORITY
from costing.usage.uses import TermCalls, UsdField, Use

DIGITS = 60
# A bill that comes this close to one at other terms is explained by them.
NEAR_RATIO = Decimal("0.01")
SMALLEST = Decimal("1e-12")
WHOLE = "All models"
NO_NAME = "Model not named"


class Parts(BaseModel, frozen=True, json_schema_serialization_defaults_required=True):
    """What explains a difference, in USD; together they are the difference, exactly.

    What the bill tells (its tokens, batches, long calls, kinds of charges) is taken from it. What
    is left is held against what the tokens would cost at list prices, without batch prices, without
    tiers, at the usual or all at the priority tier, in any region, as text or without a cache, and
    counts as that where it meets the bill; the rest is unexplained.
    """

    volume: UsdField = Field(default=NOTHING, title="More or fewer tokens")
    missing_days: UsdField = Field(default=NOTHING, title="Days that one side lacks")
    cache: UsdField = Field(default=NOTHING, title="Cached to another degree")
    batch: UsdField = Field(default=NOTHING, title="Batches")
    tier: UsdField = Field(default=NOTHING, title="Prices of long calls")
    service_tier: UsdField = Field(default=NOTHING, title="Service tiers")
    region: UsdField = Field(default=NOTHING, title="Regions")
    list_price: UsdField = Field(default=NOTHING, title="List instead of contract prices")
    modality: UsdField = Field(default=NOTHING, title=CHARGES["modality"])
    correction: UsdField = Field(default=NOTHING, title=CHARGES["correction"])
    credit: UsdField = Field(default=NOTHING, title=CHARGES["credit"])
    tax: UsdField = Field(default=NOTHING, title=CHARGES["tax"])
    purchase: UsdField = Field(default=NOTHING, title=CHARGES["purchase"])
    unknown_model: UsdField = Field(default=NOTHING, title="Models without a price")
    unexplained: UsdField = Field(default=NOTHING, title="Not explained")

    @classmethod
    def sum_of(cls, parts: Iterable["Parts"]) -> "Parts":
        """The sums, part by part."""
        listed = list(parts)
        return cls(
            **{
                name: sum((getattr(each, name) for each in listed), NOTHING)
                for name in cls.model_fields
            }
        )

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
            parts=Parts.sum_of(model.parts for model in models),
            models=models,
            is_whole=is_whole,
        )


@dataclass(frozen=True)
class Apart:
    """What ran, and what was billed, on days that the other side lacks, by model."""

    used: Mapping[str, Use] = field(default_factory=dict)
    billed: Mapping[str, Use] = field(default_factory=dict)


def reconcile(
    used: Mapping[str, Use],
    billed: Mapping[str, Use],
    prices: Mapping[str, BucketPrices],
    apart: Apart = Apart(),
) -> Reconciliation:
    """Compare what a book predicts of `used` with what `billed` says, by model.

    Tokens by bucket, prices in USD per million tokens, money in USD; every sum is exact. Where no
    model of a bill without tokens is one of those used, both sides are compared as a whole. `used`
    and `billed` are of days that both sides have; what else there is stands in `apart`.
    """
    with localcontext() as context:
        context.prec = DIGITS
        if _has_other_names(used, billed):
            models = [_whole(used, billed, prices)]
        else:
            models = [
                _model(model, used.get(model), billed.get(model), prices.get(model))
                for model in sorted({*used, *billed})
            ]
        models = _with_days_apart(models, apart, prices)
        models.sort(key=lambda item: (-abs(item.difference_usd), item.model))
        is_whole = any(model.model == WHOLE for model in models)
        return Reconciliation.of(*models, is_whole=is_whole)


def _has_other_names(used: Mapping[str, Use], billed: Mapping[str, Use]) -> bool:
    counts = any(any(use.tokens) for use in billed.values())
    return bool(used) and bool(billed) and not counts and not {*used} & {*billed}


def _whole(
    used: Mapping[str, Use], billed: Mapping[str, Use], prices: Mapping[str, BucketPrices]
) -> ModelReconciliation:
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
    bill = Use.sum_of([*billed.values()])
    return ModelReconciliation(
        predicted_usd=predicted,
        billed_usd=_bill(bill),
        parts=_told(bill, Parts(unexplained=_plain_usage(bill) - predicted)),
        model=WHOLE,
        reference="",
        lines=lines,
    )


def _bill(billed: Use) -> Decimal:
    """All that was billed: usage, and what stands beside it."""
    beside = (usd for kind, usd in billed.charges.items() if kind in BESIDE_USAGE)
    return (billed.billed_usd or NOTHING) + sum(beside, NOTHING)


def _plain_usage(billed: Use) -> Decimal:
    """What was billed for the usage of tokens alone."""
    return _bill(billed) - sum(billed.charges.values(), NOTHING)


def _told(billed: Use, parts: Parts) -> Parts:
    """The parts with the kinds of charges that a bill tells."""
    return Parts(**{**dict(parts), **billed.charges})


def _with_days_apart(
    models: Sequence[ModelReconciliation], apart: Apart, prices: Mapping[str, BucketPrices]
) -> list[ModelReconciliation]:
    """The models with what only one side has on days that the other lacks."""
    by_model = {model.model: model for model in models}
    for name in {*apart.used, *apart.billed}:
        price, bill = prices.get(name), apart.billed.get(name, Use())
        ran = price.usd(apart.used.get(name, Use())) if price else NOTHING
        standing = by_model.get(name) or _model(name, None, None, price)
        missing = _told(bill, Parts(missing_days=_plain_usage(bill) - ran))
        by_model[name] = standing.model_copy(
            update={
                "predicted_usd": standing.predicted_usd + ran,
                "billed_usd": standing.billed_usd + _bill(bill),
                "parts": Parts.sum_of((standing.parts, missing)),
            }
        )
    return list(by_model.values())


def _model(
    model: str, used: Use | None, billed: Use | None, prices: BucketPrices | None
) -> ModelReconciliation:
    ran, bill = used or Use(), billed or Use()
    paid = _plain_usage(bill)
    counted = bill.tokens if any(bill.tokens) else None
    return ModelReconciliation(
        predicted_usd=prices.usd(ran) if prices else NOTHING,
        billed_usd=_bill(bill),
        parts=_told(bill, _parts(ran, bill, paid, prices) if prices else Parts(unknown_model=paid)),
        model=model,
        reference=prices.reference if prices else "",
        lines=_lines(ran, counted, prices),
    )


def _parts(ran: Use, billed: Use, paid: Decimal, prices: BucketPrices) -> Parts:
    """The parts of billed − predicted, with P the cost of the tokens used, E of those billed.

    One after the other, tokens used become tokens billed: their number (volume), what was cached of
    the input, what went as batch, how long the calls were. A bill without tokens is taken to be for
    the tokens used, and one that does not tell batches or long calls for as many of them.
    """
    predicted = prices.usd(ran)
    if billed.billed_usd is None:
        return Parts(volume=paid - predicted)
    if not any(ran.tokens) and not any(billed.tokens):
        return Parts(volume=paid)
    if any(billed.tokens):
        unsaid = Use(tokens=billed.tokens)
        in_batches = Use(tokens=billed.tokens, batch_tokens=billed.batch_tokens)
        alike, batched, counted = (
            _as_used(each, ran, prices) for each in (unsaid, in_batches, billed)
        )
    else:
        alike = batched = counted = ran
    costs = [prices.usd(each) for each in (alike, batched, counted)]
    volume = _volume(ran, alike, prices)
    parts = Parts(
        volume=volume,
        cache=costs[0] - predicted - volume,
        batch=costs[1] - costs[0],
        tier=costs[2] - costs[1],
        unexplained=paid - costs[2],
    )
    return _explained(parts, counted, paid, prices)


def _explained(parts: Parts, counted: Use, paid: Decimal, prices: BucketPrices) -> Parts:
    """The parts with what is left under the reason that comes closest to the bill, within 1 %."""
    expected = prices.usd(counted)
    otherwise = [
        ("list_price", (prices.listed or prices).usd(counted)),
        ("batch", prices.usd(counted.without_batches)),
        ("tier", replace(prices, tiers=()).usd(counted)),
        ("service_tier", prices.usd(counted.without(service_tier=""))),
        ("service_tier", prices.usd(counted.all_at(service_tier=PRIORITY))),
        ("region", prices.usd(counted.without(region=""))),
        ("modality", prices.usd(counted.without(modality=""))),
        ("cache", prices.usd_without_cache(counted)),
    ]
    best, usd = min(otherwise, key=lambda named: abs(paid - named[1]))
    missed = abs(paid - usd)
    if usd == expected or missed > NEAR_RATIO * paid or missed >= abs(paid - expected):
        return parts
    more = usd - expected
    return parts.model_copy(
        update={best: getattr(parts, best) + more, "unexplained": parts.unexplained - more}
    )


def _as_used(billed: Use, ran: Use, prices: BucketPrices) -> Use:
    """The billed tokens, as batch and at other terms to the degree of those used where the bill
    does not say.
    """

    def share(whole: Tokens, part: Tokens) -> Tokens:
        """Of a whole, as much as a part is of the tokens used."""
        counts = zip(whole, part, ran.tokens, strict=True)
        return Tokens(*(count * of // used if used else 0 for count, of, used in counts))

    batch, calls, apart = billed.batch_tokens, billed.calls, billed.at_terms
    tells_batch = any(batch)
    if not tells_batch:
        batch = share(billed.tokens, ran.batch_tokens)
        apart = tuple(
            each.model_copy(update={"batch_tokens": share(each.tokens, ran.batch_tokens)})
            for each in apart
        )
    apart_of_ran = [each for each in ran.by_terms if prices.rates_of(each) != prices.usual]
    if not apart and apart_of_ran:
        calls = None  # they cannot be told apart by length
        apart = tuple(
            TermCalls(
                above_input_tokens=prices.rates_of(each).above_input_tokens,
                service_tier=each.service_tier,
                region=each.region,
                modality=each.modality,
                tokens=share(billed.tokens, each.tokens),
                batch_tokens=share(batch, each.tokens)
                if tells_batch
                else share(billed.tokens, each.batch_tokens),
            )
            for each in apart_of_ran
        )
    return Use(calls=calls, tokens=billed.tokens, batch_tokens=batch, at_terms=apart)


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
