"""Proposes a pool for a model: what is on offer × what was measured, priced by the engine's pool.

The measurements of one offer differ by several times. Each is sized for the workload within its
latency target; what is proposed is the one in the middle, with the range across all of them.

Pure: no Django, no clock, no I/O.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from costing.catalog.model_families import Measurement, measurements_of, model_families
from costing.catalog.offers import SPOT, GpuOffer, read_accelerator, stands_in_for
from costing.catalog.pool_steps import INTERRUPTED, POINTS, RATES, Layout, Step, serving_steps
from costing.catalog.serving import Refused, Serving, serve
from costing.engine import InvalidScenario, Scenario, parse_scenario
from costing.engine.inputs import Pool, Range, ranges_document
from costing.engine.inputs.latency import Latency
from costing.engine.pool import Demand, demand_of, pool_bill, pooled, seconds_per_call
from costing.engine.tokens import served_lengths
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
# What a measurement gives: it takes the place of what stands there.
_SPEEDS = (*RATES, POINTS, "goodput_ratio")
# What the pool's model makes of the workload's text.
_TOKENS = ("input_token_ratio", "output_token_ratio", "reasoning_tokens_per_call")
GOODPUT = "pool.goodput_ratio"
_ONE_WORKLOAD = (
    "The catalog proposes a pool for one workload: give the pool of several applications yourself."
)
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

    model_family: str
    precision: str = ""
    ttft_ms: float | None = None
    tpot_ms: float | None = None
    takes_vendor_tuned: bool = True
    served: str = ALL_CALLS
    scaling: str = "always_on"
    max_utilization_ratio: float = 0.7
    interruption_overhead_ratio: float | None = None  # None: what is assumed of spot capacity
    keeps: Mapping[str, object] = field(default_factory=dict)

    @property
    def target(self) -> Latency | None:
        """The latency that is asked for; None where any will do."""
        is_any = self.ttft_ms is None and self.tpot_ms is None
        return None if is_any else Latency(ttft_ms=self.ttft_ms, tpot_ms=self.tpot_ms)


@dataclass(frozen=True)
class PoolMonth:
    """A measured replica on an offer, sized at the workload's peak and priced for a month.

    `seconds_per_call` is one replica's; `peak_load_replicas` what the peak asks for before
    rounding, the utilization limit included. `pool` is the section of a scenario's document, and
    `hosted` the same as the engine reads it.
    """

    offer: GpuOffer
    serving: Serving
    layout: Layout
    pool: Mapping[str, object]
    hosted: Pool
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

    @property
    def kind(self) -> tuple[str, str, str]:
        """Whose measurement; on how many accelerators to run is then the operator's choice."""
        measured = self.serving.measurement
        return measured.source, measured.engine, measured.precision


@dataclass(frozen=True)
class PoolProposal(PoolMonth):
    """The month of the measurement in the middle, with those of all that fit, the cheapest first.

    `ranges` say how much less and more a replica may carry: across them and by their own error.
    """

    months: tuple[PoolMonth, ...]
    ranges: dict[str, Range]

    @property
    def lowest_usd_per_month(self) -> float:
        """By the measurement that flatters most."""
        return self.months[0].compute_usd_per_month

    @property
    def highest_usd_per_month(self) -> float:
        """By the slowest measurement."""
        return self.months[-1].compute_usd_per_month

    @property
    def ranges_document(self) -> dict[str, dict[str, float]]:
        """The ranges as a scenario's document has them."""
        return ranges_document(self.ranges)


@dataclass(frozen=True)
class PoolLoad:
    """What reaches the pool: the workload, the calls a month, the tokens that one call takes.

    Those of a conversation's history and of reasoning included.
    """

    workload: object
    calls: float
    input_tokens: float
    output_tokens: float


@dataclass(frozen=True)
class Proposed:
    """The pools, the cheapest month first, and the measurements that say nothing of the load."""

    load: PoolLoad
    pools: tuple[PoolProposal, ...]
    refused: tuple[Refused, ...]


def calls_to_pool(document: Mapping[str, object], served: str) -> float:
    """Calls a month that reach the pool: all, or the simple ones that the semantic cache leaves.

    Section 2's way of a call. Raises InvalidScenario for figures that cannot be used.
    """
    if document.get("applications"):
        raise InvalidScenario({"applications": [_ONE_WORKLOAD]})
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
    offers: Iterable[GpuOffer],
    limit: int = PROPOSALS,
) -> Proposed:
    """Pools for a scenario document's workload, the cheapest month first (USD).

    What rests on a vendor's own or an assumed measurement comes after what does not, and spot
    capacity, which may be taken away, after what cannot. Each instance type is proposed once for
    each way of buying it, in its cheapest place. Raises InvalidScenario for unusable figures.
    """
    load = _load(document, wish)
    cheapest: dict[tuple[str, ...], GpuOffer] = {}
    for offer in sorted(offers, key=lambda offer: offer.usd_per_instance_hour):
        cheapest.setdefault((offer.provider, offer.instance_type, offer.pricing), offer)
    servings, refused = _servings(load, wish)
    known: _Known = {}
    pools = [_proposal(load, wish, offer, servings, known) for offer in cheapest.values()]
    return Proposed(load, tuple(sorted(filter(None, pools), key=_rank)[:limit]), refused)


