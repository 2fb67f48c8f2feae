"""Random scenarios for property tests, as documents."""

from typing import Any

from hypothesis import strategies as st

RATIOS = st.floats(0, 1)
# Shares that leave either nothing or a load well above the rounding tolerance of replicas.
SHARES = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.05, 0.95))


@st.composite
def workloads(draw: st.DrawFn) -> dict[str, Any]:
    """A workload, flat or with a profile of its own."""
    tokens = draw(st.floats(100, 20_000))
    document: dict[str, Any] = {
        "requests_per_month": draw(st.floats(1, 1e8)),
        "calls_per_request": draw(st.sampled_from([1, 2, 7.5])),
        "input_tokens_per_call": tokens,
        "output_tokens_per_call": draw(st.one_of(st.just(0.0), st.floats(1e-6, 3000))),
        "prefix_tokens_per_call": tokens * draw(RATIOS),
        "distinct_prefixes": draw(st.sampled_from([1, 40, 5000, 1e6])),
        "peak_to_average_ratio": draw(st.floats(1, 5)),
        "batch_ratio": draw(RATIOS),
        "calls_per_burst": draw(st.sampled_from([1, 1, 2, 8.5, 1000])),
        "monthly_growth_ratio": draw(st.floats(0, 0.2)),
    }
    if draw(st.booleans()):
        day = draw(st.lists(st.integers(0, 5), min_size=24, max_size=24).filter(any))
        document["hourly_profile"] = [weight for _ in range(7) for weight in day]
    else:
        document["active_hours_per_day"] = draw(st.sampled_from([1, 7.5, 10, 16, 24]))
        document["active_days_per_week"] = draw(st.sampled_from([1, 4.5, 5, 7]))
    return document


@st.composite
def models(draw: st.DrawFn) -> dict[str, Any]:
    """A model's prices, with or without a prompt cache."""
    price = draw(st.floats(0, 30))
    document: dict[str, Any] = {
        "input_usd_per_mtok": price,
        "output_usd_per_mtok": draw(st.floats(0, 100)),
        "batch_discount_ratio": draw(RATIOS),
    }
    if draw(st.booleans()):
        document["cache_read_usd_per_mtok"] = price * draw(st.floats(0, 1.2))
        document["cache_write_usd_per_mtok"] = price * draw(st.floats(0, 2))
        document["min_cacheable_tokens"] = draw(st.sampled_from([0, 1024]))
    return document


@st.composite
def pools(draw: st.DrawFn) -> dict[str, Any]:
    """A pool, rented or owned, of any scaling."""
    document: dict[str, Any] = {
        "instances_per_replica": draw(st.integers(1, 8)),
        "prefill_tokens_per_second": draw(st.floats(100, 1e4)),
        "decode_tokens_per_second": draw(st.floats(50, 1e4)),
        "prefix_hit_ratio": draw(st.floats(0, 0.9)),
        "max_utilization_ratio": draw(st.floats(0.1, 1)),
        "min_replicas": draw(st.integers(0, 4)),
        "spare_replicas": draw(st.integers(0, 2)),
        "scaling": draw(st.sampled_from(["always_on", "scheduled", "autoscaled"])),
        "deferral_hours": draw(st.sampled_from([0, 0, 1, 24, 200])),
        "cold_start_minutes": draw(st.floats(0, 60)),
        "interruption_overhead_ratio": draw(RATIOS),
        "engineering_hours_per_month": draw(st.floats(0, 200)),
        "engineering_usd_per_hour": 95,
        "platform_usd_per_month": draw(st.floats(0, 1000)),
        "migration_usd": draw(st.floats(0, 1e5)),
    }
    if draw(st.booleans()):
        document["usd_per_instance_hour"] = draw(st.floats(0, 50))
        document |= draw(st.one_of(st.just({}), purchases()))
    else:
        document["hardware_usd_per_instance"] = draw(st.floats(0, 1e5))
        document["power_kw_per_instance"] = draw(st.floats(0, 10))
        document["electricity_usd_per_kwh"] = draw(st.floats(0, 0.5))
    return document


@st.composite
def purchases(draw: st.DrawFn) -> dict[str, Any]:
    """How rented capacity is bought, in how many regions, and what comes on top."""
    return {
        "reserved_usd_per_instance_hour": draw(st.one_of(st.none(), st.floats(0, 50))),
        "spot_usd_per_instance_hour": draw(st.floats(0, 20)),
        "spot_ratio": draw(RATIOS),
        "regions": draw(st.integers(1, 3)),
        "egress_usd_per_month": draw(st.floats(0, 500)),
    }


@st.composite
def measured(draw: st.DrawFn, workload: dict[str, Any]) -> list[dict[str, float]] | None:
    """Runs under load of about a workload's calls, or none."""
    if workload["output_tokens_per_call"] < 1 or draw(st.booleans()):
        return None
    stretch = draw(st.floats(0.6, 1.6))
    return [
        {
            "concurrency": 4.0**place,
            "input_tokens": workload["input_tokens_per_call"] * stretch,
            "output_tokens": workload["output_tokens_per_call"] * max(stretch, 1.0),
            "ttft_ms": draw(st.floats(10, 5000)),
            "tpot_ms": draw(st.floats(1, 200)),
        }
        for place in range(draw(st.integers(1, 4)))
    ]


@st.composite
def outlooks(draw: st.DrawFn) -> dict[str, Any]:
    """Prices that move, or not."""
    return {
        "api_price_change_per_year_ratio": draw(st.sampled_from([0.0, -0.3, 0.5])),
        "gpu_price_change_per_year_ratio": draw(st.sampled_from([0.0, -0.5, 0.1])),
        "api_contract_months": draw(st.sampled_from([0, 6])),
        "refresh_months": draw(st.sampled_from([None, 1, 12])),
        "refresh_usd": draw(st.floats(0, 1e5)),
    }


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    """A scenario with every section."""
    workload = draw(workloads())
    pool = draw(pools())
    return {
        "workload": workload,
        "premium_model": draw(models()),
        "small_model": draw(models()),
        "routing": {
            "simple_ratio": draw(SHARES),
            "escalation_ratio": draw(RATIOS),
            "classifier_usd_per_call": draw(st.floats(0, 1e-3)),
            "platform_usd_per_month": draw(st.floats(0, 1000)),
        },
        "semantic_cache": {
            "hit_ratio": draw(SHARES),
            "lookup_usd_per_call": draw(st.floats(0, 1e-3)),
            "platform_usd_per_month": draw(st.floats(0, 1000)),
        },
        "pool": pool | {"points": draw(measured(workload))},
        "outlook": draw(st.one_of(st.none(), outlooks())),
        "current_levers": draw(st.sampled_from([[], ["routing"], ["prompt_caching"]])),
    }
