"""At which volumes what is recommended costs less than what runs today; USD per month.

Computed for results that are kept and for the public demo: an estimate that is asked for again and
again does without.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from costing.engine.breakeven import first_lower_month
from costing.engine.crossover.curve import CostCurve, cost_curve
from costing.engine.crossover.difference import difference
from costing.engine.crossover.solver import crossover_of_curves
from costing.engine.drawing import CurvePicture, picture_of
from costing.engine.inputs import Scenario
from costing.engine.levers import (
    CURRENT,
    PROMPT_CACHING,
    RECOMMENDED,
    RECOMMENDED_TODAY,
    RUNNING_CACHE,
)
from costing.engine.limits import Watch, unwatched
from costing.engine.offers import fitted
from costing.engine.results import Crossover, Estimate, LeverChoice
from costing.engine.units import SAME_COST

Priced = tuple[Scenario, tuple[str, ...]]
"""A set of levers, and the scenario in which it is priced: with a pool that fits, or as it runs."""


def recommended_crossovers(estimate: Estimate, watch: Watch = unwatched) -> tuple[Crossover, ...]:
    """Section 5: from `current` to what is recommended today, and to what is recommended.

    A recommendation without a step has none, nor one with a cost that goes on and has no price at
    other volumes.
    """
    known: list[tuple[Priced, Crossover]] = []
    for name, choice in changes(estimate).items():
        other = _priced(estimate, choice)
        if other is None:
            continue
        found = next((crossover for each, crossover in known if each == other), None)
        found = found or _crossover(estimate.scenario, other, watch)
        known.append((other, replace(found, to_strategy=name)))
    return tuple(crossover for _, crossover in known)


def changes(estimate: Estimate) -> dict[str, LeverChoice]:
    """What is recommended today and what is recommended, as far as a step leads there."""
    advice = estimate.recommendation
    choices: dict[str, LeverChoice] = {}
    if advice and advice.steps_now:
        choices[RECOMMENDED_TODAY] = estimate.recommended_today
    if advice and advice.steps:
        choices[RECOMMENDED] = estimate.recommended
    return choices


def changes_without_crossover(estimate: Estimate) -> list[str]:
    """The recommendations that keep a cost that goes on and has no price at other volumes."""
    known = {each.to_strategy for each in estimate.recommended_crossovers}
    return [
        name
        for name, choice in changes(estimate).items()
        if name not in known and _priced(estimate, choice) is None
    ]


def recommended_picture(
    estimate: Estimate, name: str, low: float, high: float
) -> CurvePicture | None:
    """The costs of what runs today and of a recommendation by its name, between two volumes.

    In requests per month; None where the recommendation has no crossover.
    """
    choice = changes(estimate).get(name)
    other = choice and _priced(estimate, choice)
    if not other:
        return None
    scenario = estimate.scenario
    curves = cost_curve(scenario, scenario.priced_as(CURRENT)), cost_curve(*other)
    return picture_of((CURRENT, name), curves, low, high)


def _crossover(scenario: Scenario, other: Priced, watch: Watch) -> Crossover:
    running = scenario, scenario.priced_as(CURRENT)
    curves = difference(cost_curve(*running), cost_curve(*other))
    found = crossover_of_curves(scenario, (CURRENT, RECOMMENDED), curves, watch)
    if scenario.outlook is None:
        return found
    return replace(found, crossover_on=first_lower_month(running, other))


def _priced(estimate: Estimate, choice: LeverChoice) -> Priced | None:
    """How a recommendation is priced: what comes to its bill at the present volume."""
    present = np.array([estimate.scenario.workload.requests_per_month])
    for other in _ways(estimate.scenario, choice):
        curve: CostCurve = cost_curve(*other)
        if abs(float(curve.usd(present)[0]) - choice.usd_per_month) <= SAME_COST * max(
            choice.usd_per_month, 1.0
        ):
            return other
    return None


def _ways(scenario: Scenario, choice: LeverChoice) -> Iterator[Priced]:
    """With a pool that fits or as it runs, and a cache that runs where it pays or everywhere."""
    sets = [choice.priced_as]
    if PROMPT_CACHING in choice.levers and PROMPT_CACHING in scenario.current_levers:
        sets.append((*choice.priced_as, RUNNING_CACHE))
    fitting = fitted(scenario)
    for priced in (fitting,) if fitting is scenario else (fitting, scenario):
        for levers in sets:
            yield priced, levers
