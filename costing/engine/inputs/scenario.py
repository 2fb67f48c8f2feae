"""The scenario: everything the cost model is told, as frozen dataclasses.

Pure: no Django, no clock, no I/O.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from costing.engine.levers import CURRENT, LEVERS, SECTION_OF_LEVER, STRATEGIES, in_order
from costing.engine.units import HOURS_PER_MONTH, Figure

SCALINGS = ("always_on", "scheduled", "autoscaled")


@dataclass(frozen=True, slots=True)
class Workload:
    """What users demand in a month, and how it is spread over the week (section 1)."""

    requests_per_month: float
    input_tokens_per_call: float
    output_tokens_per_call: float
    calls_per_request: float | None = None
    agent_branching: float | None = None
    agent_depth: int | None = None
    prefix_tokens_per_call: float = 0.0
    distinct_prefixes: float = 1.0
    prefix_hit_ratio: float | None = None
    hourly_profile: tuple[float, ...] | None = None
    active_hours_per_day: float = 24.0
    active_days_per_week: float = 7.0
    peak_to_average_ratio: float = 1.0
    batch_ratio: float = 0.0
    monthly_growth_ratio: float = 0.0

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


@dataclass(frozen=True, slots=True)
class Tier:
    """Prices of a call whose input is strictly above the threshold; None keeps the model's own."""

    above_input_tokens: float
    input_usd_per_mtok: float | None = None
    output_usd_per_mtok: float | None = None
    cache_read_usd_per_mtok: float | None = None
    cache_write_usd_per_mtok: float | None = None


@dataclass(frozen=True, slots=True)
class ModelPrices:
    """A model's prices in USD per million tokens, and its cache and batch terms (section 1)."""

    input_usd_per_mtok: float
    output_usd_per_mtok: float
    cache_read_usd_per_mtok: float | None = None
    cache_write_usd_per_mtok: float | None = None
    cache_ttl_seconds: float = 300.0
    min_cacheable_tokens: float = 1024.0
    batch_discount_ratio: float = 0.0
    tiers: tuple[Tier, ...] = ()


@dataclass(frozen=True, slots=True)
class Routing:
    """Triage of simple calls to a cheaper place (section 1)."""

    simple_ratio: float
    escalation_ratio: float = 0.0
    classifier_usd_per_call: float = 0.0
    platform_usd_per_month: float = 0.0


@dataclass(frozen=True, slots=True)
class SemanticCache:
    """A cache of answers in front of every model (section 1)."""

    hit_ratio: float
    lookup_usd_per_call: float = 0.0
    platform_usd_per_month: float = 0.0


@dataclass(frozen=True, slots=True)
class Pool:
    """Self-hosted capacity, rented by the hour or owned (section 1)."""

    prefill_tokens_per_second: float
    decode_tokens_per_second: float
    usd_per_instance_hour: float | None = None
    instances_per_replica: int = 1
    prefix_hit_ratio: float = 0.0
    max_utilization_ratio: float = 0.7
    min_replicas: int = 1
    spare_replicas: int = 0
    scaling: str = "always_on"
    cold_start_minutes: float = 0.0
    interruption_overhead_ratio: float = 0.0
    engineering_hours_per_month: float = 0.0
    engineering_usd_per_hour: float = 0.0
    platform_usd_per_month: float = 0.0
    migration_usd: float = 0.0
    hardware_usd_per_instance: float | None = None
    amortization_months: float = 36.0
    power_kw_per_instance: float = 0.0
    pue_ratio: float = 1.0
    electricity_usd_per_kwh: float = 0.0

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


@dataclass(frozen=True, slots=True)
class Scenario:
    """All inputs of one estimate, validated, with their defaults filled in."""

    workload: Workload
    premium_model: ModelPrices
    small_model: ModelPrices | None = None
    routing: Routing | None = None
    semantic_cache: SemanticCache | None = None
    pool: Pool | None = None
    current_levers: tuple[str, ...] = ()
    ranges: Mapping[str, Range] = field(default_factory=dict)
    maturity: Mapping[str, float | None] | None = None
    pairs: tuple[tuple[str, str], ...] | None = None
    horizon_months: int = 36
    samples: int = 4096
    seed: int = 1
    as_of: date | None = None

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
