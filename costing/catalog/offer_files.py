"""Reads the cells of one row of offers and collects what is wrong; must not import Django."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from costing.catalog.offers import ON_DEMAND, PRICINGS, SPOT, GpuOffer, offer_key

NOTHING = Decimal(0)
HIGHEST_USD = Decimal(100_000)
PLACES = Decimal("1e-9")
MOST_ACCELERATORS = 10_000
LONGEST_NAME = 100
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,30})?([eE][-+]?\d{1,2})?", re.ASCII)
_PROVIDER = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
# A spreadsheet would run what begins so.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def is_provider(text: str) -> bool:
    """Whether a text may name a provider: lower-case letters, digits and dashes."""
    return _PROVIDER.fullmatch(text) is not None


class RowReader:
    """One row; each reader notes what is at fault and then gives something harmless."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = {name: cell.strip() for name, cell in cells.items()}
        self.faults: list[str] = []

    def has(self, column: str) -> bool:
        """Whether the cell says anything."""
        return bool(self.cells.get(column))

    def name(self, column: str) -> str:
        """A name of at most 100 printable characters."""
        if not self.has(column):
            self.faults.append(f"has no {column}")
            return ""
        return self.optional_name(column)

    def optional_name(self, column: str) -> str:
        """The same, or nothing where the cell is empty."""
        text = self.cells.get(column, "")
        if text.startswith(_FORMULA):
            self.faults.append(f"has a formula in {column}")
        elif len(text) > LONGEST_NAME or not text.isprintable():
            self.faults.append(f"has a {column} that is no name")
        return text

    def provider(self, column: str) -> str:
        """A provider's name: lower-case letters, digits and dashes."""
        text = self.name(column).lower()
        if text and not is_provider(text):
            self.faults.append(f"has a {column} that is no provider's name")
        return text

    def choice(self, column: str, choices: tuple[str, ...], default: str) -> str:
        """One of these words."""
        text = self.cells.get(column) or default
        if text not in choices:
            self.faults.append(f"has a {column} that is none of {', '.join(choices)}")
        return text

    def is_fraction(self, column: str) -> bool:
        """Whether the cell holds a sound number that is not whole."""
        number = self._number(column)
        return number is not None and number != number.to_integral_value()

    def whole(self, column: str) -> int | None:
        """A whole number of accelerators, at least 1."""
        number = self._number(column)
        is_sound = number is not None and number == number.to_integral_value()
        if number is None or not is_sound or not 1 <= number <= MOST_ACCELERATORS:
            self.faults.append(f"has a {column} that is no whole number from 1")
            return None
        return int(number)

    def price(self, column: str) -> Decimal:
        """USD per hour, above 0 and at most 100,000."""
        number = self._number(column)
        if number is None or not PLACES <= number <= HIGHEST_USD:
            self.faults.append(
                f"has a {column} that is no price above 0, up to {HIGHEST_USD:,} USD"
            )
            return NOTHING
        return number.quantize(PLACES).normalize()

    def _number(self, column: str) -> Decimal | None:
        text = self.cells.get(column, "")
        return Decimal(text) if _NUMBER.fullmatch(text) else None


SIZE_LIMIT_BYTES = 20_000_000
MOST_ROWS = 50_000
MOST_OFFERS = 20_000
MOST_COLUMNS = 100
LONGEST_HEADER = 5_000
SHOWN_FAULTS = 20
SKYPILOT, PLAIN = "skypilot", "plain"
_SKYPILOT_NEEDS = ("InstanceType", "AcceleratorName", "AcceleratorCount", "Price", "Region")
_PLAIN_NEEDS = ("provider", "instance_type", "region", "usd_per_instance_hour")
_PLAIN_MAY_HAVE = ("zone", "accelerator", "accelerators", "pricing")
_LINE_END = re.compile(r"[\r\n]")
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"


class UnusableOffers(ValueError):
    """A file of offers that cannot be used; `lines` are its faults by line."""

    def __init__(self, message: str, faults: Sequence[RowFault] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults)

    def lines(self) -> list[str]:
        """The first faults, one a line, and how many more there are."""
        return fault_lines(self.faults)


@dataclass(frozen=True)
class RowFault:
    """One row that cannot be used, by its line in the file (the header is line 1)."""

    line: int
    reason: str


