"""What a replica carries within a latency target, worked out by hand (section 14)."""

import json
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costing.engine import Estimate, InvalidScenario, estimate, parse_scenario
from costing.engine.goodput import TPOT_EXPONENTS, TTFT_EXPONENTS, goodput, speeds
from costing.engine.inputs import Basis, scenario_document
from costing.engine.inputs.latency import Latency, Point, fit_error, nearest
from tests.golden import golden

# 1,000 tokens in and 100 out: a call takes 1.1, 2.2 and 4.6 s, so 0.909, 1.818 and 3.478 a second.
RUNS = ((1, 100, 10), (4, 200, 20), (16, 600, 40))


def points(*runs: tuple[float, float, float], lengths: tuple[float, float] = (1000, 100)) -> Any:
    names = ("concurrency", "ttft_ms", "tpot_ms")
    return [
        {"input_tokens": lengths[0], "output_tokens": lengths[1]}
        | dict(zip(names, run, strict=True))
        for run in runs
    ]


def document(runs: Any = None, **latency: Any) -> dict[str, Any]:
    """10 M calls a month around the clock, of 1,000 tokens in and 100 out."""
    return {
        "workload": {
            "requests_per_month": 1e7,
            "input_tokens_per_call": 1000,
            "output_tokens_per_call": 100,
        },
        "premium_model": {"input_usd_per_mtok": 1, "output_usd_per_mtok": 4},
        "pool": {"usd_per_instance_hour": 10, "points": points(*RUNS) if runs is None else runs},
        "latency": latency or None,
        "pairs": [{"from": "baseline", "to": "self_hosted"}],
    }


def of(scenario: dict[str, Any]) -> Estimate:
    return estimate(parse_scenario(scenario))


@pytest.mark.parametrize(
    ("latency", "at_once", "per_second"),
    [
        # Half way from 20 to 40 ms, and from 200 to 600, so from ln 4 to ln 16, which is ln 8.
        ({"tpot_ms": 30}, 8, 8 / (0.4 + 100 * 0.03)),
        ({"ttft_ms": 400}, 8, 8 / 3.4),
        ({"ttft_ms": 400, "tpot_ms": 20}, 4, 4 / 2.2),
        ({"tpot_ms": 40}, 16, 16 / 4.6),
        ({"tpot_ms": 1000}, 16, 16 / 4.6),
        ({}, 16, 16 / 4.6),
        ({"tpot_ms": 10}, 1, 1 / 1.1),
    ],
)
def test_replica_carries_what_the_target_leaves(
    latency: dict[str, float], at_once: float, per_second: float
) -> None:
    measured = of(document(**latency)).measured

    assert measured is not None
    assert measured.concurrency == pytest.approx(at_once)
    assert measured.calls_per_second == pytest.approx(per_second)


def test_replicas_follow_the_rate_and_its_error() -> None:
    hosted = of(document(tpot_ms=30)).strategies["self_hosted"]

    # 1e7 / (730 · 3,600) = 3.805 calls a second of 3.4 / 8 = 0.425 s, over 0.7: 2.310, so 3
    # replicas; 2.310 / 1.22 = 1.89 and 2.310 / 0.97 = 2.38.
    assert hosted.peak_replicas == 3
    assert hosted.peak_replicas_within == (2, 3)
    assert hosted.utilization_ratio == pytest.approx(1e7 * 0.425 / 3600 / (3 * 730))
    assert hosted.usd_per_month == pytest.approx(3 * 730 * 10)


def test_other_lengths_carry_both_times_over() -> None:
    scenario = document(tpot_ms=1000)
    scenario["workload"] |= {"input_tokens_per_call": 2000, "output_tokens_per_call": 50}

    measured = of(scenario).measured

    assert measured is not None
    ttft = 600 * 2 ** TTFT_EXPONENTS[0] * 0.5 ** TTFT_EXPONENTS[1]
    tpot = 40 * 2 ** TPOT_EXPONENTS[0] * 0.5 ** TPOT_EXPONENTS[1]
    assert (measured.ttft_ms, measured.tpot_ms) == pytest.approx((ttft, tpot))
    assert measured.calls_per_second == pytest.approx(16_000 / (ttft + 50 * tpot))
    assert measured.factor == pytest.approx(2)
    assert (measured.low_ratio, measured.high_ratio) == (fit_error(2).low, fit_error(2).high)


