"""The self-hosted pool of a scenario: capacity rented by the hour or owned."""

from functools import partial
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator

from costing.engine.inputs.fields import (
    Advanced,
    Extra,
    Input,
    Number,
    Ratio,
    Section,
    TokenRatio,
    Tokens,
    UnitPrice,
    Usd,
)
from costing.engine.inputs.latency import MAX_POINTS, Point
from costing.engine.inputs.models import (
    InputTokenRatio,
    OutputTokenRatio,
    ReasoningTokens,
    ReworkPrice,
    ReworkRatio,
)
from costing.engine.inputs.readers import Choice, at_most
from costing.engine.units import HOURS_PER_MONTH, Figure

TokensPerSecond: TypeAlias = Annotated[float, Number(0.001, 1e12)]
Replicas: TypeAlias = Annotated[int, Number(0, 1_000_000)]

SCALINGS = {
    "always_on": "Always on",
    "scheduled": "Only in hours with traffic",
    "autoscaled": "Follows the traffic",
}
_Owned = partial(Advanced, only_with="hardware_usd_per_instance")
_Saturated = partial(Input, only_without="points")
_Rented = partial(Input, only_without="hardware_usd_per_instance")
_Bought = partial(Extra, only_without="hardware_usd_per_instance")
_OnSpot = partial(Extra, only_with="spot_usd_per_instance_hour")


