"""Documents of scenarios that a form or the API can store: something missing, null or extreme."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from costing.engine import LEVERS, STRATEGIES
from costing.engine.inputs import all_inputs, sections
from tests.costing.cast import api_only, scenario_a
from tests.currencies import EUR_STATED

Document = dict[str, Any]
TIER_PRICES = ("input_usd_per_mtok", "output_usd_per_mtok")
# Inputs that cannot stand together, or that only growth beyond all numbers would refuse.
ALONE = {"agent_branching", "agent_depth", "monthly_growth_ratio"}
TREE = {"agent_branching": 3, "agent_depth": 2}
ONE_HOUR = [0] * 167 + [1]


def candidates() -> Iterator[tuple[str, Document]]:
    """Every document with what it is about; some of them are refused when they are stored."""
    yield "nothing but a model", api_only()
    yield "everything", with_everything()
    for key in sections():
        yield from of_section(key)
    whole = with_everything()
    yield "sections alone", {key: whole[key] for key in sections()}
    yield (
        "nothing beside sections",
        {key: whole[key] if key in sections() else None for key in whole},
    )
    yield "runs everything", whole | {"current_levers": list(LEVERS)}
    yield "no pairs", whole | {"pairs": []}
    yield "one month", whole | {"horizon_months": 1}
    yield "one future", whole | {"samples": 1}
    yield "scores unknown", whole | {"maturity": dict.fromkeys(whole["maturity"])}
    for name, changes in {
        "a tree of agents": TREE,
        "one hour a week": {"hourly_profile": ONE_HOUR},
        "no requests": {"requests_per_month": 0},
        "fast growth": {"monthly_growth_ratio": 10},
        "nearly all gone": {"monthly_growth_ratio": -0.9999},
    }.items():
        yield name, api_only() | {"workload": api_only()["workload"] | changes}
    halves = [{"key": "one", "share": 0.5}, {"key": "two", "share": 0.5, "title": "Two"}]
    halves[1] |= {"levers_allowed": [], "premium_model": {"catalog": "maker:large"}}
    yield "applications", scenario_a() | {"applications": halves}
    yield "a model of the catalog", api_only() | {"premium_model": {"catalog": "maker:large"}}


def with_everything() -> Document:
    """A document with every optional part."""
    document = scenario_a()
    document["premium_model"]["tiers"] = [
        {"above_input_tokens": 1000 * step, **dict.fromkeys(TIER_PRICES, step)}
        for step in range(1, 21)
    ]
    return document | {
        "outlook": {"api_price_change_per_year_ratio": -0.3, "refresh_months": 12},
        "latency": {"ttft_ms": 500},
        "commitment": {"committed_usd_per_month": 5_000, "commitment_discount_ratio": 0.1},
        "open_model": {"input_usd_per_mtok": 0.6, "output_usd_per_mtok": 0.9},
        "currency": EUR_STATED,
        "current_levers": ["prompt_caching"],
        "ranges": {"workload.requests_per_month": {"low": 0, "high": 1e7}},
        "maturity": dict.fromkeys(("hosting", "routing", "caching", "integrity", "finops"), 3),
        "pairs": [{"from": "baseline", "to": name} for name in STRATEGIES if name != "baseline"],
        "horizon_months": 240,
        "samples": 16,
        "seed": 7,
        "as_of": "2026-11-01",
    }


def of_section(key: str) -> Iterator[tuple[str, Document]]:
    """A section that is missing, null, without its optional inputs, all lowest or all highest."""
    section = sections()[key]
    whole = with_everything() | {"ranges": None, "current_levers": [], "pairs": None}
    yield f"no {key}", {name: value for name, value in whole.items() if name != key}
    figures = [figure for figure in section.figures if figure.key not in ALONE]
    lows = {figure.key: figure.low for figure in figures}
    highs = {figure.key: figure.high for figure in figures}
    needed = {
        figure.key: deepcopy(whole[key]).get(figure.key, figure.low)
        for figure in figures
        if figure.is_required or figure.key == "usd_per_instance_hour"
    }
    texts = {
        item.key: whole[key][item.key]
        for item in all_inputs()
        if item.section == key and item.is_required and item.number is None
    }
    yield f"{key} with nulls", whole | {key: dict.fromkeys(lows) | needed | texts}
    yield f"{key} at its least", whole | {key: lows | texts}
    yield f"{key} at its most", whole | {key: highs | texts}
    rented = {"hardware_usd_per_instance": None, "power_kw_per_instance": 0}
    if key == "pool":
        for scaling in ("scheduled", "autoscaled"):
            yield f"pool {scaling}", whole | {key: whole[key] | {"scaling": scaling}}
        yield (
            "pool rented at its least",
            whole | {key: lows | rented | {"electricity_usd_per_kwh": 0}},
        )
