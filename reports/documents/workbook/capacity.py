"""Sheet Workings: what a call takes of a pool, and what an hour of it costs (4, 13, 14)."""

from dataclasses import dataclass

from costing.engine.units import HOURS_PER_MONTH, SECONDS_PER_HOUR
from reports.documents.workbook import formula as xl
from reports.documents.workbook.calls import output_tokens, tokens_of
from reports.documents.workbook.formula import Formula
from reports.documents.workbook.inputs import Inputs, Part
from reports.documents.workbook.page import Page


@dataclass(frozen=True)
class Capacity:
    """Of a pool: USD of an instance-hour, reserved or not, and of its electricity."""

    usd_per_instance_hour: Formula
    reserved_usd_per_hour: Formula
    power_usd_per_hour: Formula


def write_seconds(page: Page, row: int, part: Part, measured: Formula) -> tuple[int, Formula]:
    """Sections 4 and 14: replica seconds of a call, by two rates or, where given, as measured."""
    inputs, tokens = part.inputs, tokens_of(part.inputs, "pool")
    row = page.table(row, "What a call takes of the pool", ["Figure", "Value", ""])
    fresh = tokens.sent - inputs["pool_prefix_hit_ratio"] * (tokens.prefix + tokens.history)
    prefill = fresh / inputs["pool_prefill_tokens_per_second"]
    decode = output_tokens("pool", inputs) / inputs["pool_decode_tokens_per_second"]
    rates = [inputs[f"pool_{key}_tokens_per_second"] for key in ("prefill", "decode")]
    by_rates = xl.when(xl.all_of(*map(xl.is_number, rates)), prefill + decode, 0)
    taken = xl.when(xl.is_number(measured), measured / inputs["pool_goodput_ratio"], by_rates)
    taken = xl.when(inputs.has("pool"), taken, 0)
    name = f"{part.tag}seconds_per_call"
    return row + 2, page.line(row, "Replica seconds per call", taken, name=name)


def load_of(seconds: Formula, inputs: Inputs) -> Formula:
    """Section 4: replicas of one region per call of the month, at weight 1."""
    peak = inputs["workload_peak_to_average_ratio"] * seconds
    hours = xl.WEEKS_PER_MONTH * SECONDS_PER_HOUR * inputs["pool_max_utilization_ratio"]
    return peak / (hours * inputs["pool_regions"])


def write_capacity(page: Page, row: int, inputs: Inputs) -> tuple[int, Capacity]:
    """Sections 4 and 13: what an hour of an instance costs."""
    row = page.table(row, "What the pool's instances cost", ["Figure", "Value", ""])
    power = inputs["pool_power_kw_per_instance"] * inputs["pool_pue_ratio"]
    power = power * inputs["pool_electricity_usd_per_kwh"]
    label = "Electricity, USD per instance-hour"
    power = page.line(row, label, power, name="power_usd_per_hour")
    hardware = inputs["pool_hardware_usd_per_instance"]
    owned = hardware / (inputs["pool_amortization_months"] * HOURS_PER_MONTH) + power
    rent, spot = inputs["pool_usd_per_instance_hour"], inputs["pool_spot_usd_per_instance_hour"]
    rent = xl.when(xl.is_number(rent), rent, 0)
    overhead, ratio = 1 + inputs["pool_interruption_overhead_ratio"], inputs["pool_spot_ratio"]
    mixed = (1 - ratio) * rent + ratio * spot * overhead
    rented = xl.when(xl.is_number(spot), mixed, rent * overhead)
    price = xl.when(xl.is_number(hardware), owned, rented)
    hourly = page.line(row + 1, "USD per instance-hour", price, name="usd_per_hour")
    reserved = inputs["pool_reserved_usd_per_instance_hour"]
    may = xl.all_of(xl.is_number(reserved), xl.negate(xl.is_number(hardware)))
    label = "USD per reserved instance-hour"
    price = xl.when(may, reserved, "")
    reserved = page.line(row + 2, label, price, name="reserved_usd_per_hour")
    return row + 4, Capacity(hourly, reserved, power)
