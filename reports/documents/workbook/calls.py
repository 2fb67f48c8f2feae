"""Sheet Tiers, and the first part of Workings: the way of a call and what it costs (2 to 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from costing.engine.inputs import Tier, number_at
from reports.documents.workbook.formula import (
    WEEKS_PER_MONTH,
    Formula,
    all_of,
    is_number,
    lowest,
    product_sum,
    when,
)
from reports.documents.workbook.inputs import Inputs
from reports.documents.workbook.page import Page

Prices = Mapping[str, Formula]

PRICES = tuple(name for name in Tier.model_fields if name != "above_input_tokens")
PRICE_TITLES = ("Input", "Output", "Cache read", "Cache write")
MIN_TIER_ROWS = 4
THRESHOLD, FIRST_PRICE, FIRST_RESULT = 0, 1, 6
MODELS = (("premium", "premium_model", "Premium model"), ("small", "small_model", "Small model"))


def write_tiers(
    page: Page, scenario: Mapping[str, Any], cells: Mapping[str, Formula]
) -> dict[str, Prices]:
    """The tiers of both models, and the prices that apply to the workload's calls, by model."""
    page.widths(26, 14, 14, 14, 14, 4, 14, 14, 14, 14)
    page.text(0, 0, "Price tiers", "title")
    lead = (
        "A call whose input is above a threshold pays that tier’s prices for all of its tokens."
        " Thresholds ascend; an empty price keeps the one before."
    )
    page.text(1, 0, lead, "lead")
    row = 3
    found: dict[str, Prices] = {}
    for prefix, key, title in MODELS:
        page.text(row, 0, title, "heading")
        base = {name: cells[f"{prefix}_{name}"] for name in PRICES}
        tiers = (scenario.get(key) or {}).get("tiers") or []
        row, found[prefix] = _table(page, row + 1, prefix, tiers, base, cells)
        row += 1
    page.sheet.freeze_panes(3, 0)
    page.printed()
    return found


def _table(
    page: Page,
    row: int,
    prefix: str,
    tiers: list[Mapping[str, Any]],
    base: Prices,
    cells: Mapping[str, Formula],
) -> tuple[int, dict[str, Formula]]:
    """One model's tiers; the right-hand columns carry the prices from tier to tier."""
    tokens = cells["workload_input_tokens_per_call"]
    page.text(row, THRESHOLD, "Above input tokens per call", "head")
    page.texts(row, FIRST_PRICE, [f"{title}, USD per Mtok" for title in PRICE_TITLES], "head_right")
    page.texts(row, FIRST_RESULT, [f"{title} after it" for title in PRICE_TITLES], "head_right")
    page.sheet.set_row(row, 32)
    prices = dict(base)
    for number in range(max(MIN_TIER_ROWS, len(tiers))):
        row += 1
        tier = tiers[number] if number < len(tiers) else {}
        threshold = _input(page, row, THRESHOLD, "above_input_tokens", tier, "input_count_fine")
        for place, name in enumerate(PRICES):
            price = _input(page, row, FIRST_PRICE + place, name, tier, "input_usd_fine")
            applied = _applied(prices[name], price, threshold, tokens)
            prices[name] = page.formula(row, FIRST_RESULT + place, applied, "usd_fine")
    row += 1
    page.text(row, THRESHOLD, "Prices of this workload’s calls", "label_bold")
    for place, name in enumerate(PRICES):
        cell_name = f"{prefix}_price_{name.removesuffix('_usd_per_mtok')}"
        column = FIRST_RESULT + place
        prices[name] = page.formula(row, column, prices[name], "usd_fine_bold", cell_name)
    return row + 1, prices


def _input(
    page: Page, row: int, column: int, name: str, tier: Mapping[str, Any], style: str
) -> Formula:
    spec = number_at(f"premium_model.tiers.0.{name}")
    rule = {
        "validate": "decimal",
        "criteria": "between",
        "minimum": spec.low,
        "maximum": spec.high,
        "ignore_blank": True,
        "error_title": "Tier",
        "error_message": f"From {spec.low:,.10g} to {spec.high:,.10g}, or empty.",
    }
    page.sheet.data_validation(row, column, row, column, rule)
    return page.static(row, column, tier.get(name), style)


def _applied(before: Formula, price: Formula, threshold: Formula, tokens: Formula) -> Formula:
    """The price after a tier: its own where the call is above it, else the one before."""
    has_price = all_of(is_number(threshold), is_number(price))
    kept = when(is_number(before), before, "")
    return when(all_of(has_price, tokens > threshold), price, kept)


