"""The pool of the scenario form: what a chosen offer and measurement fill, and what is assumed."""

from typing import Any

from django import forms

from costing.catalog.forms import SCALINGS, offer_choices, throughput_choices
from costing.catalog.offers import GpuOffer, find_offer
from costing.catalog.origins import Origins
from costing.catalog.pool_steps import RATES, Step, own_steps, pool_steps
from costing.catalog.pools import layout_on
from costing.catalog.throughput import ThroughputProfile, find_profile
from costing.engine.inputs import InputField, Stated, input_named
from costing.scenarios.content.hosting_costs import ASSUMED, KINDS, RENTED
from costing.scenarios.form_numbers import LinesField, read_point, shown_points
from costing.scenarios.form_rows import put_or_drop
from presentation.number_field import shown

SCALING, POINTS = input_named("pool.scaling"), input_named("pool.points")


def start_of_pool(stated: Stated, origins: Origins) -> dict[str, str]:
    """What the form shows of a scenario's pool, beside its figures."""
    pool = stated.section("pool")
    return {
        "pool__points": shown_points(pool.get("points")),
        "pool__scaling": pool.get("scaling", "always_on"),
        "pool__offer": _choice("pool.usd_per_instance_hour", origins),
        "pool__throughput": _choice("pool.decode_tokens_per_second", origins),
    }


def _choice(path: str, origins: Origins) -> str:
    """The key of the offer or measurement that a figure is of; empty where it is of none."""
    return origins[path].key if path in origins else ""


class PoolForm(forms.Form):
    """Fills the figures of a pool that a person leaves to an offer or a measurement."""

    def add_pool(self) -> None:
        """Add what a pool is asked beside its figures."""
        self.fields["pool__scaling"] = forms.ChoiceField(
            label=SCALING.label, choices=SCALINGS, required=False
        )
        self.fields["pool__offer"] = forms.ChoiceField(
            label="GPU offer", choices=offer_choices(), required=False
        )
        self.fields["pool__throughput"] = forms.ChoiceField(
            label="Speed measured for",
            choices=throughput_choices(),
            required=False,
            help_text="Fills the speeds left empty; the catalog says how they follow.",
        )

        self.fields["pool__points"] = LinesField(
            read_point,
            4,
            label=POINTS.label,
            help_text=(
                "They take the place of the two speeds. A line each: calls at once, input and"
                " output tokens, ms to the first token and per further one. Example: 16 1024 1024"
                " 240 11.5"
            ),
        )

    def chosen_steps(self) -> list[Step]:
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

    def is_open(self, key: str) -> bool:
        """Whether a figure of the pool is left to what was chosen; one instance is the default."""
        typed = self.cleaned_data.get(f"pool__{key}")
        return typed is None or (key == "instances_per_replica" and typed == 1)

    def _counts_copies(self) -> bool:
        """Whether nobody said how replicas lie on instances, or how fast one is."""
        return all(map(self.is_open, ("instances_per_replica", *RATES)))

    def check_measurement(self) -> None:
        """Refuse a measurement that says nothing of the chosen offer or of such long calls."""
        offer, profile = self._offer_and_profile()
        if profile is None or not any(map(self.is_open, RATES)):
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

    def put_pool(self, pool: dict[str, Any]) -> None:
        """Write what was asked here into a document's pool."""
        put_or_drop(pool, "points", self.cleaned_data.get("pool__points"))
        pool["scaling"] = self.cleaned_data.get("pool__scaling") or "always_on"
        for step in self.chosen_steps():
            if self.is_open(step.key_in_pool):
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
