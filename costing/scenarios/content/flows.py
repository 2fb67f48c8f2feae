"""The way of a month's calls through cache, triage and models; must not import Django."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from costing.engine import Bill, Scenario, bill_of, lever_sets
from costing.scenarios.content.findings import triage_finding
from costing.scenarios.content.titles import lever_series
from presentation.wording import first_upper

JsonMapping = Mapping[str, Any]


def triage_flow(result: JsonMapping, scenario: Scenario | None) -> dict[str, Any] | None:
    """Calls and USD per month on every edge, for the levers that route and are most worth it.

    Those recommended today where they route, else those recommended at full maturity, else the
    cheapest set that routes. None where the scenario describes no routing.
    """
    levers = _routed_levers(result)
    if levers is None or scenario is None:
        return None
    bill = bill_of(scenario, lever_sets((levers,)))
    flow = _flow(bill, levers, scenario)
    return {
        **flow,
        "levers": levers,
        "titles": first_upper(lever_series(levers)),
        "is_today": levers == tuple(result["recommended_today"]["levers"]),
        "is_current": set(levers) == set(result["strategies"]["current"]["levers"]),
        "finding": triage_finding(flow),
    }


def _routed_levers(result: JsonMapping) -> tuple[str, ...] | None:
    for choice in ("recommended_today", "recommended"):
        if "routing" in result[choice]["levers"]:
            return tuple(result[choice]["levers"])
    routed = [item for item in result["subsets"] if "routing" in item["levers"]]
    cheapest = min(routed, key=lambda item: item["usd_per_month"], default=None)
    return tuple(cheapest["levers"]) if cheapest else None


def _flow(bill: Bill, levers: tuple[str, ...], scenario: Scenario) -> dict[str, Any]:
    lines = bill.lines(0)
    workload, routing = scenario.workload, scenario.routing
    calls = float(workload.requests_per_month * workload.fan_out)
    has_cache, is_hosted = "semantic_caching" in levers, "self_hosting" in levers
    simple = float((bill.flow.pooled if is_hosted else bill.flow.simple_api)[0])
    answered = simple + float(bill.flow.complex_api[0])
    escalated = simple * routing.escalation_ratio if routing else 0.0
    is_cached = bool(bill.complex_lane.hit_ratio[0])
    return {
        "calls_per_month": calls,
        "cache_hits_per_month": calls - (answered - escalated) if has_cache else None,
        "cache_usd_per_month": lines.get("semantic_cache"),
        "sorted_calls_per_month": answered - escalated,
        "triage_usd_per_month": lines["routing"],
        "simple_calls_per_month": simple,
        "simple_usd_per_month": _lane(lines, "simple."),
        "simple_label": "Self-hosted pool" if is_hosted else "Small model by API",
        "complex_calls_per_month": float(bill.flow.complex_api[0]),
        "complex_usd_per_month": _lane(lines, "complex."),
        "complex_label": "Premium API, prompt caching on" if is_cached else "Premium API",
        "escalated_calls_per_month": escalated,
        "usd_per_month": float(bill.total[0]),
    }


def _lane(lines: Mapping[str, float], prefix: str) -> float:
    return sum(usd for line, usd in lines.items() if line.startswith(prefix))
