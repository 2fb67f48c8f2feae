"""How each figure of a proposed pool follows, with its source.

Pure: no Django, no clock, no I/O.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from costing.catalog.model_families import Measurement
from costing.catalog.offers import GpuOffer
from costing.catalog.origins import Origin
from costing.catalog.serving import Serving
from costing.catalog.throughput import ThroughputProfile
from costing.engine.inputs import input_named

INTERRUPTIONS = input_named("pool.interruption_overhead_ratio")
INTERRUPTED = "Spot capacity may be taken away: an assumption until you measure what that costs"
RATES = {
    "prefill_tokens_per_second": "Reading, tokens per second",
    "decode_tokens_per_second": "Writing, tokens per second",
}
POINTS = "points"
TITLES = {
    **RATES,
    POINTS: f"{input_named('pool.points').label}, runs",
    "usd_per_instance_hour": "USD per hour",
    "instances_per_replica": input_named("pool.instances_per_replica").label,
    "interruption_overhead_ratio": INTERRUPTIONS.label,
}


@dataclass(frozen=True)
class Layout:
    """How measured replicas lie on instances: several on one, or one over several."""

    copies_per_instance: int
    instances_per_replica: int
    idle_accelerators: int


@dataclass(frozen=True)
class Step:
    """One figure of the pool: its path in a scenario, its value, how it follows, and its source.

    `key` names the offer or profile where the figure is that one's own, unchanged.
    """

    path: str
    title: str
    value: float
    text: str
    source_url: str
    checked_on: date
    key: str

    @property
    def key_in_pool(self) -> str:
        """The figure's name in a scenario's pool."""
        return self.path.removeprefix("pool.")

    def origin(self) -> Origin:
        """The step as a scenario keeps it beside its figure."""
        return Origin(
            key=self.key,
            label=self.text,
            source_url=self.source_url,
            checked_on=self.checked_on,
        )

    @classmethod
    def of(
        cls,
        figure: str,
        value: float,
        text: str,
        source: GpuOffer | Measurement,
        *,
        is_own: bool = False,
    ) -> Step:
        """The step of one figure of a pool; it `is_own` where the source itself states it."""
        path, key = f"pool.{figure}", source.key if is_own else ""
        return cls(path, TITLES[figure], value, text, source.source_url, source.checked_on, key)


def own_steps(choice: GpuOffer | ThroughputProfile | None) -> list[Step]:
    """The figures that an offer or a measurement gives by itself, on whatever it runs."""
    if choice is None:
        return []
    if isinstance(choice, GpuOffer):
        gpus = f", {choice.accelerators} × {choice.accelerator}" if choice.accelerator else ""
        dated = f"as of {choice.as_of.isoformat()}" if choice.as_of else "undated"
        text = (
            f"{choice.provider_title} {choice.instance_type}{gpus}, {choice.place}, "
            f"{choice.pricing_title.lower()}: {choice.usd_per_instance_hour.normalize():f} USD "
            f"per hour, {choice.source}, {dated}"
        )
        figures = ["usd_per_instance_hour"]
    else:
        tuned = " (vendor-tuned)" if choice.is_vendor_tuned else ""
        text = f"{choice.title}, {choice.source}{tuned}: {choice.protocol}. {choice.derivation}"
        text, figures = text.rstrip("."), list(RATES)
    return [
        Step.of(figure, float(getattr(choice, figure)), text, choice, is_own=True)
        for figure in figures
    ]


def serving_steps(offer: GpuOffer, serving: Serving, layout: Layout) -> list[Step]:
    """How price, layout and speed of a pool follow from an offer and what a replica carries."""
    measured = serving.measurement
    if isinstance(measured, ThroughputProfile):
        return pool_steps(offer, measured, layout)
    copies, text = layout.copies_per_instance, serving_text(serving)
    if copies > 1:
        text = f"{copies} copies on one instance, each with so many calls at once. {text}"
    runs = Step.of(POINTS, float(len(serving.points)), text, measured, is_own=copies == 1)
    return [*own_steps(offer), _spread(offer, measured, layout), runs]


def pool_steps(offer: GpuOffer, profile: ThroughputProfile, layout: Layout) -> list[Step]:
    """How price, layout and rates of a pool follow from an offer and a measurement."""
    rates = _copied(own_steps(profile), layout)
    return [*own_steps(offer), _spread(offer, profile, layout), *rates]


def serving_text(serving: Serving) -> str:
    """Which measurement, how far from the workload, how long its users wait, and the error."""
    measured = serving.measurement
    dated = f"measured by {measured.as_of.isoformat()}" if measured.as_of else "undated"
    text = f"{measured.title}, {measured.source}, {dated}: {serving.measured_at}"
    if serving.concurrency is not None:
        text += (
            f"; {serving.concurrency:,.0f} calls at once wait {serving.ttft_ms:,.0f} ms for the "
            f"first token and {serving.tpot_ms:,.1f} ms for each more"
        )
    if serving.stretch > 1.0:
        text += f"; the workload lies {serving.stretch:.1f} × beyond these lengths"
    return f"{text}; {serving.error_text}"


def _spread(offer: GpuOffer, measured: Measurement, layout: Layout) -> Step:
    text = _layout_text(offer, measured, layout)
    return Step.of("instances_per_replica", layout.instances_per_replica, text, measured)


def _copied(rates: list[Step], layout: Layout) -> list[Step]:
    """The rates of all copies on one instance, which count as one replica."""
    copies = layout.copies_per_instance
    if copies == 1:
        return rates
    return [
        replace(
            each,
            value=each.value * copies,
            text=f"{copies} copies on one instance, each {each.value:,.0f} tokens a second. "
            f"{each.text}",
            key="",
        )
        for each in rates
    ]


def _layout_text(offer: GpuOffer, measured: Measurement, layout: Layout) -> str:
    has = f"{offer.accelerators} × {offer.accelerator}"
    if layout.instances_per_replica > 1:
        text = f"one replica over {layout.instances_per_replica} instances of {has}"
    elif layout.copies_per_instance > 1:
        copies = f"{layout.copies_per_instance} copies, which count as one replica"
        text = f"one instance of {has} holds {copies}"
    else:
        text = f"one replica on one instance of {has}"
    if layout.idle_accelerators:
        text += f"; {layout.idle_accelerators} of its accelerators stay unused"
    return f"Measured on {measured.accelerators} × {measured.accelerator}: {text}"
