"""Untrusted scenario documents parse to a scenario, or to one error with every field at fault."""

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costing.engine import (
    InvalidScenario,
    estimate,
    estimate_document,
    monthly_saving,
    parse_scenario,
)
from costing.engine.inputs import all_inputs, sections
from tests.currencies import EUR_STATED
from tests.golden import golden

DIMENSIONS = ("hosting", "routing", "caching", "integrity", "finops")


def faults_of(document: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidScenario) as caught:
        parse_scenario(document, dimensions=DIMENSIONS)
    return caught.value.fields


def with_value(path: str, value: Any) -> dict[str, Any]:
    """Scenario A with the value at a path replaced."""
    document = golden("scenario_a")
    section, _, key = path.partition(".")
    if key:
        document.setdefault(section, {})[key] = value
    else:
        document[section] = value
    return document


RATIO = ["must be from 0 to 1"]
BAD_VALUES: list[tuple[str, Any, dict[str, list[str]]]] = [
    ("workload.requests_per_month", -1, {"": ["must be from 0 to 1e+15"]}),
    ("workload.requests_per_month", math.nan, {"": ["must be finite"]}),
    ("workload.requests_per_month", 1e309, {"": ["must be finite"]}),
    ("workload.requests_per_month", 10**400, {"": ["must be from 0 to 1e+15"]}),
    ("workload.requests_per_month", True, {"": ["must be a number"]}),
    ("workload.requests_per_month", "3e6", {"": ["must be a number"]}),
    ("workload.requests_per_month", [[[]]], {"": ["must be a number"]}),
    ("workload.requests_per_month", None, {"": ["is required"]}),
    ("workload.batch_ratio", 1.01, {"": RATIO}),
    ("workload.peak_to_average_ratio", 0.5, {"": ["must be from 1 to 1,000"]}),
    ("workload.prefix_tokens_per_call", 3201, {"": ["must not exceed input_tokens_per_call"]}),
    ("workload.hourly_profile", [1] * 167, {"": ["must be a list of 168 weights"]}),
    ("workload.hourly_profile", "flat", {"": ["must be a list of 168 weights"]}),
    ("workload.hourly_profile", [0] * 168, {"": ["must have a positive sum"]}),
    (
        "workload.hourly_profile",
        [-1, True, math.inf] + [1] * 165,
        {
            "": [
                "has a weight that must be from 0 to 1e+12",
                "has a weight that must be a number",
                "has a weight that must be finite",
            ]
        },
    ),
    ("workload.agent_branching", 2, {"workload.agent_depth": ["is required with agent_branching"]}),
    ("workload.requests_per_month", 5e-324, {"": ["must be 0 or at least 1e-06"]}),
    ("workload.calls_per_request", 1e-300, {"": ["must be 0 or at least 1e-06"]}),
    ("workload.output_tokens_per_call", 1e-7, {"": ["must be 0 or at least 1e-06"]}),
    ("workload.surprise", 1, {"": ["is not a known key"]}),
    ("surprise", 1, {"": ["is not a known key"]}),
    ("workload", [], {"": ["must be a mapping of keys to values"]}),
    ("workload", None, {"": ["is required"]}),
    ("premium_model", 3, {"": ["must be a mapping of keys to values"]}),
    ("premium_model", {"catalog": "a:b"}, {"premium_model.catalog": ["is not resolved to prices"]}),
    ("premium_model.input_usd_per_mtok", None, {"": ["is required"]}),
    ("premium_model.tiers", {}, {"": ["must be a list of at most 20 tiers"]}),
    (
        "premium_model.tiers",
        [{"input_usd_per_mtok": 1}],
        {"premium_model.tiers.0.above_input_tokens": ["is required"]},
    ),
    (
        "premium_model.tiers",
        [{"above_input_tokens": 1}, {"above_input_tokens": 1}],
        {"": ["must not repeat a threshold"]},
    ),
    ("small_model", None, {"": ["is required by routing"]}),
    ("routing.simple_ratio", -0.1, {"": RATIO}),
    ("semantic_cache.hit_ratio", None, {"": ["is required"]}),
    ("pool.prefill_tokens_per_second", 0, {"": ["must be from 0.001 to 1e+12"]}),
    ("pool.scaling", "sometimes", {"": ["must be one of always_on, scheduled, autoscaled"]}),
    ("pool.scaling", ["always_on"], {"": ["must be one of always_on, scheduled, autoscaled"]}),
    ("pool.min_replicas", 1.5, {"": ["must be a whole number"]}),
    (
        "pool.usd_per_instance_hour",
        None,
        {"": ["is required, unless hardware_usd_per_instance is given"]},
    ),
    ("pool.power_kw_per_instance", 1, {"": ["needs hardware_usd_per_instance"]}),
    ("current_levers", "routing", {"": ["must be a list of levers"]}),
    ("current_levers", ["routing", "routing"], {"": ["must not repeat a lever"]}),
    ("horizon_months", 0, {"": ["must be from 1 to 240"]}),
    ("samples", 10**9, {"": ["must be from 1 to 16,384"]}),
    ("seed", 1.5, {"": ["must be a whole number"]}),
    ("as_of", "2026-02-30", {"": ["is not a calendar date"]}),
    ("as_of", 20260101, {"": ["must be a date like 2026-11-01"]}),
    ("maturity", {"integrity": 6}, {"maturity.integrity": ["must be from 1 to 5"]}),
    ("maturity", {"luck": 3}, {"maturity.luck": ["is not a known key"]}),
    ("pairs", {}, {"": ["must be a list of at most 20 pairs"]}),
    ("pairs", ["ab"], {"pairs.0": ['must be {"from": strategy, "to": strategy}']}),
    (
        "pairs",
        [["hybrid", "hybrid"]],
        {"pairs.0": ["must name two different strategies"]},
    ),
    (
        "ranges",
        {"pool.scaling": {}},
        {"ranges.pool.scaling": ["is not the path of a numeric input"]},
    ),
    (
        "ranges",
        {"pool.min_replicas": {"low": 1}},
        {"ranges.pool.min_replicas.high": ["is required"]},
    ),
    (
        "ranges",
        {"pool.min_replicas": {"low": 2, "high": 3}},
        {"ranges.pool.min_replicas": ["must contain the input's value 1"]},
    ),
    (
        "ranges",
        {"workload.prefix_hit_ratio": {"low": 0, "high": 1}},
        {"ranges.workload.prefix_hit_ratio": ["needs a value of the input itself"]},
    ),
    (
        "ranges",
        {"routing.simple_ratio": {"low": 0.6, "high": 0.4}},
        {"ranges.routing.simple_ratio": ["must have low at most high"]},
    ),
]


