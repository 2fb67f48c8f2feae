"""What runs today, measured: each model with its own tokens, priced and as billed, and the classes
of traffic, the routing share and the levers that show in it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from pydantic import BaseModel

from costing.engine.levers import PROMPT_CACHING, ROUTING
from costing.usage.entries import Tokens
from costing.usage.figures import Figures
from costing.usage.pricing import NOTHING, BucketPrices
from costing.usage.terms import US
from costing.usage.uses import Calls, ModelUse, TermCalls, UsdField, Use
from presentation.numbers import count, ratio_percent, usd
from presentation.wording import series

PREMIUM, SMALL = "premium", "small"
CLASS_LABELS = {PREMIUM: "Premium", SMALL: "Small", "": "No price"}
# A small model gives the file's mean call for at most so much of the dearest model's price.
MAX_SMALL_PRICE_RATIO = Decimal("0.4")
# Calls up to so many times as long as those that small models have may be as simple.
AS_SHORT = 1.25
MIN_RUNNING_RATIO = 0.01
MAX_GAP = Decimal("0.05")
CENT = Decimal("0.01")


class ModelBaseline(BaseModel, frozen=True, json_schema_serialization_defaults_required=True):
    """One model in a month: calls, tokens and USD; None where it is not known.

    `traffic` is its class: premium, small, or empty where the book has no price of it.
    """

    model: str
    reference: str
    traffic: str
    calls_per_month: float | None
    input_tokens_per_call: float | None
    output_tokens_per_call: float | None
    cache_read_ratio: float | None
    batch_ratio: float
    long_ratio: float
    priced_usd_per_month: UsdField | None
    billed_usd_per_month: UsdField | None

    @property
    def traffic_label(self) -> str:
        """The class in words."""
        return CLASS_LABELS[self.traffic]


class Baseline(BaseModel, frozen=True, json_schema_serialization_defaults_required=True):
    """What runs today in a month: all models, their sums in USD, and what that proposes.

    `modelled_usd_per_month` is what a scenario of two models makes of it, which prices both classes
    by the mean call. `simple_ratio` is the share of calls that small models answer,
    `possible_simple_ratio` with the premium calls of the same shape.
    """

    models: tuple[ModelBaseline, ...]
    priced_usd_per_month: UsdField | None
    billed_usd_per_month: UsdField | None
    modelled_usd_per_month: UsdField | None
    premium_reference: str
    small_reference: str
    simple_ratio: float | None
    possible_simple_ratio: float | None
    cache_read_ratio: float | None
    prefix_hit_ratio: float | None
    batch_ratio: float
    current_levers: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class _Ran:
    """A model's use with its price and class."""

    use: ModelUse
    price: BucketPrices | None
    traffic: str

    @property
    def weight(self) -> int:
        """Its calls, or its tokens where no calls are counted."""
        return self.use.total_tokens if self.use.calls is None else self.use.calls


def measured_baseline(figures: Figures, prices: Mapping[str, BucketPrices]) -> Baseline | None:
    """What runs in a month by a book's prices, and as billed; None where there are no tokens."""
    volume = figures.volume
    if volume is None or not figures.total_tokens:
        return None
    scale = volume.per_month / (figures.calls or figures.total_tokens)
    ran = _classified(figures, prices)
    leads = {traffic: _lead(ran, traffic) for traffic in (PREMIUM, SMALL)}
    premium, small = leads[PREMIUM], leads[SMALL]
    simple, possible = _simple(ran)
    costs = [item.price.usd(item.use) for item in ran if item.price]
    priced = sum(costs, NOTHING) if costs else None
    modelled = _modelled(figures, ran, leads)
    levers: tuple[str, ...] = ()
    if (figures.cache_read_ratio or 0) >= MIN_RUNNING_RATIO:
        levers = (PROMPT_CACHING,)
    if small and premium and simple and simple >= MIN_RUNNING_RATIO:
        levers = (ROUTING, *levers)
    return Baseline(
        models=tuple(_model(item, scale) for item in ran),
        priced_usd_per_month=_month(priced, scale),
        billed_usd_per_month=_month(figures.billed_usd, scale),
        modelled_usd_per_month=_month(modelled, scale),
        premium_reference=_reference(premium),
        small_reference=_reference(small),
        simple_ratio=simple,
        possible_simple_ratio=possible,
        cache_read_ratio=figures.cache_read_ratio,
        prefix_hit_ratio=figures.prefix_hit_ratio,
        batch_ratio=_share(figures.batch_tokens, figures.tokens),
        current_levers=levers,
        reasons=_reasons(
            ran, premium, (simple, possible), (modelled, figures.billed_usd or priced)
        ),
    )


def _classified(figures: Figures, prices: Mapping[str, BucketPrices]) -> list[_Ran]:
    """The models by class: what the file's mean call would cost on each, against the dearest one of
    those with a hundredth of the tokens or more.
    """
    call = Calls(tokens=figures.tokens)
    usd = {model: price.usual.usd(call) for model, price in prices.items()}
    least = figures.total_tokens * MIN_RUNNING_RATIO
    dear = max(
        (
            usd[use.model]
            for use in figures.models
            if use.model in usd and use.total_tokens >= least
        ),
        default=NOTHING,
    )

    def traffic(model: str) -> str:
        if model not in usd:
            return ""
        return SMALL if usd[model] <= MAX_SMALL_PRICE_RATIO * dear else PREMIUM

    return [_Ran(use, prices.get(use.model), traffic(use.model)) for use in figures.models]


def _lead(ran: Sequence[_Ran], traffic: str) -> _Ran | None:
    """The model of a class that ran most."""
    return max(
        (item for item in ran if item.traffic == traffic), key=lambda x: x.weight, default=None
    )


