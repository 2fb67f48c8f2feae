"""Sheet Tiers, and the first part of Workings: the way of a call and what it costs (2 to 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from costing.engine.inputs import Tier, input_named, sections
from costing.engine.inputs.models import AUTOMATIC, EXPLICIT, MODEL_SECTIONS, STORED
from costing.engine.prompt_cache import LONG_TTL_SECONDS
from reports.documents.workbook import formula as xl
from reports.documents.workbook.formula import Cells, Formula
from reports.documents.workbook.inputs import Inputs, Part, prefix_of
from reports.documents.workbook.page import Page, between

PRICES = tuple(name for name in Tier.model_fields if name != "above_input_tokens")
PRICE_TITLES = ("Input", "Output", "Cache read", "Cache write")
MIN_TIER_ROWS = 4
THRESHOLD, FIRST_PRICE, FIRST_RESULT = 0, 1, 6
MODELS = tuple(map(prefix_of, MODEL_SECTIONS))


Entries = list[dict[str, Formula]]
"""A model's tiers: of each the cells of its threshold and of its prices."""


def write_tiers(
    page: Page, scenario: Mapping[str, Any], parts: Sequence[Part]
) -> dict[str, dict[str, Cells]]:
    """The tiers of all models, and the prices that apply to each part's calls, by tag and model.

    An application's own model has tiers of its own; the others' are side by side.
    """
    lead = (
        "A call whose input is above a threshold pays that tier’s prices for all of its tokens."
        " Thresholds ascend; an empty price keeps the one before."
    )
    page.begin("Price tiers", lead, 26, *[14] * 4, 4, *([14] * 4 + [3]) * len(parts))
    row, found = 3, {part.tag: dict[str, Cells]() for part in parts}
    for key in MODEL_SECTIONS:
        prefix = prefix_of(key)
        sharing = [part for part in parts if f"{prefix}_input_usd_per_mtok" not in part.inputs.own]
        holders = [(None, sharing)] + [(part, [part]) for part in parts if part not in sharing]
        for owner, users in holders:
            title = sections()[key].title
            holder = scenario
            if owner is not None:
                title = f"{owner.title}: {title.lower()}"
                holder = scenario["applications"][parts.index(owner)]
            page.text(row, 0, title, "heading")
            tiers = (holder.get(key) or {}).get("tiers") or []
            row, prices = _tiers(page, row + 1, prefix, tiers, users)
            for tag, each in prices.items():
                found[tag][prefix] = each
            row += 1
    page.sheet.freeze_panes(3, 0)
    page.printed()
    return found


def _tiers(
    page: Page, row: int, prefix: str, tiers: Sequence[Mapping[str, Any]], users: Sequence[Part]
) -> tuple[int, dict[str, Cells]]:
    """One model's tiers; the right-hand columns carry the prices from tier to tier, by part."""
    heads = ["Above input tokens per call", *(f"{title}, USD per Mtok" for title in PRICE_TITLES)]
    page.heads(row, heads, height=32)
    entries: Entries = []
    for number in range(max(MIN_TIER_ROWS, len(tiers))):
        tier = tiers[number] if number < len(tiers) else {}
        columns = {"above_input_tokens": THRESHOLD}
        columns |= {name: FIRST_PRICE + place for place, name in enumerate(PRICES)}
        entries.append(
            {
                name: _entry(page, row + 1 + number, column, name, tier)
                for name, column in columns.items()
            }
        )
    last = row + 1 + len(entries)
    page.text(last, THRESHOLD, "Prices of this workload’s calls", "label_bold")
    found = {
        part.tag: _prices(page, row, FIRST_RESULT + n * (len(PRICES) + 1), prefix, entries, part)
        for n, part in enumerate(users)
    }
    return last + 1, found


def _prices(page: Page, row: int, column: int, prefix: str, entries: Entries, part: Part) -> Cells:
    """The prices that a part's calls pay, carried from tier to tier."""
    about = f"{part.title}: " if part.title else ""
    heads = [f"{about}{title} after it" for title in PRICE_TITLES]
    page.texts(row, column, heads, "head_right")
    tokens = tokens_of(part.inputs, prefix).sent
    prices = {name: part.inputs[f"{prefix}_{name}"] for name in PRICES}
    for n, tier in enumerate(entries, start=row + 1):
        threshold = tier["above_input_tokens"]
        for place, name in enumerate(PRICES, start=column):
            has_price = xl.all_of(xl.is_number(threshold), xl.is_number(tier[name]))
            kept = xl.when(xl.is_number(prices[name]), prices[name], "")
            applied = xl.when(xl.all_of(has_price, tokens > threshold), tier[name], kept)
            prices[name] = page.formula(n, place, applied, "usd_fine")
    last = row + 1 + len(entries)
    for place, name in enumerate(PRICES, start=column):
        cell_name = f"{part.tag}{prefix}_price_{name.removesuffix('_usd_per_mtok')}"
        prices[name] = page.formula(last, place, prices[name], "usd_fine_bold", cell_name)
    return prices


