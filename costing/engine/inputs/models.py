"""The models of a scenario with their prices, and what spares calls to them.

Pure: no Django, no clock, no I/O.
"""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field

from costing.engine.inputs.fields import (
    Input,
    Number,
    Ratio,
    Section,
    Tokens,
    UnitPrice,
    Usd,
)
from costing.engine.inputs.readers import MAX_TIERS, CatalogReference, check_tiers


class Tier(Section):
    """Prices of a call whose input is strictly above the threshold; None keeps the model's own."""

    above_input_tokens: Annotated[Tokens, Input("Above input per call", "tokens")]
    input_usd_per_mtok: Annotated[
        UnitPrice | None, Input("Input", "USD per Mtok", empty="as before")
    ] = None
    output_usd_per_mtok: Annotated[
        UnitPrice | None, Input("Output", "USD per Mtok", empty="as before")
    ] = None
    cache_read_usd_per_mtok: Annotated[
        UnitPrice | None, Input("Cached input", "USD per Mtok", empty="as before")
    ] = None
    cache_write_usd_per_mtok: Annotated[
        UnitPrice | None, Input("Cache write", "USD per Mtok", empty="as before")
    ] = None


def _ascending(tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
    return tuple(sorted(tiers, key=lambda tier: tier.above_input_tokens))


class ModelPrices(Section):
    """A model's prices in USD per million tokens, and its cache and batch terms (section 1)."""

    input_usd_per_mtok: Annotated[UnitPrice, Input("Input", "USD per Mtok")]
    output_usd_per_mtok: Annotated[UnitPrice, Input("Output", "USD per Mtok")]
    cache_read_usd_per_mtok: Annotated[
        UnitPrice | None,
        Input("Cached input", "USD per Mtok", empty="the model has no prompt cache"),
    ] = None
    cache_write_usd_per_mtok: Annotated[
        UnitPrice | None, Input("Cache write", "USD per Mtok", empty="as dear as input")
    ] = None
    cache_ttl_seconds: Annotated[
        float, Number(0, 1e8), Input("Cache lifetime", "seconds", "Every use renews it.")
    ] = 300.0
    min_cacheable_tokens: Annotated[Tokens, Input("Shortest cached prefix", "tokens")] = 1024.0
    batch_discount_ratio: Annotated[Ratio, Input("Batch discount", "%")] = 0.0
    tiers: Annotated[
        tuple[Tier, ...],
        BeforeValidator(check_tiers),
        AfterValidator(_ascending),
        Field(json_schema_extra={"maxItems": MAX_TIERS}),
        Input("Tiers"),
    ] = ()


Model: TypeAlias = Annotated[ModelPrices, CatalogReference()]


class Routing(Section):
    """Triage of simple calls to a cheaper place (section 1)."""

    simple_ratio: Annotated[
        Ratio, Input("Simple calls", "% of calls", "The share that a small model can answer well.")
    ]
    escalation_ratio: Annotated[
        Ratio,
        Input(
            "Asked again",
            "% of simple calls",
            "Simple calls whose answer fails and goes to the premium model after all.",
        ),
    ] = 0.0
    classifier_usd_per_call: Annotated[UnitPrice, Input("Classifier", "USD per call")] = 0.0
    platform_usd_per_month: Annotated[Usd, Input("Gateway and upkeep", "USD per month")] = 0.0


class SemanticCache(Section):
    """A cache of answers in front of every model (section 1)."""

    hit_ratio: Annotated[Ratio, Input("Answered from the cache", "% of calls")]
    lookup_usd_per_call: Annotated[UnitPrice, Input("Lookup", "USD per call")] = 0.0
    platform_usd_per_month: Annotated[Usd, Input("Store and upkeep", "USD per month")] = 0.0
