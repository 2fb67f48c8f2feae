"""Builds the sections of a scenario (workload, models, routing, cache, pool) from mappings.

Pure: no Django, no NumPy, no clock, no I/O.
"""

from collections.abc import Mapping
from typing import Any

from costing.engine.inputs import bounds
from costing.engine.inputs.reader import (
    Faults,
    read_mapping,
    read_number,
    read_numbers,
    refuse_unknown_keys,
)
from costing.engine.inputs.scenario import (
    SCALINGS,
    ModelPrices,
    Pool,
    Routing,
    SemanticCache,
    Tier,
    Workload,
    tree_calls,
)
from costing.engine.units import HOURS_PER_WEEK

OWNED_ONLY = ("power_kw_per_instance", "electricity_usd_per_kwh")


def _open(
    document: Mapping[Any, Any], name: str, extra: tuple[str, ...], required: bool, faults: Faults
) -> Mapping[Any, Any] | None:
    """The section's mapping with unknown keys noted, or None when it is absent or no mapping."""
    value = document.get(name)
    if value is None:
        if required:
            faults.add(name, "is required")
        return None
    section = read_mapping(value, name, faults)
    if section is not None and "catalog" in section and name.endswith("_model"):
        faults.add(f"{name}.catalog", "is not resolved to prices")
        return None
    if section is not None:
        known = frozenset(bounds.SECTIONS[name]).union(extra)
        refuse_unknown_keys(section, known, f"{name}.", faults)
    return section


def read_workload(document: Mapping[Any, Any], faults: Faults) -> Workload | None:
    """The workload, or None with its faults noted."""
    section = _open(document, "workload", ("hourly_profile",), True, faults)
    if section is None:
        return None
    before = len(faults.fields)
    values = read_numbers(section, bounds.WORKLOAD, "workload.", faults)
    if section.get("hourly_profile") is not None:
        values["hourly_profile"] = _read_profile(section["hourly_profile"], faults)
    _check_fan_out(values, faults)
    if values.get("prefix_tokens_per_call", 0.0) > values.get("input_tokens_per_call", 1e300):
        faults.add("workload.prefix_tokens_per_call", "must not exceed input_tokens_per_call")
    return Workload(**values) if len(faults.fields) == before else None


def _check_fan_out(values: Mapping[str, Any], faults: Faults) -> None:
    tree = [key for key in ("agent_branching", "agent_depth") if key in values]
    if tree and "calls_per_request" in values:
        faults.add("workload.calls_per_request", "cannot be combined with agent_branching")
    if len(tree) == 1:
        missing = "agent_depth" if tree == ["agent_branching"] else "agent_branching"
        faults.add(f"workload.{missing}", f"is required with {tree[0]}")
    if len(tree) == 2:
        calls = tree_calls(values["agent_branching"], values["agent_depth"])
        if calls > bounds.CALLS_PER_REQUEST_LIMIT:
            limit = f"{bounds.CALLS_PER_REQUEST_LIMIT:,.0f}"
            faults.add("workload.agent_depth", f"makes more than {limit} calls per request")


def _read_profile(value: object, faults: Faults) -> tuple[float, ...] | None:
    path = "workload.hourly_profile"
    if not isinstance(value, list | tuple) or len(value) != HOURS_PER_WEEK:
        faults.add(path, f"must be a list of {HOURS_PER_WEEK} weights")
        return None
    found = Faults()
    weights = [
        read_number(weight, bounds.HOURLY_WEIGHT, f"{path}.{hour}", found)
        for hour, weight in enumerate(value)
    ]
    for reasons in found.fields.values():
        faults.add(path, f"has a weight that {reasons[0]}")
    sound = [weight for weight in weights if weight is not None]
    if not found.fields and not sum(sound) > 0:
        faults.add(path, "must have a positive sum")
    return tuple(float(weight) for weight in sound)


def read_model(
    document: Mapping[Any, Any], name: str, required: bool, faults: Faults
) -> ModelPrices | None:
    """A model's prices, or None when absent or with its faults noted."""
    section = _open(document, name, ("tiers",), required, faults)
    if section is None:
        return None
    before = len(faults.fields)
    values = read_numbers(section, bounds.MODEL, f"{name}.", faults)
    if section.get("tiers") is not None:
        values["tiers"] = _read_tiers(section["tiers"], f"{name}.tiers", faults)
    return ModelPrices(**values) if len(faults.fields) == before else None


def _read_tiers(value: object, path: str, faults: Faults) -> tuple[Tier, ...]:
    if not isinstance(value, list | tuple) or len(value) > bounds.TIERS_LIMIT:
        faults.add(path, f"must be a list of at most {bounds.TIERS_LIMIT} tiers")
        return ()
    tiers = []
    for index, item in enumerate(value):
        prefix = f"{path}.{index}"
        mapping = read_mapping(item, prefix, faults)
        if mapping is None:
            continue
        refuse_unknown_keys(mapping, frozenset(bounds.TIER), f"{prefix}.", faults)
        values = read_numbers(mapping, bounds.TIER, f"{prefix}.", faults)
        if "above_input_tokens" in values:
            tiers.append(Tier(**values))
    thresholds = [tier.above_input_tokens for tier in tiers]
    if len(set(thresholds)) != len(thresholds):
        faults.add(path, "must not repeat a threshold")
    return tuple(sorted(tiers, key=lambda tier: tier.above_input_tokens))


def read_routing(document: Mapping[Any, Any], faults: Faults) -> Routing | None:
    """The routing section, or None when absent or with its faults noted."""
    section = _open(document, "routing", (), False, faults)
    if section is None:
        return None
    before = len(faults.fields)
    values = read_numbers(section, bounds.ROUTING, "routing.", faults)
    return Routing(**values) if len(faults.fields) == before else None


def read_semantic_cache(document: Mapping[Any, Any], faults: Faults) -> SemanticCache | None:
    """The semantic cache section, or None when absent or with its faults noted."""
    section = _open(document, "semantic_cache", (), False, faults)
    if section is None:
        return None
    before = len(faults.fields)
    values = read_numbers(section, bounds.SEMANTIC_CACHE, "semantic_cache.", faults)
    return SemanticCache(**values) if len(faults.fields) == before else None


def read_pool(document: Mapping[Any, Any], faults: Faults) -> Pool | None:
    """The pool section, or None when absent or with its faults noted."""
    section = _open(document, "pool", ("scaling",), False, faults)
    if section is None:
        return None
    before = len(faults.fields)
    values = read_numbers(section, bounds.POOL, "pool.", faults)
    scaling = section.get("scaling")
    if scaling is not None:
        if not isinstance(scaling, str) or scaling not in SCALINGS:
            faults.add("pool.scaling", "must be one of " + ", ".join(SCALINGS))
        values["scaling"] = scaling
    _check_hourly_price(section, faults)
    return Pool(**values) if len(faults.fields) == before else None


def _check_hourly_price(section: Mapping[Any, Any], faults: Faults) -> None:
    if section.get("hardware_usd_per_instance") is not None:
        return
    if section.get("usd_per_instance_hour") is None:
        reason = "is required, unless hardware_usd_per_instance is given"
        faults.add("pool.usd_per_instance_hour", reason)
    for key in OWNED_ONLY:
        if section.get(key) not in (None, 0):
            faults.add(f"pool.{key}", "needs hardware_usd_per_instance")