def _entry(page: Page, row: int, column: int, name: str, tier: Mapping[str, Any]) -> Formula:
    spec = input_named(f"premium_model.tiers.*.{name}")
    message = f"From {spec.low:,.10g} to {spec.high:,.10g}, or empty."
    rule = between("Tier", message, spec.low, spec.high)
    style = "count_fine" if column == THRESHOLD else "usd_fine"
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
class Tokens:
    """Section 11: tokens of a call as a model counts them, and what a mean turn sends again."""

    input: Formula
    prefix: Formula
    answer: Formula
    history: Formula

    @property
    def sent(self) -> Formula:
        return self.input + self.history


def tokens_of(inputs: Inputs, prefix: str) -> Tokens:
    """The input of a call to a model or a pool."""
    ratio, whole = inputs[f"{prefix}_input_token_ratio"], inputs["workload_input_tokens_per_call"]
    shared = xl.lowest(inputs["workload_prefix_tokens_per_call"], whole)
    answer = inputs["workload_output_tokens_per_call"] * ratio
    before = (inputs["workload_turns_per_conversation"] - 1) / 2
    history = before * ((whole - shared) * ratio + answer)
    return Tokens(whole * ratio, shared * ratio, answer, history)


@dataclass(frozen=True)
class Rates:
    """USD of one call by kind of token, with one lifetime of the prompt cache (sections 3, 12).

    `rest` never repeats, `prefix_input` may be cached as fresh input; `carried_read` and
    `carried_write` are what turns of a conversation find and leave. `first` is the share of calls
    that hit as prefixes arrive, `captured` that of possible hits which are had; `renewals` are a
    prefix's per call, `storage` USD of an hour with all prefixes stored.
    """

    rest: Formula
    prefix_input: Formula
    prefix_read: Formula
    prefix_write: Formula
    carried_read: Formula
    carried_write: Formula
    output: Formula
    can_cache: Formula
    first: Formula
    captured: Formula
    renewals: Formula
    storage: Formula
    ttl: Formula
    rework: Formula


@dataclass(frozen=True)
class Capacity:
    """Of a pool: USD of an instance-hour, reserved or not, and of its electricity."""

    usd_per_instance_hour: Formula
    reserved_usd_per_hour: Formula
    power_usd_per_hour: Formula


def write_flow(page: Page, row: int, part: Part) -> tuple[int, Flow]:
    """Section 2: where the month's calls go."""
    inputs, tag = part.inputs, part.tag
    row = page.table(row, "Where the calls go", ["Figure", "Value", "With semantic cache"])
    fan_out = _fan_out(page, row, part)
    fan_out = page.line(row, "Model calls per request", fan_out, name=f"{tag}fan_out")
    requested = inputs["workload_requests_per_month"] * fan_out
    calls = page.line(row + 1, "Calls per month", requested, name=f"{tag}calls")

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


def _fan_out(page: Page, row: int, part: Part) -> Formula:
    """Section 1: the calls of one request, as given or as the size of a tree of agents."""
    inputs = part.inputs
    page.text(row - 1, TREE_COLUMN, "Tree level", "head")
    depths = range(MAX_TREE_DEPTH + 1)
    levels = [page.static(row + n, TREE_COLUMN, n, "count_static") for n in depths]
    level = page.column(levels, f"{part.tag}tree_levels")
    branching, depth = inputs["workload_agent_branching"], inputs["workload_agent_depth"]
    tree = xl.when(branching.equals(0), 1, xl.product_sum((level <= depth) * branching**level))
    given = inputs["workload_calls_per_request"]
    one = xl.when(xl.is_number(given), given, 1)
    return xl.when(xl.all_of(xl.is_number(branching), xl.is_number(depth)), tree, one)


RATE_TITLES = (
    "Factor: batch, per token",
    "Prefix that hits as prefixes arrive, tokens",
    "Found by a turn of a conversation, tokens",
    "Left by a turn of a conversation, tokens",
    "Input that does not repeat, tokens",
    "Input that does not repeat",
    "Prefix as fresh input",
    "Prefix read from the cache",
    "Prefix written to the cache",
    "Conversation read from the cache",
    "Conversation written to the cache",
    "Output",
    "Prefix can be cached (1 yes)",
    "Calls that hit as prefixes arrive, share",
    "Possible hits that are had, share",
    "Renewals of a prefix per call, at weight 1",
    "Storage of all prefixes for an hour",
    "Lifetime, seconds",
    "Rework",
)
LIFETIMES = ("", "_1h")
"""The ends of the names of cells: with the one lifetime of a prompt cache, with the longer one."""


