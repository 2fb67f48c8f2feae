"""The figures of a starter kit, each worked out of the scenario; None where it does not say.

Pure: the engine's own formulas at the levers that are to run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from costing.engine import CURRENT, SEMANTIC_CACHING, Bill, Scenario, bill_of, lever_sets
from costing.engine.api_lane import API_LINES
from costing.engine.levers import PROMPT_CACHING, SELF_HOSTING
from costing.engine.pool import seconds_per_call
from costing.engine.units import HOURS_PER_DAY, HOURS_PER_MONTH, MINUTES_PER_HOUR, WEEKS_PER_MONTH
from costing.engine.week import week_of
from reports.documents.kit.case import KitCase

# A stop for runaways, not a budget line: so many times what the scenario expects.
HARD_STOP_FACTOR = 2.0
# An alarm where less than this share of what is expected arrives.
ALARM_RATIO = 0.5


@dataclass(frozen=True)
class Figures:
    """Calls and USD as the gateway meters them; ratios are 0–1."""

    calls_per_minute: int | None = None
    usd_per_month: float | None = None
    usd_per_hour: float | None = None
    cached_input_ratio: float | None = None
    simple_ratio: float | None = None
    semantic_hit_ratio: float | None = None
    pass_ratio: float | None = None
    peak_replicas: int | None = None
    seconds_per_call: float | None = None
    idle_ratio: float | None = None

    @property
    def hard_stop_usd(self) -> float | None:
        """The month's spend at which the gateway refuses calls."""
        return self.usd_per_month and self.usd_per_month * HARD_STOP_FACTOR


def figures_of(case: KitCase) -> Figures:
    """All that the payload knows."""
    scenario, results = case.scenario, case.payload.results
    if scenario is None or results is None:
        return Figures()
    bill = bill_of(scenario, lever_sets((case.levers,)))
    busiest = float(week_of(scenario.workload).peak_weight) / WEEKS_PER_MONTH
    peak = busiest * scenario.workload.peak_to_average_ratio
    calls = float(scenario.workload.requests_per_month * scenario.workload.fan_out)
    today = _api_usd(results.strategies[CURRENT].lines)
    months = case.payload.framework.days * HOURS_PER_DAY / HOURS_PER_MONTH
    growth = (1.0 + max(scenario.workload.monthly_growth_ratio, 0.0)) ** months
    usd = max(today, _api_usd(bill.lines(0))) * growth
    if scenario.applications:  # each has a load and shares of its own: their sum alone is known
        return Figures(
            usd_per_month=_exact(usd),
            peak_replicas=int(bill.pool.peak_replicas[0]) if bill.pool else None,
            idle_ratio=_idle(case),
        )
    return Figures(
        calls_per_minute=ceil(calls * growth * peak / MINUTES_PER_HOUR) or None,
        usd_per_month=_exact(usd),
        usd_per_hour=_exact(usd * peak),
        cached_input_ratio=_cached_input(case, scenario, bill),
        simple_ratio=_simple(case, scenario),
        semantic_hit_ratio=_semantic(case, scenario),
        pass_ratio=_pass_ratio(scenario),
        peak_replicas=int(bill.pool.peak_replicas[0]) if case.is_hosted and bill.pool else None,
        seconds_per_call=_seconds(case, scenario),
        idle_ratio=_idle(case),
    )


def _exact(usd: float) -> float | None:
    """An amount to seven digits, however small; None where there is none."""
    return float(f"{usd:.7g}") or None


def _api_usd(lines: Mapping[str, float]) -> float:
    """What the gateway meters of a month: tokens of APIs, no fees and no capacity."""
    return sum(usd for line, usd in lines.items() if line.rpartition(".")[2] in API_LINES)


def _cached_input(case: KitCase, scenario: Scenario, bill: Bill) -> float | None:
    """The share of premium input read from the prompt cache below which something is wrong.

    Half of what is expected, or what caching needs to pay where that is more.
    """
    workload, results = scenario.workload, case.payload.results
    has_calls = float(bill.flow.complex_api[0]) > 0.0 and workload.input_tokens_per_call > 0.0
    if PROMPT_CACHING not in case.levers or not has_calls or results is None:
        return None
    prefix = min(workload.prefix_tokens_per_call / workload.input_tokens_per_call, 1.0)
    expected = bill.hit_ratio(0, "premium_model")
    needed = results.caching_pays_above_hit_ratio or 0.0
    return round(max(expected * ALARM_RATIO, min(needed, expected)) * prefix, 4) or None


def _simple(case: KitCase, scenario: Scenario) -> float | None:
    """The share of calls that go to the cheaper place; those asked again count twice."""
    routing = scenario.routing
    if not case.is_routed or routing is None:
        return None
    again = routing.simple_ratio * routing.escalation_ratio
    return round(routing.simple_ratio / (1.0 + again), 4) or None


def _semantic(case: KitCase, scenario: Scenario) -> float | None:
    cache = scenario.semantic_cache
    return (cache.hit_ratio or None) if SEMANTIC_CACHING in case.levers and cache else None


def _pass_ratio(scenario: Scenario) -> float | None:
    """What the cheaper place must pass: the scenario says how often it may fail."""
    return round(1.0 - scenario.routing.escalation_ratio, 4) if scenario.routing else None


def _seconds(case: KitCase, scenario: Scenario) -> float | None:
    """How long a call keeps one replica busy."""
    if not case.is_hosted or scenario.pool is None:
        return None
    return float(seconds_per_call(scenario.pool, scenario.workload, scenario.latency)) or None


def _idle(case: KitCase) -> float | None:
    """Below which utilization the framework calls a pool idle."""
    patterns = case.payload.framework.anti_patterns
    rules = (each.thresholds for each in patterns if each.lever == SELF_HOSTING)
    found = next((rule.get("utilization_ratio_below") for rule in rules), None)
    return float(found) if found is not None and case.is_hosted else None
