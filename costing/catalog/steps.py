"""How each figure of a proposed pool was derived, in words with its source; no Django."""

from __future__ import annotations

from dataclasses import dataclass

from costing.catalog.offers import GpuOffer
from costing.catalog.proposals import PoolProposal
from costing.catalog.throughput import ThroughputProfile


@dataclass(frozen=True)
class Step:
    """One figure of the pool: its path in a scenario, its value, how it follows, and its source.

    `key` names the offer or profile where the figure is that one's own, unchanged.
    """

    path: str
    title: str
    value: float
    text: str
    source_url: str = ""
    checked_on: str = ""
    key: str = ""

    def origin(self) -> dict[str, str]:
        """The step as a scenario keeps it beside its figure."""
        return {
            "key": self.key,
            "label": self.text,
            "source_url": self.source_url,
            "checked_on": self.checked_on,
        }


def steps_of(proposal: PoolProposal) -> list[Step]:
    """How price, layout, rates and utilization limit of a proposal were derived."""
    offer, profile, pool = proposal.offer, proposal.profile, proposal.pool
    price = Step(
        "pool.usd_per_instance_hour",
        "USD per hour",
        pool["usd_per_instance_hour"],
        offer_text(offer),
        offer.source_url,
        offer.checked_on.isoformat(),
        offer.key,
    )
    layout = Step(
        "pool.instances_per_replica",
        "Instances per replica",
        pool["instances_per_replica"],
        _layout_text(proposal),
        profile.source_url,
        profile.checked_on.isoformat(),
    )
    return [
        price,
        layout,
        _rate(proposal, "prefill_tokens_per_second", "Reading, tokens per second"),
        _rate(proposal, "decode_tokens_per_second", "Writing, tokens per second"),
    ]


def sizing_text(proposal: PoolProposal) -> str:
    """How many replicas the peak takes: section 4's formula with the proposal's numbers."""
    limit = proposal.pool["max_utilization_ratio"]
    replicas = "replica" if proposal.peak_replicas == 1 else "replicas"
    return (
        f"{proposal.peak_calls_per_second:,.2f} calls a second at the peak × "
        f"{proposal.seconds_per_call:,.3g} s of one replica ÷ {limit:.0%} = "
        f"{proposal.peak_load_replicas:,.2f}; rounded up, with spares and the minimum: "
        f"{proposal.peak_replicas:,.0f} {replicas}"
    )


def offer_text(offer: GpuOffer) -> str:
    """An offer in one line: who sells what, where, how bought, as of when."""
    gpus = f", {offer.accelerators} × {offer.accelerator}" if offer.accelerator else ""
    dated = f"as of {offer.as_of.isoformat()}" if offer.as_of else "undated"
    bought = offer.pricing_title.lower()
    return (
        f"{offer.provider_title} {offer.instance_type}{gpus}, {offer.place}, {bought}: "
        f"{offer.usd_per_instance_hour.normalize():f} USD per hour, {offer.source}, {dated}"
    )


def profile_text(profile: ThroughputProfile) -> str:
    """A measurement in one line: what, by whom, under which protocol, and how the rates follow."""
    tuned = " (vendor-tuned)" if profile.is_vendor_tuned else ""
    return f"{profile.title}, {profile.source}{tuned}: {profile.protocol}. {profile.derivation}"


def _rate(proposal: PoolProposal, name: str, title: str) -> Step:
    profile, copies = proposal.profile, proposal.layout.copies_per_instance
    text = profile_text(profile).rstrip(".")
    if copies > 1:
        one = getattr(profile, name)
        text = f"{copies} copies on one instance, each {one:,} tokens a second. {text}"
    return Step(
        f"pool.{name}",
        title,
        proposal.pool[name],
        text,
        profile.source_url,
        profile.checked_on.isoformat(),
        profile.key if copies == 1 else "",
    )


def _layout_text(proposal: PoolProposal) -> str:
    profile, offer, layout = proposal.profile, proposal.offer, proposal.layout
    needs = f"Measured on {profile.accelerators} × {profile.accelerator}"
    has = f"{offer.accelerators} × {offer.accelerator}"
    if layout.instances_per_replica > 1:
        text = f"{needs}: one replica over {layout.instances_per_replica} instances of {has}"
    elif layout.copies_per_instance > 1:
        copies = f"{layout.copies_per_instance} copies, which count as one replica"
        text = f"{needs}: one instance of {has} holds {copies}"
    else:
        text = f"{needs}: one replica on one instance of {has}"
    if layout.idle_accelerators:
        text += f"; {layout.idle_accelerators} of its accelerators stay unused"
    return text
