"""Prices digit by digit, and their figures in words; must not import Django."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from presentation.numbers import ratio_percent
from presentation.wording import short_day

UNKNOWN = "–"


def unit_price(value: Decimal | float | int | None) -> str:
    """A price in USD with two decimals or as many as it has, at most six: `3.00`, `0.125`."""
    if value is None:
        return UNKNOWN
    number = round(Decimal(str(value)), 6)
    whole, _, decimals = f"{number:,f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def plain(price: Decimal) -> str:
    """A price without an exponent and without trailing zeros."""
    text = f"{price:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# The figures of a price with their titles: those of a scenario, those that a source lists beside
# them (shown and checked, not priced), and all.
TOKEN_PRICES = {
    "input_usd_per_mtok": "input",
    "output_usd_per_mtok": "output",
    "cache_read_usd_per_mtok": "cached input",
    "cache_write_usd_per_mtok": "cache write",
}
BESIDE = {
    "cache_write_1h_usd_per_mtok": "one-hour cache write",
    "batch_input_usd_per_mtok": "batch input",
    "batch_output_usd_per_mtok": "batch output",
}
# Prices of other ways to buy the same model and of other tokens, where a source lists them. Those
# that a scenario takes have its names.
FURTHER = {
    "priority_input_usd_per_mtok": "priority input",
    "priority_output_usd_per_mtok": "priority output",
    "flex_input_usd_per_mtok": "flex input",
    "flex_output_usd_per_mtok": "flex output",
    "reasoning_output_usd_per_mtok": "reasoning output",
    "image_input_usd_per_mtok": "image input",
    "image_output_usd_per_mtok": "image output",
    "audio_input_usd_per_mtok": "audio input",
    "audio_output_usd_per_mtok": "audio output",
}
TITLES = {
    **TOKEN_PRICES,
    **BESIDE,
    "batch_discount_ratio": "batch discount",
    "cache_ttl_seconds": "cache lifetime, seconds",
    "min_cacheable_tokens": "shortest cached prefix, tokens",
    "context_window_tokens": "context window, tokens",
    "deprecated_on": "deprecated on",
    "is_deprecated": "deprecated",
    "kind": "kind",
}
_WORDS = dict(zip(TOKEN_PRICES, ("in", "out", "cached", "written"), strict=True))
_TIER = re.compile(r"above_(\d+)\.(\w+)", re.ASCII)


def figure_title(name: str) -> str:
    """`above_200000.input_usd_per_mtok` as `input above 200,000 tokens`."""
    tier = _TIER.fullmatch(name)
    if tier:
        return f"{TITLES.get(tier[2], tier[2])} above {int(tier[1]):,} tokens"
    return TITLES.get(name) or FURTHER.get(name, name.replace("_", " "))


def figure_text(value: object, name: str) -> str:
    """A figure as a person reads it: prices in USD per million tokens, ratios in percent."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return short_day(value)
    if name.endswith("_ratio") and isinstance(value, Decimal):
        return f"{unit_price(value * 100).removesuffix('.00')} %"
    if isinstance(value, Decimal):
        return unit_price(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def figures_text(figures: Mapping[str, Decimal]) -> str:
    """The figures that are given, in one line: `2.85 in, 14.25 out, batch −50 %`."""
    words = [
        f"{unit_price(figures[name])} {word}" for name, word in _WORDS.items() if name in figures
    ]
    if "batch_discount_ratio" in figures:
        words.append(f"batch {discount_text(figures['batch_discount_ratio'])}")
    return ", ".join(words)


def discount_text(ratio: Decimal | None) -> str:
    """By how much less a batch costs: `−50 %`."""
    return UNKNOWN if ratio is None else f"−{ratio_percent(ratio)}"


def change_text(ratio: Decimal | None) -> str:
    """By how much a price moved: `+20 %`, `−5.5 %`; nothing where that cannot be said."""
    if ratio is None:
        return ""
    percent = round(ratio * 100, 1)
    number = f"{abs(percent):,f}".removesuffix(".0")
    sign = "−" if percent < 0 else "+"
    return f"{sign}{number} %" if percent else "0 %"
