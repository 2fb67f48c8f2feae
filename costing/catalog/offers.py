"""What GPU capacity costs, from dated files with sources; must not import Django."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from costing.catalog.bundled import DATA, Bundled, read_data

ON_DEMAND, SPOT, RESERVED = "on_demand", "spot", "reserved"
PRICINGS = {ON_DEMAND: "On demand", SPOT: "Spot", RESERVED: "Reserved"}
BUNDLED = "bundled"
ACCELERATOR_FAMILY = "Its family, such as H100."


@dataclass(frozen=True)
class GpuOffer:
    """One instance type in one region at one price, in USD per instance hour.

    `as_of` is None where the source carries no date; `zone` is empty where the whole region has
    one price; `book` is the id of the imported offer book, or `bundled`.
    """

    key: str
    provider: str
    instance_type: str
    region: str
    zone: str
    pricing: str
    usd_per_instance_hour: Decimal
    accelerator: str | None
    accelerators: int | None
    source: str
    source_url: str
    as_of: date | None
    checked_on: date
    book: str = BUNDLED

    @classmethod
    def of(cls, **parts: Any) -> GpuOffer:
        """The offer of these parts; its key is like `aws:p5.48xlarge:us-east-1` or `…:spot`."""
        place = _place(parts["region"], parts["zone"])
        bought = () if parts["pricing"] == ON_DEMAND else (parts["pricing"],)
        key = ":".join([parts["provider"], parts["instance_type"], place, *bought])
        return cls(key=key.lower(), **parts)

    @property
    def place(self) -> str:
        """The region, with the zone where the price is a zone's."""
        return _place(self.region, self.zone)

    @property
    def family(self) -> str:
        """The accelerator's family; empty where the accelerator is unknown."""
        return family_of(self.accelerator)

    @property
    def provider_title(self) -> str:
        """The provider as it writes itself."""
        return provider_title(self.provider)

    @property
    def pricing_title(self) -> str:
        """How it is bought, in words."""
        return PRICINGS[self.pricing]


@dataclass(frozen=True)
class OfferFilter:
    """What to keep of the offers; an empty part keeps all. Text must hold every word.

    `book` is `bundled` or an imported book's id; empty for the newest of each source.
    """

    provider: str = ""
    region: str = ""
    accelerator: str = ""
    pricing: str = ""
    search: str = ""
    book: str = ""

    @property
    def words(self) -> list[str]:
        """The words of the search, in lower case."""
        return self.search.lower().split()[:8]

    @property
    def exact(self) -> dict[str, str]:
        """What an offer must be, by column; `family` is the accelerator's."""
        chosen = {
            "provider": self.provider.lower(),
            "region": self.region.lower(),
            "pricing": self.pricing,
            "family": family_of(self.accelerator),
        }
        return {name: value for name, value in chosen.items() if value}


def _place(region: str, zone: str) -> str:
    return f"{region}/{zone}" if zone else region


def provider_title(provider: str) -> str:
    """A provider as it writes itself: `AWS`, `Azure`."""
    return provider.upper() if len(provider) <= 3 else provider.capitalize()


def family_of(accelerator: str | None) -> str:
    """The family that offers are filtered by; empty where the accelerator is unknown."""
    return read_accelerator(accelerator).family if accelerator else ""


@cache
def gpu_offers() -> tuple[GpuOffer, ...]:
    """Every bundled offer, ordered by provider, instance type and region."""
    files = [read_data(path.name, _OfferFile) for path in DATA.glob("gpu_offers_*.yaml")]
    offers = [offer for file in files for offer in _offers_of_file(file)]
    return tuple(sorted(offers, key=lambda offer: offer.key))


def find_offer(key: str) -> GpuOffer | None:
    """The bundled offer `<provider>:<instance type>:<region>`, or None."""
    return _by_key().get(key.strip().lower())


def filter_offers(offers: Iterable[GpuOffer], wanted: OfferFilter) -> list[GpuOffer]:
    """The offers that pass every part of the filter, in the order they came."""
    return [
        offer
        for offer in offers
        if wanted.book in ("", offer.book)
        and all(getattr(offer, name) == value for name, value in wanted.exact.items())
        and all(word in f"{offer.key} {offer.accelerator or ''}".lower() for word in wanted.words)
    ]


@cache
def _by_key() -> dict[str, GpuOffer]:
    return {offer.key: offer for offer in gpu_offers()}


class _OfferFile(Bundled):
    """One file: instances by type, and their price by place (region, or region/zone) and type."""

    provider: str
    pricing: str
    source: str
    source_url: str
    as_of: date | None
    checked_on: date
    instances: dict[str, tuple[str | None, int | None]]
    prices: dict[str, dict[str, Decimal]]


def _offers_of_file(file: _OfferFile) -> Iterator[GpuOffer]:
    for place, prices in file.prices.items():
        region, _, zone = place.partition("/")
        for instance_type, price in prices.items():
            accelerator, accelerators = file.instances[instance_type]
            yield GpuOffer.of(
                **file.model_dump(exclude={"instances", "prices"}),
                instance_type=instance_type,
                region=region,
                zone=zone,
                usd_per_instance_hour=price,
                accelerator=accelerator,
                accelerators=accelerators,
            )


_MEMORY = re.compile(r"(\d{1,4})GB", re.ASCII)
_FORMS = frozenset({"NVL", "SXM", "SXM4", "SXM5", "SXM6", "PCIE"})
_MAKERS = frozenset({"NVIDIA", "AMD", "INTEL", "INSTINCT", "TESLA"})


@dataclass(frozen=True)
class Accelerator:
    """One kind of accelerator; memory in GB and form are None where the name does not say."""

    family: str
    memory_gb: int | None = None
    form: str | None = None


@lru_cache(maxsize=1024)
def read_accelerator(name: str) -> Accelerator:
    """The accelerator behind a name such as `H100-NVL-94GB`, `A100-80GB` or `NVIDIA L40S`."""
    parts = [part for part in re.split(r"[\s_-]+", name.strip().upper()) if part not in _MAKERS]
    memory = next((int(found[1]) for part in parts if (found := _MEMORY.fullmatch(part))), None)
    form = next((part for part in parts if part in _FORMS), None)
    family = [part for part in parts if part not in _FORMS and not _MEMORY.fullmatch(part)]
    return Accelerator("".join(family), memory, form)


def stands_in_for(offered: Accelerator, measured: Accelerator) -> bool:
    """Whether what one accelerator was measured at may be run on another of its family.

    It needs no less memory and the same form, such as SXM; what is unstated is taken to fit.
    """
    if offered.family != measured.family:
        return False
    if offered.form and measured.form and offered.form != measured.form:
        return False
    if offered.memory_gb is None or measured.memory_gb is None:
        return True
    return offered.memory_gb >= measured.memory_gb
