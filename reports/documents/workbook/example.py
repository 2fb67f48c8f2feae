"""An example scenario for a workbook without one: a retrieval workload in office hours."""

from typing import Any

NOTICE = (
    "These inputs are an example. No scenario has been costed here: put your own figures in their"
    " place before you quote any amount."
)
SCENARIO: dict[str, Any] = {
    "workload": {
        "requests_per_month": 3_000_000,
        "input_tokens_per_call": 3200,
        "prefix_tokens_per_call": 2400,
        "distinct_prefixes": 40,
        "output_tokens_per_call": 350,
        "active_hours_per_day": 10,
        "active_days_per_week": 5,
        "peak_to_average_ratio": 2,
        "batch_ratio": 0,
        "monthly_growth_ratio": 0.06,
    },
    "premium_model": {
        "input_usd_per_mtok": 3,
        "output_usd_per_mtok": 15,
        "cache_read_usd_per_mtok": 0.3,
        "cache_write_usd_per_mtok": 3.75,
        "cache_ttl_seconds": 300,
        "min_cacheable_tokens": 1024,
        "batch_discount_ratio": 0,
    },
    "small_model": {
        "input_usd_per_mtok": 0.15,
        "output_usd_per_mtok": 0.6,
        "cache_read_usd_per_mtok": 0.075,
        "cache_ttl_seconds": 300,
        "min_cacheable_tokens": 1024,
        "batch_discount_ratio": 0,
    },
    "routing": {
        "simple_ratio": 0.45,
        "escalation_ratio": 0.05,
        "classifier_usd_per_call": 0.00002,
        "platform_usd_per_month": 300,
    },
    "semantic_cache": {
        "hit_ratio": 0.12,
        "lookup_usd_per_call": 0.00001,
        "platform_usd_per_month": 250,
    },
    "pool": {
        "usd_per_instance_hour": 12,
        "instances_per_replica": 1,
        "prefill_tokens_per_second": 30_000,
        "decode_tokens_per_second": 2500,
        "prefix_hit_ratio": 0,
        "max_utilization_ratio": 0.7,
        "min_replicas": 1,
        "spare_replicas": 0,
        "scaling": "always_on",
        "cold_start_minutes": 0,
        "interruption_overhead_ratio": 0,
        "engineering_hours_per_month": 40,
        "engineering_usd_per_hour": 95,
        "platform_usd_per_month": 400,
        "migration_usd": 25_000,
        "amortization_months": 36,
        "power_kw_per_instance": 0,
        "pue_ratio": 1,
        "electricity_usd_per_kwh": 0,
    },
    "current_levers": [],
}