def propose_pool(
    document: Mapping[str, object], wish: PoolWish, *, offer: GpuOffer, measurement: str
) -> PoolProposal | None:
    """The pool of one measurement on one offer, or None where the one cannot run there.

    Raises InvalidScenario for figures that cannot be used.
    """
    load = _load(document, wish)
    servings, _ = _servings(load, wish)
    return _proposal(load, wish, offer, servings, {}, chosen=measurement)


def _load(document: Mapping[str, object], wish: PoolWish) -> PoolLoad:
    calls = calls_to_pool(document, wish.served)
    scenario = parse_scenario({"workload": document["workload"], "premium_model": _NO_API})
    counted = {key: wish.keeps[key] for key in _TOKENS if wish.keeps.get(key) is not None}
    read, written = served_lengths(Pool.model_validate(counted), scenario.workload)
    return PoolLoad(document["workload"], calls, float(read), float(written))


def _servings(load: PoolLoad, wish: PoolWish) -> tuple[list[Serving], tuple[Refused, ...]]:
    """What each measurement of the family carries of the load, and which ones say nothing of it."""
    family = model_families().get(wish.model_family)
    if family is None:
        return [], ()
    tokens = load.input_tokens + load.output_tokens
    found = [
        serve(each, load.input_tokens, load.output_tokens, wish.target)
        if tokens <= family.context_window_tokens
        else Refused(each, _too_long(tokens, family.context_window_tokens))
        for each in measurements_of(wish.model_family)
        if wish.precision in ("", each.precision)
        and (wish.takes_vendor_tuned or not each.is_vendor_tuned)
    ]
    return (
        [each for each in found if isinstance(each, Serving)],
        tuple(each for each in found if isinstance(each, Refused)),
    )


def _too_long(tokens: float, most: int) -> str:
    return f"a call takes {tokens:,.0f} tokens; the model takes {most:,} at most"


