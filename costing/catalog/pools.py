"""Proposes a pool for a model: what is on offer × what was measured, priced by the engine's pool.

Pure: no Django, no clock, no I/O.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from costing.catalog.offers import SPOT, GpuOffer, read_accelerator, stands_in_for
from costing.catalog.throughput import ThroughputProfile
from costing.engine import Scenario, parse_scenario
from costing.engine.inputs import input_named
from costing.engine.pool import load_per_call, pool_bill, seconds_per_call
from costing.engine.units import SECONDS_PER_HOUR, WEEKS_PER_MONTH
from costing.engine.week import week_of
from presentation.wording import counted

# Owned hardware would replace the offer's hourly price.
_OWNED = (
    "hardware_usd_per_instance",
    "amortization_months",
    "power_kw_per_instance",
    "pue_ratio",
    "electricity_usd_per_kwh",
)
INTERRUPTIONS = input_named("pool.interruption_overhead_ratio")
INTERRUPTED = "Spot capacity may be taken away: an assumption until you measure what that costs"
RATES = {
    "prefill_tokens_per_second": "Reading, tokens per second",
    "decode_tokens_per_second": "Writing, tokens per second",
}
TITLES = {
    **RATES,
    "usd_per_instance_hour": "USD per hour",
    "instances_per_replica": input_named("pool.instances_per_replica").label,
    "interruption_overhead_ratio": INTERRUPTIONS.label,
}
_NO_API = {"input_usd_per_mtok": 0, "output_usd_per_mtok": 0}
ALL_CALLS, SIMPLE_CALLS = "all", "simple"
PROPOSALS = 8
# What interruptions of spot capacity are taken to cost, in hours on top, until they are measured:
# draining, restarting and loading weights again. No provider states it.
SPOT_OVERHEAD_RATIO = 0.1


@dataclass(frozen=True)
class PoolWish:
    """What a pool is to serve and how it is run; an empty part leaves the choice open.

    `keeps` are figures of a pool (cost model, section 1) that no offer states: they stay.
    """

    model_class: str
    precision: str = ""
    takes_vendor_tuned: bool = True
    served: str = ALL_CALLS
    scaling: str = "always_on"
    max_utilization_ratio: float = 0.7
    interruption_overhead_ratio: float | None = None  # None: what is assumed of spot capacity
    keeps: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """How measured replicas lie on instances: several on one, or one over several."""

    copies_per_instance: int
    instances_per_replica: int
    idle_accelerators: int


@dataclass(frozen=True)
class PoolProposal:
    """A pool with its month: what it takes at the workload's peak, and what that costs.

    `seconds_per_call` is one replica's; `peak_load_replicas` what the peak asks for before
    rounding, the utilization limit included.
    """

    offer: GpuOffer
    profile: ThroughputProfile
    layout: Layout
    pool: dict[str, Any]
    calls_per_month: float
    seconds_per_call: float
    peak_calls_per_second: float
    peak_load_replicas: float
    peak_replicas: float
    peak_instances: float
    instance_hours_per_month: float
    utilization_ratio: float
    compute_usd_per_month: float
    usd_per_mtok: float | None


def calls_to_pool(document: Mapping[str, object], served: str) -> float:
    """Calls a month that reach the pool: all, or the simple ones that the semantic cache leaves.

    Section 2's way of a call. Raises InvalidScenario for figures that cannot be used.
    """
    sections = ("workload", "routing", "small_model", "semantic_cache")
    given = {key: document[key] for key in sections if document.get(key) is not None}
    if "routing" in given:
        given["small_model"] = _NO_API
    scenario = parse_scenario({**given, "premium_model": _NO_API})
    calls = float(scenario.workload.requests_per_month * scenario.workload.fan_out)
    if served != SIMPLE_CALLS or scenario.routing is None:
        return calls
    if scenario.semantic_cache is not None:
        calls *= 1.0 - scenario.semantic_cache.hit_ratio
    return calls * scenario.routing.simple_ratio


def propose_pools(
    document: Mapping[str, object],
    wish: PoolWish,
    *,
    profiles: Sequence[ThroughputProfile],
    offers: Sequence[GpuOffer],
    limit: int = PROPOSALS,
) -> list[PoolProposal]:
    """The cheapest pools for a scenario document's workload, the cheapest month first (USD).

    Spot capacity, which may be taken away, comes after all that cannot.

    Each instance type is proposed once for each way of buying it: in its cheapest place, with the
    measurement that makes it cheapest. Raises InvalidScenario for figures that cannot be used.
    """
    calls = calls_to_pool(document, wish.served)
    cheapest: dict[tuple[str, ...], GpuOffer] = {}
    for offer in sorted(offers, key=lambda offer: offer.usd_per_instance_hour):
        cheapest.setdefault(_kind(offer), offer)
    proposals = [
        propose_pool(document, wish, profile=profile, offer=offer, calls=calls)
        for profile in profiles
        if profile.model_class == wish.model_class
        and wish.precision in ("", profile.precision)
        and (wish.takes_vendor_tuned or not profile.is_vendor_tuned)
        for offer in cheapest.values()
    ]
    best: dict[tuple[str, ...], PoolProposal] = {}
    for proposal in sorted(filter(None, proposals), key=_rank):
        best.setdefault(_kind(proposal.offer), proposal)
    return list(best.values())[:limit]


def _kind(offer: GpuOffer) -> tuple[str, ...]:
    """An instance type and a way of buying it."""
    return offer.provider, offer.instance_type, offer.pricing


def propose_pool(
    document: Mapping[str, object],
    wish: PoolWish,
    *,
    profile: ThroughputProfile,
    offer: GpuOffer,
    calls: float,
) -> PoolProposal | None:
    """One profile on one offer for so many calls a month, or None where the one cannot run there.

    Raises InvalidScenario for figures that cannot be used.
    """
    layout = layout_on(profile, offer)
    if layout is None:
        return None
    pool = _pool(wish, profile, offer, layout)
    scenario = parse_scenario(
        {"workload": document["workload"], "premium_model": _NO_API, "pool": pool}
    )
    if tokens_per_call(scenario) > profile.context_window_tokens:
        return None
    return _priced(scenario, pool, calls, layout, offer, profile)


def tokens_per_call(scenario: Scenario) -> float:
    """What a model's context must hold: input and output of a mean call together."""
    return scenario.workload.input_tokens_per_call + scenario.workload.output_tokens_per_call


