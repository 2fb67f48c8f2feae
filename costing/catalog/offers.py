"""What GPU capacity costs and carries, from dated files with sources; must not import Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from costing.catalog.files import read_data

_OFFER_FILES = ("gpu_offers_aws.yaml",)


@dataclass(frozen=True)
class GpuOffer:
    """One instance type in one region at one price, in USD per instance hour."""

    key: str
    provider: str
    instance_type: str
    region: str
    pricing: str
    usd_per_instance_hour: Decimal
    accelerator: str | None
    accelerators: int | None
    source_url: str
    checked_on: date


@dataclass(frozen=True)
class ThroughputProfile:
    """What one replica moved per second in a public measurement, and the two rates from it."""

    key: str
    title: str
    model: str
    stack: str
    accelerator: str
    accelerators: int
    instance_types: tuple[str, ...]
    prefill_tokens_per_second: Decimal
    decode_tokens_per_second: Decimal
    is_vendor_tuned: bool
    protocol: str
    source_url: str
    checked_on: date


@cache
def gpu_offers() -> tuple[GpuOffer, ...]:
    """Every known offer, ordered by provider, instance type and region."""
    offers = [offer for name in _OFFER_FILES for offer in _offers_of_file(read_data(name))]
    return tuple(sorted(offers, key=lambda offer: offer.key))


def find_offer(key: str) -> GpuOffer | None:
    """The offer `<provider>:<instance type>:<region>`, or None."""
    wanted = key.strip().lower()
    return next((offer for offer in gpu_offers() if offer.key == wanted), None)


@cache
def throughput_profiles() -> tuple[ThroughputProfile, ...]:
    """Starting points for the two rates of a replica; the file says how they are derived."""
    data = read_data("throughput.yaml")
    return tuple(_profile(entry, data) for entry in data["profiles"])


def _offers_of_file(data: dict[str, Any]) -> list[GpuOffer]:
    provider, region = data["provider"], data["region"]
    return [
        GpuOffer(
            key=f"{provider}:{instance_type}:{region}",
            provider=provider,
            instance_type=instance_type,
            region=region,
            pricing=data["pricing"],
            usd_per_instance_hour=Decimal(price),
            accelerator=accelerator,
            accelerators=accelerators,
            source_url=data["source_url"],
            checked_on=data["checked_on"],
        )
        for instance_type, price, accelerator, accelerators in data["offers"]
    ]


def _profile(entry: dict[str, Any], data: dict[str, Any]) -> ThroughputProfile:
    tokens_per_call = data["input_tokens_per_call"] + data["output_tokens_per_call"]
    tokens_per_second = round(Decimal(entry["saturated_requests_per_second"]) * tokens_per_call)
    return ThroughputProfile(
        key=entry["key"],
        title=entry["title"],
        model=entry["model"],
        stack=entry["stack"],
        accelerator=entry["accelerator"],
        accelerators=entry["accelerators"],
        instance_types=tuple(entry["instance_types"]),
        prefill_tokens_per_second=Decimal(tokens_per_second),
        decode_tokens_per_second=Decimal(tokens_per_second),
        is_vendor_tuned=entry["is_vendor_tuned"],
        protocol=data["protocol"],
        source_url=data["source_url"],
        checked_on=data["checked_on"],
    )
