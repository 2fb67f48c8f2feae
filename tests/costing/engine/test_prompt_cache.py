"""Prompt caches as they are sold: section 12, worked out by hand."""

import math
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costing.engine import Estimate, estimate, find_crossover, parse_scenario
from costing.engine.bills import lever_sets
from costing.engine.crossover.curve import cost_curve
from costing.engine.inputs import scenario_document, with_figures, with_requests
from costing.engine.levers import STRATEGIES, subsets
from costing.engine.strategies import bill_of
from costing.engine.uncertainty import uncertainty
from tests.costing.engine.scenarios import scenarios
from tests.golden import golden

slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Calls around the clock: 730 h of one million, 2,000 in (1,500 prefix), 100 out, 400 prefixes.
WORKLOAD = {
    "requests_per_month": 1_000_000,
    "input_tokens_per_call": 2000,
    "output_tokens_per_call": 100,
    "prefix_tokens_per_call": 1500,
    "distinct_prefixes": 400,
}
PRICES = {"input_usd_per_mtok": 2, "output_usd_per_mtok": 10, "cache_read_usd_per_mtok": 0.2}
HITS = 1 - math.exp(-1_000_000 / (730 * 3600 * 400) * 300)


def estimated(workload: dict[str, Any] | None = None, **model: Any) -> Estimate:
    premium = PRICES | model
    return estimate(
        parse_scenario(
            {"workload": WORKLOAD | (workload or {}), "premium_model": premium, "pairs": []}
        )
    )


def lines(workload: dict[str, Any] | None = None, **model: Any) -> dict[str, float]:
    return dict(estimated(workload, **model).strategies["prompt_caching"].lines)


def test_an_automatic_cache_has_no_price_of_writes_and_gets_a_share_of_the_hits() -> None:
    """Hits of 80 % of the possible ones pay 0.2, all other prefixes the price of input, 2."""
    found = lines(cache_mode="automatic", cache_capture_ratio=0.8, cache_write_usd_per_mtok=9)

    hits = 0.8 * HITS
    assert found["complex.cache_read"] == pytest.approx(1500 * hits * 0.2)
    assert found["complex.cache_write"] == pytest.approx(1500 * (1 - hits) * 2)
    assert estimated(cache_mode="automatic").caching_pays_above_hit_ratio == 0.0


def test_an_automatic_cache_that_catches_nothing_changes_nothing() -> None:
    result = estimated(cache_mode="automatic", cache_capture_ratio=0)

    caching = result.strategies["prompt_caching"]
    assert caching.usd_per_month == result.strategies["baseline"].usd_per_month
    assert caching.prefix_hit_ratio == 0.0


def test_storage_is_paid_while_an_entry_lives() -> None:
    """400 prefixes of 1,500 tokens, 0.6 Mtok, alive for the share of time that equals HITS.

    0.6 Mtok · HITS · 730 h · 1 USD per Mtok and hour.
    """
    found = lines(cache_mode="stored", cache_ttl_seconds=300, cache_storage_usd_per_mtok_hour=1)

    assert found["complex.cache_storage"] == pytest.approx(0.6 * HITS * 730)
    assert found["complex.cache_write"] == pytest.approx(1500 * (1 - HITS) * 2)


def test_storage_without_a_lifetime_is_kept_all_month_also_at_night() -> None:
    """Ten hours a day on five days have calls; 0.6 Mtok · 730 h · 1 USD are paid all the same."""
    office = {"active_hours_per_day": 10, "active_days_per_week": 5}

    result = estimated(office, cache_mode="stored", cache_storage_usd_per_mtok_hour=1)

    assert result.scenario.premium_model.cache_ttl_seconds == 730 * 3600
    assert result.strategies["prompt_caching"].lines["complex.cache_storage"] == pytest.approx(438)


