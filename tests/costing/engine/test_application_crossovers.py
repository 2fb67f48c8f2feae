"""Crossovers of several applications: one factor of volume for all."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.engine import (
    estimate,
    parse_scenario,
)
from costing.engine.bills import lever_sets
from costing.engine.crossover import cheaper_intervals, find_crossover
from costing.engine.crossover.curve import cost_curve
from costing.engine.inputs import with_requests
from costing.engine.levers import STRATEGIES, subsets
from costing.engine.strategies import bill_of
from tests.costing.engine.applications import TURNS, several, slow, turns, with_units
from tests.golden import golden


def test_a_crossover_scales_all_applications_by_one_factor() -> None:
    document = turns(premium_model={"input_usd_per_mtok": 20, "output_usd_per_mtok": 100})
    result = estimate(parse_scenario(document))

    # 55,845·f against 1,200 + 7,300·ceil(3·f): cheaper first at 1 replica, f = 8,500/55,845.
    crossover = result.crossovers[0]
    assert crossover.first_factor == pytest.approx(8500 / 55_845, rel=1e-9)
    assert crossover.first_requests_per_month == pytest.approx(1_642_500 * 8500 / 55_845, rel=1e-9)
    # Two replicas from a third on: 15,800/55,845 is below it, so it stays cheaper for good.
    assert crossover.cheaper_intervals == ((crossover.first_requests_per_month, None),)
    assert crossover.dominance_factor == crossover.first_factor
    assert crossover.tokens_per_request == pytest.approx(2398.05e6 / 1_642_500)


@slow
@given(several(), st.floats(0.1, 1e9))
def test_curves_and_bills_agree_at_any_volume(document: dict[str, Any], volume: float) -> None:
    scenario = parse_scenario(document)

    for levers in subsets(scenario.available_levers):
        at_volume = bill_of(with_requests(scenario, volume), lever_sets((levers,))).total[0]
        curve = float(cost_curve(scenario, levers).usd(np.array([volume]))[0])
        assert curve == pytest.approx(at_volume, rel=1e-6)


@pytest.mark.parametrize("terms", [{}, {"units": 4}, {"min_units": 3, "unit_step": 2}])
@pytest.mark.parametrize("committed", [None, 3_000])
def test_crossovers_are_exact_with_units_that_all_share(
    committed: float | None, terms: dict[str, Any]
) -> None:
    model = {**with_units(usd_per_unit_hour=1.5, **terms), "input_usd_per_mtok": 9}
    document = turns(premium_model=model, pool=TURNS["pool"] | {"usd_per_instance_hour": 1})
    if committed is not None:
        document["commitment"] = {
            "committed_usd_per_month": committed,
            "commitment_discount_ratio": 0.2,
        }
    scenario = parse_scenario(document)
    pair = (("prompt_caching",), ("self_hosting",))

    intervals, _ = cheaper_intervals(scenario, *pair)

    volumes = np.arange(1_000.0, 9e6, 3_001.0)
    first, second = bill_of(with_requests(scenario, volumes[:, None]), lever_sets(pair)).total.T
    is_cheaper = np.zeros(len(volumes), dtype=bool)
    for low, high in intervals:
        is_cheaper |= (volumes > low) & (volumes <= (np.inf if high is None else high))
    same = np.abs(second - first) <= 1e-9 * first
    assert intervals
    assert np.array_equal(is_cheaper | same, (second < first) | same)


@pytest.mark.parametrize("committed", [None, 2_000, 60_000])
def test_a_crossover_is_where_the_bills_cross(committed: float | None) -> None:
    """Where spend is committed, at most once below it and once above."""
    terms = {"committed_usd_per_month": committed, "commitment_discount_ratio": 0.3}
    document = golden("applications") | ({} if committed is None else {"commitment": terms})
    scenario = parse_scenario(document)

    crossover = find_crossover(scenario, "prompt_caching", "self_hosted")

    low, high = crossover.cheaper_intervals[0]
    for volume in (low, high):
        if volume is not None:
            around = np.array([[volume * (1 - 1e-7)], [volume * (1 + 1e-7)]])
            sets = lever_sets((STRATEGIES["prompt_caching"], STRATEGIES["self_hosted"]))
            usd = bill_of(with_requests(scenario, around), sets).total
            assert len(set((usd[:, 1] < usd[:, 0]).tolist())) == 2
