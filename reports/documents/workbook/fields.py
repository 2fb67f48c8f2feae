"""What the workbook asks for, section by section, in words; imports nothing of Django."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One input: its key in the scenario, its words, its unit, how it is shown.

    `empty` says what an empty cell means; where it is empty itself, the input has a default.
    """

    key: str
    label: str
    unit: str
    style: str
    note: str = ""
    empty: str = ""


WORKLOAD = (
    Field("requests_per_month", "Requests", "per month", "count_fine", "Requests of users"),
    Field(
        "calls_per_request",
        "Model calls per request",
        "calls",
        "count_fine",
        "How many model calls one request causes",
        "1",
    ),
    Field(
        "agent_branching",
        "Agents: branching",
        "calls per agent",
        "count_fine",
        "With a depth, a tree of agents replaces the calls per request",
        "no tree",
    ),
    Field(
        "agent_depth",
        "Agents: depth",
        "levels",
        "count",
        "Calls = sum of branching^i for i = 0 to depth",
        "no tree",
    ),
    Field("input_tokens_per_call", "Input per call", "tokens", "count_fine", "Mean of all calls"),
    Field("output_tokens_per_call", "Output per call", "tokens", "count_fine", "Mean of all calls"),
    Field(
        "prefix_tokens_per_call",
        "Repeating prefix of the input",
        "tokens",
        "count_fine",
        "Instructions and documents that lead every prompt; at most the input",
    ),
    Field("distinct_prefixes", "Different prefixes in rotation", "prefixes", "count_fine"),
    Field(
        "prefix_hit_ratio",
        "Measured hit ratio of the prompt cache",
        "%",
        "percent_fine",
        "Replaces the arrival model of sheet Week",
        "computed from arrivals",
    ),
    Field(
        "active_hours_per_day",
        "Active hours per day",
        "hours",
        "count_fine",
        "From 09:00, or from 00:00 when more than 15; sheet Week takes a profile of your own",
    ),
    Field("active_days_per_week", "Active days per week", "days", "count_fine", "From Monday"),
    Field(
        "peak_to_average_ratio",
        "Peak within an hour over its mean",
        "times",
        "count_fine",
        "Sizes the pool, nothing else",
    ),
    Field("batch_ratio", "Share sent as batch", "%", "percent_fine", "Of the API calls"),
    Field(
        "monthly_growth_ratio",
        "Growth of requests",
        "% per month",
        "percent_fine",
        "Compound; used by the break-even in time",
    ),
)
MODEL = (
    Field("input_usd_per_mtok", "Input", "USD per million tokens", "usd_fine"),
    Field("output_usd_per_mtok", "Output", "USD per million tokens", "usd_fine"),
    Field(
        "cache_read_usd_per_mtok",
        "Cache read",
        "USD per million tokens",
        "usd_fine",
        "",
        "the model has no prompt cache",
    ),
    Field(
        "cache_write_usd_per_mtok",
        "Cache write",
        "USD per million tokens",
        "usd_fine",
        "",
        "the input price",
    ),
    Field(
        "cache_ttl_seconds",
        "Life of a cache entry",
        "seconds",
        "count_fine",
        "Every use renews it",
    ),
    Field("min_cacheable_tokens", "Shortest prefix that is cached", "tokens", "count_fine"),
    Field("batch_discount_ratio", "Discount for batch", "%", "percent_fine"),
)
ROUTING = (
    Field("simple_ratio", "Calls a small model can answer", "%", "percent_fine"),
    Field(
        "escalation_ratio",
        "Of those, asked again of the premium model",
        "%",
        "percent_fine",
        "Where the small model’s answer does not do",
    ),
    Field("classifier_usd_per_call", "Classifier", "USD per call", "usd_fine"),
    Field("platform_usd_per_month", "Platform", "USD per month", "usd"),
)
SEMANTIC_CACHE = (
    Field("hit_ratio", "Calls answered from the cache", "%", "percent_fine"),
    Field("lookup_usd_per_call", "Lookup", "USD per call", "usd_fine"),
    Field("platform_usd_per_month", "Platform", "USD per month", "usd"),
)
POOL = (
    Field(
        "usd_per_instance_hour",
        "Rented instance",
        "USD per hour",
        "usd_fine",
        "Not used where hardware is owned",
    ),
    Field("instances_per_replica", "Instances per replica", "instances", "count"),
    Field(
        "prefill_tokens_per_second",
        "Prefill of one replica",
        "tokens per second",
        "count_fine",
        "At saturation",
    ),
    Field(
        "decode_tokens_per_second",
        "Decode of one replica",
        "tokens per second",
        "count_fine",
        "At saturation",
    ),
    Field("prefix_hit_ratio", "The server’s own prefix cache", "%", "percent_fine"),
    Field("max_utilization_ratio", "Highest utilization planned for", "%", "percent_fine"),
    Field("min_replicas", "Least replicas", "replicas", "count"),
    Field("spare_replicas", "Spare replicas (N+1)", "replicas", "count"),
    Field(
        "scaling",
        "Scaling",
        "",
        "text",
        "always_on: peak in every hour; scheduled: peak in hours with traffic; autoscaled",
    ),
    Field("cold_start_minutes", "Cold start of a replica", "minutes", "count_fine"),
    Field(
        "interruption_overhead_ratio",
        "Overhead of interruptions (spot)",
        "%",
        "percent_fine",
        "Of rented instances",
    ),
    Field("engineering_hours_per_month", "Engineering", "hours per month", "count_fine"),
    Field("engineering_usd_per_hour", "Engineering", "USD per hour", "usd"),
    Field("platform_usd_per_month", "Platform", "USD per month", "usd"),
    Field(
        "migration_usd",
        "Migration, once",
        "USD",
        "usd",
        "Used by the break-even in time",
    ),
    Field(
        "hardware_usd_per_instance",
        "Owned hardware",
        "USD per instance",
        "usd",
        "Replaces the hourly price",
        "instances are rented",
    ),
    Field("amortization_months", "Amortization of owned hardware", "months", "count_fine"),
    Field("power_kw_per_instance", "Power of an owned instance", "kW", "count_fine"),
    Field("pue_ratio", "Power usage effectiveness", "times", "count_fine"),
    Field("electricity_usd_per_kwh", "Electricity", "USD per kWh", "usd_fine"),
)


