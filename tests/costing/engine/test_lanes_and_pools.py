"""API lanes and pools cost what section 3 and 4 say, worked by hand."""

import math
from typing import Any

import pytest

from costing.engine import StrategyCost, estimate, parse_scenario
from costing.engine.week import week_of


def strategies(document: dict[str, Any]) -> dict[str, StrategyCost]:
    return dict(estimate(parse_scenario(document)).strategies)


def api(tokens: float = 1000, **model: Any) -> dict[str, Any]:
    """One million calls of some input and 100 output tokens at 2 and 10 USD per Mtok."""
    return {
        "workload": {
            "requests_per_month": 1_000_000,
            "input_tokens_per_call": tokens,
            "output_tokens_per_call": 100,
        },
        "premium_model": {"input_usd_per_mtok": 2, "output_usd_per_mtok": 10} | model,
    }


def hosted(**pool: Any) -> dict[str, Any]:
    """Calls of 1 s each, in the busy hours 1, 2 and 4 of a week: 2, 4 and 2 of 8 parts.

    A month of 730/168 weeks has 730/168·72,000 calls, so a week 18,000, 36,000 and 18,000 in its
    three hours: 5, 10 and 5 busy replicas.
    """
    profile = [0] * 168
    profile[1], profile[2], profile[4] = 2, 4, 2
    return {
        "workload": {
            "requests_per_month": 730 / 168 * 72_000,
            "input_tokens_per_call": 1000,
            "output_tokens_per_call": 0,
            "hourly_profile": profile,
        },
        "premium_model": {"input_usd_per_mtok": 1, "output_usd_per_mtok": 1},
        "pool": {
            "usd_per_instance_hour": 1,
            "prefill_tokens_per_second": 1000,
            "decode_tokens_per_second": 1,
            "max_utilization_ratio": 1,
            "min_replicas": 0,
        }
        | pool,
    }


def replica_hours(**pool: Any) -> float:
    """Instance-hours a week of the pool."""
    return (strategies(hosted(**pool))["self_hosted"].instance_hours_per_month or 0) * 168 / 730


def test_api_lane_bills_tokens() -> None:
    baseline = strategies(api())["baseline"]

    # 1,000 Mtok · 2 + 100 Mtok · 10
    assert baseline.usd_per_month == pytest.approx(3000)
    assert baseline.usd_per_mtok == pytest.approx(3000 / 1100)
    assert baseline.usd_per_request == pytest.approx(0.003)


@pytest.mark.parametrize(("tokens", "usd"), [(1000, 3000), (1001, 1001 * 4 + 100 * 20)])
def test_tier_is_a_cliff_strictly_above_its_threshold(tokens: float, usd: float) -> None:
    tier = {"above_input_tokens": 1000, "input_usd_per_mtok": 4, "output_usd_per_mtok": 20}

    baseline = strategies(api(tokens, tiers=[tier]))["baseline"]

    assert baseline.usd_per_month == pytest.approx(usd)


def test_price_that_a_tier_does_not_name_stays_the_models() -> None:
    tier = {"above_input_tokens": 500, "input_usd_per_mtok": 4}

    baseline = strategies(api(tiers=[tier]))["baseline"]

    # 1,000 Mtok · 4 + 100 Mtok · 10
    assert baseline.usd_per_month == pytest.approx(5000)


@pytest.mark.parametrize(("threshold", "usd"), [(500, 1000 * 0.2 + 1000), (5000, 3000)])
def test_cache_price_of_a_tier_alone_holds_in_that_tier_alone(threshold: int, usd: float) -> None:
    tier = {"above_input_tokens": threshold, "cache_read_usd_per_mtok": 0.2}
    document = api(tiers=[tier], min_cacheable_tokens=0)
    document["workload"] |= {"prefix_tokens_per_call": 1000, "prefix_hit_ratio": 1}

    cached = strategies(document)["prompt_caching"]

    # Above it 1,000 Mtok are read at 0.2; below it the model has no prompt cache: 1,000 Mtok · 2.
    # Output is 100 Mtok · 10 either way.
    assert cached.usd_per_month == pytest.approx(usd)


