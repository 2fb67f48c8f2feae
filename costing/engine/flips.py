"""What would change the advice on hosting: another volume, or other prices of models."""

from collections.abc import Callable

from costing.engine.breakeven import costs_over_horizon
from costing.engine.crossover import cheaper_intervals
from costing.engine.inputs import Scenario
from costing.engine.levers import SELF_HOSTING
from costing.engine.limits import Watch, unwatched
from costing.engine.price_paths import with_model_prices
from costing.engine.results import Estimate, HostingFlip
from costing.engine.strategies import bill_of, lever_sets

LOWEST_CHANGE = -0.9999
STEP, MOST_STEPS, HALVINGS = 1.1, 48, 30
"""Prices are tried in steps of a tenth, up to about a hundredfold."""


def hosting_flip(estimate: Estimate, watch: Watch = unwatched) -> HostingFlip | None:
    """Section 17: what it takes for hosting to be advised, or for it not to be any more.

    None without a pool, and where the other side costs less already and is not advised for what
    its change costs.
    """
    scenario, chosen = estimate.scenario, estimate.recommended.levers
    costs = {subset.levers: subset.usd_per_month for subset in estimate.subsets}
    is_hosted = SELF_HOSTING in chosen
    others = [levers for levers in costs if (SELF_HOSTING in levers) != is_hosted]
    if not others:
        return None
    other = min(others, key=lambda levers: (costs[levers], len(levers)))
    if costs[other] < costs[chosen]:
        return None
    present = scenario.workload.requests_per_month
    intervals, _ = cheaper_intervals(scenario, chosen, other, watch)
    ends = [high for _, high in intervals if high is not None and high < present]
    return HostingFlip(
        levers=other,
        below=max(ends, default=None),
        above=min((low for low, _ in intervals if low > present), default=None),
        price_factor=_price_factor(estimate, other, 1.0 / STEP if is_hosted else STEP, watch),
        price_change_per_year=_price_change(scenario, chosen, other, watch) if is_hosted else None,
    )


def _price_change(
    scenario: Scenario, chosen: tuple[str, ...], other: tuple[str, ...], watch: Watch
) -> float | None:
    """Section 15: the change a year of models' prices at which both cost the same over the horizon.

    None without an outlook, for a pool that runs already, and where no change is enough.
    """
    outlook = scenario.outlook
    if outlook is None or SELF_HOSTING in scenario.current_levers:
        return None

    def is_flipped(change: float) -> bool:
        watch()
        moved = outlook.model_copy(update={"api_price_change_per_year_ratio": change})
        _, total = costs_over_horizon(
            scenario.model_copy(update={"outlook": moved}), (chosen, other)
        )
        return bool(total[1] < total[0])

    kept = outlook.api_price_change_per_year_ratio
    if is_flipped(kept) or not is_flipped(LOWEST_CHANGE):
        return None
    return _between(kept, LOWEST_CHANGE, is_flipped)


def _price_factor(
    estimate: Estimate, other: tuple[str, ...], step: float, watch: Watch
) -> float | None:
    scenario, sets = estimate.scenario, lever_sets((estimate.recommended.levers, other))

    def is_flipped(factor: float) -> bool:
        watch()
        chosen_usd, other_usd = bill_of(with_model_prices(scenario, factor), sets).total.tolist()
        return bool(other_usd < chosen_usd)

    kept = 1.0
    for _ in range(MOST_STEPS):
        tried = kept * step
        if is_flipped(tried):
            return _between(kept, tried, is_flipped)
        kept = tried
    return None


def _between(kept: float, flipped: float, is_flipped: Callable[[float], bool]) -> float:
    for _ in range(HALVINGS):
        middle = (kept + flipped) / 2.0
        if is_flipped(middle):
            flipped = middle
        else:
            kept = middle
    return flipped
