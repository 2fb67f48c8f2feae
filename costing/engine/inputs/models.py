"""The models of a scenario with their prices, and what spares calls to them."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, model_validator

from costing.engine.inputs import readers
from costing.engine.inputs.commitments import Provisioned
from costing.engine.inputs.fields import (
    Extra,
    Input,
    InputText,
    Number,
    Ratio,
    Section,
    TokenRatio,
    Tokens,
    UnitPrice,
    Usd,
)
from costing.engine.units import SECONDS_PER_MONTH

# What a model makes of the workload's text, and what its wrong answers cost (cost model, 11).
InputTokenRatio = Extra(
    "Tokens of the input",
    "× the workload's",
    "Tokens that this model's tokenizer makes of the same input.",
    default=1.0,
)
OutputTokenRatio = Extra(
    "Tokens of the output",
    "× the workload's",
    "Tokens that this model takes for the same answer.",
    default=1.0,
)
ReasoningTokens = Extra(
    "Reasoning per call",
    "tokens",
    "Thought before the answer: billed and written as output, seen by nobody.",
    default=0.0,
)
ReworkRatio = Extra(
    "Answers made again",
    "% of calls",
    "By a better model or by a person, because this model's answer will not do.",
    default=0.0,
)
ReworkPrice = Extra("Making an answer again", "USD each", default=0.0)

_AsBefore = partial(Input, unit="USD per Mtok", default=None, empty="as before")


class Tier(Section):
    """Prices of a call whose input is strictly above the threshold; None keeps the model's own."""

    above_input_tokens: Tokens = Input("Above input per call", "tokens")
    input_usd_per_mtok: UnitPrice | None = _AsBefore("Input")
    output_usd_per_mtok: UnitPrice | None = _AsBefore("Output")
    cache_read_usd_per_mtok: UnitPrice | None = _AsBefore("Cached input")
    cache_write_usd_per_mtok: UnitPrice | None = _AsBefore("Cache write")


MODEL_SECTIONS = ("premium_model", "small_model", "open_model")
"""The sections of a scenario that hold a model, with prices or a reference to the catalog."""

EXPLICIT, AUTOMATIC, STORED = "explicit", "automatic", "stored"
CACHE_MODES = {
    EXPLICIT: "Writes are charged",
    AUTOMATIC: "Automatic, without a price of writes",
    STORED: "Stored, charged by the hour",
}


def _ascending(tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
    return tuple(sorted(tiers, key=lambda tier: tier.above_input_tokens))


class ModelPrices(Section):
    """A model's prices in USD per million tokens, and its cache and batch terms (section 1)."""

    input_usd_per_mtok: UnitPrice = Input("Input", "USD per Mtok")
    output_usd_per_mtok: UnitPrice = Input("Output", "USD per Mtok")
    cache_read_usd_per_mtok: UnitPrice | None = Input(
        "Cached input", "USD per Mtok", default=None, empty="the model has no prompt cache"
    )
    cache_write_usd_per_mtok: UnitPrice | None = Input(
        "Cache write", "USD per Mtok", default=None, empty="as dear as input"
    )
    cache_ttl_seconds: Annotated[float, Number(0, 1e8)] = Input(
        "Cache lifetime", "seconds", "Every use renews it.", default=300.0
    )
    min_cacheable_tokens: Tokens = Input("Shortest cached prefix", "tokens", default=1024.0)
    batch_discount_ratio: Ratio = Input("Batch discount", "%", default=0.0)
    cache_mode: Annotated[str, readers.Choice(CACHE_MODES)] = Extra(
        "How the cache is sold", default=EXPLICIT
    )
    cache_capture_ratio: Ratio = Extra(
        "Hits that are had",
        "% of possible ones",
        "An automatic cache may miss what it has: calls are spread over servers.",
        default=1.0,
    )
    cache_storage_usd_per_mtok_hour: UnitPrice = Extra(
        "Cache storage",
        "USD per Mtok and hour",
        "While an entry lives; without a lifetime it is kept all month.",
        default=0.0,
    )
    cache_write_1h_usd_per_mtok: UnitPrice | None = Extra(
        "Cache write for an hour",
        "USD per Mtok",
        "The cheaper of the two lifetimes is taken.",
        default=None,
        empty="sold with one lifetime",
    )
    input_token_ratio: TokenRatio = InputTokenRatio
    output_token_ratio: TokenRatio = OutputTokenRatio
    reasoning_tokens_per_call: Tokens = ReasoningTokens
    image_input_usd_per_mtok: UnitPrice | None = Extra(
        "Image input", "USD per Mtok", default=None, empty="as dear as input"
    )
    audio_input_usd_per_mtok: UnitPrice | None = Extra(
        "Audio input", "USD per Mtok", default=None, empty="as dear as input"
    )
    rework_ratio: Ratio = ReworkRatio
    usd_per_rework: UnitPrice = ReworkPrice
    provisioned: Provisioned | None = Extra(
        "Provisioned throughput",
        help="Units that are paid by the hour; what they do not carry is paid as you go.",
        default=None,
        empty="all is paid as you go",
    )
    tiers: Annotated[
        tuple[Tier, ...],
        BeforeValidator(readers.at_most(readers.MAX_TIERS, "tiers")),
        AfterValidator(_ascending),
    ] = Input("Tiers", default=(), schema={"maxItems": readers.MAX_TIERS})

    @model_validator(mode="before")
    @classmethod
    def _kept_all_month(cls, value: object) -> object:
        """Section 12: what is stored without a lifetime is kept all month."""
        if not isinstance(value, Mapping) or value.get("cache_mode") != STORED:
            return value
        ttl = value.get("cache_ttl_seconds")
        return {**value, "cache_ttl_seconds": SECONDS_PER_MONTH if ttl is None else ttl}


BESIDE_REFERENCE = tuple(
    key
    for key, field in ModelPrices.model_fields.items()
    if any(isinstance(each, InputText) and each.is_extra for each in field.metadata)
)
"""What a scenario may say of a model beside a reference to the catalog, which has its prices."""

Model: TypeAlias = Annotated[ModelPrices, readers.CatalogReference(BESIDE_REFERENCE)]


class Routing(Section):
    """Triage of simple calls to a cheaper place (section 1)."""

    simple_ratio: Ratio = Input(
        "Simple calls", "% of calls", "The share that a small model can answer well."
    )
    escalation_ratio: Ratio = Input(
        "Asked again",
        "% of simple calls",
        "Simple calls whose answer fails and goes to the premium model after all.",
        default=0.0,
    )
    classifier_usd_per_call: UnitPrice = Input("Classifier", "USD per call", default=0.0)
    platform_usd_per_month: Usd = Input("Gateway and upkeep", "USD per month", default=0.0)


class SemanticCache(Section):
    """A cache of answers in front of every model (section 1)."""

    hit_ratio: Ratio = Input("Answered from the cache", "% of calls")
    lookup_usd_per_call: UnitPrice = Input("Lookup", "USD per call", default=0.0)
    platform_usd_per_month: Usd = Input("Store and upkeep", "USD per month", default=0.0)
    false_hit_ratio: Ratio = Extra(
        "False hits", "% of hits", "Answers from the cache to what was not asked.", default=0.0
    )
    usd_per_false_hit: UnitPrice = Extra("A false hit costs", "USD each", default=0.0)
