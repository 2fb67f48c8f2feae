"""What an assessment may know of a result, in the assessment's own plain values.

Pure: no Django, no clock, no I/O.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from assessments.roadmap import AntiPatternCost, Costs
from assessments.scoring import HostingEconomics
from costing.engine import CURRENT, Estimate, read_estimate
from costing.engine.anti_patterns import AntiPattern
from costing.engine.levers import HOSTING_PAIR, LEVERS, SELF_HOSTING, brought_in_by
from costing.scenarios.stored import read_pattern

NOT_REPAID = "The horizon does not earn back what the change costs."


def costs_of(result: Mapping[str, Any], anti_patterns: Sequence[Mapping[str, Any]] = ()) -> Costs:
    """What roadmap and targets need of a stored result (cost-model.md, section 8)."""
    return summarize(read_estimate(result), [read_pattern(each) for each in anti_patterns])


def summarize(estimate: Estimate, anti_patterns: Sequence[AntiPattern] = ()) -> Costs:
    """What roadmap and targets need of an estimate, USD per month."""
    left_out, current = estimate.left_out, estimate.strategies[CURRENT]
    by_levers = {frozenset(subset.levers): subset.usd_per_month for subset in estimate.subsets}
    left_out_by_lever = {
        lever: left_out[strategy]
        for lever in LEVERS
        if (strategy := brought_in_by(lever)) in left_out
    }
    if estimate.not_repaid and SELF_HOSTING not in estimate.recommended.levers:
        by_levers = {sets: usd for sets, usd in by_levers.items() if SELF_HOSTING not in sets}
        left_out_by_lever[SELF_HOSTING] = NOT_REPAID
    return Costs(
        usd_per_month_by_levers=by_levers | {frozenset(current.levers): current.usd_per_month},
        running=frozenset(current.levers),
        left_out=left_out_by_lever,
        spend_usd_per_month=current.usd_per_month,
        hosting=hosting_economics(estimate),
        anti_patterns=tuple(
            AntiPatternCost(each.key, each.usd_per_month, each.evidence) for each in anti_patterns
        ),
    )


def hosting_economics(estimate: Estimate) -> HostingEconomics | None:
    """The volume and where self-hosting turns cheaper, in requests a month; None: not compared."""
    crossing = estimate.crossover_of(*HOSTING_PAIR)
    if crossing is None:
        return None
    return HostingEconomics(
        requests_per_month=estimate.scenario.workload.requests_per_month,
        first_requests_per_month=crossing.first_requests_per_month,
        dominance_requests_per_month=crossing.dominance_requests_per_month,
    )
