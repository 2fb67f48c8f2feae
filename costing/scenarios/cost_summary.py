"""Says of a result what an assessment may know of it, in the assessment's own plain values.

Pure: no Django, no clock, no I/O.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from assessments.roadmap import AntiPatternCost, Costs
from assessments.scoring import HostingEconomics

JsonMapping = Mapping[str, Any]
# Self-hosting is held against the premium model with its prompt cache on.
HOSTING_PAIR = ("prompt_caching", "self_hosted")
# The strategy whose reason for being left out is its lever's.
BROUGHT_IN_BY = {
    "routing": "routed_api",
    "semantic_caching": "optimized_api",
    "self_hosting": "self_hosted",
}


def costs_of(result: JsonMapping, anti_patterns: Sequence[JsonMapping] = ()) -> Costs:
    """What roadmap and targets need of a result (cost-model.md, section 8), USD per month."""
    left_out = result["left_out"]
    return Costs(
        usd_per_month_by_levers={
            frozenset(item["levers"]): item["usd_per_month"] for item in result["subsets"]
        },
        running=frozenset(result["inputs"].get("current_levers") or ()),
        left_out={
            lever: left_out[strategy]
            for lever, strategy in BROUGHT_IN_BY.items()
            if strategy in left_out
        },
        spend_usd_per_month=result["strategies"]["current"]["usd_per_month"],
        hosting=hosting_economics(result),
        anti_patterns=tuple(
            AntiPatternCost(item["key"], item.get("usd_per_month"), str(item.get("evidence") or ""))
            for item in anti_patterns
        ),
    )


def hosting_economics(result: JsonMapping) -> HostingEconomics | None:
    """The volume and where self-hosting turns cheaper, in requests a month; None: not compared."""
    for crossing in result["crossovers"]:
        if (crossing["from"], crossing["to"]) == HOSTING_PAIR:
            return HostingEconomics(
                requests_per_month=result["inputs"]["workload"]["requests_per_month"],
                first_requests_per_month=crossing["first_requests_per_month"],
                dominance_requests_per_month=crossing["dominance_requests_per_month"],
            )
    return None
