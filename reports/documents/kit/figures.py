"""The figures of a starter kit, each worked out of the scenario; None where it does not say.

Pure: the engine's own formulas at the levers that are to run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np

from costing.engine import CURRENT, Bill, Scenario, bill_of, lever_sets
from costing.engine.api_lane import API_LINES, LaneBill
from costing.engine.levers import PROMPT_CACHING, ROUTING, SELF_HOSTING
from costing.engine.pool import seconds_per_call
from costing.engine.prompt_cache import caching_pays_above
from costing.engine.ratio_flips import PROMPT_HITS, SEMANTIC_HITS, UTILIZATION
from costing.engine.units import HOURS_PER_DAY, HOURS_PER_MONTH, MINUTES_PER_HOUR, WEEKS_PER_MONTH
from costing.engine.week import hourly_weights
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
    least_semantic_hit_ratio: float | None = None
    pass_ratio: float | None = None
    peak_replicas: int | None = None
    seconds_per_call: float | None = None
    idle_ratio: float | None = None

    @property
    def hard_stop_usd(self) -> float | None:
        """The month's spend at which the gateway refuses calls."""
        return self.usd_per_month and self.usd_per_month * HARD_STOP_FACTOR


def figures_of(case: KitCase) -> Figures:
    """All that the payload knows; of applications, what they come to on one gateway and pool."""
    scenario, results = case.scenario, case.payload.results
    if scenario is None or results is None:
        return Figures()
    bill = bill_of(scenario, lever_sets((case.priced_as,)))
    calls = {part.key: _calls(part.scenario) for part in scenario.parts}
    lines = max((results.strategies[CURRENT].lines, bill.lines(0)), key=_api_usd)
    usd = {part.key: _api_usd(_lines_of(part.key, lines)) for part in scenario.parts}
    months = case.payload.framework.days * HOURS_PER_DAY / HOURS_PER_MONTH
    semantic = _semantic(scenario, bill, calls)
    growth = (1.0 + max(scenario.workload.monthly_growth_ratio, 0.0)) ** months
    busiest = ceil(_busiest_hour(scenario, calls) * growth / MINUTES_PER_HOUR)
    return Figures(
        calls_per_minute=busiest or None,
        usd_per_month=_exact(_api_usd(lines) * growth),
        usd_per_hour=_exact(_busiest_hour(scenario, usd) * growth),
        cached_input_ratio=_cached_input(case, scenario, bill),
        simple_ratio=_simple(case, bill),
        least_semantic_hit_ratio=semantic
        and round(semantic * max(ALARM_RATIO, _needed(case, SEMANTIC_HITS)), 4),
        pass_ratio=_pass_ratio(scenario, calls),
        peak_replicas=int(bill.pool.peak_replicas[0]) if case.is_hosted and bill.pool else None,
        seconds_per_call=_seconds(case, scenario, bill),
        idle_ratio=_idle(case),
    )


def _calls(scenario: Scenario) -> float:
    return float(scenario.workload.requests_per_month * scenario.workload.fan_out)


def _lines_of(key: str, lines: Mapping[str, float]) -> Mapping[str, float]:
    """The lines of one application; all of them where there are none."""
    return {line: usd for line, usd in lines.items() if not key or line.startswith(f"{key}.")}


def _busiest_hour(scenario: Scenario, by_month: Mapping[str, float]) -> float:
    """What the busiest hour has of so much a month by part, each at its peak within the hour."""
    hourly = sum(
        hourly_weights(part.scenario.workload)
        * by_month[part.key]
        * part.scenario.workload.peak_to_average_ratio
        for part in scenario.parts
    )
    return float(np.max(hourly)) / WEEKS_PER_MONTH


def _needed(case: KitCase, path: str) -> float:
    """The share of an expected ratio below which other levers cost less than these; 0 for none."""
    results = case.payload.results
    flip = results.ratio_flips.get(path) if results else None
    if results is None or flip is None or flip.below is None or not flip.present:
        return 0.0
    is_advised = case.priced_as == results.recommended.priced_as
    return flip.below.ratio / flip.present if is_advised else 0.0


def _exact(usd: float) -> float | None:
    """An amount to seven digits, however small; None where there is none."""
    return float(f"{usd:.7g}") or None


