"""Sheet Tiers, and the first part of Workings: the way of a call and what it costs (2 to 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from costing.engine.inputs import Tier, input_named, sections
from reports.documents.workbook import formula as xl
from reports.documents.workbook.formula import Cells, Formula
from reports.documents.workbook.inputs import Inputs, prefix_of
from reports.documents.workbook.page import Page, between

PRICES = tuple(name for name in Tier.model_fields if name != "above_input_tokens")
PRICE_TITLES = ("Input", "Output", "Cache read", "Cache write")
MIN_TIER_ROWS = 4
THRESHOLD, FIRST_PRICE, FIRST_RESULT = 0, 1, 6
MODELS = ("premium_model", "small_model")


def write_tiers(page: Page, scenario: Mapping[str, Any], inputs: Inputs) -> dict[str, Cells]:
    """The tiers of both models, and the prices that apply to the workload's calls, by model."""
    lead = (
        "A call whose input is above a threshold pays that tier’s prices for all of its tokens."
        " Thresholds ascend; an empty price keeps the one before."
    )
    page.begin("Price tiers", lead, 26, 14, 14, 14, 14, 4, 14, 14, 14, 14)
    row = 3
    found: dict[str, Cells] = {}
    for key in MODELS:
        section = sections()[key]
        page.text(row, 0, section.title, "heading")
        tiers = (scenario.get(key) or {}).get("tiers") or []
        prefix = prefix_of(section)
        row, found[prefix] = _tiers(page, row + 1, prefix, tiers, inputs)
        row += 1
    page.sheet.freeze_panes(3, 0)
    page.printed()
    return found


def _tiers(
    page: Page, row: int, prefix: str, tiers: Sequence[Mapping[str, Any]], inputs: Inputs
) -> tuple[int, Cells]:
    """One model's tiers; the right-hand columns carry the prices from tier to tier."""
    tokens = inputs["workload_input_tokens_per_call"] * inputs[f"{prefix}_input_token_ratio"]
    heads = ["Above input tokens per call", *(f"{title}, USD per Mtok" for title in PRICE_TITLES)]
    page.heads(row, heads, height=32)
    page.texts(row, FIRST_RESULT, [f"{title} after it" for title in PRICE_TITLES], "head_right")
    prices = {name: inputs[f"{prefix}_{name}"] for name in PRICES}
    for number in range(max(MIN_TIER_ROWS, len(tiers))):
        row += 1
        tier = tiers[number] if number < len(tiers) else {}
        threshold = _entry(page, row, THRESHOLD, "above_input_tokens", tier, "count_fine")
        for place, name in enumerate(PRICES):
            price = _entry(page, row, FIRST_PRICE + place, name, tier, "usd_fine")
            has_price = xl.all_of(xl.is_number(threshold), xl.is_number(price))
            kept = xl.when(xl.is_number(prices[name]), prices[name], "")
            applied = xl.when(xl.all_of(has_price, tokens > threshold), price, kept)
            prices[name] = page.formula(row, FIRST_RESULT + place, applied, "usd_fine")
    row += 1
    page.text(row, THRESHOLD, "Prices of this workload’s calls", "label_bold")
    for column, name in enumerate(PRICES, start=FIRST_RESULT):
        cell_name = f"{prefix}_price_{name.removesuffix('_usd_per_mtok')}"
        prices[name] = page.formula(row, column, prices[name], "usd_fine_bold", cell_name)
    return row + 1, prices


def _entry(
    page: Page, row: int, column: int, name: str, tier: Mapping[str, Any], style: str
) -> Formula:
    spec = input_named(f"premium_model.tiers.*.{name}")
    message = f"From {spec.low:,.10g} to {spec.high:,.10g}, or empty."
    rule = between("Tier", message, spec.low, spec.high)
    return page.entry(row, column, tier.get(name), style, rule)


MTOK = 1_000_000
MAX_TREE_DEPTH = 32
TREE_COLUMN = 24
SHARES = ("all", "simple", "complex")
# Which calls: all, the simple or the complex ones, without (0) or with (1) a semantic cache.
Calls = tuple[str, int]
Loads = Mapping[Calls, Formula]


def title_of(calls: Calls) -> str:
    """Calls in words: `simple calls after the cache`."""
    share, has_cache = calls
    return f"{share} calls after the cache" if has_cache else f"{share} calls"


@dataclass(frozen=True)
class Flow:
    """Calls per month, and of one request.

    `carried` has all of them, the simple and the complex ones, each without (0) and with (1) a
    semantic cache before them; the complex ones with what a small model escalates.
    """

    fan_out: Formula
    calls: Formula
    carried: Loads


