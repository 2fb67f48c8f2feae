"""How long the engine's answers take; docs/methodology.md has the bounds."""

from typing import Any

from costing.engine import Crossover, Estimate, estimate, find_crossover, parse_scenario
from tests.golden import golden


def test_one_estimate_of_scenario_a(benchmark: Any) -> None:
    """Six strategies, waterfall, Shapley and recommendation; bound: 2 ms."""
    scenario = parse_scenario(golden("scenario_a") | {"pairs": []})

    result: Estimate = benchmark(estimate, scenario)

    assert round(result.recommended.usd_per_month, 2) == 13889.11


def test_crossovers_of_scenario_a(benchmark: Any) -> None:
    """All 18 intervals of one pair; bound: 20 ms."""
    scenario = parse_scenario(golden("scenario_a"))

    result: Crossover = benchmark(find_crossover, scenario, "prompt_caching", "self_hosted")

    assert len(result.cheaper_intervals) == 18


def test_whole_estimate_of_scenario_a(benchmark: Any) -> None:
    """Everything that a page asks for, three pairs of crossovers and break-even included."""
    document = golden("scenario_a")
    del document["pairs"]
    scenario = parse_scenario(document)

    result: Estimate = benchmark(estimate, scenario)

    assert len(result.crossovers) == 3
