"""The figures of a scenario document, with units and plain words; must not import Django."""

from costing.engine.inputs.label import Figure, Section

WORKLOAD = Section(
    "workload",
    "Workload",
    "What users ask for in a month, and how long the prompts are.",
    (
        Figure(
            "workload.requests_per_month",
            "Requests",
            "per month",
            "What users send. One request may cause several model calls.",
            is_required=True,
        ),
        Figure(
            "workload.calls_per_request",
            "Calls per request",
            "calls",
            "Model calls: 1 for a plain question, more for chains and agents.",
            default="1",
        ),
        Figure(
            "workload.input_tokens_per_call",
            "Input per call",
            "tokens",
            "Mean length of the whole prompt.",
            is_required=True,
        ),
        Figure(
            "workload.output_tokens_per_call",
            "Output per call",
            "tokens",
            "Mean length of the answer.",
            is_required=True,
        ),
        Figure(
            "workload.prefix_tokens_per_call",
            "Repeated prefix",
            "tokens",
            "The leading part of the input that repeats: instructions, documents.",
            default="0",
        ),
        Figure(
            "workload.distinct_prefixes",
            "Different prefixes",
            "in rotation",
            "How many such leading parts take turns: one per document, tenant or agent.",
            default="1",
        ),
        Figure(
            "workload.active_hours_per_day",
            "Active hours",
            "per day",
            "24 when traffic never rests; else the day starts at 09:00.",
            default="24",
        ),
        Figure("workload.active_days_per_week", "Active days", "per week", default="7"),
        Figure(
            "workload.monthly_growth_ratio",
            "Growth of requests",
            "% per month",
            "Compounds; used for the break-even over time.",
            is_percent=True,
            default="0",
        ),
    ),
    (
        Figure(
            "workload.prefix_hit_ratio",
            "Measured prompt-cache hits",
            "% of calls",
            "Replaces the hit ratio that is otherwise worked out from the traffic.",
            is_percent=True,
        ),
        Figure(
            "workload.peak_to_average_ratio",
            "Peak within an hour",
            "× its mean",
            "Sizes the self-hosted pool; 1 when traffic is even.",
            default="1",
        ),
        Figure(
            "workload.batch_ratio",
            "Sent as batch",
            "% of calls",
            "Through the provider's slower, cheaper tier.",
            is_percent=True,
            default="0",
        ),
        Figure(
            "workload.agent_branching",
            "Agents: branching",
            "per level",
            "Instead of calls per request: how many agents each agent calls.",
        ),
        Figure("workload.agent_depth", "Agents: depth", "levels"),
    ),
)

ROUTING = Section(
    "routing",
    "Routing",
    "A light classifier sends simple calls to the small model.",
    (
        Figure(
            "routing.simple_ratio",
            "Simple calls",
            "% of calls",
            "The share that a small model can answer well.",
            is_percent=True,
            is_required=True,
        ),
        Figure(
            "routing.escalation_ratio",
            "Asked again",
            "% of those",
            "Simple calls whose answer fails and goes to the premium model after all.",
            is_percent=True,
            default="0",
        ),
        Figure("routing.classifier_usd_per_call", "Classifier", "USD per call", default="0"),
        Figure(
            "routing.platform_usd_per_month", "Gateway and upkeep", "USD per month", default="0"
        ),
    ),
    switch="Compare routing",
)

SEMANTIC_CACHE = Section(
    "semantic_cache",
    "Semantic cache",
    "Answers that were given before are given again without a model.",
    (
        Figure(
            "semantic_cache.hit_ratio",
            "Answered from the cache",
            "% of calls",
            is_percent=True,
            is_required=True,
        ),
        Figure("semantic_cache.lookup_usd_per_call", "Lookup", "USD per call", default="0"),
        Figure(
            "semantic_cache.platform_usd_per_month",
            "Store and upkeep",
            "USD per month",
            default="0",
        ),
    ),
    switch="Compare a semantic cache",
)