def write_rates(
    page: Page, row: int, part: Part, prices: Mapping[str, Cells]
) -> tuple[int, dict[str, tuple[Rates, Rates]]]:
    """Section 3: USD of one call to each model at its tier, batch discount applied.

    Of each model with both lifetimes of its prompt cache, the longer one an hour.
    """
    titles = [sections()[key].title for key in MODEL_SECTIONS]
    heads = [f"{title}{end}" for title in titles for end in ("", ", cached for an hour")]
    row = page.table(row, "What one call costs, USD", ["Figure", *heads], height=32)
    for offset, title in enumerate(RATE_TITLES):
        page.text(row + offset, 0, title, "label")
    found = {}
    for place, model in enumerate(MODELS):
        both = [
            _rates(page, row, 1 + 2 * place + n, model, part, prices[model], end)
            for n, end in enumerate(LIFETIMES)
        ]
        found[model] = (both[0], both[1])
    return row + 1 + len(RATE_TITLES), found


def _rates(
    page: Page, row: int, column: int, model: str, part: Part, prices: Cells, lifetime: str
) -> Rates:
    inputs, tokens = part.inputs, tokens_of(part.inputs, model)
    places = iter(range(len(RATE_TITLES)))

    def put(content: Formula, name: str) -> Formula:
        name = f"{part.tag}{model}{lifetime}_{name}"
        return page.formula(row + next(places), column, content, "exact", name)

    mode, ttl = inputs[f"{model}_cache_mode"], inputs[f"{model}_cache_ttl_seconds"]
    ttl = xl.formula(LONG_TTL_SECONDS) if lifetime else ttl
    discount = inputs["workload_batch_ratio"] * inputs[f"{model}_batch_discount_ratio"]
    scale = put((1 - discount) / MTOK, "scale")
    turns = _turns(tokens, inputs, ttl)
    prefix, read = put(turns.prefix, "prefix_tokens"), put(turns.read, "found_tokens")
    written, rest = put(turns.written, "left_tokens"), put(turns.rest, "fresh_tokens")
    fresh = _known(prices, "input", 0)
    write, sold = _write_price(model, inputs, prices, fresh, lifetime)
    captured = xl.when(mode.equals(AUTOMATIC), inputs[f"{model}_cache_capture_ratio"], 1)
    dearer = _dearer_input(model, inputs, fresh) * inputs[f"{model}_input_token_ratio"]
    kept, spread = prefix + read + written, 3600 * inputs["workload_distinct_prefixes"]
    long_enough = kept >= inputs[f"{model}_min_cacheable_tokens"], kept > 0
    hit, made = _known(prices, "cache_read", fresh) * scale, _known(prices, "output", 0) * scale
    return Rates(
        rest=put((rest * fresh + dearer) * scale, "rest_usd"),
        prefix_input=put(kept * fresh * scale, "prefix_input_usd"),
        prefix_read=put(prefix * hit, "prefix_read_usd"),
        prefix_write=put(prefix * write * scale, "prefix_write_usd"),
        carried_read=put(read * captured * hit, "carried_read_usd"),
        carried_write=put((read * (1 - captured) + written) * write * scale, "carried_write_usd"),
        output=put(output_tokens(model, inputs) * made, "output_usd"),
        can_cache=put(xl.when(xl.all_of(*sold, *long_enough), 1, 0), "can_cache"),
        first=put(turns.first, "first_ratio"),
        captured=put(captured, "captured_ratio"),
        renewals=put(ttl / (xl.WEEKS_PER_MONTH * spread), "renewals_per_call"),
        storage=put(_storage(model, inputs, tokens), "storage_usd_per_hour"),
        ttl=put(ttl * 1, "lifetime_seconds"),
        rework=put(rework_of(model, inputs), "rework_usd"),
    )


def _storage(model: str, inputs: Inputs, tokens: Tokens) -> Formula:
    """Section 12: USD of an hour in which all prefixes are stored, where storage is charged."""
    stored = tokens.prefix * inputs["workload_distinct_prefixes"] / MTOK
    usd = stored * inputs[f"{model}_cache_storage_usd_per_mtok_hour"]
    return xl.when(inputs[f"{model}_cache_mode"].equals(STORED), usd, 0)


def _known(prices: Cells, name: str, fallback: Formula | int) -> Formula:
    cell = prices[f"{name}_usd_per_mtok"]
    return xl.when(xl.is_number(cell), cell, fallback)


