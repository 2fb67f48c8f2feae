"""Who and what a document is about, as its head and foot say it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from presentation.wording import day, short_day
from reports.documents.content.wording import fit


@dataclass(frozen=True)
class Identity:
    """The names and the proof of origin of one snapshot."""

    organization: str
    client: str
    title: str
    as_of: str
    as_of_iso: str
    framework_version: str
    engine_version: str
    sha256: str
    short_sha256: str
    prices: str


def long_date(iso: str) -> str:
    """`2026-11-01` as `1 November 2026`; anything else as it is."""
    return _written(iso, day, 30)


def short_date(iso: str) -> str:
    """`2026-11-01` as `1 Nov 2026`; anything else as it is."""
    return _written(iso, short_day, 12)


def _written(iso: str, write: Callable[[date], str], limit: int) -> str:
    try:
        return write(date.fromisoformat(str(iso)[:10]))
    except ValueError:
        return fit(iso, limit)


def identity_of(payload: Mapping[str, Any], sha256: str) -> Identity:
    """The identity of a payload whose canonical text has the checksum `sha256`."""
    book = payload["price_book"] or {}
    return Identity(
        organization=fit(payload["organization"], 90) or "–",
        client=fit(payload["client"], 90) or "–",
        title=fit(payload["title"], 110) or "Assessment",
        as_of=long_date(payload["as_of"]),
        as_of_iso=str(payload["as_of"])[:10],
        framework_version=fit(payload["framework"]["version"], 20),
        engine_version=fit(payload["engine_version"], 20),
        sha256=sha256,
        short_sha256=sha256[:16],
        prices=_prices(book, payload["results"] is not None),
    )


def _prices(book: Mapping[str, Any], is_costed: bool) -> str:
    if not book:
        return "Prices as stated in the scenario" if is_costed else "No prices used"
    source, as_of = fit(book.get("source", "price book"), 40), book.get("as_of", "")
    contracts = ", with contract prices" if book.get("contracts") else ""
    dated = f"Prices: {source}, {long_date(as_of)}" if as_of else f"Prices: {source}"
    return dated + contracts
