"""A token is not a token, and an answer may be wrong: section 11, worked out by hand."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings

from costing.engine import Estimate, estimate, parse_scenario
from costing.engine.bills import lever_sets
from costing.engine.crossover.curve import cost_curve
from costing.engine.inputs import InvalidScenario, scenario_document, with_figures
from costing.engine.levers import STRATEGIES, subsets
from costing.engine.sensitivity import saving_swings
from costing.engine.strategies import bill_of
from costing.engine.uncertainty import uncertainty
from tests.costing.engine.scenarios import scenarios
from tests.golden import golden

NEUTRAL = {
    "workload": {"image_tokens_per_call": 0, "audio_tokens_per_call": 0},
    "premium_model": {
        "input_token_ratio": 1,
        "output_token_ratio": 1,
        "reasoning_tokens_per_call": 0,
        "rework_ratio": 0,
        "usd_per_rework": 9,
    },
    "semantic_cache": {"false_hit_ratio": 0, "usd_per_false_hit": 9},
    "pool": {"input_token_ratio": 1, "output_token_ratio": 1, "reasoning_tokens_per_call": 0},
}


def scenario_a(**sections: dict[str, Any]) -> dict[str, Any]:
    document: dict[str, Any] = deepcopy(golden("scenario_a")) | {"pairs": []}
    for name, values in sections.items():
        document[name] = document[name] | values
    return document


def estimated(**sections: dict[str, Any]) -> Estimate:
    return estimate(parse_scenario(scenario_a(**sections)))


def test_a_model_bills_the_tokens_that_it_makes_of_the_same_text() -> None:
    """Scenario A's 3 M calls on a premium model that makes more of them, and reasons.

    Input 3,200 · 1.25 = 4,000 tokens at 3 USD per Mtok, output 350 · 2 + 300 = 1,000 at 15:
    0.012 + 0.015 = 0.027 USD a call, 81,000 a month. Blended over the workload's 3,550 tokens:
    81,000 / 10,650 Mtok.
    """
    more = {"input_token_ratio": 1.25, "output_token_ratio": 2, "reasoning_tokens_per_call": 300}

    baseline = estimated(premium_model=more).strategies["baseline"]

    assert baseline.lines["complex.input"] == pytest.approx(36_000)
    assert baseline.lines["complex.output"] == pytest.approx(45_000)
    assert baseline.usd_per_mtok == pytest.approx(81_000 / 10_650)


def test_a_tier_and_the_shortest_prefix_count_in_the_models_own_tokens() -> None:
    """3,200 · 1.25 = 4,000 tokens are above 3,900, so all input of 3 M calls costs 6 per Mtok.

    A prefix of 800 is 1,000 tokens of the model's: too short for a cache from 1,024 on.
    """
    tier = {"above_input_tokens": 3900, "input_usd_per_mtok": 6}
    document = scenario_a(
        workload={"prefix_tokens_per_call": 800},
        premium_model={"input_token_ratio": 1.25, "tiers": [tier]},
    )

    cached = estimate(parse_scenario(document)).strategies["prompt_caching"]

    assert cached.lines["complex.input"] == pytest.approx(3_000_000 * 4_000 * 6 / 1e6)
    assert cached.lines["complex.cache_read"] == 0.0


def test_images_and_audio_are_parts_of_the_input_at_prices_of_their_own() -> None:
    """Of 3,200 input tokens 500 are image at 5 USD per Mtok and 200 audio at 40.

    2,500 · 3 + 500 · 5 + 200 · 40 = 18,000 millionths a call: 54,000 USD for 3 M calls.
    """
    parts = {"image_tokens_per_call": 500, "audio_tokens_per_call": 200}
    prices = {"image_input_usd_per_mtok": 5, "audio_input_usd_per_mtok": 40}

    baseline = estimated(workload=parts, premium_model=prices).strategies["baseline"]

    assert baseline.lines["complex.input"] == pytest.approx(54_000)
    # Without prices of their own they cost what text does.
    assert estimated(workload=parts).strategies["baseline"].lines["complex.input"] == pytest.approx(
        28_800
    )


def test_reasoning_takes_decode_time_in_a_pool() -> None:
    """3,200 · 1.5 / 30,000 + (350 + 650) / 2,500 = 0.16 + 0.4 = 0.56 s of a replica per call.

    3 M calls are 1,680,000 s of 3 · 730 · 3,600 s at 3 replicas; the peak asks for
    2 · 3 M / (730/168 · 50 h) · 0.56 / 3,600 / 0.7 = 6.14, so for 7.
    """
    slower = {"input_token_ratio": 1.5, "reasoning_tokens_per_call": 650}

    hosted = estimated(pool=slower).strategies["self_hosted"]

    assert hosted.peak_replicas == 7
    assert hosted.utilization_ratio == pytest.approx(1_680_000 / (7 * 730 * 3600))


def test_answers_made_again_and_false_hits_are_lines_of_their_own() -> None:
    """The optimized API of scenario A answers 12 % from the cache: 360,000 of 3 M calls.

    Of them 2 % are false at 0.10 USD: 720. Of the 2,640,000 left 45 % are simple: 1,188,000, and
    3 % of those answers are made again at 0.05: 1,782. The premium model has no rework.
    """
    document = scenario_a(
        small_model={"rework_ratio": 0.03, "usd_per_rework": 0.05},
        semantic_cache={"false_hit_ratio": 0.02, "usd_per_false_hit": 0.10},
    )

    optimized = estimate(parse_scenario(document)).strategies["optimized_api"]

    assert optimized.lines["false_hits"] == pytest.approx(720)
    assert optimized.lines["simple.rework"] == pytest.approx(1_782)
    assert "complex.rework" not in optimized.lines
    assert optimized.usd_per_month == pytest.approx(13_889.11 + 720 + 1_782, abs=0.005)


def test_rework_limit_is_where_the_cheaper_route_stops_paying() -> None:
    """Routing saves 9,686.02 a month in scenario A on 1,350,000 simple calls.

    At 0.05 USD each it is gone when 9,686.02 / (1,350,000 · 0.05) = 14.35 % are made again. A pool
    costs 30,480 against 25,110, so it does not pay even without rework.
    """
    price = {"usd_per_rework": 0.05}
    found = estimated(small_model=price | {"rework_ratio": 0.02}, pool=price)

    limit = found.rework_limits["routing"]

    assert limit == pytest.approx(9_686.02 / 67_500, abs=1e-7)
    assert found.rework_limits["self_hosting"] == 0.0
    assert limit is not None
    at_limit = estimated(small_model=price | {"rework_ratio": limit}).strategies
    assert at_limit["routed_api"].usd_per_month == pytest.approx(25_110)


def test_rework_that_costs_little_is_never_too_much() -> None:
    found = estimated(small_model={"usd_per_rework": 0.001})

    # 9,686.02 / (1,350,000 · 0.001) = 7.2 answers made again per call.
    assert found.rework_limits == {"routing": None}
    assert estimated().rework_limits == {}


@settings(deadline=None, max_examples=50)
@given(scenarios())
def test_neutral_figures_change_nothing(document: dict[str, Any]) -> None:
    stated = deepcopy(document)
    for section, values in NEUTRAL.items():
        stated[section] |= values
    scenario, same = parse_scenario(document), parse_scenario(stated)

    costs, others = (bill_of(each, lever_sets(subsets())) for each in (scenario, same))

    assert others.total.tolist() == costs.total.tolist()
    assert [others.lines(n) for n in range(16)] == [costs.lines(n) for n in range(16)]


def test_a_scenario_without_these_inputs_is_written_without_them() -> None:
    written = scenario_document(parse_scenario(scenario_a()))

    for section, values in NEUTRAL.items():
        assert not set(values) & set(written[section])


EVERYTHING = {
    "workload": {"image_tokens_per_call": 300, "audio_tokens_per_call": 100},
    "premium_model": {
        "input_token_ratio": 1.2,
        "output_token_ratio": 0.8,
        "reasoning_tokens_per_call": 500,
        "image_input_usd_per_mtok": 7,
        "rework_ratio": 0.01,
        "usd_per_rework": 0.03,
    },
    "small_model": {"rework_ratio": 0.05, "usd_per_rework": 0.03, "audio_input_usd_per_mtok": 1},
    "semantic_cache": {"false_hit_ratio": 0.1, "usd_per_false_hit": 0.02},
    "pool": {"reasoning_tokens_per_call": 200, "rework_ratio": 0.04, "usd_per_rework": 0.03},
}


def test_lines_levers_and_curves_add_up_with_everything() -> None:
    result = estimated(**EVERYTHING)
    costs = {item.levers: item.usd_per_month for item in result.subsets}

    for item in result.strategies.values():
        assert sum(item.lines.values()) == pytest.approx(item.usd_per_month, rel=1e-12)
    saved = costs[()] - costs[subsets()[-1]]
    assert sum(value or 0 for value in result.waterfall.values()) == pytest.approx(saved)
    assert sum(value or 0 for value in result.shapley.values()) == pytest.approx(saved)
    for levers, usd in costs.items():
        curve = cost_curve(result.scenario, levers)
        assert curve.usd(bill_of(result.scenario, lever_sets((levers,))).total * 0 + 3e6)[
            0
        ] == pytest.approx(usd, rel=1e-12)


def test_every_figure_may_vary_over_the_futures() -> None:
    ranges = {
        f"{section}.{key}": {"low": value * 0.5, "high": value * 1.2}
        for section, values in EVERYTHING.items()
        for key, value in values.items()
    }
    scenario = parse_scenario(scenario_a(**EVERYTHING) | {"ranges": ranges, "samples": 64})

    found = uncertainty(scenario)
    by_api, by_pool = STRATEGIES["optimized_api"], STRATEGIES["hybrid"]
    swings = saving_swings(scenario, (), {"api": by_api, "pool": by_pool})

    assert found is not None
    low = bill_of(
        with_figures(scenario, {path: each.low for path, each in scenario.ranges.items()}),
        lever_sets((subsets()[-1],)),
    )
    band = found.strategies["hybrid"].usd_per_month
    assert float(low.total[0]) < (band.p10 or 0) < (band.p90 or 0)
    moved = {
        path for each in swings.values() for path, swing in each.items() if swing.low != swing.high
    }
    # So little reasoning fits into the same whole replicas.
    assert moved == set(ranges) - {"pool.reasoning_tokens_per_call"}


def test_images_and_audio_must_fit_beside_the_prefix() -> None:
    document = scenario_a(workload={"image_tokens_per_call": 700, "audio_tokens_per_call": 101})

    with pytest.raises(InvalidScenario) as error:
        parse_scenario(document)

    assert list(error.value.fields) == ["workload.audio_tokens_per_call"]
