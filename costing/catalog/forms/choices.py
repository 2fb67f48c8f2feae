"""What the scenario form offers to choose from, and where each choice comes from."""

from collections.abc import Mapping
from typing import Any

from django import forms

from costing import catalog
from presentation.number_field import shown

Choice = tuple[str, str]

LEVERS = [
    ("prompt_caching", "Prompt caching"),
    ("routing", "Routing"),
    ("semantic_caching", "Semantic cache"),
    ("self_hosting", "Self-hosting"),
]
SCALINGS = [
    ("always_on", "Always on"),
    ("scheduled", "Only in hours with traffic"),
    ("autoscaled", "Follows the traffic"),
]


def catalog_field(label: str, options_url: str) -> forms.CharField:
    """A model by its reference, with the catalog's offers as one types."""
    attrs = {"autocomplete": "off", "spellcheck": "false", "list": "model-options"}
    if options_url:
        attrs |= {
            "hx-get": options_url,
            "hx-trigger": "input changed delay:200ms",
            "hx-target": "#model-options",
            "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
        }
    return forms.CharField(
        label=label,
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=attrs),
        error_messages={"required": "Choose a model from the catalog, or type its prices below."},
        help_text="From the catalog, written as provider:model. Start typing to search.",
    )


def offer_choices() -> list[Choice | tuple[str, list[Choice]]]:
    """The bundled GPU offers by provider, after a price of one's own."""
    groups: dict[str, list[Choice]] = {}
    for offer in catalog.gpu_offers():
        groups.setdefault(offer.provider_title, []).append((offer.key, offer_label(offer)))
    return [("", "Own price, typed below"), *groups.items()]


def offer_label(offer: catalog.GpuOffer) -> str:
    """An offer in one line."""
    gpus = f", {offer.accelerators} × {offer.accelerator}" if offer.accelerator else ""
    bought = "" if offer.pricing == "on_demand" else f", {offer.pricing_title.lower()}"
    price = shown(float(offer.usd_per_instance_hour))
    name = f"{offer.provider_title} {offer.instance_type}"
    return f"{name}{gpus}, {offer.place}{bought}: {price} USD per hour"


def throughput_choices() -> list[Choice | tuple[str, list[Choice]]]:
    """The measured speeds by class of model, after a measurement of one's own."""
    groups: dict[str, list[Choice]] = {}
    for profile in catalog.throughput_profiles():
        tuned = " (vendor-tuned)" if profile.is_vendor_tuned else ""
        groups.setdefault(profile.model_class_title, []).append(
            (profile.key, f"{profile.title}{tuned}")
        )
    return [("", "Own measurement, typed below"), *groups.items()]


def is_own_choice(path: str, origin: Mapping[str, Any]) -> bool:
    """Whether a figure with that origin is an offer's or measurement's that the form can choose."""
    key = origin.get("key", "")
    known = catalog.find_offer if path == "pool.usd_per_instance_hour" else catalog.find_profile
    return bool(key) and known(key) is not None


def offer_origin(offer: catalog.GpuOffer) -> dict[str, str]:
    """Where a price that was taken from an offer comes from."""
    return {
        "key": offer.key,
        "label": catalog.offer_text(offer),
        "source_url": offer.source_url,
        "checked_on": offer.checked_on.isoformat(),
    }


def profile_origin(profile: catalog.ThroughputProfile) -> dict[str, str]:
    """Where a speed that was taken from a measurement comes from."""
    return {
        "key": profile.key,
        "label": catalog.profile_text(profile),
        "source_url": profile.source_url,
        "checked_on": profile.checked_on.isoformat(),
    }