@dataclass(frozen=True)
class OfferSource:
    """Who published the prices, and when; `provider` is for files that do not name one."""

    source: str
    source_url: str
    checked_on: date
    as_of: date | None = None
    provider: str = ""


@dataclass(frozen=True)
class OfferList:
    """The offers of a file, the rows at fault, and the rows left out, counted by why."""

    source: OfferSource
    shape: str
    offers: tuple[GpuOffer, ...]
    faults: tuple[RowFault, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)


def fault_lines(faults: Sequence[RowFault]) -> list[str]:
    """The first faults, one a line, and how many more there are."""
    lines = [f"line {fault.line}: {fault.reason}" for fault in faults[:SHOWN_FAULTS]]
    more = len(faults) - SHOWN_FAULTS
    return lines + ([f"and {more:,} more."] if more > 0 else [])


def file_offers(source: bytes, *, facts: OfferSource, keeps_good_rows: bool = False) -> OfferList:
    """The offers in these bytes.

    Raises UnusableOffers for a file that is no such CSV, and for any row at fault unless
    `keeps_good_rows`; then the good rows come with the faults of the others.
    """
    rows = csv.reader(io.StringIO(_text(source), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        shape = _shape(header, facts)
        found = _Reading(shape, facts)
        for cells in rows:
            found.take(rows.line_num, header, cells)
    except csv.Error as error:
        raise UnusableOffers(f"The file is no sound CSV: {error}.") from None
    return found.listed(keeps_good_rows=keeps_good_rows)


def _text(source: bytes) -> str:
    """The file's text, or UnusableOffers with the one reason that it is none."""
    if len(source) > SIZE_LIMIT_BYTES:
        raise UnusableOffers(f"The file is larger than {SIZE_LIMIT_BYTES // 1_000_000} MB.")
    if source[:2] == _GZIP or source[:4] == _ZIP:
        raise UnusableOffers("The file is compressed: unpack it first.")
    if b"\0" in source:
        raise UnusableOffers("The file is no text.")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableOffers("The file is not UTF-8.") from None
    if not text.strip():
        raise UnusableOffers("The file is empty.")
    if len(text) > LONGEST_HEADER and not _LINE_END.search(text, 0, LONGEST_HEADER + 1):
        raise UnusableOffers("The first line is too long to be the header of such a file.")
    return text


def _shape(header: Sequence[str], facts: OfferSource) -> str:
    if len(header) > MOST_COLUMNS:
        raise UnusableOffers(f"The header has over {MOST_COLUMNS} columns.")
    twice = [name for name, times in Counter(header).items() if times > 1]
    if twice:
        raise UnusableOffers(f"The header has a column twice: {twice[0] or 'without a name'!s}.")
    if set(_SKYPILOT_NEEDS) <= set(header):
        if not facts.provider:
            raise UnusableOffers("The file names no provider: say whose prices these are.")
        return SKYPILOT
    missing = [name for name in _PLAIN_NEEDS if name not in header]
    if missing:
        raise UnusableOffers(
            "The header is neither SkyPilot's (" + ", ".join(_SKYPILOT_NEEDS) + ") nor ours: it "
            "lacks " + ", ".join(missing) + "."
        )
    unknown = [name for name in header if name not in (*_PLAIN_NEEDS, *_PLAIN_MAY_HAVE)]
    if unknown:
        raise UnusableOffers(f"The header has an unknown column: {unknown[0]!r}.")
    return PLAIN


class _Reading:
    """What was read so far."""

    def __init__(self, shape: str, facts: OfferSource) -> None:
        self.shape = shape
        self.facts = facts
        self.rows = 0
        self.lines: dict[str, int] = {}
        self.offers: dict[str, GpuOffer] = {}
        self.faults: list[RowFault] = []
        self.left_out: Counter[str] = Counter()

    def take(self, line: int, header: Sequence[str], cells: Sequence[str]) -> None:
        """Read one row: its offers, or why there are none."""
        if not any(cell.strip() for cell in cells):
            return
        self.rows += 1
        if self.rows > MOST_ROWS:
            raise UnusableOffers(f"The file has over {MOST_ROWS:,} rows.")
        if len(cells) != len(header):
            self.faults.append(
                RowFault(line, f"has {len(cells)} cells where the header has {len(header)}")
            )
            return
        reader = RowReader(dict(zip(header, cells, strict=True)))
        offers = list(self._offers(reader))
        if reader.faults:
            self.faults += [RowFault(line, reason) for reason in reader.faults]
            return
        for offer in offers:
            self._add(line, offer)

    def listed(self, *, keeps_good_rows: bool) -> OfferList:
        """All that was read; UnusableOffers where that is nothing, or not all is good."""
        if self.faults and not keeps_good_rows:
            raise UnusableOffers("Some rows cannot be used.", self.faults)
        if not self.offers:
            raise UnusableOffers("The file has no offer of GPU capacity.", self.faults)
        if len(self.offers) > MOST_OFFERS:
            raise UnusableOffers(f"The file has over {MOST_OFFERS:,} offers.")
        offers = tuple(sorted(self.offers.values(), key=lambda offer: offer.key))
        return OfferList(self.facts, self.shape, offers, tuple(self.faults), dict(self.left_out))

    def _add(self, line: int, offer: GpuOffer) -> None:
        known = self.offers.get(offer.key)
        if known is None:
            self.offers[offer.key], self.lines[offer.key] = offer, line
        elif replace(known, source="") != replace(offer, source=""):
            reason = f"says of {offer.key} another thing than line {self.lines[offer.key]}"
            self.faults.append(RowFault(line, reason))

    def _offers(self, reader: RowReader) -> Iterator[GpuOffer]:
        return self._skypilot(reader) if self.shape == SKYPILOT else self._plain(reader)

    def _skypilot(self, reader: RowReader) -> Iterator[GpuOffer]:
        """A row's on-demand offer for the region, and its spot offer for the zone."""
        if not reader.has("AcceleratorName"):
            self.left_out["no accelerator"] += 1
            return
        if reader.is_fraction("AcceleratorCount"):
            self.left_out["part of an accelerator"] += 1
            return
        offer = self._offer(
            provider=self.facts.provider,
            instance_type=reader.name("InstanceType"),
            region=reader.name("Region").lower(),
            accelerator=reader.name("AcceleratorName"),
            accelerators=reader.whole("AcceleratorCount"),
        )
        zone = reader.optional_name("AvailabilityZone").lower()
        if reader.has("Price"):
            yield _sold(offer, ON_DEMAND, reader, "Price")
        if reader.has("SpotPrice"):
            yield _sold(replace(offer, zone=zone), SPOT, reader, "SpotPrice")
        if not (reader.has("Price") or reader.has("SpotPrice")):
            self.left_out["no price"] += 1

    def _plain(self, reader: RowReader) -> Iterator[GpuOffer]:
        """A row's one offer."""
        pricing = reader.choice("pricing", tuple(PRICINGS), ON_DEMAND)
        has_accelerator = reader.has("accelerator")
        if reader.has("accelerators") and not has_accelerator:
            reader.faults.append("counts accelerators without naming one")
        offer = self._offer(
            provider=reader.provider("provider"),
            instance_type=reader.name("instance_type"),
            region=reader.name("region").lower(),
            accelerator=reader.name("accelerator") if has_accelerator else None,
            accelerators=reader.whole("accelerators") if has_accelerator else None,
        )
        zone = reader.optional_name("zone").lower()
        yield _sold(replace(offer, zone=zone), pricing, reader, "usd_per_instance_hour")

    def _offer(
        self,
        *,
        provider: str,
        instance_type: str,
        region: str,
        accelerator: str | None,
        accelerators: int | None,
    ) -> GpuOffer:
        return GpuOffer(
            key="",
            provider=provider,
            instance_type=instance_type,
            region=region,
            zone="",
            pricing=ON_DEMAND,
            usd_per_instance_hour=NOTHING,
            accelerator=accelerator,
            accelerators=accelerators,
            source=self.facts.source,
            source_url=self.facts.source_url,
            as_of=self.facts.as_of,
            checked_on=self.facts.checked_on,
        )


def _sold(offer: GpuOffer, pricing: str, reader: RowReader, column: str) -> GpuOffer:
    key = offer_key(offer.provider, offer.instance_type, offer.place, pricing)
    return replace(offer, key=key, pricing=pricing, usd_per_instance_hour=reader.price(column))