@dataclass(frozen=True)
class Rates:
    """USD of one call by kind of token, whether its prefix can be cached, its renewals per call."""

    prefix_tokens: Formula
    rest: Formula
    prefix_input: Formula
    prefix_read: Formula
    prefix_write: Formula
    output: Formula
    can_cache: Formula
    renewals: Formula
    rework: Formula


@dataclass(frozen=True)
class Capacity:
    """Of a pool: seconds and load of one call, the price of an instance-hour."""

    seconds_per_call: Formula
    load_per_call: Formula
    usd_per_instance_hour: Formula
    power_usd_per_hour: Formula


def write_flow(page: Page, row: int, inputs: Inputs) -> tuple[int, Flow]:
    """Section 2: where the month's calls go."""
    row = page.table(row, "Where the calls go", ["Figure", "Value", "With semantic cache"])
    fan_out = page.line(row, "Model calls per request", _fan_out(page, row, inputs), name="fan_out")
    requested = inputs["workload_requests_per_month"] * fan_out
    calls = page.line(row + 1, "Calls per month", requested, name="calls")

    def pair(offset: int, label: str, contents: Sequence[Formula]) -> list[Formula]:
        page.text(row + offset, 0, label, "label")
        return page.across(row + offset, 1, contents, "exact")

    kept = (calls, calls * (1 - inputs["semantic_hit_ratio"]))
    carried = pair(2, "Calls after the cache", kept)
    simple = [item * inputs["routing_simple_ratio"] for item in carried]
    simple = pair(3, "Simple calls, where routed", simple)
    escalated = inputs["routing_escalation_ratio"]
    hard = [item - easy + easy * escalated for item, easy in zip(carried, simple, strict=True)]
    hard = pair(4, "Complex calls, where routed", hard)
    shares = zip(SHARES, (carried, simple, hard), strict=True)
    by_share = {(share, cache): pair[cache] for share, pair in shares for cache in (0, 1)}
    return row + 6, Flow(fan_out, calls, by_share)


def _fan_out(page: Page, row: int, inputs: Inputs) -> Formula:
    """Section 1: the calls of one request, as given or as the size of a tree of agents."""
    page.text(row - 1, TREE_COLUMN, "Tree level", "head")
    depths = range(MAX_TREE_DEPTH + 1)
    levels = [page.static(row + n, TREE_COLUMN, n, "count_static") for n in depths]
    level = page.column(levels, "tree_levels")
    branching, depth = inputs["workload_agent_branching"], inputs["workload_agent_depth"]
    tree = xl.when(branching.equals(0), 1, xl.product_sum((level <= depth) * branching**level))
    given = inputs["workload_calls_per_request"]
    one = xl.when(xl.is_number(given), given, 1)
    return xl.when(xl.all_of(xl.is_number(branching), xl.is_number(depth)), tree, one)


def write_rates(
    page: Page, row: int, inputs: Inputs, prices: Mapping[str, Cells]
) -> tuple[int, dict[str, Rates], Formula]:
    """Section 3: USD of one call to each model at its tier, batch discount applied."""
    heads = ("Figure", *(sections()[key].title for key in MODELS))
    row = page.table(row, "What one call costs, USD", heads)
    tokens = inputs["workload_input_tokens_per_call"]
    shorter = xl.lowest(inputs["workload_prefix_tokens_per_call"], tokens)
    prefix = page.line(row, "Prefix, tokens", shorter, name="prefix_tokens")
    for offset, title in enumerate(RATE_TITLES, start=1):
        page.text(row + offset, 0, title, "label")
    rates = {
        model: _rates(page, row + 1, column, model, inputs, each, prefix)
        for column, (model, each) in enumerate(prices.items(), start=1)
    }
    return row + 2 + len(RATE_TITLES), rates, prefix


RATE_TITLES = (
    "Factor: batch, per token",
    "Input that does not repeat",
    "Prefix as fresh input",
    "Prefix read from the cache",
    "Prefix written to the cache",
    "Output",
    "Prefix can be cached (1 yes)",
    "Renewals of a prefix per call, at weight 1",
    "Rework",
)


