"""What pages and documents say of latency, beside every count of replicas."""

import pytest

from costing.engine import estimate, parse_scenario
from costing.scenarios.content.latency import goodput_of, latency_basis, latency_text, replicas_text
from tests.costing.engine.test_goodput import document
from tests.golden import golden


def test_speeds_alone_promise_no_latency() -> None:
    scenario = golden("scenario_a") | {"pairs": []}

    plain = estimate(parse_scenario(scenario))
    wished = estimate(parse_scenario(scenario | {"latency": {"ttft_ms": 500}}))

    said = "Replicas are counted by throughput at saturation, no latency promised."
    assert latency_text(plain) == said
    assert latency_basis(plain) == "throughput at saturation, no latency promised"
    assert latency_text(wished) == f"{said} The target needs runs measured under load."
    assert replicas_text(plain.strategies["self_hosted"]) == "3 replicas"


def test_measured_points_are_said_with_their_error() -> None:
    result = estimate(parse_scenario(document(ttft_ms=400, tpot_ms=30, percentile=95)))

    # Half way between the runs with 4 and 16 calls at once (see the engine's tests).
    assert latency_text(result) == (
        "Within 400 ms to the first token and 30 ms a token at percentile 95, one replica carries 8"
        " calls at once, 2.35 a second: the first token takes 400 ms, each further one 30 ms."
        " Measured at 1,000 tokens in and 100 out; 90 of 100 points left out carried 0.97 to 1.22"
        " times what was predicted."
    )
    assert replicas_text(result.strategies["self_hosted"]) == "3 replicas (2 to 3)"


def test_without_a_pool_nothing_is_said() -> None:
    scenario = document()
    del scenario["pool"], scenario["pairs"]

    assert latency_text(estimate(parse_scenario(scenario))) == ""


def test_the_runs_stand_beside_what_the_target_allows() -> None:
    told = goodput_of(estimate(parse_scenario(document(ttft_ms=400, tpot_ms=30))))

    # 1/(0.1 + 100·0.01), 4/(0.2 + 100·0.02) and 16/(0.6 + 100·0.04) calls a second; 8/3.4 kept.
    assert told is not None
    assert [load.per_second for load in told.loads] == pytest.approx([1 / 1.1, 4 / 2.2, 16 / 4.6])
    assert [is_met for _, is_met in told.rows] == [True, True, False]
    assert (told.kept.at_once, told.kept.per_second) == pytest.approx((8, 8 / 3.4))
    assert told.finding == (
        "Within the target a replica carries 8 calls at once and serves 67.6 % of the most that was"
        " measured"
    )


def test_a_wide_target_leaves_everything_and_none_is_not_drawn() -> None:
    wide = goodput_of(estimate(parse_scenario(document(ttft_ms=600))))

    assert wide is not None
    assert wide.finding.endswith(
        "16 calls at once and serves no less than the most that was measured"
    )
    assert goodput_of(estimate(parse_scenario(document()))) is None
    assert goodput_of(estimate(parse_scenario(document(percentile=95)))) is None