MTOK = 1_000_000
MAX_TREE_DEPTH = 32
TREE_COLUMN = 24


@dataclass(frozen=True)
class Flow:
    """Calls per month with (1) and without (0) a semantic cache, and the calls of one request."""

    fan_out: Formula
    calls: Formula
    answered: tuple[Formula, Formula]
    simple: tuple[Formula, Formula]
    complex: tuple[Formula, Formula]


@dataclass(frozen=True)
class Rates:
    """USD of one call by kind of token, whether its prefix can be cached, its renewals per call."""

    rest: Formula
    prefix_input: Formula
    prefix_read: Formula
    prefix_write: Formula
    output: Formula
    can_cache: Formula
    renewals: Formula


@dataclass(frozen=True)
class Capacity:
    """Of a pool: seconds and load of one call, the price of an instance-hour."""

    seconds_per_call: Formula
    load_per_call: Formula
    usd_per_instance_hour: Formula
    power_usd_per_hour: Formula


def write_flow(page: Page, row: int, inputs: Inputs) -> tuple[int, Flow]:
    """Section 2: where the month's calls go."""
    page.text(row, 0, "Where the calls go", "heading")
    row = _labels(page, row, ["Figure", "Value", "With semantic cache"])
    fan_out = _fan_out(page, row, inputs)
    calls = _line(
        page, row + 1, "Calls per month", inputs["workload_requests_per_month"] * fan_out, "calls"
    )
    kept = calls * (1 - inputs["semantic_hit_ratio"])
    answered = _pair(page, row + 2, "Calls after the cache", (calls, kept))
    simple = _pair(
        page,
        row + 3,
        "Simple calls, where routed",
        [item * inputs["routing_simple_ratio"] for item in answered],
    )
    escalated = inputs["routing_escalation_ratio"]
    hard = _pair(
        page,
        row + 4,
        "Complex calls, where routed",
        [item - easy + easy * escalated for item, easy in zip(answered, simple, strict=True)],
    )
    return row + 6, Flow(fan_out, calls, answered, simple, hard)


def _fan_out(page: Page, row: int, inputs: Inputs) -> Formula:
    """Section 1: the calls of one request, as given or as the size of a tree of agents."""
    page.text(row - 1, TREE_COLUMN, "Tree level", "head")
    levels = [
        page.static(row + i, TREE_COLUMN, i, "count_static") for i in range(MAX_TREE_DEPTH + 1)
    ]
    level = page.column(levels, "tree_levels")
    branching, depth = inputs["workload_agent_branching"], inputs["workload_agent_depth"]
    tree = when(branching.equals(0), 1, product_sum((level <= depth) * branching**level))
    given = inputs["workload_calls_per_request"]
    fan_out = when(
        all_of(is_number(branching), is_number(depth)), tree, when(is_number(given), given, 1)
    )
    return _line(page, row, "Model calls per request", fan_out, "fan_out")


def write_rates(
    page: Page, row: int, inputs: Inputs, prices: Mapping[str, Prices]
) -> tuple[int, dict[str, Rates]]:
    """Section 3: USD of one call to each model at its tier, batch discount applied."""
    page.text(row, 0, "What one call costs, USD", "heading")
    row = _labels(page, row, ["Figure", "Premium model", "Small model"])
    tokens = inputs["workload_input_tokens_per_call"]
    shorter = lowest(inputs["workload_prefix_tokens_per_call"], tokens)
    prefix = _line(page, row, "Prefix, tokens", shorter, "prefix_tokens")
    found = {
        model: _rates(page, row + 1, column, model, inputs, prices[model], prefix)
        for column, model in ((1, "premium"), (2, "small"))
    }
    return row + 10, found


RATE_TITLES = (
    "Factor: batch, per token",
    "Input that does not repeat",
    "Prefix as fresh input",
    "Prefix read from the cache",
    "Prefix written to the cache",
    "Output",
    "Prefix can be cached (1 yes)",
    "Renewals of a prefix per call, at weight 1",
)


