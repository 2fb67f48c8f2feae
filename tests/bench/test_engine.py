"""How long the engine's answers take; docs/methodology.md has the bounds."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from costing.engine import Crossover, Estimate, estimate, find_crossover, parse_scenario
from costing.engine.uncertainty import Uncertainty, uncertainty
from costing.scenarios import estimate_command
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


def test_100_lines_of_scenario_a(benchmark: Any, tmp_path: Path) -> None:
    """As `crossover estimate` reads and writes JSON Lines; bound: 200 ms, 500 a second."""
    document = golden("scenario_a")
    del document["pairs"]
    file = tmp_path / "scenarios.jsonl"
    file.write_text(f"{json.dumps(document)}\n" * 100)

    def run() -> str:
        out = StringIO()
        assert estimate_command.run([str(file)], None, out=out, err=StringIO()) == 0
        return out.getvalue()

    assert benchmark(run).count("\n") == 100


def test_one_estimate_of_six_applications(benchmark: Any) -> None:
    """With the cheapest levers of each, on a pool that follows the hours; bound: 12 ms."""
    scenario = parse_scenario(golden("applications") | {"pairs": []})

    result: Estimate = benchmark(estimate, scenario)

    assert result.by_application is not None
    assert result.by_application.gap_usd_per_month == 0


def test_one_estimate_of_six_applications_under_a_commitment(benchmark: Any) -> None:
    """The same where all spend on tokens is priced together; bound: 12 ms."""
    terms = {"committed_usd_per_month": 20_000, "commitment_discount_ratio": 0.2}
    scenario = parse_scenario(golden("applications") | {"pairs": [], "commitment": terms})

    result: Estimate = benchmark(estimate, scenario)

    assert result.by_application is not None
    assert result.by_application.gap_usd_per_month == 0


def test_whole_estimate_of_six_applications_under_a_commitment(benchmark: Any) -> None:
    """With the usual pairs, whose costs bend where each application's cache fills."""
    terms = {"committed_usd_per_month": 20_000, "commitment_discount_ratio": 0.2}
    scenario = parse_scenario(golden("applications") | {"commitment": terms})

    result: Estimate = benchmark(estimate, scenario)

    assert len(result.crossovers) == 3


def _with_everything() -> dict[str, Any]:
    """Six applications with shared units of both models, a commitment and a pool."""
    document = golden("applications") | {"pairs": []}
    units = {"tokens_per_minute_per_unit": 13_000, "output_token_weight": 2}
    for model, usd in (("premium_model", 0.85), ("small_model", 0.07)):
        terms = units | {"usd_per_unit_hour": usd}
        document[model] = document[model] | {"provisioned": terms}
    document["commitment"] = {
        "committed_usd_per_month": 20_000,
        "commitment_discount_ratio": 0.2,
    }
    return document


def test_one_estimate_of_six_applications_with_everything(benchmark: Any) -> None:
    """With units that all share and a commitment; bound: 12 ms."""
    scenario = parse_scenario(_with_everything())

    result: Estimate = benchmark(estimate, scenario)

    assert result.by_application is not None
    assert result.by_application.gap_usd_per_month == 0


def test_crossovers_of_six_applications_with_everything(benchmark: Any) -> None:
    """One pair, with units that are bought anew at every volume; bound: 120 ms."""
    scenario = parse_scenario(_with_everything())

    result: Crossover = benchmark(find_crossover, scenario, "optimized_api", "hybrid")

    assert result.first_factor is None or result.first_factor > 0


def test_4096_futures_of_six_applications_with_everything(benchmark: Any) -> None:
    """Each future buys its own units for all; bound: 600 ms."""
    ranges = {
        "workload.requests_per_month": {"low": 3e6, "high": 6e6},
        "premium_model.output_usd_per_mtok": {"low": 12, "high": 18},
        "pool.usd_per_instance_hour": {"low": 8, "high": 16},
    }
    scenario = parse_scenario(_with_everything() | {"ranges": ranges})

    result: Uncertainty = benchmark(uncertainty, scenario)

    assert result.samples == 4096


def test_crossovers_of_six_applications(benchmark: Any) -> None:
    """One pair, a staircase of every kind of hour; bound: 120 ms."""
    scenario = parse_scenario(golden("applications"))

    result: Crossover = benchmark(find_crossover, scenario, "optimized_api", "hybrid")

    assert result.first_factor is None or result.first_factor > 0


RANGES = {
    "workload.requests_per_month": {"low": 1e6, "high": 9e6},
    "workload.output_tokens_per_call": {"low": 200, "high": 600},
    "workload.distinct_prefixes": {"low": 10, "high": 400},
    "routing.simple_ratio": {"low": 0.2, "high": 0.7},
    "semantic_cache.hit_ratio": {"low": 0.05, "high": 0.2},
    "pool.usd_per_instance_hour": {"low": 8, "high": 16},
}


def test_4096_futures_of_scenario_a(benchmark: Any) -> None:
    """All six strategies, without a pair to search for its first crossover; bound: 150 ms."""
    scenario = parse_scenario(golden("scenario_a") | {"pairs": [], "ranges": RANGES})

    result: Uncertainty = benchmark(uncertainty, scenario)

    assert result.samples == 4096


@pytest.mark.parametrize("scaling", ["always_on", "autoscaled"])
def test_4096_futures_with_168_distinct_hours(benchmark: Any, scaling: str) -> None:
    """The same bound where no two hours of the week are alike, so none can be folded."""
    document = golden("scenario_a") | {"pairs": [], "ranges": RANGES}
    document["workload"]["hourly_profile"] = [100 + (hour * 37) % 168 for hour in range(168)]
    document["pool"] |= {"scaling": scaling, "cold_start_minutes": 5}
    scenario = parse_scenario(document)

    result: Uncertainty = benchmark(uncertainty, scenario)

    assert result.samples == 4096


@pytest.mark.parametrize("hours", [{}, {"low": 8, "high": 14}])
def test_4096_futures_of_capacity_bought_ahead(benchmark: Any, hours: dict[str, float]) -> None:
    """The best units of three models and the best reserved instances, in 24 sets; bound: 600 ms.

    With a week of 168 unlike hours, or one for each future.
    """
    units = {"usd_per_unit_hour": 4, "tokens_per_minute_per_unit": 100_000}
    document = golden("scenario_a") | {"pairs": [], "ranges": dict(RANGES)}
    document["open_model"] = {"input_usd_per_mtok": 0.6, "output_usd_per_mtok": 0.8}
    for model in ("premium_model", "small_model", "open_model"):
        document[model] = document[model] | {"provisioned": units}
    document["pool"] |= {"scaling": "autoscaled", "reserved_usd_per_instance_hour": 7}
    if hours:
        document["ranges"]["workload.active_hours_per_day"] = hours
    else:
        profile = [100 + (hour * 37) % 168 for hour in range(168)]
        document["workload"] |= {"hourly_profile": profile}
    scenario = parse_scenario(document)

    result: Uncertainty = benchmark(uncertainty, scenario, choices={"recommended": ()})

    assert result.samples == 4096


def test_4096_futures_and_their_first_crossover(benchmark: Any) -> None:
    """The same with 256 searches for the first crossover."""
    scenario = parse_scenario(golden("scenario_a") | {"ranges": RANGES})

    result: Uncertainty = benchmark(uncertainty, scenario)

    assert result.first_crossover is not None
