"""What the scenario form offers to choose from, and where each choice comes from."""

from django import forms

from costing import catalog
from costing.forms.fields import shown

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


def offer_choices() -> list[tuple[str, str]]:
    """The GPU offers, after a price of one's own."""
    return [("", "Own price, typed below")] + [
        (offer.key, offer_label(offer)) for offer in catalog.gpu_offers()
    ]


def offer_label(offer: catalog.GpuOffer) -> str:
    """An offer in one line."""
    gpus = f", {offer.accelerators} × {offer.accelerator}" if offer.accelerator else ""
    price = shown(float(offer.usd_per_instance_hour))
    name = f"{offer.provider.upper()} {offer.instance_type}"
    return f"{name}{gpus}, {offer.region}: {price} USD per hour"


def throughput_choices() -> list[tuple[str, str]]:
    """The measured speeds, after a measurement of one's own."""
    return [("", "Own measurement, typed below")] + [
        (profile.key, profile.title) for profile in catalog.throughput_profiles()
    ]


def offer_origin(offer: catalog.GpuOffer) -> dict[str, str]:
    """Where a price that was taken from an offer comes from."""
    return {
        "key": offer.key,
        "label": offer_label(offer),
        "source_url": offer.source_url,
        "checked_on": offer.checked_on.isoformat(),
    }


def profile_origin(profile: catalog.ThroughputProfile) -> dict[str, str]:
    """Where a speed that was taken from a measurement comes from."""
    return {
        "key": profile.key,
        "label": f"{profile.title}: {profile.protocol}",
        "source_url": profile.source_url,
        "checked_on": profile.checked_on.isoformat(),
    }
