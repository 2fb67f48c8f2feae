"""Sheet Tiers: the prices of each model by the length of a call (cost model, 3)."""

from collections.abc import Mapping, Sequence
from typing import Any

from costing.engine.inputs import Tier, input_named, sections
from costing.engine.inputs.models import MODEL_SECTIONS
from reports.documents.workbook import formula as xl
from reports.documents.workbook.calls import tokens_of
from reports.documents.workbook.formula import Cells, Formula
from reports.documents.workbook.inputs import Part, prefix_of
from reports.documents.workbook.page import Page, between

PRICES = tuple(name for name in Tier.model_fields if name != "above_input_tokens")
PRICE_TITLES = ("Input", "Output", "Cache read", "Cache write")
MIN_TIER_ROWS = 4
THRESHOLD, FIRST_PRICE, FIRST_RESULT = 0, 1, 6
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