def _rates(
    page: Page, row: int, column: int, model: str, inputs: Inputs, prices: Prices, prefix: Formula
) -> Rates:
    if column == 1:
        for offset, title in enumerate(RATE_TITLES):
            page.text(row + offset, 0, title, "label")

    def put(offset: int, content: Formula, name: str) -> Formula:
        return page.formula(row + offset, column, content, "exact", f"{model}_{name}")

    def price(name: str, fallback: Formula | int) -> Formula:
        cell = prices[f"{name}_usd_per_mtok"]
        return when(is_number(cell), cell, fallback)

    tokens = inputs["workload_input_tokens_per_call"]
    discount = inputs["workload_batch_ratio"] * inputs[f"{model}_batch_discount_ratio"]
    scale = put(0, (1 - discount) / MTOK, "scale")
    fresh = price("input", 0)
    rest = put(1, (tokens - prefix) * fresh * scale, "rest_usd")
    full = put(2, prefix * fresh * scale, "prefix_input_usd")
    read = put(3, prefix * price("cache_read", fresh) * scale, "prefix_read_usd")
    write = put(4, prefix * price("cache_write", fresh) * scale, "prefix_write_usd")
    spoken = inputs["workload_output_tokens_per_call"]
    output = put(5, spoken * price("output", 0) * scale, "output_usd")
    long_enough = all_of(prefix >= inputs[f"{model}_min_cacheable_tokens"], prefix > 0)
    has_cache = is_number(prices["cache_read_usd_per_mtok"])
    can = put(6, when(all_of(has_cache, long_enough), 1, 0), "can_cache")
    spread = WEEKS_PER_MONTH * 3600 * inputs["workload_distinct_prefixes"]
    renewals = put(7, inputs[f"{model}_cache_ttl_seconds"] / spread, "renewals_per_call")
    return Rates(rest, full, read, write, output, can, renewals)


def write_capacity(page: Page, row: int, inputs: Inputs) -> tuple[int, Capacity]:
    """Section 4: what a call takes of a pool, and what its instances cost."""
    page.text(row, 0, "What the pool can carry", "heading")
    row = _labels(page, row, ["Figure", "Value", ""])
    fresh = inputs["workload_input_tokens_per_call"] - inputs["pool_prefix_hit_ratio"] * Formula(
        "prefix_tokens", _prefix(inputs)
    )
    prefill = fresh / inputs["pool_prefill_tokens_per_second"]
    decode = inputs["workload_output_tokens_per_call"] / inputs["pool_decode_tokens_per_second"]
    taken = when(inputs.available["pool"].equals(1), prefill + decode, 0)
    seconds = _line(page, row, "Replica seconds per call", taken, "seconds_per_call")
    peak = inputs["workload_peak_to_average_ratio"] * seconds
    load = peak / (WEEKS_PER_MONTH * 3600 * inputs["pool_max_utilization_ratio"])
    load = _line(page, row + 1, "Replicas per call of the month, at weight 1", load, "load")
    power = inputs["pool_power_kw_per_instance"] * inputs["pool_pue_ratio"]
    electricity = _line(
        page,
        row + 2,
        "Electricity, USD per instance-hour",
        power * inputs["pool_electricity_usd_per_kwh"],
        "power_usd_per_hour",
    )
    hardware = inputs["pool_hardware_usd_per_instance"]
    owned = hardware / (inputs["pool_amortization_months"] * 730) + electricity
    rented = inputs["pool_usd_per_instance_hour"] * (1 + inputs["pool_interruption_overhead_ratio"])
    price = when(is_number(hardware), owned, rented)
    hourly = _line(page, row + 3, "USD per instance-hour", price, "usd_per_hour")
    return row + 5, Capacity(seconds, load, hourly, electricity)


def _prefix(inputs: Inputs) -> float:
    tokens = inputs["workload_input_tokens_per_call"]
    value: float = lowest(inputs["workload_prefix_tokens_per_call"], tokens).value
    return value


def _labels(page: Page, row: int, titles: list[str]) -> int:
    page.text(row + 1, 0, titles[0], "head")
    page.texts(row + 1, 1, titles[1:], "head_right")
    return row + 2


def _line(page: Page, row: int, label: str, content: Formula, name: str) -> Formula:
    page.text(row, 0, label, "label")
    return page.formula(row, 1, content, "exact", name)


def _pair(
    page: Page, row: int, label: str, contents: "tuple[Formula, ...] | list[Formula]"
) -> tuple[Formula, Formula]:
    page.text(row, 0, label, "label")
    without, with_cache = contents
    return (
        page.formula(row, 1, without, "exact"),
        page.formula(row, 2, with_cache, "exact"),
    )
