"""Fields that hold many numbers in one text: a week of weights, and a model's tiers."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from costing.scenarios.content.profiles import HOURS_PER_WEEK
from presentation.number_field import parse_number, shown

LONGEST_TEXT = 10_000
TIER_PRICES = (
    "input_usd_per_mtok",
    "output_usd_per_mtok",
    "cache_read_usd_per_mtok",
    "cache_write_usd_per_mtok",
)
NO_PRICE = "-"


class ProfileField(forms.CharField):
    """168 weights, separated by whatever a person or a spreadsheet puts between them."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"rows": 7, "spellcheck": "false", "autocomplete": "off", "class": "numbers"}
        super().__init__(
            max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs), **kwargs
        )

    def to_python(self, value: Any) -> Any:
        """Return the weights; None where nothing was pasted."""
        words = re.split(r"[\s,;]+", (super().to_python(value) or "").strip())
        if words == [""]:
            return None
        if len(words) != HOURS_PER_WEEK:
            raise ValidationError(
                f"There are {len(words)} numbers; a week has {HOURS_PER_WEEK} hours."
            )
        return [parse_number(word) for word in words]


class TierField(forms.CharField):
    """A line a tier: the threshold and up to four prices; `-` stands for none of its own."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"rows": 2, "spellcheck": "false", "autocomplete": "off", "class": "numbers"}
        super().__init__(
            max_length=LONGEST_TEXT, required=False, widget=forms.Textarea(attrs), **kwargs
        )

    def to_python(self, value: Any) -> Any:
        """Return the tiers as the document has them; None where nothing was typed."""
        lines = [line.strip() for line in (super().to_python(value) or "").splitlines()]
        return [_tier(line) for line in lines if line] or None


def _tier(line: str) -> dict[str, Any]:
    threshold, *prices = re.split(r"[\s;|]+", line)
    if len(prices) > len(TIER_PRICES):
        raise ValidationError("A tier has a threshold and at most four prices.")
    tier = {"above_input_tokens": parse_number(threshold)}
    for key, price in zip(TIER_PRICES, prices, strict=False):
        if price != NO_PRICE:
            tier[key] = parse_number(price)
    return tier


def shown_tiers(tiers: Sequence[Mapping[str, Any]] | None) -> str:
    """A model's stored tiers, a line each."""
    return "\n".join(_shown_tier(tier) for tier in tiers or ())


def _shown_tier(tier: Mapping[str, Any]) -> str:
    prices = [shown(tier.get(key)) or NO_PRICE for key in TIER_PRICES]
    while prices and prices[-1] == NO_PRICE:
        prices.pop()
    return " ".join([shown(tier.get("above_input_tokens")), *prices])
