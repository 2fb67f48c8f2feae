"""Sheet Workings: what one call costs at each model, by kind of token (cost model, 3, 11, 12)."""

from collections.abc import Mapping
from dataclasses import dataclass

from costing.engine.inputs import sections
from costing.engine.inputs.models import AUTOMATIC, EXPLICIT, MODEL_SECTIONS, STORED
from costing.engine.prompt_cache import LONG_TTL_SECONDS
from costing.engine.units import SECONDS_PER_HOUR, TOKENS_PER_MTOK
from reports.documents.workbook import formula as xl
from reports.documents.workbook.calls import MODELS, Tokens, output_tokens, rework_of, tokens_of
from reports.documents.workbook.formula import Cells, Formula
from reports.documents.workbook.inputs import Inputs, Part
from reports.documents.workbook.page import Page


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
    scale = put((1 - discount) / TOKENS_PER_MTOK, "scale")
    turns = _turns(tokens, inputs, ttl)
    prefix, read = put(turns.prefix, "prefix_tokens"), put(turns.read, "found_tokens")
    written, rest = put(turns.written, "left_tokens"), put(turns.rest, "fresh_tokens")
    fresh = _known(prices, "input", 0)
    write, sold = _write_price(model, inputs, prices, fresh, lifetime)
    captured = xl.when(mode.equals(AUTOMATIC), inputs[f"{model}_cache_capture_ratio"], 1)
    dearer = _dearer_input(model, inputs, fresh) * inputs[f"{model}_input_token_ratio"]
    kept, spread = prefix + read + written, SECONDS_PER_HOUR * inputs["workload_distinct_prefixes"]
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
    stored = tokens.prefix * inputs["workload_distinct_prefixes"] / TOKENS_PER_MTOK
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
