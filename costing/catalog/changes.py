"""What changed from one price list to another; must not import Django."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from costing.catalog.prices import ModelPrice, PriceTier

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
PRICES = (
    "input_usd_per_mtok",
    "output_usd_per_mtok",
    "cache_read_usd_per_mtok",
    "cache_write_usd_per_mtok",
    "cache_write_1h_usd_per_mtok",
    "batch_input_usd_per_mtok",
    "batch_output_usd_per_mtok",
)
TERMS = (
    "batch_discount_ratio",
    "cache_ttl_seconds",
    "min_cacheable_tokens",
    "context_window_tokens",
    "deprecated_on",
    "is_deprecated",
    "kind",
)
_TIER_PRICES = PRICES[:4]
# What a scenario is priced by; the rest is shown beside it.
_UNPRICED = {*PRICES[4:], "context_window_tokens", "deprecated_on", "is_deprecated"}


@dataclass(frozen=True)
class FigureChange:
    """One figure of a model before and after; None where it was or is not listed."""

    name: str
    before: Decimal | int | date | bool | str | None
    after: Decimal | int | date | bool | str | None

    @property
    def ratio(self) -> Decimal | None:
        """By how much a price rose (0.2) or fell (−0.2); None where that says nothing."""
        is_price = self.name.endswith("_usd_per_mtok")
        if not (is_price and isinstance(self.before, Decimal) and isinstance(self.after, Decimal)):
            return None
        return self.after / self.before - 1 if self.before else None


@dataclass(frozen=True)
class PriceChange:
    """A model that a list gained, lost or prices otherwise."""

    kind: str
    reference: str
    model_name: str
    figures: tuple[FigureChange, ...] = ()


def price_changes(
    before: Iterable[ModelPrice], after: Iterable[ModelPrice]
) -> tuple[PriceChange, ...]:
    """Every model that differs, by reference; names, notes and sources are no change of price."""
    old = {price.reference: price for price in before}
    new = {price.reference: price for price in after}
    changes = [_change(old.get(key), new.get(key)) for key in sorted({*old, *new})]
    return tuple(change for change in changes if change is not None)


def figure_changes(before: ModelPrice | None, after: ModelPrice | None) -> tuple[FigureChange, ...]:
    """The figures of one model that a scenario is priced by and that differ."""
    old = figures_of(before) if before else {}
    new = figures_of(after) if after else {}
    return tuple(change for change in _differences(old, new) if change.name not in _UNPRICED)


def changes_by_kind(changes: Iterable[PriceChange]) -> dict[str, int]:
    """How many models were added, removed and changed."""
    counts = Counter(change.kind for change in changes)
    return {kind: counts[kind] for kind in (ADDED, REMOVED, CHANGED)}


def _change(old: ModelPrice | None, new: ModelPrice | None) -> PriceChange | None:
    if new is None:
        return None if old is None else PriceChange(REMOVED, old.reference, old.model_name)
    if old is None:
        return PriceChange(ADDED, new.reference, new.model_name, _differences({}, figures_of(new)))
    differences = _differences(figures_of(old), figures_of(new))
    return PriceChange(CHANGED, new.reference, new.model_name, differences) if differences else None


def figures_of(price: ModelPrice) -> dict[str, Any]:
    """All figures of a price by name; those of a tier as `above_200000.input_usd_per_mtok`."""
    figures = {name: getattr(price, name) for name in (*PRICES, *TERMS)}
    for tier in price.tiers:
        figures |= _tier_figures(tier)
    return figures


def _tier_figures(tier: PriceTier) -> dict[str, Any]:
    start = f"above_{tier.above_input_tokens}"
    return {f"{start}.{name}": getattr(tier, name) for name in _TIER_PRICES}


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[FigureChange, ...]:
    names = [*new, *(name for name in old if name not in new)]
    return tuple(
        FigureChange(name, old.get(name), new.get(name))
        for name in names
        if old.get(name) != new.get(name)
    )