def _simple(ran: Sequence[_Ran]) -> tuple[float | None, float | None]:
    """The share of calls that small models have, and with the premium calls that are as short."""
    whole = sum(item.weight for item in ran)
    small = [item for item in ran if item.traffic == SMALL]
    if not small or not whole:
        return None, None
    has = sum(item.weight for item in small)
    more = sum(item.weight for item in _as_short(ran))
    return has / whole, (has + more) / whole


def _as_short(ran: Sequence[_Ran]) -> list[_Ran]:
    """Premium models whose mean call is about as short, in and out, as that of small ones."""
    small = Use.sum_of([item.use for item in ran if item.traffic == SMALL])
    if not small.calls:
        return []
    ends = (
        AS_SHORT * small.input_tokens / small.calls,
        AS_SHORT * small.tokens.output / small.calls,
    )
    return [
        item
        for item in ran
        if item.traffic == PREMIUM
        and item.use.calls
        and item.use.input_tokens / item.use.calls <= ends[0]
        and item.use.tokens.output / item.use.calls <= ends[1]
    ]


def _modelled(
    figures: Figures, ran: Sequence[_Ran], leads: Mapping[str, _Ran | None]
) -> Decimal | None:
    """What a scenario of the classes' leading models makes of the file: each class by the mean call
    and its lead's price.
    """
    whole = sum(item.weight for item in ran)
    total = NOTHING
    for traffic in (PREMIUM, SMALL, ""):
        weight = sum(item.weight for item in ran if item.traffic == traffic)
        lead = leads.get(traffic) or leads[PREMIUM]
        if weight and (lead is None or lead.price is None):
            return None
        if lead and lead.price:
            total += lead.price.usd(figures) * weight / whole
    return total


def _model(item: _Ran, scale: float) -> ModelBaseline:
    use = item.use
    long = [sum(each.tokens) for each in use.at_terms if each.above_input_tokens]
    return ModelBaseline(
        model=use.model,
        reference=_reference(item),
        traffic=item.traffic,
        calls_per_month=None if use.calls is None else use.calls * scale,
        input_tokens_per_call=use.input_tokens / use.calls if use.calls else None,
        output_tokens_per_call=use.tokens.output / use.calls if use.calls else None,
        cache_read_ratio=use.tokens.cache_read / use.input_tokens if use.input_tokens else None,
        batch_ratio=_share(use.batch_tokens, use.tokens),
        long_ratio=sum(long) / use.total_tokens if use.total_tokens else 0.0,
        priced_usd_per_month=_month(item.price.usd(use) if item.price else None, scale),
        billed_usd_per_month=_month(use.billed_usd, scale),
    )


def _reasons(
    ran: Sequence[_Ran],
    premium: _Ran | None,
    simple: tuple[float | None, float | None],
    costs: tuple[Decimal | None, Decimal | None],
) -> tuple[str, ...]:
    reasons = []
    unknown = [item.use.model or "a model without a name" for item in ran if not item.traffic]
    if unknown:
        reasons.append(
            f"No price is known of {series(unknown)}: counted as premium, without money."
        )
    small = [item.use.model for item in ran if item.traffic == SMALL]
    if small and premium:
        reasons.append(
            f"Small: {series(small)}. The same mean call costs at most"
            f" {ratio_percent(MAX_SMALL_PRICE_RATIO)} of what it costs on"
            f" {premium.use.model}. They have {ratio_percent(simple[0])} of the calls."
        )
    elif premium:
        reasons.append("One class of traffic: no model that ran is much cheaper than another.")
    for item in _as_short(ran):
        reasons.append(
            f"{item.use.model} has {count(item.use.calls)} calls in this file that are as short as"
            f" those of small models: with them {ratio_percent(simple[1])} may be simple."
        )
    reasons += _terms(ran)
    modelled, known = costs
    if modelled is not None and known and abs(modelled - known) > MAX_GAP * known:
        reasons.append(
            f"A scenario prices both classes by the mean call: {usd(modelled)} for this"
            f" file, where {usd(known)} ran. Its bill of today differs by that much."
        )
    return tuple(reasons)


PRIORITY_SERVED = "were served at the priority tier."
STAYED_IN_US = "had to stay in the US, which costs more."
NOT_TEXT = "are audio or images, with prices of their own."
RAN_IN = "ran in {region}."


def _terms(ran: Sequence[_Ran]) -> list[str]:
    """What of each model is kept apart, where it is a hundredth of its tokens or more."""
    sentences = []
    for use in (item.use for item in ran if item.use.total_tokens):
        regions = {each.region for each in use.at_terms} - {"", US}
        apart: list[tuple[str, Callable[[TermCalls], bool]]] = [
            (PRIORITY_SERVED, lambda each: bool(each.service_tier)),
            (STAYED_IN_US, lambda each: each.region == US),
            (NOT_TEXT, lambda each: bool(each.modality)),
            *((RAN_IN.format(region=x), partial(_is_in, x)) for x in sorted(regions)),
        ]
        for sentence, is_so in apart:
            tokens = sum(each.total_tokens for each in use.at_terms if is_so(each))
            share = tokens / use.total_tokens
            if share >= MIN_RUNNING_RATIO:
                model = use.model or "a model without a name"
                sentences.append(f"{ratio_percent(share)} of the tokens of {model} {sentence}")
    return sentences


def _is_in(region: str, calls: TermCalls) -> bool:
    return calls.region == region


def _reference(item: _Ran | None) -> str:
    return item.price.reference if item and item.price else ""


def _share(part: Tokens, whole: Tokens) -> float:
    return sum(part) / sum(whole) if any(whole) else 0.0


def _month(usd: Decimal | None, scale: float) -> Decimal | None:
    return None if usd is None else (usd * Decimal(repr(scale))).quantize(CENT)
