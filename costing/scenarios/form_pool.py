"""The pool of the scenario form: what a chosen offer and measurement fill, and what is assumed."""

from typing import Any

from django import forms

from costing.catalog.offers import GpuOffer, find_offer
from costing.catalog.pool_steps import RATES, Step, own_steps, pool_steps
from costing.catalog.pools import layout_on
from costing.catalog.throughput import ThroughputProfile, find_profile
from costing.engine.inputs import InputField
from costing.scenarios.content.hosting_costs import ASSUMED, KINDS, RENTED
from presentation.number_field import shown


class PoolForm(forms.Form):
    """Fills the figures of a pool that a person leaves to an offer or a measurement."""

    def _chosen(self) -> list[Step]:
        """The figures of the pool that the chosen offer and measurement fill.

        A box with room for several copies of what was measured counts them all as one replica.
        """
        offer, profile = self._offer_and_profile()
        if offer is None or profile is None:
            return own_steps(offer or profile)
        layout = layout_on(profile, offer)
        if layout is None or not self._counts_copies():
            return [*own_steps(offer), *own_steps(profile)]
        steps = pool_steps(offer, profile, layout)
        spans = layout.instances_per_replica > 1
        return [step for step in steps if spans or step.key_in_pool != "instances_per_replica"]

    def _offer_and_profile(self) -> tuple[GpuOffer | None, ThroughputProfile | None]:
        given = self.cleaned_data
        offer = find_offer(given.get("pool__offer") or "")
        return offer, find_profile(given.get("pool__throughput") or "")

    def _is_open(self, key: str) -> bool:
        """Whether a figure of the pool is left to what was chosen; one instance is the default."""
        typed = self.cleaned_data.get(f"pool__{key}")
        return typed is None or (key == "instances_per_replica" and typed == 1)

    def _counts_copies(self) -> bool:
        """Whether nobody said how replicas lie on instances, or how fast one is."""
        return all(map(self._is_open, ("instances_per_replica", *RATES)))

    def _check_measurement(self) -> None:
        """Refuse a measurement that says nothing of the chosen offer or of such long calls."""
        offer, profile = self._offer_and_profile()
        if profile is None or not any(map(self._is_open, RATES)):
            return
        measured = f"{profile.accelerators} × {profile.accelerator}"
        is_known = offer is not None and bool(offer.accelerator and offer.accelerators)
        is_laid_out = offer is None or layout_on(profile, offer) is not None
        if is_known and not is_laid_out and self._counts_copies():
            text = f"It was measured on {measured}, which this offer does not hold."
            self.add_error("pool__throughput", f"{text} Choose another, or type the speeds.")
        lengths = [
            self.cleaned_data.get(f"workload__{each}_tokens_per_call") or 0
            for each in ("input", "output")
        ]
        if sum(lengths) > profile.context_window_tokens:
            text = f"Its model takes {profile.context_window_tokens:,} tokens a call"
            self.add_error("pool__throughput", f"{text}; yours has {sum(lengths):,.0f}.")

    def _put_pool(self, pool: dict[str, Any]) -> None:
        pool["scaling"] = self.cleaned_data.get("pool__scaling") or "always_on"
        for step in self._chosen():
            if self._is_open(step.key_in_pool):
                pool[step.key_in_pool] = step.value


def assumptions(figure: InputField) -> str:
    """What is assumed of a cost of hosting until somebody states it, by kind of pool."""
    if figure.section != "pool" or figure.key not in ASSUMED[RENTED]:
        return ""
    texts = [
        f"{shown(each[figure.key].value)} for {KINDS[kind]} ({each[figure.key].basis})"
        for kind, each in ASSUMED.items()
    ]
    return f"Assumed: {'; '.join(dict.fromkeys(texts))}."
