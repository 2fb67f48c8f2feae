"""How far inputs may be off that nobody gave a range: by their kind and where they come from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from costing.engine.inputs.applications import OWN_SECTIONS
from costing.engine.inputs.figures import figure_at
from costing.engine.inputs.latency import fit_error, nearest
from costing.engine.inputs.ranges import OF_ALL
from costing.engine.inputs.registry import InputField, all_inputs
from costing.engine.inputs.scenario import MAX_RANGES, Range, Scenario


class Basis(StrEnum):
    """Where the value of an input comes from."""

    MEASURED = "measured"
    CATALOG = "catalog"
    CONTRACT = "contract"
    STATED = "stated"
    GUESSED = "guessed"
    DEFAULT = "default"


WIDTHS: Mapping[Basis, float] = {
    Basis.MEASURED: 0.5,
    Basis.CATALOG: 0.5,
    Basis.CONTRACT: 0.0,
    Basis.STATED: 1.0,
    Basis.GUESSED: 2.0,
    Basis.DEFAULT: 1.5,
}
"""How wide a default range is by basis, over one of a stated value. A contract holds its price."""

LEAST_FACTOR = 0.1
GOODPUT = "pool.goodput_ratio"


@dataclass(frozen=True, slots=True)
class Kind:
    """Inputs that vary alike, by the end of their path: how far below and above a stated value.

    A share moves by that part of its distance from the nearer of 0 and 1; all else of itself.
    """

    key: str
    title: str
    paths: tuple[str, ...]
    below: float
    above: float
    reason: str


KINDS = (
    Kind(
        "volume",
        "Volumes",
        ("requests_per_month", "distinct_prefixes"),
        *(0.3, 0.5),
        "use that grows is forecast too low more often than too high",
    ),
    Kind(
        "calls",
        "Calls a request",
        ("calls_per_request", "agent_branching", "turns_per_conversation", "calls_per_burst"),
        *(0.2, 0.4),
        "chains of agents gain steps and retries",
    ),
    Kind(
        "tokens",
        "Lengths of calls",
        (
            *("input_tokens_per_call", "output_tokens_per_call", "prefix_tokens_per_call"),
            *("image_tokens_per_call", "audio_tokens_per_call", "reasoning_tokens_per_call"),
            *("input_token_ratio", "output_token_ratio"),
        ),
        *(0.2, 0.3),
        "prompts and answers become longer as features are added",
    ),
    Kind(
        "shares",
        "Shares of calls",
        (
            *("prefix_hit_ratio", "batch_ratio", "simple_ratio", "escalation_ratio", "hit_ratio"),
            *("rework_ratio", "false_hit_ratio", "cache_capture_ratio"),
        ),
        *(0.3, 0.3),
        "a share that was not measured may lie on either side",
    ),
    Kind(
        "prices",
        "Prices of models",
        (
            *("input_usd_per_mtok", "output_usd_per_mtok"),
            *("cache_read_usd_per_mtok", "cache_write_usd_per_mtok"),
            *("image_input_usd_per_mtok", "audio_input_usd_per_mtok"),
            "cache_write_1h_usd_per_mtok",
        ),
        *(0.2, 0.1),
        "list prices are cut and discounted more often than raised",
    ),
    Kind(
        "capacity",
        "Prices of capacity",
        (
            *("usd_per_instance_hour", "hardware_usd_per_instance", "electricity_usd_per_kwh"),
            *("reserved_usd_per_instance_hour", "spot_usd_per_instance_hour"),
            "power_kw_per_instance",
        ),
        *(0.2, 0.2),
        "prices differ by region, term and provider",
    ),
    Kind(
        "speeds",
        "Speeds of a replica",
        ("prefill_tokens_per_second", "decode_tokens_per_second"),
        *(0.4, 0.2),
        "a benchmark shows the best case: mixed lengths and latency limits lower it",
    ),
    Kind(
        "peaks",
        "Peaks within an hour",
        ("peak_to_average_ratio",),
        *(0.2, 0.5),
        "bursts are missed by hourly means",
    ),
    Kind(
        "hours",
        "Hours of work",
        ("engineering_hours_per_month",),
        *(0.3, 0.6),
        "upkeep is estimated too low more often than too high",
    ),
    Kind(
        "fees",
        "Rates and fees",
        (
            *("engineering_usd_per_hour", "platform_usd_per_month"),
            *("classifier_usd_per_call", "lookup_usd_per_call"),
            *("usd_per_rework", "usd_per_false_hit", "egress_usd_per_month"),
            *("observability_usd_per_month", "security_usd_per_month"),
            "evaluation_usd_per_month",
        ),
        *(0.2, 0.2),
        "offers and internal rates differ",
    ),
)
FIXED = {
    **dict.fromkeys(
        (
            *("agent_depth", "instances_per_replica", "min_replicas", "spare_replicas"),
            *("max_utilization_ratio", "amortization_months", "active_hours_per_day"),
            *("active_days_per_week", "reserved_instances", "spot_ratio", "regions"),
            *("committed_usd_per_month", "discount_ratio_per_year", "deferral_hours"),
        ),
        "chosen, not found out",
    ),
    **dict.fromkeys(
        (
            *("cache_ttl_seconds", "min_cacheable_tokens", "batch_discount_ratio"),
            *("above_input_tokens", "cache_storage_usd_per_mtok_hour"),
            "commitment_discount_ratio",
        ),
        "a term of the price list",
    ),
    **dict.fromkeys(
        (
            *("migration_usd", "monthly_growth_ratio", "refresh_months", "refresh_usd"),
            *("api_price_change_per_year_ratio", "gpu_price_change_per_year_ratio"),
            *("api_contract_months", "gpu_contract_months"),
        ),
        "not in the cost of a month, which is varied",
    ),
    **dict.fromkeys(("ttft_ms", "tpot_ms", "percentile"), "promised, not found out"),
    "goodput_ratio": "varied by how far off points left out were",
    **dict.fromkeys(
        ("turn_gap_seconds", "cold_start_minutes", "interruption_overhead_ratio", "pue_ratio"),
        "small beside the price of capacity, which is varied",
    ),
}
"""The numeric inputs that no default range varies, and why."""

_KIND_OF = {key: kind for kind in KINDS for key in kind.paths}


def kind_of(path: str) -> Kind | None:
    """The kind of an input by its path; None for one that no default range varies."""
    return _KIND_OF.get(path.rpartition(".")[2])


def default_ranges(scenario: Scenario, bases: Mapping[str, Basis]) -> dict[str, Range]:
    """The ranges of a scenario that states none, by path; an input without a basis is a default.

    An input of 0 stays 0, and so does a share of 1: nothing says how far off those may be.
    """
    found = {}
    for path, field in _applicable(scenario):
        kind, value = kind_of(path), figure_at(scenario, path)
        if kind is None or value is None:
            continue
        ends = _range(kind, field, float(value), WIDTHS[bases.get(path, Basis.DEFAULT)])
        if ends.low < ends.high:
            found[path] = ends
    # The prices of tiers give way where there are too many.
    return dict(sorted(found.items(), key=lambda item: ".tiers." in item[0])[:MAX_RANGES])


def measurement_range(scenario: Scenario) -> dict[str, Range]:
    """Section 14: how far off the measured points may be; it is varied with all other ranges."""
    pool = scenario.pool
    if pool is None or not pool.points or GOODPUT in scenario.ranges:
        return {}
    from costing.engine.tokens import served_lengths  # imported late: it needs NumPy

    points = pool.points
    lengths = [served_lengths(pool, part.scenario.workload) for part in scenario.parts]
    error = fit_error(max(nearest(points, *each).factor for each in lengths))
    ratio = pool.goodput_ratio
    return {GOODPUT: Range(ratio * error.low, ratio * error.high)}


def _range(kind: Kind, field: InputField, value: float, width: float) -> Range:
    below, above = kind.below * width, kind.above * width
    if field.is_percent:
        room = min(value, 1.0 - value)
        return Range(value - room * min(below, 1.0), value + room * min(above, 1.0))
    least = max(field.low, field.number.least if field.number else 0.0)
    low = max(value * max(1.0 - below, LEAST_FACTOR), least)
    return Range(min(low, value), min(value * (1.0 + above), field.high))


def applicable_inputs(scenario: Scenario) -> list[str]:
    """The paths of the numeric inputs that have a value and an effect, those of tiers included."""
    return [path for path, _ in _applicable(scenario)]


def _applicable(scenario: Scenario) -> Iterator[tuple[str, InputField]]:
    for field in all_inputs():
        if not field.may_range:
            continue
        for path in _places(scenario, field.path):
            section, value = path.rpartition(".")[0], figure_at(scenario, path)
            is_unused = field.is_extra and value == field.default
            if value is None or is_unused or _is_idle(scenario, section, field):
                continue
            yield path, field


def _is_idle(scenario: Scenario, section: str, field: InputField) -> bool:
    """Whether another input of its section keeps a field without effect."""
    needed, excluded = field.only_with, field.only_without
    return (bool(needed) and _is_absent(scenario, section, needed)) or (
        bool(excluded) and not _is_absent(scenario, section, excluded)
    )


def _is_absent(scenario: Scenario, section: str, key: str) -> bool:
    return figure_at(scenario, f"{section}.{key}") is None


def _places(scenario: Scenario, path: str) -> list[str]:
    """The paths that stand at a declared one: in the scenario and in applications, by tier."""
    section, _, key = path.partition(".")
    wanted = [section] if _is_taken(scenario, section, path) else []
    if section in OWN_SECTIONS and path not in OF_ALL:
        own = (getattr(each, section) for each in scenario.applications)
        wanted += [f"applications.{n}.{section}" for n, each in enumerate(own) if each is not None]
    if "*" not in path:
        return [f"{place}.{key}" for place in wanted]
    return [
        f"{place}.{key.replace('*', str(number))}"
        for place in wanted
        for number in range(len(figure_at(scenario, f"{place}.tiers") or ()))
    ]


def _is_taken(scenario: Scenario, section: str, path: str) -> bool:
    """Whether the scenario's own section counts: some application has none of its own."""
    if not scenario.applications or section not in OWN_SECTIONS or path in OF_ALL:
        return True
    is_platform = path.endswith(".platform_usd_per_month")  # paid once for all
    return is_platform or any(getattr(each, section) is None for each in scenario.applications)
