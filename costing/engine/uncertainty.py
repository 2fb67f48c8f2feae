"""How sure the answers are when inputs are ranges: many possible futures, drawn evenly."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from math import ceil, inf, log2
from typing import TypeAlias

import numpy as np

from costing.engine.arrays import FloatArray
from costing.engine.bills import lever_sets
from costing.engine.copula import moved_together
from costing.engine.crossover import Effort, first_crossing
from costing.engine.inputs import (
    Basis,
    Range,
    Scenario,
    default_pairs,
    default_ranges,
    figure_at,
    input_at,
    measurement_range,
    with_figures,
)
from costing.engine.levers import (
    CURRENT,
    NAMED,
    OPTIMIZED_API,
    RECOMMENDED,
    RECOMMENDED_TODAY,
    SELF_HOSTED,
    anywhere,
)
from costing.engine.limits import Watch, unwatched
from costing.engine.results import (
    Band,
    ChoiceOdds,
    CrossoverOdds,
    Estimate,
    StrategyOdds,
    Uncertainty,
)
from costing.engine.sensitivity import saving_swings, sensitivity
from costing.engine.strategies import bill_of
from costing.engine.units import SAME_COST, Figure

PERT_SHAPE = 4.0
QUANTILES = (0.1, 0.5, 0.9)
SAMPLES_AT_ONCE = 1_024
CROSSOVER_SAMPLES = 256
"""How many of the futures are searched for their first crossover; the first points of the sequence
are spread as evenly as all of them."""

DEFAULT_SAMPLES, DEFAULT_SEARCHES = 1_024, 64
"""How many futures are drawn, and searched, where nobody stated ranges: rough figures need less."""

CROSSOVER_EFFORT = 2_000_000
COLUMNS_KEPT, POINTS_KEPT = 256, 8
"""How many columns of quantiles, and sets of points, a process keeps."""


Choices: TypeAlias = Mapping[str, tuple[str, ...]]
CostsBySet: TypeAlias = Mapping[tuple[str, ...], FloatArray]


def with_uncertainty(estimate: Estimate, bases: Mapping[str, Basis], watch: Watch) -> Estimate:
    """An estimate with its sensitivity and uncertainty, and what its recommendations are worth.

    A scenario without ranges is varied by the default ones where the `bases` of its inputs are
    known, over fewer futures.
    """
    scenario, searches = estimate.scenario, CROSSOVER_SAMPLES
    if not bases and not scenario.ranges:
        return estimate
    usual = default_ranges(scenario, bases) if bases and not scenario.ranges else {}
    if usual:
        samples, searches = min(scenario.samples, DEFAULT_SAMPLES), DEFAULT_SEARCHES
        scenario = scenario.model_copy(update={"ranges": usual, "samples": samples})
    if scenario.ranges:
        ranges = {**scenario.ranges, **measurement_range(scenario)}
        scenario = scenario.model_copy(update={"ranges": ranges})
    choices = {
        RECOMMENDED: estimate.recommended.priced_as,
        RECOMMENDED_TODAY: estimate.recommended_today.priced_as,
    }
    return replace(
        estimate,
        sensitivity=sensitivity(scenario),
        uncertainty=uncertainty(scenario, watch, choices, searches),
        bases=bases,
        default_ranges=usual,
    )


def uncertainty(
    scenario: Scenario,
    watch: Watch = unwatched,
    choices: Choices | None = None,
    searches: int = CROSSOVER_SAMPLES,
) -> Uncertainty | None:
    """Section 5: costs, savings and the first crossover when every ranged input varies at once.

    `choices` are lever sets by name, held against all others that the scenario can price; what
    runs today is one of them. `searches` futures are searched for their first crossover. Inputs
    are independent where no correlation is stated. None without ranges. The same scenario and seed
    give the same answer.
    """
    if not scenario.ranges:
        return None
    figures = draw(scenario, watch)
    available = set(scenario.choosable)
    known = (*NAMED, *scenario.compared)
    names = [name for name in known if available.issuperset(scenario.levers_of(name))]
    wanted = [scenario.priced_as(name) for name in [*names, CURRENT]]
    wanted += [*scenario.lever_sets, *choices.values()] if choices else []
    by_levers = _costs(scenario, figures, wanted, watch)
    costs = {name: by_levers[scenario.priced_as(name)] for name in [*names, CURRENT]}
    current = costs[CURRENT]
    hosted, api = costs.get(SELF_HOSTED), costs.get(OPTIMIZED_API)
    return Uncertainty(
        samples=scenario.samples,
        seed=scenario.seed,
        strategies={name: _odds(usd, current) for name, usd in costs.items()},
        self_hosted_beats_optimized_api=(
            None if hosted is None or api is None else float(np.mean(hosted < api))
        ),
        first_crossover=_first_crossover(scenario, figures, set(names), watch, searches),
        choices=_choices(scenario, choices, by_levers) if choices else {},
    )


def draw(scenario: Scenario, watch: Watch = unwatched) -> dict[str, FloatArray]:
    """One column of samples for every ranged input, by path; whole inputs stay whole."""
    points = _sobol(len(scenario.ranges), scenario.samples, scenario.seed)
    points = moved_together(points, scenario.ranges, scenario.correlations)
    figures = {}
    for place, (path, ends) in enumerate(scenario.ranges.items()):
        watch()
        mode: Figure = figure_at(scenario, path)
        column = pert(points[:, place], ends, float(mode))
        field = input_at(path)
        figures[path] = np.rint(column) if field is not None and field.is_whole else column
    return figures


def pert(shares: FloatArray, ends: Range, mode: float) -> FloatArray:
    """Section 5: the PERT distribution's quantiles, shape 4, of shares from 0 to 1.

    A Beta distribution over low to high whose mean is (low + 4·mode + high)/6.
    """
    width = ends.high - ends.low
    if width <= 0.0:
        return np.full_like(shares, mode)
    alpha = 1.0 + PERT_SHAPE * (mode - ends.low) / width
    beta = 1.0 + PERT_SHAPE * (ends.high - mode) / width
    figures = ends.low + width * _beta_quantiles(alpha, beta, shares.tobytes())
    within: FloatArray = np.clip(figures, ends.low, ends.high)
    return within


@lru_cache(maxsize=COLUMNS_KEPT)
def _beta_quantiles(alpha: float, beta: float, shares: bytes) -> FloatArray:
    """A Beta distribution's quantiles of an array of shares, kept: most ranges have its shape."""
    from scipy.special import betaincinv  # imported late: most estimates need no SciPy

    quantiles: FloatArray = betaincinv(alpha, beta, np.frombuffer(shares))
    quantiles.flags.writeable = False
    return quantiles