@dataclass(frozen=True)
class Section:
    """A group of inputs; `prefix` begins the names of its cells."""

    key: str
    prefix: str
    title: str
    fields: tuple[Field, ...]
    is_optional: bool = False


SECTIONS = (
    Section("workload", "workload", "Workload", WORKLOAD),
    Section("premium_model", "premium", "Premium model", MODEL),
    Section("small_model", "small", "Small model", MODEL),
    Section("routing", "routing", "Routing", ROUTING, is_optional=True),
    Section("semantic_cache", "semantic", "Semantic cache", SEMANTIC_CACHE, is_optional=True),
    Section("pool", "pool", "Self-hosted pool", POOL, is_optional=True),
)
DEFAULTS: dict[str, dict[str, float | str]] = {
    "workload": {
        "prefix_tokens_per_call": 0,
        "distinct_prefixes": 1,
        "active_hours_per_day": 24,
        "active_days_per_week": 7,
        "peak_to_average_ratio": 1,
        "batch_ratio": 0,
        "monthly_growth_ratio": 0,
    },
    "premium_model": {
        "cache_ttl_seconds": 300,
        "min_cacheable_tokens": 1024,
        "batch_discount_ratio": 0,
    },
    "small_model": {
        "cache_ttl_seconds": 300,
        "min_cacheable_tokens": 1024,
        "batch_discount_ratio": 0,
    },
    "routing": {
        "escalation_ratio": 0,
        "classifier_usd_per_call": 0,
        "platform_usd_per_month": 0,
    },
    "semantic_cache": {"lookup_usd_per_call": 0, "platform_usd_per_month": 0},
    "pool": {
        "instances_per_replica": 1,
        "prefix_hit_ratio": 0,
        "max_utilization_ratio": 0.7,
        "min_replicas": 1,
        "spare_replicas": 0,
        "scaling": "always_on",
        "cold_start_minutes": 0,
        "interruption_overhead_ratio": 0,
        "engineering_hours_per_month": 0,
        "engineering_usd_per_hour": 0,
        "platform_usd_per_month": 0,
        "migration_usd": 0,
        "amortization_months": 36,
        "power_kw_per_instance": 0,
        "pue_ratio": 1,
        "electricity_usd_per_kwh": 0,
    },
}
"""The cost model's defaults (section 1), for sections that a scenario leaves out."""
