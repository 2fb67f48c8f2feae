"""What changed and what looks wrong in a price list; must not import Django.

A lint is a question, not an error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from costing.catalog.genai_prices import canonical_reference
from costing.catalog.price_text import BESIDE, TITLES, TOKEN_PRICES, plain
from costing.catalog.prices import ModelPrice, PriceTier, Provenance

Figure = Decimal | int | date | bool | str | None
ADDED, REMOVED, CHANGED = "added", "removed", "changed"
# What a scenario is priced by; the rest is shown beside it.
_UNPRICED = {*BESIDE, "context_window_tokens", "deprecated_on", "is_deprecated"}


@dataclass(frozen=True)
class FigureChange:
    """One figure of a model before and after; None where it was or is not listed."""

    name: str
    before: Figure
    after: Figure

    def __str__(self) -> str:
        return f"{self.name} {figure_word(self.before)} → {figure_word(self.after)}"

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
    return tuple(change for change in _differences(before, after) if change.name not in _UNPRICED)


def _change(old: ModelPrice | None, new: ModelPrice | None) -> PriceChange | None:
    if new is None:
        return PriceChange(REMOVED, old.reference, old.model_name) if old else None
    kind, differences = CHANGED if old else ADDED, _differences(old, new)
    return PriceChange(kind, new.reference, new.model_name, differences) if differences else None


def _figures_of(price: ModelPrice | None) -> dict[str, Figure]:
    """All figures of a price by name; those of a tier as `above_200000.input_usd_per_mtok`."""
    if price is None:
        return {}
    figures = {name: getattr(price, name) for name in TITLES}
    for tier in price.tiers:
        start = f"above_{tier.above_input_tokens}"
        figures |= {f"{start}.{name}": getattr(tier, name) for name in TOKEN_PRICES}
    return figures


def _differences(before: ModelPrice | None, after: ModelPrice | None) -> tuple[FigureChange, ...]:
    old, new = _figures_of(before), _figures_of(after)
    return tuple(
        FigureChange(name, old.get(name), new.get(name))
        for name in new | old
        if old.get(name) != new.get(name)
    )


USUAL_BATCH_RATIO = Decimal("0.5")
# The dearest text models list hundreds of USD per million tokens; above this a unit was mistaken.
IMPLAUSIBLE_USD_PER_MTOK = Decimal(1_000)
LINTS: Mapping[str, str] = {
    "cache_read_not_cheaper": "Cached input costs as much as input, or more",
    "batch_ratio_unusual": "The batch price is not half of the standard price",
    "past_deprecation": "Deprecated on the date of the book",
    "caching_without_price": "Said to cache prompts, but no price of cached input is listed",
    "priced_at_zero": "Input and output are listed at zero",
    "implausibly_high": "A price above 1,000 USD per million tokens",
    "sources_disagree": "Another source lists another price",
}


@dataclass(frozen=True)
class Lint:
    """One thing that looks wrong with one model, in words."""

    code: str
    reference: str
    model_name: str
    detail: str


def price_lints(
    prices: Sequence[ModelPrice], *, others: Iterable[Sequence[ModelPrice]] = ()
) -> tuple[Lint, ...]:
    """Every lint of the prices, by code in the order of LINTS, then by reference.

    `others` are the prices of each other source as of about the same date, to compare with.
    """
    lints = [
        Lint(code, price.reference, price.model_name, detail)
        for price in prices
        for code, detail in _details(price).items()
        if detail
    ]
    for theirs in others:
        lints += _disagreements(prices, theirs)
    order = {code: number for number, code in enumerate(LINTS)}
    return tuple(sorted(lints, key=lambda lint: (order[lint.code], lint.reference)))


def _details(price: ModelPrice) -> dict[str, str]:
    """What each lint that looks at one price alone has to say of it; empty where it is sound."""
    is_free = price.input_usd_per_mtok == 0 and price.output_usd_per_mtok == 0
    is_unlisted = price.is_caching_claimed and price.cache_read_usd_per_mtok is None
    deprecated = "deprecated by its provider" if price.is_deprecated else ""
    if price.deprecated_on is not None and price.deprecated_on <= price.as_of:
        deprecated = f"deprecated on {price.deprecated_on.isoformat()}"
    high = [
        f"{title} {plain(value)}"
        for name, title in TOKEN_PRICES.items()
        if (value := getattr(price, name)) is not None and value > IMPLAUSIBLE_USD_PER_MTOK
    ]
    return {
        "cache_read_not_cheaper": _cache_read_not_cheaper(price),
        "batch_ratio_unusual": _batch_ratio_unusual(price),
        "past_deprecation": deprecated,
        "caching_without_price": "no price of cached input" if is_unlisted else "",
        "priced_at_zero": "free, within a subscription, or unknown" if is_free else "",
        "implausibly_high": ", ".join(high),
    }


def _cache_read_not_cheaper(price: ModelPrice) -> str:
    parts: list[tuple[ModelPrice | PriceTier, str]] = [(price, "")]
    parts += [(tier, f" above {tier.above_input_tokens:,} tokens") for tier in price.tiers]
    for part, above in parts:
        read, full = part.cache_read_usd_per_mtok, part.input_usd_per_mtok
        if read is not None and full > 0 and read >= full:
            return f"cached input {plain(read)}, input {plain(full)}{above}"
    return ""


def _batch_ratio_unusual(price: ModelPrice) -> str:
    listed = {
        "input": (price.input_usd_per_mtok, price.batch_input_usd_per_mtok),
        "output": (price.output_usd_per_mtok, price.batch_output_usd_per_mtok),
    }
    unusual = [
        f"{name} {_percent(batch / full)} of standard"
        for name, (full, batch) in listed.items()
        if batch is not None and full > 0 and batch / full != USUAL_BATCH_RATIO
    ]
    unlisted = [name for name, (_, batch) in listed.items() if batch is None]
    ratio = 1 - price.batch_discount_ratio
    if len(unlisted) == 1:
        unusual.append("a batch price of only one of input and output")
    elif unlisted and ratio not in (1, USUAL_BATCH_RATIO):
        unusual.append(f"{_percent(ratio)} of standard")
    return ", ".join(unusual)


def _disagreements(prices: Iterable[ModelPrice], others: Iterable[ModelPrice]) -> list[Lint]:
    """Models that both sources list, the same name first, else the catalog's name for it."""
    theirs = {price.reference: price for price in others}
    lints = []
    for price in prices:
        other = theirs.get(price.reference) or theirs.get(
            canonical_reference(price.reference) or ""
        )
        differing = [
            f"{title} {plain(ours)} here, {plain(listed)} there"
            for name, title in TOKEN_PRICES.items()
            if (ours := getattr(price, name)) is not None
            and (listed := getattr(other, name, None)) is not None
            and ours != listed
        ]
        if other is not None and differing:
            detail = f"{other.source}: {'; '.join(differing)}"
            lints.append(Lint("sources_disagree", price.reference, price.model_name, detail))
    return lints


