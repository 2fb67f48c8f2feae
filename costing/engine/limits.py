"""How long an estimate takes, told from its scenario before anything is computed; its watch.

Pure: no Django, no clock, no I/O.
"""

from collections.abc import Callable

from costing.engine.inputs.models import MODEL_SECTIONS
from costing.engine.inputs.scenario import Scenario, default_pairs

Watch = Callable[[], None]
"""Called in every long loop; by raising it ends the computing, such as at a deadline."""

# CPU seconds on one core of a small server, measured in 2026; docs/api.md shows what they come to.
PER_DRAWN_FIGURE = 1e-6
PER_FUTURE = 8e-6
PER_FUTURE_AND_HOUR = 5e-8
PER_FUTURE_AND_TIER = 2e-7
PER_FUTURE_AND_APPLICATION = 3e-5
PER_RANGE = 1.5e-3
PER_PAIR = 0.05
OF_FIRST_CROSSOVERS = 0.6


def unwatched() -> None:
    """Let the computing go on to its end."""


def computing_seconds(scenario: Scenario) -> dict[str, float]:
    """About how many CPU seconds an estimate takes, by the path of the input that causes them.

    Futures are drawn for every range and priced by hour of the week and price tier; every pair is
    searched for its crossovers. Costs that run nearly parallel take longer: a watch ends those.
    """
    ranges, samples = len(scenario.ranges), scenario.samples if scenario.ranges else 0
    pairs = len(default_pairs(scenario) if scenario.pairs is None else scenario.pairs)
    hours, several = len(set(scenario.workload.hourly_profile or ())), len(scenario.applications)
    tiers = {
        f"{name}.tiers": len(model.tiers)
        for name in MODEL_SECTIONS
        if (model := getattr(scenario, name)) is not None
    }
    return {
        "samples": samples * PER_FUTURE,
        "ranges": ranges * (samples * PER_DRAWN_FIGURE + PER_RANGE),
        "workload.hourly_profile": samples * hours * PER_FUTURE_AND_HOUR,
        "pairs": pairs * PER_PAIR + (OF_FIRST_CROSSOVERS if pairs and ranges else 0.0),
        "applications": several * (samples * PER_FUTURE_AND_APPLICATION + pairs * PER_PAIR),
    } | {path: samples * count * PER_FUTURE_AND_TIER for path, count in tiers.items()}
