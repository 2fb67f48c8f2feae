"""Cases of the corpus whose figures are worked out by hand."""

import pytest

from costing.engine import Estimate
from tests.cases.loading import frozen


def results(name: str) -> Estimate:
    found = frozen(name).payload.results
    assert found is not None
    return found


def test_measured_points_carry_what_the_latency_target_leaves() -> None:
    found = results("measured_within_target")
    measured, hosted = found.measured, found.strategies["self_hosted"]

    # Half of the way from 500 to 1,000 ms is half that from log 8 to log 32: 16 at once, 30 ms
    # a token, so 16 / (0.75 + 350 × 0.03) = 1.4222 calls a second.
    assert measured is not None
    assert measured.concurrency == pytest.approx(16)
    assert measured.calls_per_second == pytest.approx(16 / 11.25)
    # 3 M calls in 50 hours a week, twice as many at the peak: 7.6712 a second, at 70 % of a replica
    # 7.7055 of them, so 8 × 730 × 12 = 70,080, and 4,200 of people and platform.
    assert hosted.peak_replicas == 8
    assert hosted.usd_per_month == pytest.approx(74_280)
    assert hosted.utilization_ratio == pytest.approx(3e6 * 11.25 / 16 / 3600 / (8 * 730))


def test_committed_spend_is_of_both_applications() -> None:
    found = results("commitment_shared")
    today, routed = found.strategies["current"], found.strategies["routed_api"]

    # 3 M × 0.01485 = 44,550, of which 14,550 above the 30,000 that are committed, at 10 % off; both
    # applications pay the same share of their 26,730 and 17,820.
    assert today.usd_per_month == pytest.approx(43_095)
    kept = 43_095 / 44_550
    assert today.by_application == pytest.approx(
        {"claims": 26_730 * kept, "letters": 17_820 * kept, "shared": 0}
    )
    # Routed: 0.5725 of 44,550 and 1.35 M × 0.00069 = 26,436.375 of tokens; 60 to classify and 300.
    assert routed.lines["commitment"] == pytest.approx(30_000 - 26_436.375)
    assert routed.usd_per_month == pytest.approx(30_360)