def _write_price(
    model: str, inputs: Inputs, prices: Cells, fresh: Formula, lifetime: str
) -> tuple[Formula, tuple[Formula, ...]]:
    """USD per Mtok written to the cache with a lifetime, and what must hold for it to be sold."""
    mode, sold = inputs[f"{model}_cache_mode"], xl.is_number(prices["cache_read_usd_per_mtok"])
    write = xl.when(mode.equals(AUTOMATIC), fresh, _known(prices, "cache_write", fresh))
    if not lifetime:
        return write, (sold,)
    long_write = inputs[f"{model}_cache_write_1h_usd_per_mtok"]
    is_long = xl.is_number(long_write)
    return xl.when(is_long, long_write, write), (sold, mode.equals(EXPLICIT), is_long)


@dataclass(frozen=True)
class _Turns:
    """Section 12: input tokens of a mean turn, by what a prompt cache makes of them."""

    first: Formula
    prefix: Formula
    read: Formula
    written: Formula
    rest: Formula


def _turns(tokens: Tokens, inputs: Inputs, ttl: Formula) -> _Turns:
    n, answer = inputs["workload_turns_per_conversation"], tokens.answer
    new = tokens.input - tokens.prefix
    is_kept = xl.any_of(n.equals(1), inputs["workload_turn_gap_seconds"] < ttl)
    before = (n - 1) * (tokens.prefix + new * n / 2 + answer * xl.highest(n - 2, 0) / 2)
    first = xl.when(is_kept, 1 / n, 1)
    return _Turns(
        first=first,
        prefix=tokens.prefix * first,
        read=xl.when(is_kept, before / n, 0),
        written=xl.when(is_kept, (n - 1) * (new + answer) / n, 0),
        rest=xl.when(is_kept, new / n, new + tokens.history),
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


def write_seconds(page: Page, row: int, part: Part, measured: Formula) -> tuple[int, Formula]:
    """Sections 4 and 14: replica seconds of a call, by two rates or, where given, as measured."""
    inputs, tokens = part.inputs, tokens_of(part.inputs, "pool")
    row = page.table(row, "What a call takes of the pool", ["Figure", "Value", ""])
    fresh = tokens.sent - inputs["pool_prefix_hit_ratio"] * (tokens.prefix + tokens.history)
    prefill = fresh / inputs["pool_prefill_tokens_per_second"]
    decode = output_tokens("pool", inputs) / inputs["pool_decode_tokens_per_second"]
    rates = [inputs[f"pool_{key}_tokens_per_second"] for key in ("prefill", "decode")]
    by_rates = xl.when(xl.all_of(*map(xl.is_number, rates)), prefill + decode, 0)
    taken = xl.when(xl.is_number(measured), measured / inputs["pool_goodput_ratio"], by_rates)
    taken = xl.when(inputs.has("pool"), taken, 0)
    name = f"{part.tag}seconds_per_call"
    return row + 2, page.line(row, "Replica seconds per call", taken, name=name)


def load_of(seconds: Formula, inputs: Inputs) -> Formula:
    """Section 4: replicas of one region per call of the month, at weight 1."""
    peak = inputs["workload_peak_to_average_ratio"] * seconds
    hours = xl.WEEKS_PER_MONTH * 3600 * inputs["pool_max_utilization_ratio"]
    return peak / (hours * inputs["pool_regions"])


def write_capacity(page: Page, row: int, inputs: Inputs) -> tuple[int, Capacity]:
    """Sections 4 and 13: what an hour of an instance costs."""
    row = page.table(row, "What the pool's instances cost", ["Figure", "Value", ""])
    power = inputs["pool_power_kw_per_instance"] * inputs["pool_pue_ratio"]
    power = power * inputs["pool_electricity_usd_per_kwh"]
    label = "Electricity, USD per instance-hour"
    power = page.line(row, label, power, name="power_usd_per_hour")
    hardware = inputs["pool_hardware_usd_per_instance"]
    owned = hardware / (inputs["pool_amortization_months"] * 730) + power
    rent, spot = inputs["pool_usd_per_instance_hour"], inputs["pool_spot_usd_per_instance_hour"]
    rent = xl.when(xl.is_number(rent), rent, 0)
    overhead, ratio = 1 + inputs["pool_interruption_overhead_ratio"], inputs["pool_spot_ratio"]
    mixed = (1 - ratio) * rent + ratio * spot * overhead
    rented = xl.when(xl.is_number(spot), mixed, rent * overhead)
    price = xl.when(xl.is_number(hardware), owned, rented)
    hourly = page.line(row + 1, "USD per instance-hour", price, name="usd_per_hour")
    reserved = inputs["pool_reserved_usd_per_instance_hour"]
    may = xl.all_of(xl.is_number(reserved), xl.negate(xl.is_number(hardware)))
    label = "USD per reserved instance-hour"
    price = xl.when(may, reserved, "")
    reserved = page.line(row + 2, label, price, name="reserved_usd_per_hour")
    return row + 4, Capacity(hourly, reserved, power)
