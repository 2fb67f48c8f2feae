"""Sheet Tiers: price steps of a model; a call above a threshold pays its prices for all tokens."""

from collections.abc import Mapping
from typing import Any

from costing.engine.inputs import Tier, number_at
from reports.documents.workbook.formula import Formula
from reports.documents.workbook.functions import all_of, is_number, when
from reports.documents.workbook.page import Page

Prices = Mapping[str, Formula]

PRICES = tuple(name for name in Tier.model_fields if name != "above_input_tokens")
TITLES = ("Input", "Output", "Cache read", "Cache write")
LEAST_ROWS = 4
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
    page.texts(row, FIRST_PRICE, [f"{title}, USD per Mtok" for title in TITLES], "head_right")
    page.texts(row, FIRST_RESULT, [f"{title} after it" for title in TITLES], "head_right")
    page.sheet.set_row(row, 32)
    prices = dict(base)
    for number in range(max(LEAST_ROWS, len(tiers))):
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
