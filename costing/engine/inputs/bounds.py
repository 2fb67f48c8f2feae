"""What every numeric input accepts: its bounds, wholeness, and whether a scenario must have it.

The upper bounds are far beyond anything real and keep every result finite in float64.
Pure: no Django, no NumPy, no clock, no I/O.
"""

from collections.abc import Mapping

from costing.engine.inputs.reader import Number, ratio

REQUESTS_LIMIT = 1e15
LEAST_VOLUME = 1e-6  # costs are told per request and per token: a vanishing one has no price
TOKENS_LIMIT = 1e9
CALLS_PER_REQUEST_LIMIT = 1e6
USD_LIMIT = 1e12
USD_PER_MTOK_LIMIT = 1e6
THROUGHPUT = Number(0.001, 1e12, required=True)
REPLICAS_LIMIT = 1_000_000
HOURLY_WEIGHT = Number(0.0, 1e12)

TOKENS = Number(0.0, TOKENS_LIMIT)
USD = Number(0.0, USD_LIMIT)
USD_PER_CALL = Number(0.0, 1e6)
USD_PER_MTOK = Number(0.0, USD_PER_MTOK_LIMIT)

WORKLOAD: Mapping[str, Number] = {
    "requests_per_month": Number(0.0, REQUESTS_LIMIT, required=True, least=LEAST_VOLUME),
    "input_tokens_per_call": Number(0.0, TOKENS_LIMIT, required=True, least=LEAST_VOLUME),
    "output_tokens_per_call": Number(0.0, TOKENS_LIMIT, required=True, least=LEAST_VOLUME),
    "calls_per_request": Number(0.0, CALLS_PER_REQUEST_LIMIT, least=LEAST_VOLUME),
    "agent_branching": Number(0.0, 1000.0),
    "agent_depth": Number(0, 32, whole=True),
    "prefix_tokens_per_call": TOKENS,
    "distinct_prefixes": Number(1.0, 1e12),
    "prefix_hit_ratio": ratio(),
    "active_hours_per_day": Number(0.01, 24.0),
    "active_days_per_week": Number(0.01, 7.0),
    "peak_to_average_ratio": Number(1.0, 1000.0),
    "batch_ratio": ratio(),
    "monthly_growth_ratio": ratio(),
}

TIER: Mapping[str, Number] = {
    "above_input_tokens": Number(0.0, TOKENS_LIMIT, required=True),
    "input_usd_per_mtok": USD_PER_MTOK,
    "output_usd_per_mtok": USD_PER_MTOK,
    "cache_read_usd_per_mtok": USD_PER_MTOK,
    "cache_write_usd_per_mtok": USD_PER_MTOK,
}

MODEL: Mapping[str, Number] = {
    "input_usd_per_mtok": Number(0.0, USD_PER_MTOK_LIMIT, required=True),
    "output_usd_per_mtok": Number(0.0, USD_PER_MTOK_LIMIT, required=True),
    "cache_read_usd_per_mtok": USD_PER_MTOK,
    "cache_write_usd_per_mtok": USD_PER_MTOK,
    "cache_ttl_seconds": Number(0.0, 1e8),
    "min_cacheable_tokens": TOKENS,
    "batch_discount_ratio": ratio(),
}

ROUTING: Mapping[str, Number] = {
    "simple_ratio": ratio(required=True),
    "escalation_ratio": ratio(),
    "classifier_usd_per_call": USD_PER_CALL,
    "platform_usd_per_month": USD,
}

SEMANTIC_CACHE: Mapping[str, Number] = {
    "hit_ratio": ratio(required=True),
    "lookup_usd_per_call": USD_PER_CALL,
    "platform_usd_per_month": USD,
}

POOL: Mapping[str, Number] = {
    "usd_per_instance_hour": Number(0.0, 1e6),
    "instances_per_replica": Number(1, 10_000, whole=True),
    "prefill_tokens_per_second": THROUGHPUT,
    "decode_tokens_per_second": THROUGHPUT,
    "prefix_hit_ratio": ratio(),
    "max_utilization_ratio": Number(0.001, 1.0),
    "min_replicas": Number(0, REPLICAS_LIMIT, whole=True),
    "spare_replicas": Number(0, REPLICAS_LIMIT, whole=True),
    "cold_start_minutes": Number(0.0, 60.0),
    "interruption_overhead_ratio": ratio(),
    "engineering_hours_per_month": Number(0.0, 1e6),
    "engineering_usd_per_hour": Number(0.0, 1e6),
    "platform_usd_per_month": USD,
    "migration_usd": USD,
    "hardware_usd_per_instance": USD,
    "amortization_months": Number(1.0, 1200.0),
    "power_kw_per_instance": Number(0.0, 1e6),
    "pue_ratio": Number(1.0, 10.0),
    "electricity_usd_per_kwh": Number(0.0, 1e4),
}

SECTIONS: Mapping[str, Mapping[str, Number]] = {
    "workload": WORKLOAD,
    "premium_model": MODEL,
    "small_model": MODEL,
    "routing": ROUTING,
    "semantic_cache": SEMANTIC_CACHE,
    "pool": POOL,
}

SETTINGS: Mapping[str, Number] = {
    "horizon_months": Number(1, 240, whole=True),
    "samples": Number(1, 16_384, whole=True),
    "seed": Number(0, 4_294_967_295, whole=True),
}

SCORE = Number(1.0, 5.0)
TIERS_LIMIT = 20
PAIRS_LIMIT = 20
RANGES_LIMIT = 100