def _percent(ratio: Decimal) -> str:
    return f"{plain(round(ratio * 100, 1))} %"


@dataclass(frozen=True)
class BookIdentity(Provenance):
    """Which book it is."""

    id: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.source}, as of {self.as_of.isoformat()}"


@dataclass(frozen=True)
class BookReport:
    """A book against the one before it (none: `against` is None) and against other sources."""

    book: BookIdentity
    models: int
    left_out: Mapping[str, int]
    against: BookIdentity | None
    changes: tuple[PriceChange, ...]
    lints: tuple[Lint, ...]
    compared_sources: tuple[BookIdentity, ...]

    @property
    def change_counts(self) -> dict[str, int]:
        """How many models were added, removed and changed."""
        counts = Counter(change.kind for change in self.changes)
        return {kind: counts[kind] for kind in (ADDED, REMOVED, CHANGED)}

    @property
    def lint_counts(self) -> dict[str, int]:
        """How many lints of each code there are, in the order of LINTS."""
        return dict(Counter(lint.code for lint in self.lints))

    def document(self) -> dict[str, Any]:
        """All of it, to be written as JSON; `figure_word` writes what JSON does not know."""
        counts = {"change_counts": self.change_counts, "lint_counts": self.lint_counts}
        return asdict(self) | counts

    def lines(self, shown: int) -> list[str]:
        """The report in words, with the first `shown` changes and lints of each kind."""
        lines = [f"  left out: {number:,} ({reason})" for reason, number in self.left_out.items()]
        if self.against is None:
            lines.append("Nothing to compare with: it is the first book of its source.")
        else:
            counts = ", ".join(f"{number:,} {kind}" for kind, number in self.change_counts.items())
            lines.append(f"Against {self.against}: {counts}.")
            listed = [
                f"  {change.reference}: {'; '.join(map(str, change.figures))}"
                for change in self.changes
                if change.kind == CHANGED
            ]
            lines += _first(listed, shown)
        for code, number in self.lint_counts.items():
            lines.append(f"Look at {number:,}: {LINTS[code]}.")
            listed = [
                f"  {lint.reference}: {lint.detail}" for lint in self.lints if lint.code == code
            ]
            lines += _first(listed, shown)
        return lines


def _first(lines: list[str], shown: int) -> list[str]:
    more = [f"  and {len(lines) - shown:,} more"] if shown and len(lines) > shown else []
    return lines[:shown] + more


def figure_word(value: Figure) -> str:
    """A figure without loss: every digit of a price, dates in ISO 8601."""
    if value is None:
        return "none"
    return plain(value) if isinstance(value, Decimal) else str(value)