def _api_usd(lines: Mapping[str, float]) -> float:
    """What the gateway meters of a month: tokens of APIs, no fees and no capacity."""
    return sum(usd for line, usd in lines.items() if line.rpartition(".")[2] in API_LINES)


def _cached_input(case: KitCase, scenario: Scenario, bill: Bill) -> float | None:
    """The share of premium input read from the prompt cache below which something is wrong.

    Half of what is expected, or what caching needs to pay, or to cost less than other levers,
    where that is more.
    """
    share = max(ALARM_RATIO, _needed(case, PROMPT_HITS))
    lanes = {lane.application: lane for lane in bill.lanes if lane.section == "premium_model"}
    tokens, least = 0.0, 0.0
    for part in scenario.parts:
        workload, lane = part.scenario.workload, lanes.get(part.key)
        if lane is None or not workload.input_tokens_per_call:
            continue
        made = float(lane.calls[0]) * workload.input_tokens_per_call
        prefix = min(workload.prefix_tokens_per_call / workload.input_tokens_per_call, 1.0)
        expected = float(lane.bill.hit_ratio[0]) if isinstance(lane.bill, LaneBill) else 0.0
        needed = caching_pays_above(part.scenario.premium_model, workload) or 0.0
        tokens += made
        least += made * max(expected * share, min(needed, expected)) * prefix
    if PROMPT_CACHING not in case.levers or not tokens:
        return None
    return round(least / tokens, 4) or None


def _simple(case: KitCase, bill: Bill) -> float | None:
    """The share of calls that go to the cheaper place; those asked again count twice."""
    flows = [part.flow for part in bill.parts]
    cheaper = sum(float(each.simple_api[0] + each.pooled[0] + each.open_api[0]) for each in flows)
    calls = cheaper + sum(float(each.complex_api[0]) for each in flows)
    return round(cheaper / calls, 4) or None if case.is_routed and calls else None


def _semantic(scenario: Scenario, bill: Bill, calls: Mapping[str, float]) -> float | None:
    """The share of all calls that the semantic cache answers."""
    hits = 0.0
    for part, found in zip(scenario.parts, bill.parts, strict=True):
        cache = part.scenario.semantic_cache
        if cache is not None and found.sets.semantic[0]:
            hits += calls[part.key] * cache.hit_ratio
    whole = sum(calls.values())
    return round(hits / whole, 4) or None if whole else None


def _pass_ratio(scenario: Scenario, calls: Mapping[str, float]) -> float | None:
    """What the cheaper place must pass: the scenario says how often it may fail."""
    if scenario.routing is None:
        return None
    simple, failed = 0.0, 0.0
    for part in scenario.parts:
        routing = part.scenario.routing
        if routing is not None and (part.levers_allowed is None or ROUTING in part.levers_allowed):
            simple += calls[part.key] * routing.simple_ratio
            failed += calls[part.key] * routing.simple_ratio * routing.escalation_ratio
    ratio = failed / simple if simple else scenario.routing.escalation_ratio
    return round(1.0 - ratio, 4)


def _seconds(case: KitCase, scenario: Scenario, bill: Bill) -> float | None:
    """How long a mean call keeps one replica busy."""
    if not case.is_hosted or scenario.pool is None:
        return None
    demands = [part.demand for part in bill.parts if part.demand is not None]
    calls = sum(float(each.calls[0]) for each in demands)
    if calls:
        return sum(float(each.seconds[0]) for each in demands) / calls
    return float(seconds_per_call(scenario.pool, scenario.workload, scenario.latency)) or None


def _idle(case: KitCase) -> float | None:
    """Below which utilization the framework calls a pool idle, or other levers cost less."""
    patterns = case.payload.framework.anti_patterns
    rules = (each.thresholds for each in patterns if each.lever == SELF_HOSTING)
    found = next((rule.get("utilization_ratio_below") for rule in rules), None)
    if found is None or not case.is_hosted:
        return None
    flip = case.payload.results.ratio_flips.get(UTILIZATION) if case.payload.results else None
    needed = flip.present * _needed(case, UTILIZATION) if flip else 0.0
    return max(float(found), round(needed, 4))
