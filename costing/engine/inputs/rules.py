"""What inputs ask of one another; each rule looks at the sound inputs, however many are not."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from math import log10
from typing import Any

from costing.engine.inputs.applications import MAX_APPLICATIONS
from costing.engine.inputs.errors import Errors
from costing.engine.inputs.fields import key_text
from costing.engine.inputs.models import MODEL_SECTIONS
from costing.engine.inputs.readers import named_set, read_day
from costing.engine.inputs.scenario import HORIZON_MONTHS
from costing.engine.inputs.workload import (
    MAX_CALLS_PER_REQUEST,
    MAX_GROWN_REQUESTS,
    tree_calls,
)
from costing.engine.levers import LEVERS, NAMED, OPEN_MODEL, SECTION_OF_LEVER

GROWTH = "monthly_growth_ratio"
TREE = ("agent_branching", "agent_depth")
RATES = ("prefill_tokens_per_second", "decode_tokens_per_second")
OWNED_ONLY = ("power_kw_per_instance", "electricity_usd_per_kwh")
Document = Mapping[Any, Any]


def check_document(document: Document, dimensions: Collection[str] | None, errors: Errors) -> None:
    """Note every rule that the document breaks, beside the errors of single inputs."""
    for place, part in (("", document), *_applications(document)):
        _check_workload(part, errors, place)
        for model in MODEL_SECTIONS:
            _check_tiers(part, model, errors, place)
    _check_growth(document, errors)
    for place, part in (("", document), *_applications(document)):
        for model in MODEL_SECTIONS:
            _check_provisioned(document, part, model, errors, place)
    _check_hourly_price(document, errors)
    _check_rates(document, errors)
    _check_needed_sections(document, errors)
    _check_pairs(document, errors)
    _check_dimensions(document, dimensions, errors)


def _applications(document: Document) -> list[tuple[str, Document]]:
    """Section 9: each application behind its path."""
    listed = document.get("applications")
    if not isinstance(listed, list | tuple):
        return []
    found = enumerate(listed[:MAX_APPLICATIONS])
    return [(f"applications.{n}.", each) for n, each in found if isinstance(each, Mapping)]


def referring_models(document: Document) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The models that refer to the catalog by path: the scenario's, then its applications'."""
    for place, owner in (("", document), *_applications(document)):
        for section in MODEL_SECTIONS:
            model = owner.get(section)
            if isinstance(model, Mapping) and "catalog" in model:
                yield f"{place}{section}", model


def _sound(document: Document, section: str, errors: Errors, place: str = "") -> dict[str, Any]:
    """A section's inputs that are present and have no error of their own."""
    value = document.get(section)
    if not isinstance(value, Mapping):
        return {}
    return {
        key: item
        for key, item in value.items()
        if isinstance(key, str) and item is not None and not errors.has(f"{place}{section}.{key}")
    }


def _check_workload(document: Document, errors: Errors, place: str) -> None:
    inputs = _sound(document, "workload", errors, place)
    tree = [key for key in TREE if key in inputs]
    if tree and "calls_per_request" in inputs:
        reason = "cannot be combined with agent_branching"
        errors.add(f"{place}workload.calls_per_request", reason)
    if len(tree) == 1:
        missing = TREE[1 - TREE.index(tree[0])]
        errors.add(f"{place}workload.{missing}", f"is required with {tree[0]}")
    if len(tree) == 2:
        calls = tree_calls(float(inputs["agent_branching"]), int(inputs["agent_depth"]))
        if calls > MAX_CALLS_PER_REQUEST:
            reason = f"makes more than {MAX_CALLS_PER_REQUEST:,.0f} calls per request"
            errors.add(f"{place}workload.agent_depth", reason)
    _check_parts_of_input(inputs, errors, place)


def _check_parts_of_input(inputs: Mapping[str, Any], errors: Errors, place: str) -> None:
    """Note a prefix longer than the input, and images or audio that do not fit beside it."""
    left = inputs.get("input_tokens_per_call")
    if left is None:
        return
    reason = "must not exceed input_tokens_per_call"
    for key in ("prefix_tokens_per_call", "image_tokens_per_call", "audio_tokens_per_call"):
        left -= inputs.get(key, 0.0)
        if left < 0.0:
            errors.add(f"{place}workload.{key}", reason)
            return
        reason = "must fit beside the prefix into input_tokens_per_call"


def _check_growth(document: Document, errors: Errors) -> None:
    """Note a growth at which the horizon's last month is beyond all numbers."""
    inputs = _sound(document, "workload", errors)
    months = document.get("horizon_months")
    if errors.has("horizon_months") or not {"requests_per_month", GROWTH} <= set(inputs):
        return
    later = (HORIZON_MONTHS if months is None else int(months)) - 1
    volume = log10(max(inputs["requests_per_month"], 1.0))
    if volume + later * log10(1.0 + inputs[GROWTH]) > log10(MAX_GROWN_REQUESTS):
        reason = f"grows beyond all numbers within the {later + 1} months of horizon_months"
        errors.add(f"workload.{GROWTH}", reason)


def _check_tiers(document: Document, model: str, errors: Errors, place: str) -> None:
    prices = document.get(model)
    if not isinstance(prices, Mapping) or "catalog" in prices:
        return
    tiers = prices.get("tiers")
    if not isinstance(tiers, list | tuple) or f"{place}{model}.tiers" in errors.fields:
        return
    thresholds = [
        float(tier["above_input_tokens"])
        for index, tier in enumerate(tiers)
        if isinstance(tier, Mapping)
        and tier.get("above_input_tokens") is not None
        and not errors.has(f"{place}{model}.tiers.{index}.above_input_tokens")
    ]
    if len(set(thresholds)) != len(thresholds):
        errors.add(f"{place}{model}.tiers", "must not repeat a threshold")