def _proposal(
    load: PoolLoad,
    wish: PoolWish,
    offer: GpuOffer,
    servings: Sequence[Serving],
    known: _Known,
    *,
    chosen: str = "",
) -> PoolProposal | None:
    """The pool of an offer: of the measurement in the middle, or of the chosen one.

    Of an even number the dearer of the two in the middle; a vendor's own and assumed ones are
    taken only where there is no other.
    """
    sized = sorted(_months(load, wish, offer, servings, known), key=_cost)
    months: dict[tuple[str, ...], PoolMonth] = {}
    for month in sized:
        months.setdefault(month.kind, month)
    every = tuple(months.values())
    firm = [month for month in every if month.serving.is_firm] or list(every)
    if chosen:
        firm = [month for month in sized if month.serving.measurement.key == chosen]
    if not firm:
        return None
    middle = firm[len(firm) // 2]
    return PoolProposal(**vars(middle), months=every, ranges=_ranges(middle, every))


@dataclass(frozen=True)
class _Sized:
    """A load on a measured replica as it lies on instances, whatever these cost."""

    scenario: Scenario
    demand: Demand
    seconds_per_call: float
    peak_calls_per_second: float
    peak_load_replicas: float


_Known: TypeAlias = dict[tuple[str, int, int], _Sized]


def _months(
    load: PoolLoad, wish: PoolWish, offer: GpuOffer, servings: Sequence[Serving], known: _Known
) -> Iterable[PoolMonth]:
    for serving in servings:
        layout = layout_on(serving.measurement, offer)
        if layout is not None:
            pool = _pool(wish, serving, offer, layout)
            lies = layout.copies_per_instance, layout.instances_per_replica
            key = (serving.measurement.key, *lies)
            if key not in known:
                known[key] = _sized(load, serving, pool)
            yield _priced(known[key], pool, load.calls, layout, offer, serving)


def _sized(load: PoolLoad, serving: Serving, pool: Mapping[str, object]) -> _Sized:
    document = {"workload": load.workload, "premium_model": _NO_API, "pool": pool}
    latency = serving.latency and serving.latency.model_dump()
    scenario = parse_scenario({**document, "latency": latency})
    workload, hosted = scenario.workload, scenario.pool
    assert hosted is not None
    seconds = float(seconds_per_call(hosted, workload, scenario.latency))
    week = week_of(workload)
    peak_calls = float(load.calls * week.peak_weight / WEEKS_PER_MONTH / SECONDS_PER_HOUR)
    peak_calls *= workload.peak_to_average_ratio
    asked = demand_of(np.array([load.calls]), hosted, workload, week, scenario.latency)
    demand = pooled([asked], hosted)
    if asked.load[0] > 0.0:  # what may wait is not served at the peak
        level, peak = (each.load[0] * each.week.peak_weight for each in (demand, asked))
        peak_calls *= float(level / peak)
    return _Sized(
        scenario,
        demand,
        seconds,
        peak_calls,
        peak_calls * seconds / hosted.max_utilization_ratio,
    )


def _ranges(middle: PoolMonth, every: Iterable[PoolMonth]) -> dict[str, Range]:
    """How little and how much a replica carries across the measurements, errors included."""
    alike = [
        month
        for month in (middle, *every)
        if month.layout.instances_per_replica == middle.layout.instances_per_replica
    ]
    carried = [(middle.seconds_per_call / month.seconds_per_call, month.serving) for month in alike]
    low = min(ratio * serving.low_ratio for ratio, serving in carried)
    high = max(ratio * serving.high_ratio for ratio, serving in carried)
    if middle.serving.points:
        return {GOODPUT: Range(low, high)}
    rates = {rate: getattr(middle.hosted, rate) for rate in RATES}
    return {f"pool.{rate}": Range(each * low, each * high) for rate, each in rates.items()}


def layout_on(measured: Measurement, offer: GpuOffer) -> Layout | None:
    """How a measured replica lies on an instance, or None where it does not.

    An instance with more accelerators holds as many copies as fit. A replica spans machines only
    where it was measured so, on machines with as many accelerators.
    """
    if offer.accelerator is None or not offer.accelerators:
        return None
    offered, wanted = read_accelerator(offer.accelerator), read_accelerator(measured.accelerator)
    if not stands_in_for(offered, wanted):
        return None
    if measured.nodes > 1:
        fits = offer.accelerators * measured.nodes == measured.accelerators
        return Layout(1, measured.nodes, 0) if fits else None
    copies, idle = divmod(offer.accelerators, measured.accelerators)
    return Layout(copies, 1, idle) if copies else None


def _pool(wish: PoolWish, serving: Serving, offer: GpuOffer, layout: Layout) -> dict[str, object]:
    """Section 1's pool: the offer's price, what was measured, the wish's way of running."""
    kept = {key: value for key, value in wish.keeps.items() if key not in (*_OWNED, *_SPEEDS)}
    figures: dict[str, object] = {
        step.key_in_pool: step.value for step in serving_steps(offer, serving, layout)
    }
    if serving.points:
        copies = layout.copies_per_instance
        points = [each.model_dump() for each in serving.points]
        figures[POINTS] = [{**each, "concurrency": each["concurrency"] * copies} for each in points]
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
    sized: _Sized,
    pool: Mapping[str, object],
    calls: float,
    layout: Layout,
    offer: GpuOffer,
    serving: Serving,
) -> PoolMonth:
    workload, asked = sized.scenario.workload, sized.scenario.pool
    assert asked is not None
    bought = ("usd_per_instance_hour", "interruption_overhead_ratio")
    priced = asked.model_copy(update={key: pool[key] for key in bought})
    bill = pool_bill(sized.demand, priced)
    compute = float(bill.compute_busy[0] + bill.compute_idle[0])
    tokens = calls * (workload.input_tokens_per_call + workload.output_tokens_per_call)
    replicas = float(bill.peak_replicas[0])
    return PoolMonth(
        offer=offer,
        serving=serving,
        layout=layout,
        pool=pool,
        hosted=priced,
        calls_per_month=calls,
        seconds_per_call=sized.seconds_per_call,
        peak_calls_per_second=sized.peak_calls_per_second,
        peak_load_replicas=sized.peak_load_replicas,
        peak_replicas=replicas,
        peak_instances=replicas * layout.instances_per_replica,
        instance_hours_per_month=float(bill.instance_hours[0]),
        utilization_ratio=float(bill.utilization_ratio[0]),
        compute_usd_per_month=compute,
        usd_per_mtok=compute / tokens * 1e6 if tokens else None,
    )


def _cost(month: PoolMonth) -> tuple[float, str]:
    return month.compute_usd_per_month, month.serving.measurement.key


def _rank(proposal: PoolProposal) -> tuple[bool, bool, float, str]:
    """Firm measurements first, then what cannot be taken away, then the cheapest month."""
    is_spot = proposal.offer.pricing == SPOT
    return (
        not proposal.serving.is_firm,
        is_spot,
        proposal.compute_usd_per_month,
        proposal.offer.key,
    )


def steps_of(proposal: PoolMonth) -> list[Step]:
    """How price, layout, rates and interruptions of a proposal were derived."""
    offer = proposal.offer
    steps = serving_steps(offer, proposal.serving, proposal.layout)
    if offer.pricing == SPOT:
        ratio = float(proposal.hosted.interruption_overhead_ratio)
        steps.append(Step.of("interruption_overhead_ratio", ratio, INTERRUPTED, offer))
    return steps


def sizing_text(proposal: PoolMonth) -> str:
    """How many replicas the peak takes: section 4's formula with the proposal's numbers."""
    limit = proposal.hosted.max_utilization_ratio
    return (
        f"{proposal.peak_calls_per_second:,.2f} calls a second at the peak × "
        f"{proposal.seconds_per_call:,.3g} s of one replica ÷ {limit:.0%} = "
        f"{proposal.peak_load_replicas:,.2f}; rounded up, with spares and the minimum: "
        f"{counted(proposal.peak_replicas, 'replica')}"
    )
