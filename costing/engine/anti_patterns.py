"""Detects the framework's anti-patterns in an estimate, with the money they cost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import TypeAlias

from costing.engine import LEVERS, Estimate
from costing.engine.crossover import cheaper_intervals
from presentation.numbers import ratio_percent

PROMPT_CACHING, ROUTING, _, SELF_HOSTING = LEVERS


@dataclass(frozen=True, slots=True)
class AntiPattern:
    """An anti-pattern that shows: its key, its cost per month, and the evidence.

    The money is None where the scenario does not say what the remedy would take.
    """

    key: str
    usd_per_month: float | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What usage data say, where there are any; ratios from 0 to 1.

    `top_model_spend_ratio` is the largest model's share of spend, `prefix_hit_ratio` the measured
    hit ratio of the prompt cache; `rebuilds_prompts`: every call changes the prompt's start.
    """

    top_model_spend_ratio: float | None = None
    prefix_hit_ratio: float | None = None
    rebuilds_prompts: bool = False


NOTHING_MEASURED = Measured()
Limits: TypeAlias = Mapping[str, float]
Thresholds: TypeAlias = Mapping[str, Limits]
"""For each anti-pattern of a framework's version its ratios by name, 0 to 1."""


def detect(
    estimate: Estimate, thresholds: Thresholds, measured: Measured = NOTHING_MEASURED
) -> list[AntiPattern]:
    """Framework, anti-patterns: those that show in the current levers, in USD per month.

    `thresholds` are the framework's; only its anti-patterns are looked for, and a condition whose
    threshold it does not give never holds. Costs are never negative: an anti-pattern whose remedy
    saves nothing costs 0.
    """
    patterns = (
        rule(estimate, thresholds[key], measured)
        for key, rule in _RULES.items()
        if key in thresholds
    )
    return [pattern for pattern in patterns if pattern is not None]


def _one_model_for_everything(
    estimate: Estimate, limits: Limits, measured: Measured
) -> AntiPattern | None:
    """No routing while enough calls are simple, or one model with most of the measured spend."""
    scenario, share = estimate.scenario, measured.top_model_spend_ratio
    has_one = scenario.routing is not None and not scenario.applications
    simple = scenario.routing.simple_ratio if has_one and scenario.routing else 0.0
    reasons = []
    if ROUTING not in scenario.current_levers and simple >= limits.get("simple_ratio_from", inf):
        reasons.append(f"No call is routed, while {ratio_percent(simple)} of the calls are simple.")
    if share is not None and share > limits.get("top_model_spend_ratio_above", inf):
        reasons.append(f"One model takes {ratio_percent(share)} of the measured spend.")
    if not reasons:
        return None
    return AntiPattern("one_model_for_everything", _saving(estimate, ROUTING), " ".join(reasons))


def _continuous_idle_gpu(
    estimate: Estimate, limits: Limits, measured: Measured
) -> AntiPattern | None:
    """A pool that is hardly used, or one that runs below the first crossover."""
    scenario, current = estimate.scenario, estimate.strategies["current"]
    if SELF_HOSTING not in current.levers:
        return None
    by_api = tuple(lever for lever in current.levers if lever != SELF_HOSTING)
    utilization = current.utilization_ratio
    reasons = []
    if utilization is not None and utilization < limits.get("utilization_ratio_below", 0.0):
        busy = f"busy {ratio_percent(utilization)} of its paid time" if utilization else "idle"
        reasons.append(f"The pool is {busy}.")
    intervals, _ = cheaper_intervals(scenario, by_api, current.levers)
    if not intervals:
        beside = "With the other levers that run, self-hosting" if by_api else "Self-hosting"
        reasons.append(f"{beside} is cheaper than the API at no volume.")
    elif scenario.workload.requests_per_month < intervals[0][0]:
        present = scenario.workload.requests_per_month
        there_are = f"there are {present:,.0f}" if present else "there is none"
        reasons.append(
            f"Self-hosting first pays at {intervals[0][0]:,.0f} requests a month, and {there_are}."
        )
    if not reasons:
        return None
    costs = {item.levers: item.usd_per_month for item in estimate.subsets}
    excess = max(0.0, costs[current.levers] - costs[by_api])
    return AntiPattern("continuous_idle_gpu", excess, " ".join(reasons))


def _prompt_cache_ttl_ignored(
    estimate: Estimate, limits: Limits, measured: Measured
) -> AntiPattern | None:
    """A repeated prefix and a hit ratio below the one that pays, or prompts that are rebuilt."""
    workload, current = estimate.scenario.workload, estimate.strategies["current"]
    pays_above = estimate.caching_pays_above_hit_ratio
    goes_by_api = SELF_HOSTING not in current.levers or ROUTING in current.levers
    if workload.prefix_tokens_per_call <= 0.0 or pays_above is None or not goes_by_api:
        return None
    hits = current.prefix_hit_ratio
    if measured.prefix_hit_ratio is not None:
        hits = measured.prefix_hit_ratio
    shares = f"{workload.prefix_tokens_per_call:,.0f} of {workload.input_tokens_per_call:,.0f}"
    reasons = []
    if measured.rebuilds_prompts:
        reasons.append("Prompts are rebuilt on every call, so no cache can know them.")
    if hits <= pays_above:
        read = "none is read" if hits <= 0.0 else f"only {ratio_percent(hits)} are read"
        reasons.append(f"{shares} input tokens repeat, and {read} from a prompt cache.")
    if not reasons:
        return None
    return AntiPattern("prompt_cache_ttl_ignored", _lost_on_caching(estimate), " ".join(reasons))


def _lost_on_caching(estimate: Estimate) -> float | None:
    """What a prompt cache would save; where it runs and loses, what it costs more than none."""
    current = estimate.strategies["current"]
    chosen = {item.levers: item.usd_per_month for item in estimate.subsets}[current.levers]
    loss = current.usd_per_month - chosen
    return loss if loss > 0.0 else _saving(estimate, PROMPT_CACHING)


_RULES: Mapping[str, Callable[[Estimate, Limits, Measured], AntiPattern | None]] = {
    "one_model_for_everything": _one_model_for_everything,
    "continuous_idle_gpu": _continuous_idle_gpu,
    "prompt_cache_ttl_ignored": _prompt_cache_ttl_ignored,
}


def _saving(estimate: Estimate, lever: str) -> float | None:
    """What a lever saves in the roadmap's order, at least 0."""
    saving = estimate.waterfall[lever]
    return None if saving is None else max(0.0, saving)