POOL = Section(
    "pool",
    "Self-hosted pool",
    "Open-weights models on capacity of your own, rented or bought.",
    (
        Figure(
            "pool.usd_per_instance_hour",
            "Own price",
            "USD per hour",
            "Of one instance. Leave it empty to take the offer's.",
        ),
        Figure(
            "pool.prefill_tokens_per_second",
            "Reading speed",
            "tokens per s",
            "Input tokens that one replica reads per second when it is busy.",
        ),
        Figure(
            "pool.decode_tokens_per_second",
            "Writing speed",
            "tokens per s",
            "Output tokens that one replica writes per second when it is busy.",
        ),
        Figure(
            "pool.engineering_hours_per_month",
            "Engineering",
            "hours per month",
            "People who keep it running.",
            default="0",
        ),
        Figure("pool.engineering_usd_per_hour", "Engineering rate", "USD per hour", default="0"),
        Figure("pool.platform_usd_per_month", "Platform", "USD per month", default="0"),
        Figure("pool.migration_usd", "Migration", "USD, once", "Paid at the start.", default="0"),
    ),
    (
        Figure(
            "pool.instances_per_replica",
            "Instances per replica",
            "instances",
            "More than 1 when the model does not fit on one.",
            default="1",
        ),
        Figure("pool.min_replicas", "At least", "replicas", default="1"),
        Figure(
            "pool.max_utilization_ratio",
            "Filled up to",
            "%",
            "Head room for bursts: 70 % is usual.",
            is_percent=True,
            default="70",
        ),
        Figure("pool.spare_replicas", "Spare replicas", "replicas", default="0"),
        Figure(
            "pool.prefix_hit_ratio", "Server's prefix cache", "% hits", is_percent=True, default="0"
        ),
        Figure("pool.cold_start_minutes", "Cold start", "minutes", default="0"),
        Figure(
            "pool.interruption_overhead_ratio",
            "Spot interruptions",
            "% more hours",
            is_percent=True,
            default="0",
        ),
        Figure(
            "pool.hardware_usd_per_instance",
            "Bought hardware",
            "USD per instance",
            "Replaces the hourly price.",
        ),
        Figure("pool.amortization_months", "Written off over", "months", default="36"),
        Figure("pool.power_kw_per_instance", "Power", "kW per instance", default="0"),
        Figure("pool.pue_ratio", "Data centre overhead (PUE)", "×", default="1"),
        Figure("pool.electricity_usd_per_kwh", "Electricity", "USD per kWh", default="0"),
    ),
    switch="Compare self-hosting",
)

HORIZON = Figure(
    "horizon_months",
    "Horizon of the break-even",
    "months",
    "How far ahead savings are summed up.",
    default="36",
)


SAMPLES = Figure("samples", "Futures drawn", "futures", default="4,096")
SEED = Figure("seed", "Seed", "", "The same seed draws the same futures.", default="1")


def model_figures(section: str) -> tuple[Figure, ...]:
    """The prices of a model that is not taken from the catalog."""
    return (
        Figure(f"{section}.input_usd_per_mtok", "Input", "USD per Mtok"),
        Figure(f"{section}.output_usd_per_mtok", "Output", "USD per Mtok"),
        Figure(
            f"{section}.cache_read_usd_per_mtok",
            "Cached input",
            "USD per Mtok",
            "Empty: the model has no prompt cache.",
        ),
        Figure(
            f"{section}.cache_write_usd_per_mtok",
            "Cache write",
            "USD per Mtok",
            "Empty: as dear as input.",
        ),
        Figure(f"{section}.cache_ttl_seconds", "Cache lifetime", "seconds", default="300"),
        Figure(
            f"{section}.min_cacheable_tokens", "Shortest cached prefix", "tokens", default="1,024"
        ),
        Figure(
            f"{section}.batch_discount_ratio", "Batch discount", "%", is_percent=True, default="0"
        ),
    )


OPTIONAL_SECTIONS = (ROUTING, SEMANTIC_CACHE, POOL)
MODELS = {"premium_model": "Premium model", "small_model": "Small model"}
FIGURES = (
    *WORKLOAD.figures,
    *WORKLOAD.advanced,
    *(figure for section in MODELS for figure in model_figures(section)),
    *(figure for section in OPTIONAL_SECTIONS for figure in section.figures + section.advanced),
    HORIZON,
    SAMPLES,
    SEED,
)
