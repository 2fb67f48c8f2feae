"""The scenario: every input of the cost model, declared once.

Each declaration gives the input's path, type, bounds, default, label, unit and help; parsing, the
JSON Schema, forms, sheets and tables are made from it. Pure: no Django, no clock, no I/O.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeAlias

import numpy as np
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    WithJsonSchema,
    WrapSerializer,
)

from costing.engine.inputs import readers
from costing.engine.inputs.fields import Group, Input, Number, Section
from costing.engine.levers import CURRENT, LEVERS, SECTION_OF_LEVER, STRATEGIES, in_order
from costing.engine.units import HOURS_PER_MONTH, Figure

MAX_CALLS_PER_REQUEST = 1e6
MAX_RANGES = 100
LEAST = 1e-6  # costs are given per request and per token: a vanishing volume has no price

# The upper bounds are far beyond anything real and keep every result finite in float64.
Ratio: TypeAlias = Annotated[float, Number(0, 1, style="percent")]
Tokens: TypeAlias = Annotated[float, Number(0, 1e9)]
TokensPerCall: TypeAlias = Annotated[float, Number(0, 1e9, LEAST)]
TokensPerSecond: TypeAlias = Annotated[float, Number(0.001, 1e12)]
Usd: TypeAlias = Annotated[float, Number(0, 1e12, style="usd")]
UnitPrice: TypeAlias = Annotated[float, Number(0, 1e6, style="unit_price")]
Replicas: TypeAlias = Annotated[int, Number(0, 1_000_000)]

SCALINGS = {
    "always_on": "Always on",
    "scheduled": "Only in hours with traffic",
    "autoscaled": "Follows the traffic",
}


class Workload(Section):
    """What users demand in a month, and how it is spread over the week (section 1)."""

    requests_per_month: Annotated[
        float,
        Number(0, 1e15, LEAST),
        Input(
            "Requests",
            "per month",
            "What users send. One request may cause several model calls.",
        ),
    ]
    input_tokens_per_call: Annotated[
        TokensPerCall, Input("Input per call", "tokens", "Mean length of the whole prompt.")
    ]
    output_tokens_per_call: Annotated[
        TokensPerCall, Input("Output per call", "tokens", "Mean length of the answer.")
    ]
    calls_per_request: Annotated[
        Annotated[float, Number(0, MAX_CALLS_PER_REQUEST, LEAST)] | None,
        Input(
            "Calls per request",
            "calls",
            "Model calls: 1 for a plain question, more for chains and agents.",
            empty="1",
            only_without="agent_branching",
        ),
    ] = None
    agent_branching: Annotated[
        Annotated[float, Number(0, 1000)] | None,
        Input(
            "Agents: branching",
            "calls per agent",
            "With a depth, a tree of agents replaces the calls per request.",
            empty="no tree",
            is_advanced=True,
            only_with="agent_depth",
        ),
    ] = None
    agent_depth: Annotated[
        Annotated[int, Number(0, 32)] | None,
        Input(
            "Agents: depth",
            "levels",
            "Calls = sum of branching^i for i = 0 to depth.",
            empty="no tree",
            is_advanced=True,
            only_with="agent_branching",
        ),
    ] = None
    prefix_tokens_per_call: Annotated[
        Tokens,
        Input(
            "Repeated prefix",
            "tokens",
            "The leading part of the input that repeats: instructions, documents.",
        ),
    ] = 0.0
    distinct_prefixes: Annotated[
        float,
        Number(1, 1e12),
        Input(
            "Different prefixes",
            "in rotation",
            "How many such leading parts take turns: one per document, tenant or agent.",
        ),
    ] = 1.0
    prefix_hit_ratio: Annotated[
        Ratio | None,
        Input(
            "Measured prompt-cache hits",
            "% of calls",
            "Replaces the hit ratio that is otherwise worked out from the traffic.",
            is_advanced=True,
        ),
    ] = None
    hourly_profile: Annotated[
        tuple[float, ...] | None,
        BeforeValidator(readers.read_profile),
        WithJsonSchema(readers.PROFILE_SCHEMA),
        Input(
            "Hour by hour",
            help="168 numbers, Monday 00:00 first: calls or shares of each hour.",
        ),
    ] = None
    active_hours_per_day: Annotated[
        float,
        Number(0.01, 24),
        Input(
            "Active hours",
            "per day",
            "24 when traffic never rests; else the day starts at 09:00.",
            only_without="hourly_profile",
        ),
    ] = 24.0
    active_days_per_week: Annotated[
        float,
        Number(0.01, 7),
        Input("Active days", "per week", "From Monday.", only_without="hourly_profile"),
    ] = 7.0
    peak_to_average_ratio: Annotated[
        float,
        Number(1, 1000),
        Input(
            "Peak within an hour",
            "× its mean",
            "Sizes the self-hosted pool; 1 when traffic is even.",
            is_advanced=True,
        ),
    ] = 1.0
    batch_ratio: Annotated[
        Ratio,
        Input(
            "Sent as batch",
            "% of calls",
            "Through the provider's slower, cheaper tier.",
            is_advanced=True,
        ),
    ] = 0.0
    monthly_growth_ratio: Annotated[
        Ratio,
        Input("Growth of requests", "% per month", "Compounds; used for the break-even over time."),
    ] = 0.0

    @property
    def fan_out(self) -> Figure:
        """Model calls per request: as given, or the size of the tree of agents."""
        if self.agent_branching is None or self.agent_depth is None:
            return 1.0 if self.calls_per_request is None else self.calls_per_request
        return tree_calls(self.agent_branching, self.agent_depth)

    @property
    def tokens_per_request(self) -> Figure:
        """All tokens that one request demands, input and output of every call."""
        return self.fan_out * (self.input_tokens_per_call + self.output_tokens_per_call)


def tree_calls(branching: Figure, depth: Figure) -> Figure:
    """Calls of a tree of agents: the sum of branching^i for i = 0..depth (section 1)."""
    levels = range(int(np.max(depth)) + 1)
    return sum(np.where(np.less_equal(i, depth), branching**i, 0.0) for i in levels)


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
        UnitPrice | None,
        Input("Cached input", "USD per Mtok", empty="as before"),
    ] = None
    cache_write_usd_per_mtok: Annotated[
        UnitPrice | None,
        Input("Cache write", "USD per Mtok", empty="as before"),
    ] = None


def _ascending(tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
    return tuple(sorted(tiers, key=lambda tier: tier.above_input_tokens))


class ModelPrices(Section):
    """A model's prices in USD per million tokens, and its cache and batch terms (section 1)."""

    input_usd_per_mtok: Annotated[UnitPrice, Input("Input", "USD per Mtok")]
    output_usd_per_mtok: Annotated[UnitPrice, Input("Output", "USD per Mtok")]
    cache_read_usd_per_mtok: Annotated[
        UnitPrice | None,
        Input(
            "Cached input",
            "USD per Mtok",
            empty="the model has no prompt cache",
        ),
    ] = None
    cache_write_usd_per_mtok: Annotated[
        UnitPrice | None,
        Input(
            "Cache write",
            "USD per Mtok",
            empty="as dear as input",
        ),
    ] = None
    cache_ttl_seconds: Annotated[
        float, Number(0, 1e8), Input("Cache lifetime", "seconds", "Every use renews it.")
    ] = 300.0
    min_cacheable_tokens: Annotated[Tokens, Input("Shortest cached prefix", "tokens")] = 1024.0
    batch_discount_ratio: Annotated[Ratio, Input("Batch discount", "%")] = 0.0
    tiers: Annotated[
        tuple[Tier, ...],
        BeforeValidator(readers.check_tiers),
        AfterValidator(_ascending),
        Field(json_schema_extra={"maxItems": readers.MAX_TIERS}),
        Input("Tiers"),
    ] = ()