@lru_cache(maxsize=POINTS_KEPT)
def _sobol(dimensions: int, samples: int, seed: int) -> FloatArray:
    """Scrambled Sobol points: as many as asked for, of the next power of two; kept."""
    from scipy.stats import qmc  # imported late: it takes longer than an estimate

    generator = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    points: FloatArray = generator.random_base2(ceil(log2(samples)))[:samples]
    points.flags.writeable = False
    return points


def _costs(
    scenario: Scenario,
    figures: Mapping[str, FloatArray],
    wanted: list[tuple[str, ...]],
    watch: Watch,
) -> dict[tuple[str, ...], FloatArray]:
    """USD per month by sample, for these lever sets."""
    sets = lever_sets(tuple(dict.fromkeys(wanted)))
    parts = []
    for first in range(0, scenario.samples, SAMPLES_AT_ONCE):
        watch()
        batch = {
            path: column[first : first + SAMPLES_AT_ONCE, None] for path, column in figures.items()
        }
        total = bill_of(with_figures(scenario, batch), sets).total
        rows = min(SAMPLES_AT_ONCE, scenario.samples - first)
        parts.append(np.broadcast_to(total, (rows, len(sets.names))))
    return dict(zip(sets.names, np.concatenate(parts).T, strict=True))


def _choices(scenario: Scenario, choices: Choices, costs: CostsBySet) -> dict[str, ChoiceOdds]:
    """Section 17: how often each choice is right, and what it costs to have been wrong."""
    running = scenario.priced_as(CURRENT)
    current, cheapest = costs[running], np.min(list(costs.values()), axis=0)
    swings = saving_swings(scenario, running, choices)
    found = {}
    for name, levers in {**choices, CURRENT: running}.items():
        usd = costs[levers]
        odds = _odds(usd, current)
        found[name] = ChoiceOdds(
            levers=anywhere(levers),
            usd_per_month=odds.usd_per_month,
            saving_usd_per_month=_band(current - usd),
            saving_ratio=odds.saving_ratio,
            beats_current=float(np.mean(usd < current * (1.0 - SAME_COST))),
            is_cheapest=float(np.mean(usd <= cheapest * (1.0 + SAME_COST))),
            regret_usd_per_month=float(np.mean(usd - cheapest)),
            swings=swings.get(name, {}),
        )
    return found


def _odds(usd: FloatArray, current: FloatArray) -> StrategyOdds:
    has_cost = bool(np.all(current > 0.0))
    saving = _band((current - usd) / current) if has_cost else None
    return StrategyOdds(_band(usd), saving, float(np.mean(usd < current)))


def _band(values: FloatArray) -> Band:
    p10, p50, p90 = np.quantile(values, QUANTILES).tolist()
    return Band(p10, p50, p90)


def _first_crossover(
    scenario: Scenario,
    figures: Mapping[str, FloatArray],
    names: set[str],
    watch: Watch,
    searches: int,
) -> CrossoverOdds | None:
    """The first pair's first crossover in the first of the futures."""
    pairs = default_pairs(scenario) if scenario.pairs is None else scenario.pairs
    pair = next((pair for pair in pairs if names.issuperset({*pair} - {CURRENT})), None)
    if pair is None:
        return None
    from_levers, to_levers = (scenario.priced_as(name) for name in pair)
    effort = Effort(CROSSOVER_EFFORT, watch)
    volumes: list[float] = []
    for sample in range(min(scenario.samples, searches)):
        future = with_figures(
            scenario, {path: float(column[sample]) for path, column in figures.items()}
        )
        volume = first_crossing(future, from_levers, to_levers, effort)
        if effort.left <= 0.0:
            break
        volumes.append(inf if volume is None else volume)
    if not volumes:
        return None
    quantiles = np.quantile(volumes, QUANTILES, method="inverted_cdf").tolist()
    p10, p50, p90 = (None if value == inf else value for value in quantiles)
    return CrossoverOdds(
        *pair,
        samples=len(volumes),
        p10=p10,
        p50=p50,
        p90=p90,
        never=volumes.count(inf) / len(volumes),
    )
