"""What documents share: whose they are, as head and foot say it, and the form of a figure."""

from collections.abc import Callable
from dataclasses import dataclass

from presentation.wording import day, fit, fit_ends, isolated, rate_text
from reports.snapshots.payload import FrozenBranding, Payload


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
    currency: str
    is_draft: bool
    branding: FrozenBranding
    is_provisional: bool = False

    @property
    def draft(self) -> str:
        """What stands before the names on each page of a draft, or of what is provisional."""
        marks = (("Draft · ", self.is_draft), ("Provisional · ", self.is_provisional))
        return "".join(mark for mark, holds in marks if holds)

    @property
    def status(self) -> str:
        """That it is a draft, or provisional, as a sentence."""
        return "Draft: the assessment is not approved" if self.is_draft else ""


@dataclass(frozen=True)
class Figure:
    """`draw` gives the chart as SVG at a `width` in px."""

    title: str
    draw: Callable[..., str]


def identity_of(payload: Payload, sha256: str) -> Identity:
    """The identity of a payload whose canonical text has the checksum `sha256`."""
    return Identity(
        organization=fit(payload.organization, 120) or "–",
        client=fit(payload.client, 120) or "–",
        title=fit(payload.title, 160) or "Assessment",
        as_of=day(payload.as_of),
        as_of_iso=payload.as_of.isoformat(),
        framework_version=fit(payload.framework.version, 20),
        engine_version=fit(payload.engine_version, 20),
        sha256=sha256,
        short_sha256=sha256[:16],
        prices=_prices(payload),
        currency=currency_text(payload),
        is_draft=payload.is_draft,
        is_provisional=bool(payload.provisional),
        branding=payload.branding,
    )


def currency_text(payload: Payload) -> str:
    """In which currency money is shown, and at which rate; empty where it is USD."""
    return fit(rate_text(payload.currency), 160)


def in_detail(payload: Payload) -> str:
    """The part that a sentence is about, before it; nothing where there is one alone."""
    return f"“{isolated(fit_ends(payload.parts[0].title, 40))}”: " if len(payload.parts) > 1 else ""


def are_prices_later(payload: Payload) -> bool:
    """Whether the prices are of a later day than the assessment."""
    book = payload.price_book
    return bool(book and book.as_of and book.as_of > payload.as_of)


def _prices(payload: Payload) -> str:
    book = payload.price_book
    if book is None:
        return "Prices as stated in the scenario" if payload.results else "No prices used"
    dated = f", {day(book.as_of)}" if book.as_of else ""
    if are_prices_later(payload):
        dated += " (after the assessment)"
    contracts = ", with contract prices" if book.contracts else ""
    return f"Prices: {fit(book.source, 40)}{dated}{contracts}"
