"""An example scenario for a workbook without one: a retrieval workload in office hours.

What it does not say is as the inputs have it by default.
"""

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
        "monthly_growth_ratio": 0.06,
    },
    "premium_model": {
        "input_usd_per_mtok": 3,
        "output_usd_per_mtok": 15,
        "cache_read_usd_per_mtok": 0.3,
        "cache_write_usd_per_mtok": 3.75,
    },
    "small_model": {
        "input_usd_per_mtok": 0.15,
        "output_usd_per_mtok": 0.6,
        "cache_read_usd_per_mtok": 0.075,
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
        "prefill_tokens_per_second": 30_000,
        "decode_tokens_per_second": 2500,
        "engineering_hours_per_month": 40,
        "engineering_usd_per_hour": 95,
        "platform_usd_per_month": 400,
        "migration_usd": 25_000,
    },
}
