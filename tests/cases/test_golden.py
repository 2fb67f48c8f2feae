"""Cases of the corpus whose figures are worked out by hand."""

from dataclasses import replace
from math import exp

import pytest

from costing.engine import Estimate
from costing.scenarios.content.headline import Headline, left_out_levers
from presentation.numbers import amount, months
from reports.documents.content.advice import (
    fair_crossover,
    hosting_crossover,
    recommendation,
    risks,
    unlocked,
)
from reports.documents.content.investment import investment
from tests.cases.loading import frozen, frozen_with


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


def test_units_carry_the_calls_of_both_applications() -> None:
    today = results("units_shared").strategies["current"]

    # A unit carries 200 calls an hour. Claims send 1.8 M in 50 hours a week, 8,284.93 an hour or
    # 41.4247 units; letters 1.2 M in all 168, 8.2192 units. In the 50 hours a full unit spares
    # 200 × 50 × 730 / 168 × 0.01485 = 645.27 for 620.50: 49 of the 49.6438 units are bought.
    assert today.provisioned_units == {"premium_model": 49}
    beyond = 1 - 49 / (41.424658 + 8.219178)
    by_day = 17_820 * 50 / 168
    assert today.lines["claims.complex.spillover"] == pytest.approx(26_730 * beyond)
    assert today.lines["letters.complex.spillover"] == pytest.approx(by_day * beyond, rel=1e-5)
    assert today.usd_per_month == pytest.approx(49 * 620.5 + (26_730 + by_day) * beyond)
    # They split the units' price by what each has of what they carry.
    claims, letters = 41.424658 * 50 * (1 - beyond), 8.219178 * (50 * (1 - beyond) + 118)
    assert today.lines["claims.complex.provisioned"] == pytest.approx(
        49 * 620.5 * claims / (claims + letters)
    )


def test_nearness_to_the_crossover_is_told_of_one_model_on_both_sides() -> None:
    payload = frozen("support_chat").payload
    found = results("support_chat")
    other, same = hosting_crossover(found), fair_crossover(found)

    # 3.6 M requests come near those at which replicas turn around the lead over another model, and
    # nowhere near the 115 M at which a pool first beats its own model by API.
    assert other is not None
    assert len(other.cheaper_intervals) > 1
    assert other.first_requests_per_month is not None
    assert other.first_requests_per_month < 2 * found.scenario.workload.requests_per_month
    assert same is not None
    assert same.first_requests_per_month == pytest.approx(115e6, rel=0.01)
    assert not [risk for risk in risks(payload) if "Near the crossover" in risk]
    without = found.scenario.model_copy(update={"open_model": None})
    told = payload.model_copy(update={"results": replace(found, scenario=without)})
    assert [risk for risk in risks(told) if "Near the crossover" in risk]


def test_days_of_work_at_a_price_are_earned_back_too() -> None:
    payload = frozen("middling").payload
    found, roadmap = payload.results, payload.roadmap
    assert found is not None
    assert roadmap is not None
    assert roadmap.workload is not None
    scenario = found.scenario.model_copy(update={"usd_per_day": 900.0})
    priced = payload.model_copy(update={"results": replace(found, scenario=scenario)})

    before, after = (
        {fact.label: fact.value for fact in investment(each)} for each in (payload, priced)
    )

    usd = roadmap.workload.person_days * 900.0
    assert payload.advice is not None
    saving = payload.advice.saving_later_usd_per_month
    assert "Earned back" not in before
    assert f"or ${amount(usd)}" in after["Effort"]
    paid = months((payload.advice.one_time_usd + usd) / saving)
    assert after["Earned back"] == f"after {paid} of the full saving, people’s time counted"


def test_batch_that_waits_leaves_the_peak_of_the_others() -> None:
    hosted = results("batch_waits").strategies["self_hosted"]

    # 30 M calls in 50 hours a week are 138,082 an hour; each takes 3,200/30,000 + 350/2,500 s of a
    # replica at 70 %, so 13.516 replicas, at the peak 27.03. A fifth may not wait: 5.41 at the
    # peak. From Monday to Friday evening, 106 hours, 50 hours of that fifth and 40 of the rest are
    # due: (50 × 2.703 + 40 × 10.813) / 106 = 5.36, which is less.
    assert hosted.peak_replicas_without_deferral == 28
    assert hosted.peak_replicas == 6
    assert hosted.deferral_usd_per_month == pytest.approx(22 * 730 * 12)


def test_batch_of_one_application_waits_for_another() -> None:
    hosted = results("batch_waits_for_another").strategies["self_hosted"]

    # The desk asks for 13.52 replicas at its peak and 6.76 on average, the reports for 6.76; those
    # fit between: (50 × 6.76 + 50 × 6.76) / 130 from Monday morning to Saturday evening is 5.2.
    assert hosted.peak_replicas_without_deferral == 21
    assert hosted.peak_replicas == 14
    assert hosted.deferral_usd_per_month == pytest.approx(7 * 730 * 12)


def test_seven_calls_of_a_burst_of_eight_hit() -> None:
    found = results("calls_in_bursts").strategies["current"]

    # 3 M calls in 50 hours a week to 5,000 prefixes: 2.7616 an hour each, 0.2301 in 300 s; bursts
    # come an eighth as often, so the first of eight hits in 1 − exp(−0.02877) = 2.8 % of cases.
    assert found.prefix_hit_ratio == pytest.approx(1 - exp(-0.2301370 / 8) / 8)


def test_words_say_why_no_lever_is_switched_on() -> None:
    free = frozen("middling").payload.results
    unpaid = frozen_with("middling", usd_per_day=1e6).payload
    small = frozen_with("middling", materiality_ratio=1).payload.results

    assert free is not None
    assert unpaid.results is not None
    assert small is not None
    assert left_out_levers(free) == []
    assert recommendation(Headline(unpaid.results)).startswith(
        "Over 36 months no lever earns back what its change and its work cost: keep calling"
    )
    # 11 days for 11 M; caching saves 19,440 a month of a volume that grows.
    assert left_out_levers(unpaid.results)[0].startswith(
        "Prompt caching would cost $19,440 a month"
    )
    assert unpaid.roadmap is not None
    reasons = [each.reason for each in unpaid.roadmap.not_proposed if "earn back" in each.reason]
    assert len(reasons) == 7
    assert unlocked(unpaid.results, {}) == ""
    assert "no lever saves 100 % of the bill: keep" in recommendation(Headline(small))
    assert unlocked(small, {}) == (
        "Routing and semantic caching would save less than 100 % of the bill, which is left out."
    )