Model: TypeAlias = Annotated[ModelPrices, readers.CatalogReference()]


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


class Pool(Section):
    """Self-hosted capacity, rented by the hour or owned (section 1)."""

    prefill_tokens_per_second: Annotated[
        TokensPerSecond,
        Input(
            "Reading speed",
            "tokens per second",
            "Prefill: input tokens that one replica reads per second when it is busy.",
        ),
    ]
    decode_tokens_per_second: Annotated[
        TokensPerSecond,
        Input(
            "Writing speed",
            "tokens per second",
            "Decode: output tokens that one replica writes per second when it is busy.",
        ),
    ]
    usd_per_instance_hour: Annotated[
        UnitPrice | None,
        Input(
            "Price of an instance",
            "USD per hour",
            "Rented; not used where hardware is bought.",
            only_without="hardware_usd_per_instance",
        ),
    ] = None
    instances_per_replica: Annotated[
        int,
        Number(1, 10_000),
        Input(
            "Instances per replica",
            "instances",
            "More than 1 when the model does not fit on one.",
            is_advanced=True,
        ),
    ] = 1
    prefix_hit_ratio: Annotated[
        Ratio, Input("Server's prefix cache", "% hits", is_advanced=True)
    ] = 0.0
    max_utilization_ratio: Annotated[
        float,
        Number(0.001, 1, style="percent"),
        Input("Filled up to", "%", "Head room for bursts: 70 % is usual.", is_advanced=True),
    ] = 0.7
    min_replicas: Annotated[Replicas, Input("At least", "replicas", is_advanced=True)] = 1
    spare_replicas: Annotated[
        Replicas, Input("Spare replicas", "replicas", "N+1 is 1.", is_advanced=True)
    ] = 0
    scaling: Annotated[str, readers.Choice(SCALINGS), Input("Scaling", is_advanced=True)] = (
        "always_on"
    )
    cold_start_minutes: Annotated[
        float, Number(0, 60), Input("Cold start", "minutes", is_advanced=True)
    ] = 0.0
    interruption_overhead_ratio: Annotated[
        Ratio,
        Input(
            "Spot interruptions",
            "% more hours",
            is_advanced=True,
            only_without="hardware_usd_per_instance",
        ),
    ] = 0.0
    engineering_hours_per_month: Annotated[
        float,
        Number(0, 1e6),
        Input("Engineering", "hours per month", "People who keep it running."),
    ] = 0.0
    engineering_usd_per_hour: Annotated[UnitPrice, Input("Engineering rate", "USD per hour")] = 0.0
    platform_usd_per_month: Annotated[Usd, Input("Platform", "USD per month")] = 0.0
    migration_usd: Annotated[Usd, Input("Migration", "USD, once", "Paid at the start.")] = 0.0
    hardware_usd_per_instance: Annotated[
        Usd | None,
        Input(
            "Bought hardware",
            "USD per instance",
            "Replaces the hourly price.",
            empty="instances are rented",
            is_advanced=True,
        ),
    ] = None
    amortization_months: Annotated[
        float,
        Number(1, 1200),
        Input(
            "Written off over",
            "months",
            is_advanced=True,
            only_with="hardware_usd_per_instance",
        ),
    ] = 36.0
    power_kw_per_instance: Annotated[
        float,
        Number(0, 1e6),
        Input("Power", "kW per instance", is_advanced=True, only_with="hardware_usd_per_instance"),
    ] = 0.0
    pue_ratio: Annotated[
        float,
        Number(1, 10),
        Input(
            "Data centre overhead (PUE)",
            "×",
            is_advanced=True,
            only_with="hardware_usd_per_instance",
        ),
    ] = 1.0
    electricity_usd_per_kwh: Annotated[
        float,
        Number(0, 1e4, style="unit_price"),
        Input(
            "Electricity",
            "USD per kWh",
            is_advanced=True,
            only_with="hardware_usd_per_instance",
        ),
    ] = 0.0

    @property
    def is_owned(self) -> bool:
        """Whether hardware is bought; then it replaces the hourly price."""
        return self.hardware_usd_per_instance is not None

    @property
    def power_usd_per_instance_hour(self) -> Figure:
        """Electricity of one owned instance for one hour."""
        return self.power_kw_per_instance * self.pue_ratio * self.electricity_usd_per_kwh

    @property
    def compute_usd_per_instance_hour(self) -> Figure:
        """What one hour of one instance costs, spot overhead or amortization included."""
        if self.hardware_usd_per_instance is None:
            rented = 0.0 if self.usd_per_instance_hour is None else self.usd_per_instance_hour
            return rented * (1.0 + self.interruption_overhead_ratio)
        amortized = self.hardware_usd_per_instance / (self.amortization_months * HOURS_PER_MONTH)
        return amortized + self.power_usd_per_instance_hour