def _check_provisioned(
    document: Document, part: Document, model: str, errors: Errors, place: str
) -> None:
    """Note batches, which provisioned units do not carry, and units that are not sold."""
    owner, owned_at = (part, place) if part.get(model) is not None else (document, "")
    terms = _sound(owner, model, errors, owned_at).get("provisioned")
    if not isinstance(terms, Mapping) or "catalog" in owner[model]:  # unread, where unresolved
        return
    workload, batched_at = (part, place) if part.get("workload") is not None else (document, "")
    if _sound(workload, "workload", errors, batched_at).get("batch_ratio"):
        if owned_at == place:
            reason = "cannot be combined with workload.batch_ratio"
            errors.add(f"{place}{model}.provisioned", reason)
        elif batched_at == place:
            reason = f"cannot be combined with {model}.provisioned"
            errors.add(f"{place}workload.batch_ratio", reason)
    if owned_at == place:
        _check_units(terms, f"{place}{model}.provisioned.units", errors)


def _check_units(terms: Mapping[str, Any], path: str, errors: Errors) -> None:
    units, least, step = (
        default if terms.get(key) is None else terms[key]
        for key, default in (("units", 0), ("min_units", 1), ("unit_step", 1))
    )
    if not all(isinstance(each, int | float) for each in (units, least, step)):
        return  # named by an error of its own
    if units and (units < least or (units - least) % step):
        errors.add(path, f"must be 0, or min_units {least:,} and steps of {step:,} more")


def _check_hourly_price(document: Document, errors: Errors) -> None:
    pool = document.get("pool")
    if not isinstance(pool, Mapping) or pool.get("hardware_usd_per_instance") is not None:
        return
    if pool.get("usd_per_instance_hour") is None:
        reason = "is required, unless hardware_usd_per_instance is given"
        errors.add("pool.usd_per_instance_hour", reason)
    if pool.get("spot_usd_per_instance_hour") is None and pool.get("spot_ratio"):
        errors.add("pool.spot_usd_per_instance_hour", "is required by spot_ratio")
    if pool.get("reserved_usd_per_instance_hour") is None and pool.get("reserved_instances"):
        reason = "is required by reserved_instances"
        errors.add("pool.reserved_usd_per_instance_hour", reason)
    for key in OWNED_ONLY:
        if pool.get(key) not in (None, 0):
            errors.add(f"pool.{key}", "needs hardware_usd_per_instance")


def _check_rates(document: Document, errors: Errors) -> None:
    """Note a pool without any measurement of its speed."""
    pool = document.get("pool")
    if not isinstance(pool, Mapping) or pool.get("points"):
        return
    for key in RATES:
        if pool.get(key) is None:
            errors.add(f"pool.{key}", "is required, unless points are given")


def check_rate(document: Document, today: date, errors: Errors) -> None:
    """Note a rate of a day that has not begun anywhere yet."""
    rate_on = _sound(document, "currency", errors).get("rate_on")
    if rate_on is not None and read_day(rate_on) > today + timedelta(days=1):
        errors.add("currency.rate_on", "must not lie in the future")


def _check_needed_sections(document: Document, errors: Errors) -> None:
    """Note the sections that are missing although something asked for needs them."""
    for asked_by, lever in _levers_asked_for(document, errors):
        section = OPEN_MODEL if lever == OPEN_MODEL else SECTION_OF_LEVER.get(lever)
        if section is not None and document.get(section) is None:
            errors.add(section, f"is required by {asked_by}")
    if document.get("routing") is not None and document.get("small_model") is None:
        errors.add("small_model", "is required by routing")


def _levers_asked_for(document: Document, errors: Errors) -> list[tuple[str, str]]:
    """Each lever that runs today or that a pair compares, behind what asks for it."""
    current = document.get("current_levers")
    asked: list[tuple[str, str]] = []
    if isinstance(current, list | tuple) and all(
        isinstance(lever, str) and lever in LEVERS for lever in current
    ):
        asked += [("current_levers", lever) for lever in current]
    for place, pair in _sound_pairs(document, errors):
        for name in pair:
            is_list = isinstance(name, list | tuple)
            levers = name if is_list else NAMED.get(name, ())
            asked += [(place if is_list else name, lever) for lever in levers]
    return asked


def _sound_pairs(document: Document, errors: Errors) -> list[tuple[str, tuple[Any, Any]]]:
    """The pairs without an error of their own, each behind its path."""
    pairs = document.get("pairs")
    if not isinstance(pairs, list | tuple) or "pairs" in errors.fields:
        return []
    listed = ((f"pairs.{index}", pair) for index, pair in enumerate(pairs))
    return [
        (place, (pair["from"], pair["to"]) if isinstance(pair, Mapping) else tuple(pair))
        for place, pair in listed
        if not {place, f"{place}.from", f"{place}.to"} & set(errors.fields)
    ]


def _check_pairs(document: Document, errors: Errors) -> None:
    """Note each pair that was given before, in whichever way its sets are written."""
    seen = set()
    for place, pair in _sound_pairs(document, errors):
        named = tuple(map(named_set, pair))
        if named in seen:
            errors.add(place, "must not repeat an earlier pair")
        seen.add(named)


def _check_dimensions(
    document: Document, dimensions: Collection[str] | None, errors: Errors
) -> None:
    maturity = document.get("maturity")
    if dimensions is None or not isinstance(maturity, Mapping):
        return
    for key in maturity:
        if key not in dimensions:
            errors.replace(f"maturity.{key_text(key)}", "is not a known key")
