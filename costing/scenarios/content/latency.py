"""What a pool promises of latency, in words; must not import Django."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from costing.catalog.serving import NO_LATENCY, left_out_text
from costing.engine import Estimate, StrategyCost
from costing.engine.goodput import MS_PER_SECOND, Run, nearest_runs
from costing.engine.inputs import Scenario
from costing.engine.inputs.latency import Latency
from costing.engine.results import Measured
from costing.engine.tokens import served_lengths
from presentation.charts import Load
from presentation.numbers import compact, count, ratio_percent
from presentation.wording import counted, first_upper, series

BY_APPLICATION = "runs measured under load, at each application’s own lengths and target"


def latency_text(estimate: Estimate) -> str:
    """What the counts of replicas rest on, in sentences; empty without a pool."""
    scenario, measured = estimate.scenario, estimate.measured
    if scenario.pool is None:
        return ""
    if scenario.applications and scenario.pool.points:
        return f"Replicas are counted by {BY_APPLICATION}."
    if measured is None:
        unkept = "" if scenario.latency is None else " The target needs runs measured under load."
        return f"Replicas are counted by {NO_LATENCY}.{unkept}"
    return f"{_carried(scenario, measured)} {_measured_at(measured)}"


@dataclass(frozen=True)
class Goodput:
    """What one replica serves by calls at once, as measured, and where a target stops it."""

    latency: Latency
    measured: Measured
    runs: Sequence[Run]

    @property
    def loads(self) -> list[Load]:
        return [
            Load(run.concurrency, run.calls_per_second, run.meets(self.latency))
            for run in self.runs
        ]

    @property
    def rows(self) -> list[tuple[Run, bool]]:
        """Each run, and whether it keeps to the target."""
        return [(run, run.meets(self.latency)) for run in self.runs]

    @property
    def kept(self) -> Load:
        return Load(self.measured.concurrency, self.measured.calls_per_second, True)

    @property
    def finding(self) -> str:
        """What the target leaves of the most that a replica serves."""
        most, kept = max(run.calls_per_second for run in self.runs), self.measured
        share = kept.calls_per_second / most
        left = f"{ratio_percent(share)} of" if share < 1.0 - 1e-6 else "no less than"
        return (
            f"Within the target a replica carries {compact(kept.concurrency)} calls at once and"
            f" serves {left} the most that was measured"
        )


def goodput_of(estimate: Estimate) -> Goodput | None:
    """The measured runs beside the target; None without either."""
    scenario, measured = estimate.scenario, estimate.measured
    pool, latency = scenario.pool, scenario.latency
    if pool is None or measured is None or latency is None:
        return None
    if latency.ttft_ms is None and latency.tpot_ms is None:
        return None
    runs = nearest_runs(pool.points or (), *served_lengths(pool, scenario.workload))
    kept = [
        replace(run, calls_per_second=run.calls_per_second * pool.goodput_ratio) for run in runs
    ]
    return Goodput(latency, measured, kept)


def latency_basis(estimate: Estimate) -> str:
    """What the latency of a pool rests on, in a few words."""
    measured = estimate.measured
    if estimate.scenario.pool is None:
        return ""
    if estimate.scenario.applications and estimate.scenario.pool.points:
        return BY_APPLICATION
    if measured is None:
        return NO_LATENCY
    rate = f"{compact(measured.calls_per_second)} calls a second a replica"
    return f"{rate} {_target(estimate.scenario)}, {_error(measured)}"


def _carried(scenario: Scenario, measured: Measured) -> str:
    return (
        f"{first_upper(_target(scenario))}, one replica carries {compact(measured.concurrency)}"
        f" calls at once, {compact(measured.calls_per_second)} a second: the first token takes"
        f" {_ms(measured.ttft_ms)} ms, each further one {_ms(measured.tpot_ms)} ms."
    )


def _ms(milliseconds: float) -> str:
    """All of long times: `1,500`, not `1.5 k`."""
    return compact(milliseconds) if milliseconds < MS_PER_SECOND else count(milliseconds)


def _target(scenario: Scenario) -> str:
    """`within 500 ms to the first token and 30 ms a token at percentile 95`."""
    latency = scenario.latency
    bounds = []
    if latency is not None and latency.ttft_ms is not None:
        bounds.append(f"{_ms(latency.ttft_ms)} ms to the first token")
    if latency is not None and latency.tpot_ms is not None:
        bounds.append(f"{_ms(latency.tpot_ms)} ms a token")
    if latency is None or not bounds:
        return "without a target"
    return f"within {series(bounds)} at percentile {compact(latency.percentile)}"


def _measured_at(measured: Measured) -> str:
    read, written = count(measured.input_tokens), count(measured.output_tokens)
    return f"Measured at {read} tokens in and {written} out; {_error(measured)}."


def _error(measured: Measured) -> str:
    return left_out_text(measured.low_ratio, measured.high_ratio)


def replicas_text(cost: StrategyCost) -> str:
    """`3 replicas`, or `3 replicas (2 to 4)` where measured points leave more open."""
    within = cost.peak_replicas_within
    text = counted(cost.peak_replicas or 0, "replica")
    return f"{text} ({within[0]:,} to {within[1]:,})" if within else text