@pytest.mark.parametrize(
    ("input_tokens", "output_tokens", "is_refused"),
    [
        (2000, 200, False),
        (500, 50, False),
        (2001, 100, True),
        (499, 100, True),
        (1000, 201, True),
        (1000, 0, True),
    ],
)
def test_lengths_beyond_twice_the_measured_are_refused(
    input_tokens: float, output_tokens: float, is_refused: bool
) -> None:
    scenario = document()
    scenario["workload"]["input_tokens_per_call"] = input_tokens
    scenario["workload"]["output_tokens_per_call"] = output_tokens

    fields: dict[str, list[str]] = {}
    try:
        parse_scenario(scenario)
    except InvalidScenario as error:
        fields = error.fields

    assert bool(fields) is is_refused
    assert all("the nearest measured are 1,000 and 100" in x[0] for x in fields.values())
    assert set(fields) <= {"pool.points"}


def test_between_measured_lengths_the_nearest_counts() -> None:
    runs = points(*RUNS) + points((4, 900, 25), lengths=(4000, 100))
    scenario = document(runs, tpot_ms=1000)
    scenario["workload"]["input_tokens_per_call"] = 2100

    measured = of(scenario).measured

    assert measured is not None
    assert (measured.input_tokens, measured.concurrency) == (4000, pytest.approx(4))
    # Twice as far from either is a tie, which the shorter call wins.
    assert nearest(parse_scenario(scenario).pool.points, 2000, 100).input_tokens == 1000  # type: ignore[union-attr, arg-type]


def test_a_target_that_no_point_meets_is_refused_with_what_is_nearest() -> None:
    with pytest.raises(InvalidScenario) as error:
        parse_scenario(document(ttft_ms=99))

    assert error.value.fields == {
        "latency": [
            "is met by no measured point: with 1 calls at once the first token takes 100 ms and"
            " each further one 10 ms"
        ]
    }


def test_one_point_is_enough() -> None:
    measured = of(document(points((4, 200, 20)), tpot_ms=20)).measured

    assert measured is not None
    assert measured.calls_per_second == pytest.approx(4 / 2.2)
    with pytest.raises(InvalidScenario):
        parse_scenario(document(points((4, 200, 20)), tpot_ms=19.9))


def test_past_saturation_most_is_carried_with_fewer_calls_at_once() -> None:
    # 4 calls at once take 2.2 s, 8 take 10.6: 1.82 a second against 0.75.
    measured = of(document(points((4, 200, 20), (8, 600, 100)))).measured

    assert measured is not None
    assert measured.concurrency == pytest.approx(4)


def test_a_pool_needs_speeds_or_points() -> None:
    with pytest.raises(InvalidScenario) as error:
        parse_scenario(document([]))

    rates = ("prefill_tokens_per_second", "decode_tokens_per_second")
    reasons = ["is required, unless points are given"]
    assert error.value.fields == {f"pool.{key}": reasons for key in rates}


@pytest.mark.parametrize(
    ("key", "value", "path"),
    [
        ("concurrency", 0, "pool.points.0.concurrency"),
        ("ttft_ms", "soon", "pool.points.0.ttft_ms"),
        ("surprise", 1, "pool.points.0.surprise"),
    ],
)
def test_points_at_fault_are_named(key: str, value: Any, path: str) -> None:
    scenario = document()
    scenario["pool"]["points"][0][key] = value

    with pytest.raises(InvalidScenario) as error:
        parse_scenario(scenario)

    assert set(error.value.fields) == {path}