@pytest.mark.parametrize(("path", "value", "expected"), BAD_VALUES)
def test_bad_value_is_named_with_its_path_and_reason(
    path: str, value: Any, expected: dict[str, list[str]]
) -> None:
    document = with_value(path, value)

    faults = faults_of(document)

    assert faults == {key or path: reasons for key, reasons in expected.items()}


def test_every_fault_is_listed_at_once() -> None:
    document = golden("scenario_a")
    document["workload"]["requests_per_month"] = -1
    document["pool"]["scaling"] = "no"
    document["surprise"] = {}
    del document["premium_model"]

    faults = faults_of(document)

    assert set(faults) == {
        "workload.requests_per_month",
        "pool.scaling",
        "surprise",
        "premium_model",
    }


@pytest.mark.parametrize("document", [None, 3, "text", [], [1], True])
def test_document_that_is_no_mapping_is_refused(document: Any) -> None:
    faults = faults_of(document)

    assert faults == {"scenario": ["must be a mapping of keys to values"]}


def test_tree_of_agents_and_calls_per_request_exclude_each_other() -> None:
    document = golden("scenario_a")
    document["workload"] |= {"agent_branching": 2, "agent_depth": 3, "calls_per_request": 1}

    faults = faults_of(document)

    assert faults == {
        "workload.calls_per_request": ["cannot be combined with agent_branching"],
    }


def test_tree_of_agents_without_end_is_refused() -> None:
    document = golden("scenario_a")
    document["workload"] |= {"agent_branching": 1000, "agent_depth": 32}

    faults = faults_of(document)

    assert faults == {"workload.agent_depth": ["makes more than 1,000,000 calls per request"]}


def test_tree_of_agents_makes_the_sum_of_its_levels() -> None:
    document = golden("scenario_a")
    document["workload"] |= {"agent_branching": 3, "agent_depth": 2}

    scenario = parse_scenario(document)

    # 1 + 3 + 9
    assert scenario.workload.fan_out == 13


@pytest.mark.parametrize("asked", ["current_levers", "pairs"])
def test_section_that_something_asked_for_needs_must_be_there(asked: str) -> None:
    document = golden("scenario_a")
    del document["pool"], document["pairs"]
    document[asked] = ["self_hosting"] if asked == "current_levers" else [["current", "hybrid"]]

    faults = faults_of(document)

    by = "current_levers" if asked == "current_levers" else "hybrid"
    assert faults == {"pool": [f"is required by {by}"]}


def test_missing_optional_sections_are_left_out_with_a_reason() -> None:
    document = golden("scenario_a")
    del document["pool"], document["semantic_cache"], document["pairs"]

    result = estimate(parse_scenario(document))

    assert result.left_out == {
        "optimized_api": "The scenario has no semantic_cache.",
        "self_hosted": "The scenario has no pool.",
        "hybrid": "The scenario has no semantic_cache and no pool.",
    }
    assert result.crossovers == ()