def test_batch_tier_takes_its_discount_from_its_share() -> None:
    document = api(batch_discount_ratio=0.5)
    document["workload"]["batch_ratio"] = 0.4

    baseline = strategies(document)["baseline"]

    # 3,000 · (1 − 0.4·0.5)
    assert baseline.usd_per_month == pytest.approx(2400)


def test_fan_out_multiplies_calls_and_tokens() -> None:
    document = api()
    document["workload"]["calls_per_request"] = 3

    baseline = strategies(document)["baseline"]

    assert baseline.usd_per_month == pytest.approx(9000)
    assert baseline.usd_per_mtok == pytest.approx(3000 / 1100)


def cached(**workload: Any) -> dict[str, Any]:
    document = api(
        2000,
        cache_read_usd_per_mtok=0.2,
        cache_write_usd_per_mtok=2.5,
    )
    document["workload"] |= {"prefix_tokens_per_call": 1500} | workload
    return document


def test_prompt_cache_hits_follow_the_arrivals() -> None:
    strategy = strategies(cached(distinct_prefixes=400))["prompt_caching"]

    # Around the clock: λ = 1,000,000/(730·3,600·400) a second; hit ratio 1 − exp(−λ·300).
    hits = 1 - math.exp(-1_000_000 / (730 * 3600 * 400) * 300)
    assert strategy.prefix_hit_ratio == pytest.approx(hits)
    # 500 Mtok at 2; 1,500 Mtok at 0.2 or 2.5; 100 Mtok at 10.
    assert strategy.lines == pytest.approx(
        {
            "complex.input": 1000,
            "complex.cache_read": 1500 * hits * 0.2,
            "complex.cache_write": 1500 * (1 - hits) * 2.5,
            "complex.output": 1000,
        }
    )


def test_measured_hit_ratio_replaces_the_arrivals() -> None:
    strategy = strategies(cached(prefix_hit_ratio=0.5))["prompt_caching"]

    assert strategy.prefix_hit_ratio == 0.5
    # 1,000 + 1,500·(0.5·0.2 + 0.5·2.5) + 1,000
    assert strategy.usd_per_month == pytest.approx(1000 + 2025 + 1000)


def test_prompt_cache_that_would_cost_more_is_not_used() -> None:
    strategy = strategies(cached(prefix_hit_ratio=0.2))["prompt_caching"]

    # (2.5 − 2)/(2.5 − 0.2) = 21.7 % is what pays.
    assert strategy.prefix_hit_ratio == 0
    assert strategy.usd_per_month == pytest.approx(4000 + 1000)


def test_prefix_too_short_for_the_cache_is_not_cached() -> None:
    strategy = strategies(cached(prefix_hit_ratio=1, prefix_tokens_per_call=1023))["prompt_caching"]

    assert strategy.usd_per_month == pytest.approx(5000)


def test_always_on_pool_pays_its_peak_in_every_hour() -> None:
    assert replica_hours() == pytest.approx(168 * 10)


def test_scheduled_pool_pays_its_peak_in_hours_with_traffic() -> None:
    # Hours 1, 2 and 4.
    assert replica_hours(scaling="scheduled") == pytest.approx(3 * 10)


def test_autoscaled_pool_pays_what_each_hour_needs() -> None:
    assert replica_hours(scaling="autoscaled") == pytest.approx(5 + 10 + 5)


def test_cold_starts_are_paid_by_every_replica_that_starts() -> None:
    # 0→5→10→0→5→0: 5 + 5 + 5 starts of half an hour; scheduled 0→10, 10, 0→10: 20 starts.
    assert replica_hours(scaling="autoscaled", cold_start_minutes=30) == pytest.approx(20 + 7.5)
    assert replica_hours(scaling="scheduled", cold_start_minutes=30) == pytest.approx(30 + 10)
    assert replica_hours(cold_start_minutes=30) == pytest.approx(1680)


