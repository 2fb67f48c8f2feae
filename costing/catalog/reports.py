"""What to know about a price book: its provenance, changes and lints; must not import Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from costing.catalog.changes import PriceChange, changes_by_kind
from costing.catalog.lints import LINTS, Lint, lints_by_code, plain


@dataclass(frozen=True)
class BookIdentity:
    """Which book it is."""

    id: str
    source_key: str
    source: str
    source_url: str
    as_of: date
    checked_on: date | None
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
        return changes_by_kind(self.changes)

    @property
    def lint_counts(self) -> dict[str, int]:
        """How many lints of each code there are."""
        return lints_by_code(self.lints)

    def document(self) -> dict[str, Any]:
        """All of it as JSON values; prices as texts that keep every digit."""
        return {
            "book": _plain(asdict(self.book)),
            "models": self.models,
            "left_out": dict(self.left_out),
            "against": None if self.against is None else _plain(asdict(self.against)),
            "change_counts": self.change_counts,
            "changes": [_plain(asdict(change)) for change in self.changes],
            "compared_sources": [_plain(asdict(book)) for book in self.compared_sources],
            "lint_counts": self.lint_counts,
            "lints": [_plain(asdict(lint)) for lint in self.lints],
        }

    def lines(self, shown: int) -> list[str]:
        """The report in words, with the first `shown` changes and lints of each kind."""
        lines = [f"  left out: {number:,} ({reason})" for reason, number in self.left_out.items()]
        if self.against is None:
            lines.append("Nothing to compare with: it is the first book of its source.")
        else:
            counts = ", ".join(f"{number:,} {kind}" for kind, number in self.change_counts.items())
            lines.append(f"Against {self.against}: {counts}.")
            listed = [change for change in self.changes if change.kind == "changed"]
            lines += [f"  {change.reference}: {_figures(change)}" for change in listed[:shown]]
            lines += _more(len(listed), shown)
        for code, number in self.lint_counts.items():
            lines.append(f"Look at {number:,}: {LINTS[code]}.")
            found = [lint for lint in self.lints if lint.code == code]
            lines += [f"  {lint.reference}: {lint.detail}" for lint in found[:shown]]
            lines += _more(number, shown)
        return lines


def _more(number: int, shown: int) -> list[str]:
    return [f"  and {number - shown:,} more"] if shown and number > shown else []


def _figures(change: PriceChange) -> str:
    return "; ".join(
        f"{figure.name} {_word(figure.before)} → {_word(figure.after)}" for figure in change.figures
    )


def _word(value: Any) -> str:
    if value is None:
        return "none"
    return plain(value) if isinstance(value, Decimal) else str(value)


def _plain(value: Any) -> Any:
    """JSON values: Decimals as text, dates in ISO 8601."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