def test_defaults_are_those_of_the_cost_model() -> None:
    document = {
        "workload": {
            "requests_per_month": 1,
            "input_tokens_per_call": 1,
            "output_tokens_per_call": 1,
        },
        "premium_model": {"input_usd_per_mtok": 1, "output_usd_per_mtok": 1},
    }

    inputs = estimate_document(estimate(parse_scenario(document)))["inputs"]

    assert inputs == {
        "workload": {
            "requests_per_month": 1.0,
            "input_tokens_per_call": 1.0,
            "output_tokens_per_call": 1.0,
            "prefix_tokens_per_call": 0.0,
            "distinct_prefixes": 1.0,
            "active_hours_per_day": 24.0,
            "active_days_per_week": 7.0,
            "peak_to_average_ratio": 1.0,
            "batch_ratio": 0.0,
            "monthly_growth_ratio": 0.0,
        },
        "premium_model": {
            "input_usd_per_mtok": 1.0,
            "output_usd_per_mtok": 1.0,
            "cache_ttl_seconds": 300.0,
            "min_cacheable_tokens": 1024.0,
            "batch_discount_ratio": 0.0,
            "tiers": [],
        },
        "current_levers": [],
        "horizon_months": 36,
        "samples": 4096,
        "seed": 1,
    }


ODD_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**300),
    st.floats(),
    st.text(max_size=5),
    st.just("\x00\ud800"),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)
NUMBERS = [item for item in all_inputs() if item.number and "*" not in item.path]
PATHS = [
    *(item.path for item in NUMBERS),
    *("current_levers", "ranges", "maturity", "pairs", "as_of", "other", *sections()),
    *("workload.hourly_profile", "premium_model.tiers", "pool.scaling", "pool.other"),
]


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(PATHS), ODD_VALUES, min_size=1, max_size=4))
def test_odd_values_anywhere_give_an_estimate_or_named_faults(changes: dict[str, Any]) -> None:
    document = golden("scenario_a")
    for path, value in changes.items():
        section, _, key = path.partition(".")
        if key and isinstance(document.get(section), dict):
            document[section][key] = value
        elif not key:
            document[section] = value

    try:
        result, faults = estimate_document(estimate(parse_scenario(document), {})), None
    except InvalidScenario as error:
        result, faults = None, error.fields

    assert all_finite(result)
    assert faults is None or all(faults.values())


ENDS = [
    (item.path, end)
    for item in NUMBERS
    if item.number and item.section
    for end in (item.number.low, item.number.high)
    if item.key not in ("agent_branching", "agent_depth", "hardware_usd_per_instance")
]


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(ENDS), min_size=1, max_size=30), st.booleans())
def test_inputs_at_their_bounds_give_finite_results(
    ends: list[tuple[str, float]], is_autoscaled: bool
) -> None:
    document = golden("scenario_a")
    document["pool"]["scaling"] = "autoscaled" if is_autoscaled else "scheduled"
    for path, end in ends:
        section, _, key = path.partition(".")
        document.setdefault(section, {})[key] = end
    if "currency" in document:
        document["currency"] = EUR_STATED | document["currency"]
    if "open_model" in document:
        document["open_model"] = document["premium_model"] | document["open_model"]
    workload = document["workload"]
    left = workload["input_tokens_per_call"]
    for part in ("prefix", "image", "audio"):
        key = f"{part}_tokens_per_call"
        workload[key] = min(workload.get(key, 0), left)
        left -= workload[key]
    if document["pool"].get("power_kw_per_instance") or document["pool"].get(
        "electricity_usd_per_kwh"
    ):
        document["pool"]["hardware_usd_per_instance"] = 1e12
    for part, price in (("reserved_instances", "reserved"), ("spot_ratio", "spot")):
        if document["pool"].get(part):
            document["pool"].setdefault(f"{price}_usd_per_instance_hour", 2)

    result = estimate_document(estimate(parse_scenario(document)))

    assert all_finite(result)


def all_finite(value: Any) -> bool:
    if isinstance(value, dict):
        return all(all_finite(item) for item in value.values())
    if isinstance(value, list):
        return all(all_finite(item) for item in value)
    return not isinstance(value, float) or math.isfinite(value)


@pytest.mark.parametrize("growth", [-0.9999, -0.5, 0.0, 10.0])
def test_growth_may_be_fast_or_negative(growth: float) -> None:
    document = golden("scenario_a")
    document["workload"]["monthly_growth_ratio"] = growth

    saving = monthly_saving(parse_scenario(document), "baseline", "hybrid")

    assert saving.requests_per_month[1] == pytest.approx(3_000_000 * (1 + growth))
    assert all(map(math.isfinite, saving.cumulative_usd))


def test_growth_beyond_all_numbers_within_the_horizon_is_refused() -> None:
    document = golden("scenario_a") | {"horizon_months": 240}
    document["workload"]["monthly_growth_ratio"] = 10

    with pytest.raises(InvalidScenario) as refused:
        parse_scenario(document)

    assert refused.value.fields == {
        "workload.monthly_growth_ratio": [
            "grows beyond all numbers within the 240 months of horizon_months"
        ]
    }


@pytest.mark.parametrize("growth", [-1, 10.01])
def test_growth_outside_its_bounds_is_refused(growth: float) -> None:
    document = golden("scenario_a")
    document["workload"]["monthly_growth_ratio"] = growth

    with pytest.raises(InvalidScenario) as refused:
        parse_scenario(document)

    assert refused.value.fields == {"workload.monthly_growth_ratio": ["must be from -0.9999 to 10"]}
