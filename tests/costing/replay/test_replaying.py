"""Strategies on a log: worked out by hand, alike each time, and beside the formulas."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from costing.engine import InvalidScenario, parse_scenario
from costing.usage.replay import Settings, replay_document
from costing.usage.replay.results import read_replay
from tests.costing.replay.logs import lines, poisson_times, replayed, scenario_a

PRICES: dict[str, Any] = {
    "workload": {"requests_per_month": 1, "input_tokens_per_call": 1, "output_tokens_per_call": 1},
    "premium_model": {
        "input_usd_per_mtok": 3,
        "output_usd_per_mtok": 15,
        "cache_read_usd_per_mtok": 0.3,
        "cache_write_usd_per_mtok": 3.75,
        "tiers": [{"above_input_tokens": 50_000, "input_usd_per_mtok": 6}],
    },
    "small_model": {"input_usd_per_mtok": 1, "output_usd_per_mtok": 1},
    "routing": {"simple_ratio": 1, "escalation_ratio": 0},
}


def turn(second: float, tokens: int, **more: Any) -> dict[str, Any]:
    return {"t": second, "session": "s", "input_tokens": tokens, "output_tokens": 1000} | more


def test_cost_of_each_strategy_by_hand() -> None:
    # Two turns of 2,000 and 5,000 tokens, 10 s apart, 1,000 answered each. Without a cache:
    # 7,000·3 + 2,000·15 = 51,000 µUSD. With: 2,000 written (7,500), read (600), 3,000 written
    # (11,250), answers 30,000: 49,350.
    log = lines(turn(0, 2000), turn(10, 5000))
    result = replayed(log, parse_scenario(PRICES), Settings(simple_input_tokens=3000))

    assert result.strategies["baseline"].usd == pytest.approx(0.051)
    assert result.strategies["prompt_caching"].usd == pytest.approx(0.04935)
    # The first turn is simple: 3,000 at 1 USD. The second alone writes 5,000 for nothing, so no
    # cache is used: 15,000 + 15,000.
    assert result.strategies["routed_api"].usd == pytest.approx(0.033)
    assert result.levers["prompt_caching"] == pytest.approx(0.00165)
    assert result.levers["routing"] == pytest.approx(0.04935 - 0.033)
    assert "self_hosted" not in result.strategies


def test_each_call_pays_the_tier_of_its_own_length() -> None:
    log = lines(turn(0, 50_000, session=None), turn(1, 50_001, session=None))
    result = replayed(log, parse_scenario(PRICES | {"routing": None, "small_model": None}))

    # 50,000·3 + 50,001·6 + 2,000·15
    assert result.strategies["baseline"].usd == pytest.approx(0.480006)


def test_a_scenario_with_applications_is_refused() -> None:
    scenario = parse_scenario(PRICES | {"applications": [{"key": "chat", "share": 1}]})

    with pytest.raises(InvalidScenario) as caught:
        replayed(lines(turn(0, 1000, session=None)), scenario)

    assert list(caught.value.fields) == ["applications"]


def test_entries_of_an_hour_are_used_where_they_are_cheaper() -> None:
    # Three turns of 2,000 tokens, ten minutes apart: after five minutes nothing is left, so that
    # 6,000·3 + 3,000·15 = 63,000 µUSD are cheapest without a cache. For an hour at 6 USD: 2,000
    # written (12,000), 4,000 read (1,200), answers 45,000.
    model = PRICES["premium_model"] | {"cache_write_1h_usd_per_mtok": 6}
    scenario = parse_scenario(PRICES | {"premium_model": model, "routing": None})
    result = replayed(lines(*(turn(600 * each, 2000) for each in range(3))), scenario)

    assert result.strategies["baseline"].usd == pytest.approx(0.063)
    assert result.strategies["prompt_caching"].usd == pytest.approx(0.0582)
    assert result.what_if is not None
    assert result.what_if.longer_ttl_saving_usd == pytest.approx(0.063 - 0.0582)


def test_prefix_below_the_least_length_is_not_cached() -> None:
    log = lines(turn(0, 1000), turn(1, 1023))
    result = replayed(log, parse_scenario(PRICES))

    assert result.strategies["prompt_caching"].usd == result.strategies["baseline"].usd


def asked(second: float, **more: Any) -> dict[str, Any]:
    return {"t": second, "input_tokens": 10, "output_tokens": 1} | more


def test_repeated_questions_are_counted_once_by_the_strictest_way() -> None:
    def says(text: str) -> dict[str, Any]:
        return {"messages": [{"role": "user", "content": text}]}

    log = lines(
        asked(0, **says("What is it?"), embedding=[1, 0]),
        asked(1, **says("What is it?"), embedding=[1, 0]),
        asked(2, **says("what  IS it"), embedding=[1, 0]),
        asked(3, **says("Say what it is"), embedding=[0.99, 0.1]),
        asked(4, **says("Something else"), embedding=[0, 1]),
        asked(90_000, **says("What is it?"), embedding=[1, 0]),  # too late
    )
    found = replayed(log).repeated_questions

    assert found is not None
    assert (found.exact_ratio, found.normalized_ratio, found.near_ratio) == (1 / 6, 1 / 6, 1 / 6)
    assert found.total_ratio == 0.5


def test_reordered_prompt_saves_what_repeats_behind_what_changes() -> None:
    def record(second: int) -> dict[str, Any]:
        messages = [
            {"role": "user", "content": f"{second:08d}" * 50},
            {"role": "user", "content": "The manual. " * 200},
        ]
        return {"t": second, "messages": messages, "input_tokens": 4000, "output_tokens": 1}

    result = replayed(lines(*map(record, range(10))), parse_scenario(PRICES))

    assert result.prompt_cache[0].read_ratio == 0
    assert result.what_if is not None
    # 2,400 + 5 of 2,400 + 5 + 400 + 5 characters, in nine of ten calls
    wanted = 0.9 * 2405 / 2810
    assert result.what_if.reordered_tokens_ratio == pytest.approx(wanted, abs=0.001)
    assert result.what_if.reordered_saving_usd == pytest.approx(wanted * 40_000 * 2.7e-6, rel=0.01)


def random_log(count: int = 4000) -> list[dict[str, Any]]:
    random = Random(5)
    return [
        {
            "t": at,
            "prefix_hash": random.randrange(40),
            "prefix_tokens": 2400,
            "input_tokens": 3200,
            "output_tokens": 350,
        }
        for at in poisson_times(random, 1.0, count)
    ]


def test_same_log_and_settings_give_the_same_replay() -> None:
    records, scenario = random_log(500), scenario_a()

    one, two = (replayed(lines(*records), scenario) for _ in range(2))
    other = replayed(lines(*records), scenario, Settings(seed=2))

    assert one == two
    assert replace(other, seed=1) != one
    assert read_replay(replay_document(one)) == one


def test_even_traffic_costs_what_the_formulas_say() -> None:
    result = replayed(lines(*random_log()), scenario_a())

    for name in ("baseline", "prompt_caching", "routed_api"):
        found = result.strategies[name]
        assert found.api_usd == pytest.approx(found.formula_api_usd, rel=0.03)
    # 12 % of calls are drawn for the semantic cache: the log does not say what was asked
    assert any("semantic cache" in each for each in result.assumptions)
    hybrid, api = result.strategies["hybrid"], result.strategies["optimized_api"]
    assert result.levers["self_hosting"] == pytest.approx(api.usd - hybrid.usd)
    assert sum(result.levers.values()) == pytest.approx(
        result.strategies["baseline"].usd - hybrid.usd
    )


def test_pool_serves_the_log_within_the_target() -> None:
    result = replayed(lines(*random_log()), scenario_a())
    pool = result.strategies["self_hosted"].pool

    assert pool is not None
    assert pool.replicas == pool.served_by == 1  # 0.25 replica-seconds a call, one call a second
    assert pool.first_token_p95 <= result.target_first_token_seconds
    assert pool.utilization_ratio == pytest.approx(0.2467, rel=0.05)
    assert {each.hour for each in pool.week} <= set(range(168))
    assert sum(each.calls for each in pool.week) == 4000


def test_charge_for_keeping_prefixes_is_said_to_be_left_out() -> None:
    stored = {"cache_mode": "stored", "cache_storage_usd_per_mtok_hour": 1}
    scenario = parse_scenario(PRICES | {"premium_model": PRICES["premium_model"] | stored})

    found = replayed(lines(turn(0, 2000)), scenario).assumptions

    assert any("keeping cached prefixes" in each for each in found)


def test_log_of_one_call_is_replayed() -> None:
    result = replayed(lines(asked(0)), scenario_a())

    assert result.traffic.calls == 1
    assert result.strategies["hybrid"].usd > 0
    assert result.prompt_cache == ()


def test_log_that_says_nothing_of_what_is_shared_says_so() -> None:
    result = replayed(lines(asked(0), asked(1)))

    assert result.strategies == result.levers == {}
    assert result.what_if is None
    assert len(result.assumptions) == 2
