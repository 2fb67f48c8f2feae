"""Reads of GPU offers and throughput profiles."""

from dataclasses import dataclass

from costing import catalog


@dataclass(frozen=True)
class OfferFacets:
    """What the offers may be narrowed by."""

    providers: list[str]
    regions: list[str]
    accelerators: list[str]


def offer_list(wanted: catalog.OfferFilter) -> list[catalog.GpuOffer]:
    """Return the offers that pass the filter, by provider, instance type and region."""
    return catalog.filter_offers(catalog.gpu_offers(), wanted)


def offer_find(key: str) -> catalog.GpuOffer | None:
    """Return the offer of that key, or None."""
    return catalog.find_offer(key)


def offer_facets() -> OfferFacets:
    """Return the providers, regions and families of accelerators on offer."""
    offers = catalog.gpu_offers()
    return OfferFacets(
        providers=sorted({offer.provider for offer in offers}),
        regions=sorted({offer.region for offer in offers}),
        accelerators=sorted({catalog.family_of(offer.accelerator) for offer in offers} - {""}),
    )


def throughput_find(
    *, model_class: str = "", accelerator: str = "", is_vendor_tuned: bool | None = None
) -> list[catalog.ThroughputProfile]:
    """Return the profiles of a class and a family of accelerators; empty parts keep all."""
    family = catalog.family_of(accelerator)
    return [
        profile
        for profile in catalog.throughput_profiles()
        if model_class in ("", profile.model_class)
        and family in ("", catalog.family_of(profile.accelerator))
        and is_vendor_tuned in (None, profile.is_vendor_tuned)
    ]