def _rates(
    page: Page, row: int, column: int, model: str, inputs: Inputs, prices: Cells, prefix: Formula
) -> Rates:
    def put(offset: int, content: Formula, name: str) -> Formula:
        return page.formula(row + offset, column, content, "exact", f"{model}_{name}")

    def price(name: str, fallback: Formula | int) -> Formula:
        cell = prices[f"{name}_usd_per_mtok"]
        return xl.when(xl.is_number(cell), cell, fallback)

    ratio = inputs[f"{model}_input_token_ratio"]
    tokens, prefix = inputs["workload_input_tokens_per_call"] * ratio, prefix * ratio
    discount = inputs["workload_batch_ratio"] * inputs[f"{model}_batch_discount_ratio"]
    scale = put(0, (1 - discount) / MTOK, "scale")
    fresh = price("input", 0)
    rest = (tokens - prefix) * fresh + _dearer_input(model, inputs, fresh) * ratio
    long_enough = xl.all_of(prefix >= inputs[f"{model}_min_cacheable_tokens"], prefix > 0)
    has_cache = xl.is_number(prices["cache_read_usd_per_mtok"])
    spread = xl.WEEKS_PER_MONTH * 3600 * inputs["workload_distinct_prefixes"]
    output = output_tokens(model, inputs) * price("output", 0) * scale
    return Rates(
        prefix_tokens=prefix,
        rest=put(1, rest * scale, "rest_usd"),
        prefix_input=put(2, prefix * fresh * scale, "prefix_input_usd"),
        prefix_read=put(3, prefix * price("cache_read", fresh) * scale, "prefix_read_usd"),
        prefix_write=put(4, prefix * price("cache_write", fresh) * scale, "prefix_write_usd"),
        output=put(5, output, "output_usd"),
        can_cache=put(6, xl.when(xl.all_of(has_cache, long_enough), 1, 0), "can_cache"),
        renewals=put(7, inputs[f"{model}_cache_ttl_seconds"] / spread, "renewals_per_call"),
        rework=put(8, rework_of(model, inputs), "rework_usd"),
    )


def output_tokens(model: str, inputs: Inputs) -> Formula:
    """Section 11: what a model writes of one call, with the reasoning that nobody sees."""
    seen = inputs["workload_output_tokens_per_call"] * inputs[f"{model}_output_token_ratio"]
    return seen + inputs[f"{model}_reasoning_tokens_per_call"]


def rework_of(model: str, inputs: Inputs) -> Formula:
    """Section 11: USD per call for answers that must be made again."""
    return inputs[f"{model}_rework_ratio"] * inputs[f"{model}_usd_per_rework"]


def usd_of_false_hits(inputs: Inputs) -> Formula:
    """Section 11: USD per hit of the semantic cache for those that answer something else."""
    return inputs["semantic_false_hit_ratio"] * inputs["semantic_usd_per_false_hit"]


def _dearer_input(model: str, inputs: Inputs, fresh: Formula) -> Formula:
    """Section 11: what images and audio cost more than text, for the workload's tokens."""
    left = inputs["workload_input_tokens_per_call"] - inputs["workload_prefix_tokens_per_call"]
    parts = []
    for kind in ("image", "audio"):
        tokens = xl.highest(0, xl.lowest(inputs[f"workload_{kind}_tokens_per_call"], left))
        price = inputs[f"{model}_{kind}_input_usd_per_mtok"]
        parts.append(tokens * xl.when(xl.is_number(price), price - fresh, 0))
        left = left - tokens
    return parts[0] + parts[1]


def write_capacity(page: Page, row: int, inputs: Inputs, prefix: Formula) -> tuple[int, Capacity]:
    """Section 4: what a call takes of a pool, and what its instances cost."""
    row = page.table(row, "What the pool can carry", ["Figure", "Value", ""])
    fresh = inputs["workload_input_tokens_per_call"] - inputs["pool_prefix_hit_ratio"] * prefix
    fresh = fresh * inputs["pool_input_token_ratio"]
    prefill = fresh / inputs["pool_prefill_tokens_per_second"]
    decode = output_tokens("pool", inputs) / inputs["pool_decode_tokens_per_second"]
    rates = [inputs[f"pool_{key}_tokens_per_second"] for key in ("prefill", "decode")]
    is_known = xl.all_of(inputs.available["pool"].equals(1), *map(xl.is_number, rates))
    taken = xl.when(is_known, prefill + decode, 0)
    seconds = page.line(row, "Replica seconds per call", taken, name="seconds_per_call")
    peak = inputs["workload_peak_to_average_ratio"] * seconds
    load = peak / (xl.WEEKS_PER_MONTH * 3600 * inputs["pool_max_utilization_ratio"])
    load = page.line(row + 1, "Replicas per call of the month, at weight 1", load, name="load")
    power = inputs["pool_power_kw_per_instance"] * inputs["pool_pue_ratio"]
    power = power * inputs["pool_electricity_usd_per_kwh"]
    label = "Electricity, USD per instance-hour"
    power = page.line(row + 2, label, power, name="power_usd_per_hour")
    hardware = inputs["pool_hardware_usd_per_instance"]
    owned = hardware / (inputs["pool_amortization_months"] * 730) + power
    rent = inputs["pool_usd_per_instance_hour"]
    rented = xl.when(xl.is_number(rent), rent, 0) * (1 + inputs["pool_interruption_overhead_ratio"])
    price = xl.when(xl.is_number(hardware), owned, rented)
    hourly = page.line(row + 3, "USD per instance-hour", price, name="usd_per_hour")
    return row + 5, Capacity(seconds, load, hourly, power)