def test_storage_that_costs_more_than_it_saves_is_not_used() -> None:
    # It saves at most 1,500 Mtok · 1.8 = 2,700 USD; 0.6 Mtok · 730 h · 7 USD are 3,066.
    found = lines(cache_mode="stored", cache_storage_usd_per_mtok_hour=7)

    assert found["complex.cache_storage"] == 0.0
    assert found["complex.input"] == pytest.approx(4000)
    quiet = {"requests_per_month": 0}
    assert lines(quiet, cache_mode="stored", cache_storage_usd_per_mtok_hour=7) == {
        f"complex.{name}": 0.0
        for name in ("input", "cache_read", "cache_write", "cache_storage", "output")
    }


def test_the_cheaper_of_two_lifetimes_is_chosen_and_said() -> None:
    """Writes at 2.5 for 5 minutes and at 4 for an hour.

    One prefix is called every 2.6 s and hits anyway: the cheaper write wins. Of 400 prefixes 24.8 %
    hit within 5 minutes, 1 − exp(−3.4247) = 96.7 % within the hour: per Mtok
    0.248 · 0.2 + 0.752 · 2.5 = 1.93 against 0.967 · 0.2 + 0.033 · 4 = 0.32.
    """
    writes = {"cache_write_usd_per_mtok": 2.5, "cache_write_1h_usd_per_mtok": 4}

    often = estimated({"distinct_prefixes": 1}, **writes).strategies["prompt_caching"]
    result = estimated(**writes)

    assert often.cache_ttl_seconds == {"complex": 300}
    caching = result.strategies["prompt_caching"]
    assert caching.cache_ttl_seconds == {"complex": 3600}
    hits = 1 - math.exp(-1_000_000 / (730 * 3600 * 400) * 3600)
    assert caching.lines["complex.cache_write"] == pytest.approx(1500 * (1 - hits) * 4)
    assert result.strategies["baseline"].cache_ttl_seconds == {}


def test_a_conversation_sends_again_all_before_each_turn() -> None:
    """Three turns of 500 new tokens over a prefix of 1,500, answers of 100, a minute apart.

    Turn 1 sends 1,500 + 500, turn 2 + 600 more, turn 3 + 600 again: 2,000 + 2,600 + 3,200 = 7,800.
    Without a cache 2 USD per Mtok on a third of a million conversations. With one: turn 1 has the
    prefix at HITS; turn 2 reads 2,000, turn 3 reads 2,600; written are 500 of turn 1, 600 of turn
    2 and 100 of turn 3; the last question of 500 is sent afresh.
    """
    result = estimated({"turns_per_conversation": 3}, cache_write_usd_per_mtok=2.5)

    conversations = 1 / 3  # million
    assert result.strategies["baseline"].lines["complex.input"] == pytest.approx(
        conversations * 7_800 * 2
    )
    cached = result.strategies["prompt_caching"]
    assert cached.lines["complex.input"] == pytest.approx(conversations * 500 * 2)
    assert cached.lines["complex.cache_read"] == pytest.approx(
        conversations * (HITS * 1500 + 4_600) * 0.2
    )
    assert cached.lines["complex.cache_write"] == pytest.approx(
        conversations * ((1 - HITS) * 1500 + 1_200) * 2.5
    )
    assert cached.prefix_hit_ratio == pytest.approx((HITS + 2) / 3)
    # 1,000,000 · 2,100 tokens are demanded, whatever is sent again.
    assert result.strategies["baseline"].usd_per_mtok == pytest.approx((5_200 + 1_000) / 2_100)


def test_turns_further_apart_than_the_lifetime_find_the_shared_prefix_alone() -> None:
    """History is sent afresh: 7,800 − 3 · 1,500 = 3,300 tokens; each turn's prefix hits at HITS."""
    slow_talk = {"turns_per_conversation": 3, "turn_gap_seconds": 300}

    found = lines(slow_talk, cache_write_usd_per_mtok=2)

    assert found["complex.input"] == pytest.approx(3_300 * 2 / 3)
    assert found["complex.cache_read"] == pytest.approx(1500 * HITS * 0.2)


