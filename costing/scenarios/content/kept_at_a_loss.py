"""Levers that are kept although they lose today, and why; must not import Django."""

from costing.engine import CURRENT, Estimate
from costing.engine.estimating import stored_options
from costing.scenarios.content.titles import lever_series
from presentation.numbers import months, ratio_percent, usd
from presentation.wording import first_upper


def kept_at_a_loss(estimate: Estimate) -> list[str]:
    """Why each running lever stays without which today's bill would be lower, a sentence each.

    Where a day of work has a price, sets of levers are compared over the horizon: to switch one off
    may not earn back its work, or growth and prices may make it pay later.
    """
    running = set(estimate.strategies[CURRENT].levers)
    kept = frozenset(estimate.recommended_today.levers)
    if not estimate.effort_days or not running & kept:
        return []
    options, scenario = stored_options(estimate), estimate.scenario
    least = max(options.materiality_ratio * options.spend_usd_per_month, options.tolerance_usd)
    horizon, found = months(scenario.horizon_months), []
    for lever in options.order:
        without = kept - {lever}
        if lever not in running & kept or without not in options.usd_per_month:
            continue
        loss = options.usd_per_month[kept] - options.usd_per_month[without]
        if loss <= least:
            continue
        total = options.usd_over_horizon
        why = (
            f"{_trend(estimate)} it costs less over {horizon} to keep it"
            if total.get(without, 0.0) > total.get(kept, 0.0)
            else f"to switch it off would not earn back its work within {horizon}"
        )
        lever_words = first_upper(lever_series([lever]))
        found.append(f"{lever_words} stays though it adds {usd(loss)} a month today: {why}.")
    return found


def _trend(estimate: Estimate) -> str:
    growth = estimate.scenario.workload.monthly_growth_ratio
    if growth > 0.0 and estimate.scenario.outlook is None:
        return f"with growth of {ratio_percent(growth)} a month"
    return "as volume and prices move"
