"""Reads CSV files of GPU offers, SkyPilot's and our own shape; must not import Django.

SkyPilot's shape has InstanceType, AcceleratorName, AcceleratorCount, Price and Region, and may have
SpotPrice and AvailabilityZone; its other columns are passed over. Ours (docs/offer-files.md) has
provider, instance_type, region and usd_per_instance_hour, and may have zone, accelerator,
accelerators and pricing. Prices are USD per instance hour.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from costing.catalog.offers import ON_DEMAND, PRICINGS, SPOT, GpuOffer
from costing.catalog.price_fields import UnusableFile, choice, invalid

MAX_BYTES = 20_000_000
MAX_ROWS = 50_000
MAX_OFFERS = 20_000
MAX_COLUMNS = 100
MAX_HEADER_LENGTH = 5_000
MAX_USD = Decimal(100_000)
MAX_NAME_LENGTH = 100
PLACES = Decimal("1e-9")
SKYPILOT, PLAIN = "skypilot", "plain"
_SKYPILOT_NEEDS = ("InstanceType", "AcceleratorName", "AcceleratorCount", "Price", "Region")
_NUMBER = re.compile(r"\d{1,12}(\.\d{1,30})?([eE][-+]?\d{1,2})?", re.ASCII)
_PROVIDER = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
# A spreadsheet would run what begins so.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Cells = Mapping[str, str]  # by column, without space around them


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
    """The offers of a file, its rows' errors by line, and the rows left out, counted by why."""

    source: OfferSource
    shape: str
    offers: tuple[GpuOffer, ...]
    errors: Mapping[str, list[str]]
    left_out: Mapping[str, int]


def is_provider(text: str) -> bool:
    """Whether a text may name a provider: lower-case letters, digits and dashes."""
    return _PROVIDER.fullmatch(text) is not None


def _number(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None


# In the reasons of the columns' types, {column} stands for the column.


def _name(text: str) -> str:
    """A name of at most 100 printable characters."""
    if not text:
        raise invalid("has no {column}")
    if text.startswith(_FORMULA):
        raise invalid("has a formula in {column}")
    if len(text) > MAX_NAME_LENGTH or not text.isprintable():
        raise invalid("has a {column} that is not a name")
    return text


def _provider(text: str) -> str:
    if not is_provider(text):
        raise invalid("has a {column} that is not a provider's name")
    return text


def _count(text: str) -> int:
    """A whole number of accelerators, at least 1."""
    number = _number(text)
    if number is None or number % 1 or not 1 <= number <= 10_000:
        raise invalid("has a {column} that is not a whole number from 1")
    return int(number)


def _count_of_named(text: str, info: ValidationInfo) -> int | None:
    if info.data.get("accelerator", "not as it may be") is not None:
        return _count(text)
    if text:
        raise invalid("counts accelerators without naming one")
    return None


def _price(text: str) -> Decimal:
    """USD per hour, above 0 and at most 100,000."""
    number = _number(text)
    if number is None or not PLACES <= number <= MAX_USD:
        raise invalid("has a {column} that is not a price above 0, up to " + f"{MAX_USD:,} USD")
    return number.quantize(PLACES).normalize()


Name = Annotated[str, AfterValidator(_name)]
LowerName = Annotated[Name, AfterValidator(str.lower)]
Price = Annotated[Decimal, BeforeValidator(_price)]
Pricing = choice(PRICINGS.__contains__, "has a {column} that is none of " + ", ".join(PRICINGS))


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, cells: Cells) -> Cells:
        """An empty cell is none where the column may be absent."""
        needed = {
            field.validation_alias or name
            for name, field in cls.model_fields.items()
            if field.is_required()
        }
        return {column: text for column, text in cells.items() if text or column in needed}

    def offer(self, facts: OfferSource, usd: Decimal, **parts: str) -> GpuOffer:
        """An offer of the row at a price."""
        columns = ("instance_type", "region", "zone", "accelerator", "accelerators")
        own = {name: getattr(self, name) for name in columns}
        return GpuOffer.of(**asdict(facts) | own | parts, usd_per_instance_hour=usd)


class SkypilotRow(_Row):
    """A row's on-demand offer for the region, and its spot offer for the zone."""

    instance_type: Name = Field(validation_alias="InstanceType")
    region: LowerName = Field(validation_alias="Region")
    zone: LowerName = Field("", validation_alias="AvailabilityZone")
    accelerator: Name = Field(validation_alias="AcceleratorName")
    accelerators: Annotated[int, BeforeValidator(_count)] = Field(
        validation_alias="AcceleratorCount"
    )
    on_demand: Price | None = Field(None, validation_alias="Price")
    spot: Price | None = Field(None, validation_alias="SpotPrice")

    def offers(self, facts: OfferSource) -> Iterable[GpuOffer]:
        """The offers that the row prices."""
        if self.on_demand is not None:
            yield self.offer(facts, self.on_demand, pricing=ON_DEMAND, zone="")
        if self.spot is not None:
            yield self.offer(facts, self.spot, pricing=SPOT)


