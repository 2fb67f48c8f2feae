"""What an assessment may know of a result, in the assessment's own plain values.

Pure: no Django, no clock, no I/O.
"""

from collections.abc import Sequence

from assessments.roadmap import AntiPatternCost, Costs
from assessments.scoring import HostingEconomics
from costing.engine import CURRENT, Estimate
from costing.engine.anti_patterns import AntiPattern
from costing.engine.estimating import stored_options
from costing.engine.levers import HOSTING_PAIR, LEVERS, brought_in_by
from costing.scenarios.content.gaps import not_assessed


def costs_of(
    estimate: Estimate, anti_patterns: Sequence[AntiPattern] = (), title: str = ""
) -> Costs:
    """What roadmap and targets need of an estimate, USD per month; `title` is its part's.

    They are those of cost-model.md, section 8.
    """
    left_out, options = estimate.left_out, stored_options(estimate)
    return Costs(
        usd_per_month_by_levers=options.usd_per_month,
        running=options.running,
        left_out={each.lever: each.sentence for each in not_assessed(estimate)}
        | {
            lever: left_out[strategy]
            for lever in LEVERS
            if (strategy := brought_in_by(lever)) in left_out
        },
        spend_usd_per_month=estimate.strategies[CURRENT].usd_per_month,
        hosting=hosting_economics(estimate),
        anti_patterns=tuple(
            AntiPatternCost(each.key, each.usd_per_month, each.evidence) for each in anti_patterns
        ),
        losses=options.losses,
        one_time_usd_by_levers=options.one_time_usd,
        usd_over_horizon_by_levers=options.usd_over_horizon,
        title=title,
        materiality_ratio=estimate.scenario.materiality_ratio,
        usd_per_day=estimate.scenario.usd_per_day,
        effort_usd={change.key: usd for change, usd in options.effort_usd.items()},
        months_worth=options.months_worth,
        must_repay=tuple(options.must_repay),
        currency=estimate.scenario.shown_in,
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