def test_spares_come_with_need_and_the_minimum_after_them() -> None:
    # 6, 11 and 6 in hours with traffic; a minimum of 7 holds in all of the 168 hours.
    assert replica_hours(scaling="autoscaled", spare_replicas=1) == pytest.approx(23)
    assert replica_hours(scaling="autoscaled", spare_replicas=1, min_replicas=7) == pytest.approx(
        11 + 167 * 7
    )


def test_peak_and_utilization_limit_size_the_pool() -> None:
    document = hosted(scaling="autoscaled", max_utilization_ratio=0.8)
    document["workload"]["peak_to_average_ratio"] = 2

    pool = strategies(document)["self_hosted"]

    # 5·2/0.8 = 12.5 and 10·2/0.8 = 25: 13 + 25 + 13 replica-hours a week for 20 busy ones.
    assert pool.peak_replicas == 25
    assert (pool.instance_hours_per_month or 0) * 168 / 730 == pytest.approx(51)
    assert pool.utilization_ratio == pytest.approx(20 / 51)


def test_pool_reads_its_own_prefix_cache_and_several_instances_make_a_replica() -> None:
    document = hosted(scaling="autoscaled", prefix_hit_ratio=0.5, instances_per_replica=8)
    document["workload"]["prefix_tokens_per_call"] = 800

    pool = strategies(document)["self_hosted"]

    # (1,000 − 0.5·800)/1,000 = 0.6 s a call: 3 + 6 + 3 replica-hours of 8 instances, all busy.
    assert (pool.instance_hours_per_month or 0) * 168 / 730 == pytest.approx(12 * 8)
    assert pool.utilization_ratio == pytest.approx(1)


def test_idle_capacity_is_shown_apart_and_overheads_come_on_top() -> None:
    document = hosted(
        interruption_overhead_ratio=0.1,
        engineering_hours_per_month=10,
        engineering_usd_per_hour=95,
        platform_usd_per_month=400,
    )

    pool = strategies(document)["self_hosted"]

    # 1,680 hours a week at 1.10 USD, 20 of them busy.
    assert pool.lines == pytest.approx(
        {
            "complex.compute_busy": 20 * 730 / 168 * 1.1,
            "complex.compute_idle": 1660 * 730 / 168 * 1.1,
            "complex.engineering": 950,
            "complex.platform": 400,
        }
    )


def test_owned_hardware_replaces_the_hourly_price_without_spot_overhead() -> None:
    document = hosted(
        interruption_overhead_ratio=0.5,
        hardware_usd_per_instance=36_500,
        amortization_months=50,
        power_kw_per_instance=2,
        pue_ratio=1.5,
        electricity_usd_per_kwh=0.1,
    )

    pool = strategies(document)["self_hosted"]

    # 36,500/(50·730) + 2·1.5·0.1 = 1.30 USD an hour, 10 instances for 730 hours.
    assert pool.usd_per_month == pytest.approx(1.30 * 7300)


@pytest.mark.parametrize(
    ("hours", "days", "busy"),
    [
        (10, 5, [9, 18]),  # 09:00 to 19:00
        (16, 5, [0, 15]),  # more than 15 hours start at midnight
        (15, 5, [9, 23]),
    ],
)
def test_flat_profile_starts_at_nine_or_at_midnight(
    hours: float, days: float, busy: list[int]
) -> None:
    workload = parse_scenario(
        api()
        | {
            "workload": api()["workload"]
            | {"active_hours_per_day": hours, "active_days_per_week": days}
        }
    ).workload

    week = week_of(workload)

    assert week.active_hours == hours * days
    assert week.active_blocks == days
    assert week.peak_weight == pytest.approx(1 / (hours * days))
    assert busy[1] - busy[0] + 1 == hours


def test_no_traffic_costs_only_what_is_fixed() -> None:
    document = hosted(min_replicas=0, platform_usd_per_month=7)
    document["workload"]["requests_per_month"] = 0

    result = strategies(document)

    assert result["self_hosted"].usd_per_month == 7
    assert result["self_hosted"].utilization_ratio is None
    assert result["baseline"].usd_per_mtok is None
    assert result["baseline"].usd_per_request is None
    assert result["baseline"].saving_ratio is None