def test_a_pool_reads_what_a_conversation_sends_again() -> None:
    """A mean turn sends 2,600 tokens: at 1,000 a second 2.6 s; with a full prefix cache 0.5 s."""
    pool = {
        "usd_per_instance_hour": 1,
        "prefill_tokens_per_second": 1000,
        "decode_tokens_per_second": 1e12,
        "max_utilization_ratio": 1,
    }
    document = {
        "workload": WORKLOAD | {"turns_per_conversation": 3},
        "premium_model": PRICES,
        "pool": pool,
        "pairs": [],
    }

    # 1 M calls · 2.6 s / (730 · 3,600 s) = 0.989; · 0.5 s = 0.190 of one replica.
    hosted = estimate(parse_scenario(document)).strategies["self_hosted"]
    cached = estimate(parse_scenario(document | {"pool": pool | {"prefix_hit_ratio": 1}}))

    assert hosted.utilization_ratio == pytest.approx(2.6e6 / (730 * 3600))
    assert cached.strategies["self_hosted"].utilization_ratio == pytest.approx(5e5 / (730 * 3600))


@st.composite
def sold(draw: st.DrawFn) -> dict[str, Any]:
    """A scenario whose caches are sold in any of the ways, with conversations."""
    document = deepcopy(draw(scenarios()))
    for section in ("premium_model", "small_model"):
        document[section] |= {
            "cache_mode": draw(st.sampled_from(["explicit", "automatic", "stored"])),
            "cache_capture_ratio": draw(st.floats(0, 1)),
            "cache_storage_usd_per_mtok_hour": draw(st.floats(0, 5)),
            "cache_write_1h_usd_per_mtok": draw(st.none() | st.floats(0, 20)),
            "cache_ttl_seconds": draw(st.none() | st.sampled_from([0, 60, 300, 86_400])),
        }
    turns = draw(st.sampled_from([1, 2, 7]))
    document["workload"] |= {
        # Conversations outgrow the lengths that a pool's points were measured at.
        "turns_per_conversation": 1 if document["pool"].get("points") else turns,
        "turn_gap_seconds": draw(st.sampled_from([0, 120, 3599, 1e5])),
        "prefix_hit_ratio": draw(st.none() | st.floats(0, 1)),
    }
    return document


@settings(slow, max_examples=100)
@given(sold(), st.lists(st.floats(1e4, 1e10), min_size=1, max_size=4))
def test_curve_of_any_cache_is_its_bill_at_every_volume(
    document: dict[str, Any], volumes: list[float]
) -> None:
    scenario = parse_scenario(document)
    column = np.array(volumes)
    sets = (*subsets(), (*STRATEGIES["prompt_caching"], "running_prompt_cache"))

    curves = [cost_curve(scenario, levers).usd(column) for levers in sets]

    bills = bill_of(with_requests(scenario, column[:, None]), lever_sets(sets)).total
    assert np.allclose(np.transpose(curves), bills, rtol=1e-10, atol=1e-9)


@settings(slow, max_examples=60)
@given(sold(), st.floats(1e3, 1e9), st.floats(1.01, 30))
def test_slopes_of_any_cache_bound_its_curve(
    document: dict[str, Any], low: float, factor: float
) -> None:
    curve = cost_curve(parse_scenario(document), STRATEGIES["optimized_api"])
    ends = np.array([low]), np.array([low * factor])

    least, most = curve.slopes(*ends)

    points = np.linspace(low, low * factor, 50)
    usd = curve.smooth_usd(points)
    slack = 1e-9 * usd.max()
    assert np.all(np.diff(usd) >= least[0] * np.diff(points) - slack)
    assert np.all(np.diff(usd) <= most[0] * np.diff(points) + slack)


@settings(slow, max_examples=60)
@given(sold())
def test_lines_add_up_and_two_lifetimes_never_cost_more_than_one(document: dict[str, Any]) -> None:
    result = estimate(parse_scenario(document))

    for item in result.strategies.values():
        assert math.fsum(item.lines.values()) == pytest.approx(item.usd_per_month, rel=1e-9)
    costs = {item.levers: item.usd_per_month for item in result.subsets}
    shares = math.fsum(value or 0 for value in result.shapley.values())
    assert shares == pytest.approx(costs[()] - costs[subsets()[-1]], abs=1e-9 * max(costs.values()))
    premium = document["premium_model"]
    if premium["cache_mode"] == "explicit" and premium["cache_write_1h_usd_per_mtok"] is not None:
        one = deepcopy(document)
        one["premium_model"] |= {"cache_write_1h_usd_per_mtok": None}
        other = deepcopy(one)
        other["premium_model"] |= {
            "cache_write_usd_per_mtok": premium["cache_write_1h_usd_per_mtok"],
            "cache_ttl_seconds": 3600,
        }
        usd = costs["prompt_caching",]
        for each in (one, other):
            alone = estimate(parse_scenario(each)).strategies["prompt_caching"].usd_per_month
            assert usd <= alone * (1 + 1e-12) + 1e-9


