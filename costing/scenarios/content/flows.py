"""The way of a month's calls through cache, triage and models; must not import Django."""

from collections.abc import Mapping
from dataclasses import dataclass

from costing.engine import (
    CURRENT,
    ROUTING,
    SELF_HOSTING,
    SEMANTIC_CACHING,
    Estimate,
    bill_of,
    lever_sets,
)
from costing.engine.levers import OPEN_MODEL
from costing.scenarios.content.titles import lever_series
from presentation.charts import Flow
from presentation.numbers import ratio_percent
from presentation.wording import first_upper


@dataclass(frozen=True, kw_only=True)
class TriageFlow(Flow):
    """Calls and USD per month on every edge, with the levers that route them."""

    calls_per_month: float
    sorted_calls_per_month: float
    complex_calls_per_month: float
    complex_usd_per_month: float
    usd_per_month: float
    levers: tuple[str, ...]
    is_today: bool
    is_current: bool

    @property
    def titles(self) -> str:
        return first_upper(lever_series(self.levers))

    @property
    def finding(self) -> str:
        """Which share of the calls the premium model still answers, and of the bill."""
        if not self.calls_per_month:
            return "There are no calls to sort"
        share = ratio_percent(self.complex_calls_per_month / self.calls_per_month, 0)
        of_bill = "none"
        if self.usd_per_month:
            of_bill = ratio_percent(self.complex_usd_per_month / self.usd_per_month, 0)
        return f"The premium model answers {share} of the calls and takes {of_bill} of the bill"


def triage_flow(estimate: Estimate) -> TriageFlow | None:
    """The flow of the levers that route and are most worth it.

    Those recommended today where they route, else those recommended at full maturity, else the
    cheapest set that routes. None where the scenario describes no routing, or applications, each of
    which is triaged in a way of its own.
    """
    levers = _routed_levers(estimate)
    if levers is None or estimate.scenario.applications:
        return None
    scenario = estimate.scenario
    bill = bill_of(scenario, lever_sets((levers,)))
    lines, routing = bill.lines(0), scenario.routing
    calls = float(scenario.workload.requests_per_month * scenario.workload.fan_out)
    simple = float((bill.flow.pooled + bill.flow.open_api + bill.flow.simple_api)[0])
    answered = simple + float(bill.flow.complex_api[0])
    escalated = simple * routing.escalation_ratio if routing else 0.0
    is_cached = bill.hit_ratio(0, "premium_model") > 0.0
    return TriageFlow(
        calls_per_month=calls,
        cache_hits_per_month=calls - (answered - escalated) if SEMANTIC_CACHING in levers else None,
        cache_usd_per_month=lines.get("semantic_cache"),
        sorted_calls_per_month=answered - escalated,
        triage_usd_per_month=lines["routing"],
        simple_calls_per_month=simple,
        simple_usd_per_month=_lane(lines, "simple."),
        simple_label=_simple_label(levers),
        complex_calls_per_month=float(bill.flow.complex_api[0]),
        complex_usd_per_month=_lane(lines, "complex."),
        complex_label="Premium API, prompt caching on" if is_cached else "Premium API",
        escalated_calls_per_month=escalated,
        usd_per_month=float(bill.total[0]),
        levers=levers,
        is_today=levers == estimate.recommended_today.levers,
        is_current=set(levers) == set(estimate.strategies[CURRENT].levers),
    )


def _routed_levers(estimate: Estimate) -> tuple[str, ...] | None:
    for choice in (estimate.recommended_today, estimate.recommended):
        if ROUTING in choice.levers:
            return choice.levers
    routed = [subset for subset in estimate.subsets if ROUTING in subset.levers]
    cheapest = min(routed, key=lambda subset: subset.usd_per_month, default=None)
    return cheapest.levers if cheapest else None


def _simple_label(levers: tuple[str, ...]) -> str:
    """Who answers the simple calls."""
    if SELF_HOSTING in levers:
        return "Self-hosted pool"
    return "Hosted open model" if OPEN_MODEL in levers else "Small model by API"


def _lane(lines: Mapping[str, float], prefix: str) -> float:
    return sum(usd for line, usd in lines.items() if line.startswith(prefix))