@dataclass(frozen=True, slots=True)
class Range:
    """How low and how high an input may turn out."""

    low: float
    high: float


Score: TypeAlias = Annotated[float, Number(1, 5)]
Pair: TypeAlias = Annotated[
    tuple[str, str],
    BeforeValidator(readers.read_pair),
    PlainSerializer(lambda pair: dict(zip(readers.PAIR_ENDS, pair, strict=True))),
    WithJsonSchema(readers.PAIR_SCHEMA),
]


class Scenario(Section):
    """All inputs of one estimate, validated, with their defaults filled in."""

    workload: Annotated[
        Workload,
        Group("Workload", "What users ask for in a month, and how long the prompts are."),
    ]
    premium_model: Annotated[Model, Group("Premium model")]
    small_model: Annotated[Model | None, Group("Small model")] = None
    routing: Annotated[
        Routing | None,
        Group(
            "Routing",
            "A light classifier sends simple calls to the small model.",
            switch="Compare routing",
        ),
    ] = None
    semantic_cache: Annotated[
        SemanticCache | None,
        Group(
            "Semantic cache",
            "Answers that were given before are given again without a model.",
            switch="Compare a semantic cache",
        ),
    ] = None
    pool: Annotated[
        Pool | None,
        Group(
            "Self-hosted pool",
            "Open-weights models on capacity of your own, rented or bought.",
            switch="Compare self-hosting",
        ),
    ] = None
    current_levers: Annotated[
        tuple[str, ...],
        BeforeValidator(readers.read_levers),
        WithJsonSchema(readers.LEVERS_SCHEMA),
        Input("What runs today", help="Savings are counted against this."),
    ] = ()
    ranges: Annotated[
        dict[str, Range],
        WrapSerializer(lambda ranges, dump: dump(ranges) or None),
        Field(json_schema_extra={"maxProperties": MAX_RANGES}),
        Input("Lows and highs"),
    ] = {}
    maturity: Annotated[
        dict[str, Score | None] | None,
        BeforeValidator(readers.check_scores),
        Input("Maturity scores"),
    ] = None
    pairs: Annotated[
        tuple[Pair, ...] | None,
        BeforeValidator(readers.check_pairs),
        Input("Pairs to compare"),
    ] = None
    horizon_months: Annotated[
        int,
        Number(1, 240),
        Input("Horizon of the break-even", "months", "How far ahead savings are summed up."),
    ] = 36
    samples: Annotated[int, Number(1, 16_384), Input("Futures drawn", "futures")] = 4096
    seed: Annotated[
        int,
        Number(0, 4_294_967_295),
        Input("Seed", "whole number", "The same seed draws the same futures."),
    ] = 1
    as_of: Annotated[
        date | None,
        BeforeValidator(readers.read_day),
        Input("Date of the prices"),
    ] = None

    @property
    def available_levers(self) -> tuple[str, ...]:
        """The levers whose section the scenario has; prompt caching needs none."""
        return tuple(
            lever
            for lever in LEVERS
            if lever not in SECTION_OF_LEVER or getattr(self, SECTION_OF_LEVER[lever]) is not None
        )

    def levers_of(self, strategy: str) -> tuple[str, ...]:
        """The levers of a named strategy, or of `current`; KeyError for any other name."""
        return in_order(self.current_levers) if strategy == CURRENT else STRATEGIES[strategy]