def crossing() -> dict[str, Any]:
    """Scenario A with storage on the premium model, two lifetimes on the small one."""
    document = deepcopy(golden("scenario_a"))
    document["workload"] |= {"distinct_prefixes": 4000}
    document["premium_model"] |= {
        "cache_mode": "stored",
        "cache_ttl_seconds": 300,
        "cache_storage_usd_per_mtok_hour": 0.5,
    }
    document["small_model"] |= {
        "cache_write_usd_per_mtok": 0.19,
        "cache_write_1h_usd_per_mtok": 0.3,
    }
    return document


def test_crossovers_stay_exact_with_storage_and_two_lifetimes() -> None:
    scenario = parse_scenario(crossing())

    for pair in (("baseline", "prompt_caching"), ("prompt_caching", "self_hosted")):
        found = find_crossover(scenario, *pair)

        sets = lever_sets(tuple(STRATEGIES[name] for name in pair))
        ends = [end for span in found.cheaper_intervals for end in span if end]
        assert ends
        around = np.array([end * (1 + side * 1e-8) for end in ends for side in (-1, 1)])
        usd = bill_of(with_requests(scenario, around[:, None]), sets).total
        is_cheaper = usd[:, 1] < usd[:, 0]
        assert np.all(is_cheaper[::2] != is_cheaper[1::2])
        # A fine grid sees no interval that is not listed.
        grid = np.geomspace(1e3, 1e9, 20_000)
        usd = bill_of(with_requests(scenario, grid[:, None]), sets).total
        seen = usd[:, 1] < usd[:, 0]
        listed = np.zeros_like(seen)
        for low, high in found.cheaper_intervals:
            listed |= (grid > low) & (grid <= (high or math.inf))
        if len(found.cheaper_intervals) < 64:
            assert np.mean(seen != listed) < 1e-3


def test_every_figure_of_a_cache_may_vary_over_the_futures() -> None:
    document = crossing() | {"samples": 32}
    document["workload"] |= {"turns_per_conversation": 3, "turn_gap_seconds": 200}
    ranges = {
        "workload.turns_per_conversation": {"low": 1, "high": 6},
        "workload.turn_gap_seconds": {"low": 10, "high": 4000},
        "premium_model.cache_storage_usd_per_mtok_hour": {"low": 0.1, "high": 1},
        "premium_model.cache_ttl_seconds": {"low": 60, "high": 600},
        "small_model.cache_write_1h_usd_per_mtok": {"low": 0.2, "high": 0.4},
    }
    scenario = parse_scenario(document | {"ranges": ranges})
    columns = {path: np.array([[each.low], [each.high]]) for path, each in scenario.ranges.items()}

    together = bill_of(with_figures(scenario, columns), lever_sets(subsets())).total

    assert uncertainty(scenario) is not None
    for row, end in enumerate(("low", "high")):
        alone = {path: getattr(each, end) for path, each in scenario.ranges.items()}
        usd = bill_of(with_figures(scenario, alone), lever_sets(subsets())).total
        assert np.allclose(together[row], usd, rtol=1e-13)


def test_a_scenario_without_these_inputs_is_written_without_them() -> None:
    written = scenario_document(parse_scenario(golden("scenario_a")))

    keys = {*written["premium_model"], *written["workload"]}
    assert not keys & {
        "cache_mode",
        "cache_capture_ratio",
        "cache_storage_usd_per_mtok_hour",
        "cache_write_1h_usd_per_mtok",
        "turns_per_conversation",
        "turn_gap_seconds",
    }