def layout_on(profile: ThroughputProfile, offer: GpuOffer) -> Layout | None:
    """How a measured replica lies on an instance, or None where it does not.

    An instance with more accelerators holds as many copies as fit. A replica spans machines only
    where it was measured so, on machines with as many accelerators.
    """
    if offer.accelerator is None or not offer.accelerators:
        return None
    offered, measured = read_accelerator(offer.accelerator), read_accelerator(profile.accelerator)
    if not stands_in_for(offered, measured):
        return None
    if profile.nodes > 1:
        fits = offer.accelerators * profile.nodes == profile.accelerators
        return Layout(1, profile.nodes, 0) if fits else None
    copies, idle = divmod(offer.accelerators, profile.accelerators)
    return Layout(copies, 1, idle) if copies else None


def _pool(
    wish: PoolWish, profile: ThroughputProfile, offer: GpuOffer, layout: Layout
) -> dict[str, Any]:
    """Section 1's pool: the offer's price, the measured rates, the wish's way of running."""
    kept = {key: value for key, value in wish.keeps.items() if key not in _OWNED}
    figures = {step.key_in_pool: step.value for step in pool_steps(offer, profile, layout)}
    given = wish.interruption_overhead_ratio
    assumed = SPOT_OVERHEAD_RATIO if given is None else given
    return {
        **kept,
        **figures,
        "max_utilization_ratio": wish.max_utilization_ratio,
        "scaling": wish.scaling,
        "interruption_overhead_ratio": assumed if offer.pricing == SPOT else 0.0,
    }