def test_measured_points_have_no_ranges() -> None:
    scenario = document() | {"ranges": {"pool.points.0.ttft_ms": {"low": 1, "high": 200}}}

    with pytest.raises(InvalidScenario) as error:
        parse_scenario(scenario)

    assert set(error.value.fields) == {"ranges.pool.points.0.ttft_ms"}


def test_the_fits_error_enters_uncertainty() -> None:
    scenario = document(tpot_ms=30) | {
        "ranges": {"pool.usd_per_instance_hour": {"low": 8, "high": 12}},
        "samples": 256,
    }

    result = of(scenario)

    assert result.ranges["pool.goodput_ratio"].low == fit_error(1).low
    assert result.sensitivity is not None
    assert set(result.sensitivity) == {"pool.usd_per_instance_hour", "pool.goodput_ratio"}
    assert result.sensitivity["pool.goodput_ratio"].high["self_hosted"] == pytest.approx(14_600)
    # Without any ranges of its own, the default ones and this.
    usual = estimate(parse_scenario(document(tpot_ms=30)), bases={"x": Basis.STATED})
    assert "pool.goodput_ratio" in usual.ranges
    assert usual.uncertainty is not None


def test_a_scenario_without_points_is_written_as_before() -> None:
    scenario = parse_scenario(golden("scenario_a"))

    written = scenario_document(scenario)

    assert not {"points", "goodput_ratio"} & set(written["pool"])
    assert "latency" not in written
    assert "measured" not in json.dumps(asdict(estimate(scenario).strategies["self_hosted"]))


def test_a_replica_without_speeds_reads_and_writes_as_its_busiest_run() -> None:
    pool = parse_scenario(document()).pool

    # 16 at once: 16 · 1,000 tokens in 0.6 s, and a token of each of 16 in 0.04 s.
    assert pool is not None
    assert speeds(pool) == pytest.approx((16_000 / 0.6, 400))
    known = pool.model_copy(
        update={"prefill_tokens_per_second": 5.0, "decode_tokens_per_second": 6.0}
    )
    assert speeds(known) == (5.0, 6.0)


times = st.floats(1, 1e4)
runs = st.lists(st.tuples(st.floats(1, 500), times, times), min_size=1, max_size=6)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(runs, times, times, st.floats(0.05, 1))
def test_goodput_falls_or_stays_as_the_target_tightens(
    measured: list[tuple[float, float, float]], ttft: float, tpot: float, share: float
) -> None:
    known = tuple(Point.model_validate(point) for point in points(*measured))
    targets = [
        Latency(ttft_ms=ttft, tpot_ms=tpot),
        Latency(ttft_ms=max(ttft * share, 0.001), tpot_ms=tpot),
        Latency(ttft_ms=max(ttft * share, 0.001), tpot_ms=max(tpot * share, 0.001)),
    ]

    found = [goodput(known, target, 1500, 90) for target in targets]

    rates = [1 / float(each.seconds_per_call) if each.is_met else 0.0 for each in found]
    assert rates[0] >= rates[1] * (1 - 1e-9)
    assert rates[1] >= rates[2] * (1 - 1e-9)
    for each, target in zip(found, targets, strict=True):
        if each.is_met:
            assert each.ttft_ms <= target.ttft_ms * (1 + 1e-9)  # type: ignore[operator]
            assert each.tpot_ms <= target.tpot_ms * (1 + 1e-9)  # type: ignore[operator]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(runs, runs, times, st.lists(st.floats(300, 9000), min_size=1, max_size=5))
def test_a_batch_of_lengths_carries_what_each_carries_alone(
    first: Any, second: Any, tpot: float, lengths: list[float]
) -> None:
    raw = points(*first) + points(*second, lengths=(4000, 300))
    known, target = tuple(Point.model_validate(x) for x in raw), Latency(tpot_ms=tpot)

    together = goodput(known, target, np.array(lengths)[:, None], 120.0)

    alone = [float(goodput(known, target, each, 120.0).seconds_per_call) for each in lengths]
    assert np.allclose(together.seconds_per_call[:, 0], alone, rtol=1e-12)
