"""What pages and documents say of latency, beside every count of replicas."""

from costing.engine import estimate, parse_scenario
from costing.scenarios.content.latency import latency_basis, latency_text, replicas_text
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
