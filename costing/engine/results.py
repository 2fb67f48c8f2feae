"""What an estimate holds, and its JSON document.

Pure: no Django, no clock, no I/O.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from costing.engine.breakeven import BreakEven
from costing.engine.crossover import Crossover
from costing.engine.inputs import Scenario, scenario_document
from costing.engine.savings import Recommendation
from costing.engine.sensitivity import Swing
from costing.engine.uncertainty import Band, CrossoverOdds, StrategyOdds, Uncertainty

ENGINE_VERSION = "1.0.0"
"""Changes whenever the same inputs may give other results."""


@dataclass(frozen=True, slots=True)
class StrategyCost:
    """Section 5: one strategy's month in USD, per million demanded tokens and per request.

    A figure that does not exist is None: capacity without a pool, a price without any traffic.
    """

    name: str
    levers: tuple[str, ...]
    usd_per_month: float
    lines: Mapping[str, float]
    usd_per_mtok: float | None
    usd_per_request: float | None
    saving_usd_per_month: float
    saving_ratio: float | None
    is_within_target: bool
    peak_replicas: int | None
    utilization_ratio: float | None
    instance_hours_per_month: float | None
    prefix_hit_ratio: float


@dataclass(frozen=True, slots=True)
class SubsetCost:
    """The month's cost of one set of levers, in USD."""

    levers: tuple[str, ...]
    usd_per_month: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """Section 5: everything that comes out of a scenario, and the scenario itself."""

    engine_version: str
    scenario: Scenario
    strategies: Mapping[str, StrategyCost]
    left_out: Mapping[str, str]
    subsets: tuple[SubsetCost, ...]
    waterfall: Mapping[str, float | None]
    shapley: Mapping[str, float | None]
    caching_pays_above_hit_ratio: float | None
    recommended: Recommendation
    recommended_today: Recommendation
    held_back: Mapping[str, str]
    crossovers: tuple[Crossover, ...]
    break_even: tuple[BreakEven, ...]
    sensitivity: Mapping[str, Swing] | None
    uncertainty: Uncertainty | None


def estimate_document(estimate: Estimate) -> dict[str, Any]:
    """Section 8: the estimate as JSON values, full precision, nothing rounded."""
    today = _recommendation(estimate.recommended_today)
    return {
        "engine_version": estimate.engine_version,
        "inputs": scenario_document(estimate.scenario),
        "strategies": {name: _strategy(item) for name, item in estimate.strategies.items()},
        "left_out": dict(estimate.left_out),
        "subsets": [
            {"levers": list(item.levers), "usd_per_month": item.usd_per_month}
            for item in estimate.subsets
        ],
        "waterfall": dict(estimate.waterfall),
        "shapley": dict(estimate.shapley),
        "caching_pays_above_hit_ratio": estimate.caching_pays_above_hit_ratio,
        "recommended": _recommendation(estimate.recommended),
        "recommended_today": today | {"held_back": dict(estimate.held_back)},
        "crossovers": [_crossover(item) for item in estimate.crossovers],
        "break_even": [_break_even(item) for item in estimate.break_even],
        "sensitivity": _sensitivity(estimate.sensitivity),
        "uncertainty": _uncertainty(estimate.uncertainty),
    }


def _strategy(item: StrategyCost) -> dict[str, Any]:
    return {
        "levers": list(item.levers),
        "usd_per_month": item.usd_per_month,
        "lines": dict(item.lines),
        "usd_per_mtok": item.usd_per_mtok,
        "usd_per_request": item.usd_per_request,
        "saving_usd_per_month": item.saving_usd_per_month,
        "saving_ratio": item.saving_ratio,
        "within_target": item.is_within_target,
        "peak_replicas": item.peak_replicas,
        "utilization_ratio": item.utilization_ratio,
        "instance_hours_per_month": item.instance_hours_per_month,
        "prefix_hit_ratio": item.prefix_hit_ratio,
    }


def _recommendation(item: Recommendation) -> dict[str, Any]:
    return {
        "levers": list(item.levers),
        "usd_per_month": item.usd_per_month,
        "saving_ratio": item.saving_ratio,
    }


def _crossover(item: Crossover) -> dict[str, Any]:
    return {
        "from": item.from_strategy,
        "to": item.to_strategy,
        "first_requests_per_month": item.first_requests_per_month,
        "dominance_requests_per_month": item.dominance_requests_per_month,
        "cheaper_intervals": [list(interval) for interval in item.cheaper_intervals],
        "tokens_per_request": item.tokens_per_request,
    }


def _break_even(item: BreakEven) -> dict[str, Any]:
    return {
        "from": item.from_strategy,
        "to": item.to_strategy,
        "month": item.month,
        "horizon_months": item.horizon_months,
        "saving_over_horizon_usd": item.saving_over_horizon_usd,
    }


def _sensitivity(swings: Mapping[str, Swing] | None) -> dict[str, Any] | None:
    if swings is None:
        return None
    return {path: {"low": dict(item.low), "high": dict(item.high)} for path, item in swings.items()}


def _uncertainty(item: Uncertainty | None) -> dict[str, Any] | None:
    if item is None:
        return None
    return {
        "samples": item.samples,
        "seed": item.seed,
        "strategies": {name: _odds(odds) for name, odds in item.strategies.items()},
        "self_hosted_beats_optimized_api": item.self_hosted_beats_optimized_api,
        "first_crossover": _crossover_odds(item.first_crossover),
    }


def _odds(item: StrategyOdds) -> dict[str, Any]:
    return {
        "usd_per_month": _band(item.usd_per_month),
        "saving_ratio": _band(item.saving_ratio),
        "beats_current": item.beats_current,
    }


def _crossover_odds(item: CrossoverOdds | None) -> dict[str, Any] | None:
    if item is None:
        return None
    return {
        "from": item.from_strategy,
        "to": item.to_strategy,
        "samples": item.samples,
        **_numbers(item.requests_per_month),
        "never": item.never,
    }


def _band(item: Band | None) -> dict[str, float | None] | None:
    return None if item is None else _numbers(item)


def _numbers(item: Band) -> dict[str, float | None]:
    return {"p10": item.p10, "p50": item.p50, "p90": item.p90}
