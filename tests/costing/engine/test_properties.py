"""What must hold of every scenario, tried on random ones."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.recommendation import MATERIALITY_RATIO
from costing.engine import estimate, estimate_document, monthly_saving, parse_scenario
from costing.engine.bills import lever_sets
from costing.engine.crossover.curve import cost_curve
from costing.engine.inputs import with_requests
from costing.engine.levers import LEVERS, STRATEGIES, subsets
from costing.engine.strategies import bill_of
from tests.costing.engine.scenarios import scenarios

slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@settings(slow, max_examples=300)
@given(scenarios())
def test_estimate_of_any_scenario_keeps_its_invariants(document: dict[str, Any]) -> None:
    result = estimate(parse_scenario(document))

    costs = {item.levers: item.usd_per_month for item in result.subsets}
    scale = max(costs.values()) + 1e-9
    saved = costs[()] - costs[LEVERS]
    assert set(costs) == set(subsets())
    for shares in (result.waterfall, result.shapley):
        total = math.fsum(share or 0 for share in shares.values())
        assert total == pytest.approx(saved, abs=1e-9 * scale)
    for item in result.strategies.values():
        assert math.fsum(item.lines.values()) == pytest.approx(item.usd_per_month, rel=1e-9)
        assert min(item.lines.values()) >= 0
        assert 0 <= item.prefix_hit_ratio <= 1
        assert item.utilization_ratio is None or 0 <= item.utilization_ratio <= 1
    # Section 17: the cheapest month is recommended, unless its change is not repaid; changes worth
    # less than a hundredth of the bill, one for each lever at most, are left out.
    left_out = MATERIALITY_RATIO * len(LEVERS) * result.strategies["current"].usd_per_month
    cheapest = result.not_repaid or result.recommended
    assert costs[cheapest.levers] <= min(costs.values()) + left_out + 1e-9 * scale
    assert list(result.strategies) == [*STRATEGIES, "current"]


@settings(slow, max_examples=100)
@given(scenarios())
def test_inputs_of_an_estimate_parse_to_the_same_scenario(document: dict[str, Any]) -> None:
    scenario = parse_scenario(document)

    inputs = estimate_document(estimate(scenario))["inputs"]

    assert parse_scenario(inputs) == scenario


@settings(slow, max_examples=100)
@given(scenarios(), st.floats(1, 1e9), st.floats(1, 10))
def test_more_traffic_never_costs_less_without_caching(
    document: dict[str, Any], requests: float, factor: float
) -> None:
    sets = lever_sets(tuple(levers for levers in subsets() if "prompt_caching" not in levers))
    volumes = np.array([[requests], [requests * factor]])

    less, more = bill_of(with_requests(parse_scenario(document), volumes), sets).total

    assert np.all(more >= less * (1 - 1e-12))


@settings(slow, max_examples=100)
@given(scenarios(), st.lists(st.floats(1e5, 1e10), min_size=1, max_size=5))
def test_curve_of_a_strategy_is_its_bill_at_every_volume(
    document: dict[str, Any], volumes: list[float]
) -> None:
    scenario = parse_scenario(document)
    column = np.array(volumes)

    curves = [cost_curve(scenario, levers).usd(column) for levers in subsets()]

    bills = bill_of(with_requests(scenario, column[:, None]), lever_sets(subsets())).total
    assert np.allclose(np.transpose(curves), bills, rtol=1e-11, atol=1e-9)


@settings(slow, max_examples=60)
@given(scenarios())
def test_batch_of_volumes_costs_what_each_costs_alone(document: dict[str, Any]) -> None:
    scenario = parse_scenario(document)
    column = np.array([[10.0], [1e5], [3e7]])

    together = bill_of(with_requests(scenario, column), lever_sets(subsets())).total

    alone = [
        bill_of(with_requests(scenario, float(volume)), lever_sets(subsets())).total
        for volume in column[:, 0]
    ]
    assert np.allclose(together, alone, rtol=1e-13, atol=0)


@settings(slow, max_examples=60)
@given(scenarios())
def test_monthly_saving_ends_at_the_total_over_the_horizon(document: dict[str, Any]) -> None:
    scenario = parse_scenario(document)

    result = estimate(scenario).break_even[0]

    saving = monthly_saving(scenario, result.from_strategy, result.to_strategy)
    assert len(saving.cumulative_usd) == scenario.horizon_months
    assert saving.cumulative_usd[-1] == result.saving_over_horizon_usd
    if result.month is None:
        assert max(saving.cumulative_usd) <= 1e-6
    else:
        assert 0 <= result.month <= scenario.horizon_months


@settings(slow, max_examples=60)
@given(scenarios(), st.sampled_from(["pool", "routing", "semantic_cache"]))
def test_scenario_without_a_section_leaves_out_what_needs_it(
    document: dict[str, Any], missing: str
) -> None:
    document[missing] = None
    document["current_levers"] = []
    scenario = parse_scenario(document)

    result = estimate(scenario)

    lever = {"pool": "self_hosting", "semantic_cache": "semantic_caching"}.get(missing, missing)
    needing = {name for name, levers in STRATEGIES.items() if lever in levers}
    assert set(result.left_out) == needing
    assert set(result.strategies) == {*STRATEGIES, "current"} - needing
    assert result.waterfall[lever] is None
    assert len(result.subsets) == 8
    left = tuple(name for name in LEVERS if name != lever)
    costs = {item.levers: item.usd_per_month for item in result.subsets}
    assert math.fsum(value or 0 for value in result.shapley.values()) == pytest.approx(
        costs[()] - costs[left], abs=1e-9 * max(costs.values()) + 1e-9
    )
    assert scenario.model_copy(update={"horizon_months": 1}).available_levers == left