class PlainRow(_Row):
    """A row's one offer."""

    provider: Annotated[LowerName, AfterValidator(_provider)]
    instance_type: Name
    region: LowerName
    zone: LowerName = ""
    accelerator: Name | None = None
    accelerators: Annotated[int | None, BeforeValidator(_count_of_named)] = Field(
        "", validate_default=True
    )
    pricing: Annotated[str, Pricing] = ON_DEMAND
    usd_per_instance_hour: Price

    def offers(self, facts: OfferSource) -> Iterable[GpuOffer]:
        """The offer that the row is."""
        yield self.offer(
            facts, self.usd_per_instance_hour, pricing=self.pricing, provider=self.provider
        )


def file_offers(source: bytes, *, facts: OfferSource, keeps_good_rows: bool = False) -> OfferList:
    """The offers in these bytes.

    Raises UnusableFile for what is no such CSV, and for any row with an error unless
    `keeps_good_rows`; then the good rows come with the errors of the others.
    """
    rows = csv.reader(io.StringIO(_text(source), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        reading = _Reading(facts, _shape(header, facts))
        stripped = ([cell.strip() for cell in row] for row in rows)
        for number, cells in enumerate(filter(any, stripped), 1):
            if number > MAX_ROWS:
                raise UnusableFile(f"The file has over {MAX_ROWS:,} rows.")
            reading.take(rows.line_num, header, cells)
    except csv.Error as error:
        raise UnusableFile(f"The file is not valid CSV: {error}.") from None
    errors, offers = reading.errors, reading.offers
    if errors and not keeps_good_rows:
        raise UnusableFile("Some rows cannot be used.", errors)
    if not offers:
        raise UnusableFile("The file has no offer of GPU capacity.", errors)
    if len(offers) > MAX_OFFERS:
        raise UnusableFile(f"The file has over {MAX_OFFERS:,} offers.")
    listed = tuple(offers[key] for key in sorted(offers))
    return OfferList(facts, reading.shape, listed, errors, dict(reading.left_out))


def _text(source: bytes) -> str:
    """The file's text, or UnusableFile with the one reason that it is none."""
    if len(source) > MAX_BYTES:
        raise UnusableFile(f"The file is larger than {MAX_BYTES // 1_000_000} MB.")
    if source.startswith((b"\x1f\x8b", b"PK\x03\x04")):  # gzip, ZIP
        raise UnusableFile("The file is compressed: unpack it first.")
    if b"\0" in source:
        raise UnusableFile("The file is not text.")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableFile("The file is not UTF-8.") from None
    if not text.strip():
        raise UnusableFile("The file is empty.")
    if len(text) > MAX_HEADER_LENGTH and not re.search(r"[\r\n]", text[: MAX_HEADER_LENGTH + 1]):
        raise UnusableFile("The first line is too long to be the header of such a file.")
    return text


def _shape(header: Sequence[str], facts: OfferSource) -> str:
    if len(header) > MAX_COLUMNS:
        raise UnusableFile(f"The header has over {MAX_COLUMNS} columns.")
    twice = [name for name, times in Counter(header).items() if times > 1]
    if twice:
        raise UnusableFile(f"The header has a column twice: {twice[0] or 'without a name'!s}.")
    if set(_SKYPILOT_NEEDS) <= set(header):
        if not facts.provider:
            raise UnusableFile("The file names no provider: say whose prices these are.")
        return SKYPILOT
    known = PlainRow.model_fields
    missing = [name for name in known if known[name].is_required() and name not in header]
    if missing:
        raise UnusableFile(
            "The header is neither SkyPilot's (" + ", ".join(_SKYPILOT_NEEDS) + ") nor ours: it "
            "lacks " + ", ".join(missing) + "."
        )
    unknown = [name for name in header if name not in known]
    if unknown:
        raise UnusableFile(f"The header has an unknown column: {unknown[0]!r}.")
    return PLAIN


@dataclass
class _Reading:
    """What was read so far; errors by line."""

    facts: OfferSource
    shape: str
    lines: dict[str, int] = field(default_factory=dict)
    offers: dict[str, GpuOffer] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)

    def take(self, line: int, header: Sequence[str], cells: Sequence[str]) -> None:
        """Read one row: its offers, or why there are none."""
        if len(cells) != len(header):
            self._refuse(line, f"has {len(cells)} cells where the header has {len(header)}")
            return
        named = dict(zip(header, cells, strict=True))
        if reason := _why_left_out(named) if self.shape == SKYPILOT else "":
            self.left_out[reason] += 1
            return
        try:
            row = SkypilotRow if self.shape == SKYPILOT else PlainRow
            offers = list(row.model_validate(named).offers(self.facts))
        except ValidationError as error:
            for each in error.errors(include_url=False, include_input=False):
                self._refuse(line, each["msg"].replace("{column}", str(each["loc"][-1])))
            return
        if not offers:
            self.left_out["no price"] += 1
        for offer in offers:
            known = self.offers.setdefault(offer.key, offer)
            first = self.lines.setdefault(offer.key, line)
            if known != offer:
                self._refuse(line, f"says of {offer.key} another thing than line {first}")

    def _refuse(self, line: int, reason: str) -> None:
        self.errors.setdefault(f"line {line}", []).append(reason)


def _why_left_out(cells: Cells) -> str:
    if not cells["AcceleratorName"]:
        return "no accelerator"
    count = _number(cells["AcceleratorCount"])
    return "part of an accelerator" if count is not None and count % 1 else ""
