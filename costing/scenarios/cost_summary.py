"""What an assessment may know of a result, in the assessment's own plain values.

Pure: no Django, no clock, no I/O.
"""

from collections.abc import Sequence

from assessments.roadmap import AdvisedSaving, AntiPatternCost, Costs
from assessments.scoring import HostingEconomics
from costing.engine import CURRENT, Crossover, Estimate
from costing.engine.anti_patterns import AntiPattern
from costing.engine.crossover.solver import MAX_INTERVALS
from costing.engine.estimating import stored_options
from costing.engine.levers import HOSTING_PAIR, LEVERS, brought_in_by
from costing.scenarios.content.bought_ahead import left_usd_per_month, terms_text
from costing.scenarios.content.gaps import not_assessed
from costing.scenarios.content.sureness import HowSure


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
        advised=_advised(estimate),
    )


def _advised(estimate: Estimate) -> AdvisedSaving:
    sure, today = HowSure.of(estimate), estimate.recommended_today
    futures = None
    if sure is not None:
        futures = (sure.p10, sure.p50, sure.p90) if sure.is_change else (0.0, 0.0, 0.0)
    saving = estimate.strategies[CURRENT].usd_per_month - today.usd_per_month
    return AdvisedSaving(saving, left_usd_per_month(estimate), futures)


def caution_of(costs: Costs) -> str:
    """Why the saving of all parts together is not to be relied on as it stands, in sentences."""
    parts = costs.parts or (costs,)
    known = [part.advised for part in parts if part.advised]
    sure = HowSure.together((part.title, _sure(part.advised)) for part in parts)
    saving = sum(each.usd_per_month for each in known)
    said = (
        f"{sure.caution}." if sure and sure.caution else "",
        terms_text(costs.left_usd_per_month, saving),
    )
    return " ".join(filter(None, said))


def _sure(advised: AdvisedSaving | None) -> HowSure | None:
    """Its range alone, which is all that a caution says."""
    if advised is None or advised.futures is None:
        return None
    return HowSure(*advised.futures, 0.0, 0, (), "", is_change=any(advised.futures))


def hosting_economics(estimate: Estimate) -> HostingEconomics | None:
    """The volume and where self-hosting turns cheaper, in requests a month; None: not compared."""
    crossing = estimate.crossover_of(*HOSTING_PAIR)
    if crossing is None:
        return None
    return HostingEconomics(
        requests_per_month=estimate.scenario.workload.requests_per_month,
        first_requests_per_month=crossing.first_requests_per_month,
        dominance_requests_per_month=crossing.dominance_requests_per_month,
        last_requests_per_month=_last(crossing),
    )


def _last(crossing: Crossover) -> float | None:
    """The volume above which the second is not cheaper again; None where all are not listed."""
    intervals = crossing.cheaper_intervals
    return intervals[-1][1] if 0 < len(intervals) < MAX_INTERVALS else None
