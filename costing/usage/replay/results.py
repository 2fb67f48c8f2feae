"""What a replay says; its JSON document is these types written out."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from costing.usage.replay.calls import Identity

REPLAY_VERSION = "1.0.0"
"""Changes whenever the same log and settings may give other results."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What the log holds. `repeated_tokens_per_call` is what calls have in common with one before.

    `hourly_calls` are mean calls by hour of the week, Monday 00:00 UTC first, over the hours that
    the log covers; `distinct_prefixes` how many leading parts were met again.
    """

    calls: int
    skipped_lines: int
    skipped_reasons: Mapping[str, int]
    models: Mapping[str, int]
    identity: Identity
    first_at: float
    hours: float
    input_tokens_per_call: float
    output_tokens_per_call: float
    repeated_tokens_per_call: float
    distinct_prefixes: int
    hourly_calls: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CacheAtTtl:
    """A prompt cache that keeps a prefix so long after its last use.

    `hit_ratio` is the share of calls that read something, `read_ratio` that of input tokens. The
    formula's (section 3) take the same traffic as Poisson arrivals of equal prefixes.
    """

    ttl_seconds: float
    hit_ratio: float
    read_ratio: float
    formula_hit_ratio: float
    formula_read_ratio: float

    @property
    def read_ratio_of_hits(self) -> float:
        """How much of its input a call reads that hits, a call being as long as the mean."""
        return min(1.0, self.read_ratio / self.hit_ratio) if self.hit_ratio > 0.0 else 0.0


@dataclass(frozen=True, slots=True)
class RepeatedQuestions:
    """Shares of calls that a semantic cache could answer, each counted once, strictest first."""

    exact_ratio: float
    normalized_ratio: float
    near_ratio: float

    @property
    def total_ratio(self) -> float:
        return self.exact_ratio + self.normalized_ratio + self.near_ratio


@dataclass(frozen=True, slots=True)
class HourOfWeek:
    """An hour of the week: mean calls in it, and the replicas that its busiest one needs.

    None where no number of replicas meets the target.
    """

    hour: int
    calls: float
    replicas: int | None


@dataclass(frozen=True, slots=True)
class PoolReplay:
    """A pool under this traffic. Waits are for a place, first tokens from arrival on; seconds.

    `replicas` is the least fixed number whose 95th percentile of first tokens is within the target
    in every hour, None where prefill alone takes longer; what is served is then by the formula's.
    """

    replicas: int | None
    formula_replicas: int
    served_by: int
    wait_p50: float
    wait_p95: float
    first_token_p50: float
    first_token_p95: float
    utilization_ratio: float | None
    replica_hours: float
    cold_starts: int
    week: tuple[HourOfWeek, ...]


@dataclass(frozen=True, slots=True)
class StrategyReplay:
    """What a strategy costs on this traffic in USD, fees by the hour included.

    `api_usd` are its calls to models; `formula_api_usd` the same by sections 2 and 3.
    """

    usd: float
    usd_per_call: float
    saving_ratio: float | None
    api_usd: float
    formula_api_usd: float | None
    pool: PoolReplay | None = None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Further changes, in USD on this traffic with prompts cached; None where it cannot be told.

    `longer_ttl` keeps prefixes for an hour, where sold; `reordered` puts what repeats first.
    """

    longer_ttl_saving_usd: float | None
    reordered_saving_usd: float | None
    reordered_tokens_ratio: float | None


@dataclass(frozen=True, slots=True)
class Replay:
    """What a log says when it is replayed; money and pools only with a scenario's prices."""

    version: str
    seed: int
    target_first_token_seconds: float
    traffic: Traffic
    prompt_cache: tuple[CacheAtTtl, ...]
    repeated_questions: RepeatedQuestions | None
    strategies: Mapping[str, StrategyReplay]
    levers: Mapping[str, float]
    what_if: WhatIf | None
    assumptions: tuple[str, ...]


@cache
def _adapter() -> TypeAdapter[Replay]:
    return TypeAdapter(Replay)


def replay_document(result: Replay) -> dict[str, Any]:
    """A replay as JSON values."""
    document: dict[str, Any] = _adapter().dump_python(result, mode="json")
    return document


def read_caches(document: Any) -> tuple[CacheAtTtl, ...]:
    """The prompt caches that a part of a document holds; raises ValidationError for no such."""
    return TypeAdapter(tuple[CacheAtTtl, ...]).validate_python(document)


def read_replay(document: Mapping[str, Any]) -> Replay:
    """The replay that a document holds; raises pydantic's ValidationError for no such."""
    return _adapter().validate_python(document)