def _priced(
    scenario: Scenario,
    pool: dict[str, Any],
    calls: float,
    layout: Layout,
    offer: GpuOffer,
    profile: ThroughputProfile,
) -> PoolProposal:
    workload = scenario.workload
    assert scenario.pool is not None
    week = week_of(workload)
    bill = pool_bill(np.array([calls]), scenario.pool, workload, week)
    peak_calls = float(calls * week.peak_weight / WEEKS_PER_MONTH / SECONDS_PER_HOUR)
    compute = float(bill.compute_busy[0] + bill.compute_idle[0])
    tokens = calls * tokens_per_call(scenario)
    replicas = float(bill.peak_replicas[0])
    return PoolProposal(
        offer=offer,
        profile=profile,
        layout=layout,
        pool=pool,
        calls_per_month=calls,
        seconds_per_call=float(seconds_per_call(scenario.pool, workload)),
        peak_calls_per_second=peak_calls * workload.peak_to_average_ratio,
        peak_load_replicas=float(calls * load_per_call(scenario.pool, workload) * week.peak_weight),
        peak_replicas=replicas,
        peak_instances=replicas * layout.instances_per_replica,
        instance_hours_per_month=float(bill.instance_hours[0]),
        utilization_ratio=float(bill.utilization_ratio[0]),
        compute_usd_per_month=compute,
        usd_per_mtok=compute / tokens * 1e6 if tokens else None,
    )


def _rank(proposal: PoolProposal) -> tuple[bool, float, bool, str, str]:
    """Spot last, then the cheapest month; of equals what nobody tuned, then by name."""
    return (
        proposal.offer.pricing == SPOT,
        proposal.compute_usd_per_month,
        proposal.profile.is_vendor_tuned,
        proposal.offer.key,
        proposal.profile.key,
    )


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
    checked_on: str
    key: str

    @property
    def key_in_pool(self) -> str:
        """The figure's name in a scenario's pool."""
        return self.path.removeprefix("pool.")

    def origin(self) -> dict[str, str]:
        """The step as a scenario keeps it beside its figure."""
        return {
            "key": self.key,
            "label": self.text,
            "source_url": self.source_url,
            "checked_on": self.checked_on,
        }

    @classmethod
    def of(
        cls,
        figure: str,
        value: float,
        text: str,
        source: GpuOffer | ThroughputProfile,
        *,
        is_own: bool = False,
    ) -> Step:
        """The step of one figure of a pool; it `is_own` where the source itself states it."""
        key, checked_on = source.key if is_own else "", source.checked_on.isoformat()
        path = f"pool.{figure}"
        return cls(path, TITLES[figure], value, text, source.source_url, checked_on, key)


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


def steps_of(proposal: PoolProposal) -> list[Step]:
    """How price, layout, rates and interruptions of a proposal were derived."""
    offer, figure = proposal.offer, "interruption_overhead_ratio"
    steps = pool_steps(offer, proposal.profile, proposal.layout)
    if offer.pricing == SPOT:
        steps.append(Step.of(figure, proposal.pool[figure], INTERRUPTED, offer))
    return steps


def pool_steps(offer: GpuOffer, profile: ThroughputProfile, layout: Layout) -> list[Step]:
    """How price, layout and rates of a pool follow from an offer and a measurement."""
    copies, instances = layout.copies_per_instance, layout.instances_per_replica
    spread = Step.of(
        "instances_per_replica", instances, _layout_text(offer, profile, layout), profile
    )
    rates = own_steps(profile)
    if copies > 1:
        rates = [
            replace(
                each,
                value=each.value * copies,
                text=f"{copies} copies on one instance, each {each.value:,.0f} tokens a second. "
                f"{each.text}",
                key="",
            )
            for each in rates
        ]
    return [*own_steps(offer), spread, *rates]


def sizing_text(proposal: PoolProposal) -> str:
    """How many replicas the peak takes: section 4's formula with the proposal's numbers."""
    limit = proposal.pool["max_utilization_ratio"]
    return (
        f"{proposal.peak_calls_per_second:,.2f} calls a second at the peak × "
        f"{proposal.seconds_per_call:,.3g} s of one replica ÷ {limit:.0%} = "
        f"{proposal.peak_load_replicas:,.2f}; rounded up, with spares and the minimum: "
        f"{counted(proposal.peak_replicas, 'replica')}"
    )


def _layout_text(offer: GpuOffer, profile: ThroughputProfile, layout: Layout) -> str:
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
    return f"Measured on {profile.accelerators} × {profile.accelerator}: {text}"