class Pool(Section):
    """Self-hosted capacity, rented by the hour or owned (section 1)."""

    prefill_tokens_per_second: TokensPerSecond | None = _Saturated(
        "Reading speed",
        "tokens per second",
        "Prefill: input tokens that one replica reads per second when it is busy.",
        default=None,
    )
    decode_tokens_per_second: TokensPerSecond | None = _Saturated(
        "Writing speed",
        "tokens per second",
        "Decode: output tokens that one replica writes per second when it is busy.",
        default=None,
    )
    usd_per_instance_hour: UnitPrice | None = _Rented(
        "Price of an instance",
        "USD per hour",
        "Rented; not used where hardware is bought.",
        default=None,
    )
    instances_per_replica: Annotated[int, Number(1, 10_000)] = Advanced(
        "Instances per replica",
        "instances",
        "More than 1 when the model does not fit on one.",
        default=1,
    )
    points: Annotated[
        tuple[Point, ...] | None, BeforeValidator(at_most(MAX_POINTS, "measured points"))
    ] = Advanced(
        "Measured under load",
        help="Runs of one replica; they take the place of the two speeds.",
        default=None,
        empty="throughput at saturation, no latency promised",
        schema={"maxItems": MAX_POINTS},
    )
    goodput_ratio: Annotated[float, Number(0.01, 100)] = Extra(
        "Carried, over what was measured", "×", default=1.0, only_with="points"
    )
    prefix_hit_ratio: Ratio = Advanced("Server's prefix cache", "% hits", default=0.0)
    max_utilization_ratio: Annotated[float, Number(0.001, 1, style="percent")] = Advanced(
        "Filled up to", "%", "Head room for bursts: 70 % is usual.", default=0.7
    )
    min_replicas: Replicas = Advanced("At least", "replicas", default=1)
    spare_replicas: Replicas = Advanced("Spare replicas", "replicas", "N+1 is 1.", default=0)
    scaling: Annotated[str, Choice(SCALINGS)] = Advanced("Scaling", default="always_on")
    deferral_hours: Annotated[int, Number(0, 8760)] = Extra(
        "Batch calls may wait",
        "hours",
        "Calls sent as batch then fill the hours that other calls leave free; 24 is usual.",
        default=0,
    )
    cold_start_minutes: Annotated[float, Number(0, 60)] = Advanced(
        "Cold start", "minutes", default=0.0
    )
    interruption_overhead_ratio: Ratio = _Rented(
        "Spot interruptions", "% more hours", default=0.0, is_advanced=True
    )
    reserved_usd_per_instance_hour: UnitPrice | None = _Bought(
        "Reserved instance",
        "USD per hour",
        "Paid in every hour, used or not; what is needed beyond is paid by the hour.",
        default=None,
        empty="none is reserved",
    )
    reserved_instances: Annotated[int, Number(0, 1_000_000)] | None = Extra(
        "Reserved",
        "instances",
        "In each region.",
        default=None,
        empty="the number that costs least",
        only_with="reserved_usd_per_instance_hour",
    )
    spot_usd_per_instance_hour: UnitPrice | None = _Bought(
        "Spot instance",
        "USD per hour",
        "Interruptions then add to spot alone.",
        default=None,
        empty="none is on spot",
    )
    spot_ratio: Ratio = _OnSpot("On spot", "% of what is not reserved", default=0.0)
    regions: Annotated[int, Number(1, 1000)] = Extra(
        "Regions", "pools", "A pool each; the traffic is split evenly.", default=1
    )
    engineering_hours_per_month: Annotated[float, Number(0, 1e6)] = Input(
        "Engineering", "hours per month", "People who keep it running.", default=0.0
    )
    engineering_usd_per_hour: UnitPrice = Input("Engineering rate", "USD per hour", default=0.0)
    platform_usd_per_month: Usd = Input("Platform", "USD per month", default=0.0)
    egress_usd_per_month: Usd = Extra("Egress", "USD per month", default=0.0)
    observability_usd_per_month: Usd = Extra("Observability", "USD per month", default=0.0)
    security_usd_per_month: Usd = Extra("Security", "USD per month", default=0.0)
    evaluation_usd_per_month: Usd = Extra(
        "Evaluation", "USD per month", "Calls to a judge of the answers.", default=0.0
    )
    migration_usd: Usd = Input("Migration", "USD, once", "Paid at the start.", default=0.0)
    hardware_usd_per_instance: Usd | None = Advanced(
        "Bought hardware",
        "USD per instance",
        "Replaces the hourly price.",
        default=None,
        empty="instances are rented",
    )
    amortization_months: Annotated[float, Number(1, 1200)] = _Owned(
        "Written off over", "months", default=36.0
    )
    power_kw_per_instance: Annotated[float, Number(0, 1e6)] = _Owned(
        "Power", "kW per instance", default=0.0
    )
    pue_ratio: Annotated[float, Number(1, 10)] = _Owned(
        "Data centre overhead (PUE)", "×", default=1.0
    )
    electricity_usd_per_kwh: Annotated[float, Number(0, 1e4, style="unit_price")] = _Owned(
        "Electricity", "USD per kWh", default=0.0
    )
    input_token_ratio: TokenRatio = InputTokenRatio
    output_token_ratio: TokenRatio = OutputTokenRatio
    reasoning_tokens_per_call: Tokens = ReasoningTokens
    rework_ratio: Ratio = ReworkRatio
    usd_per_rework: UnitPrice = ReworkPrice

    @property
    def is_owned(self) -> bool:
        """Whether hardware is bought; then it replaces the hourly price."""
        return self.hardware_usd_per_instance is not None

    @property
    def power_usd_per_instance_hour(self) -> Figure:
        """Electricity of one owned instance for one hour."""
        return self.power_kw_per_instance * self.pue_ratio * self.electricity_usd_per_kwh

    @property
    def is_reserved(self) -> bool:
        """Whether instances may be reserved all month; hardware that is bought needs none."""
        return self.reserved_usd_per_instance_hour is not None and not self.is_owned

    @property
    def extras_usd_per_month(self) -> Figure:
        """Section 13: what a pool takes month by month beside engineering and platform."""
        traffic = self.egress_usd_per_month + self.observability_usd_per_month
        return traffic + self.security_usd_per_month + self.evaluation_usd_per_month

    @property
    def compute_usd_per_instance_hour(self) -> Figure:
        """What one hour of one instance costs that is not reserved.

        Spot with its overhead, or amortization, included.
        """
        if self.hardware_usd_per_instance is None:
            rented = 0.0 if self.usd_per_instance_hour is None else self.usd_per_instance_hour
            overhead = 1.0 + self.interruption_overhead_ratio
            if self.spot_usd_per_instance_hour is None:
                return rented * overhead
            spot = self.spot_usd_per_instance_hour * overhead
            return (1.0 - self.spot_ratio) * rented + self.spot_ratio * spot
        amortized = self.hardware_usd_per_instance / (self.amortization_months * HOURS_PER_MONTH)
        return amortized + self.power_usd_per_instance_hour
