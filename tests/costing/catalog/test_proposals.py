"""Pools proposed for a workload: sized by the engine, ranked by their month."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from costing.catalog.model_families import measurements_of, model_families
from costing.catalog.offers import GpuOffer, OfferFilter, filter_offers, find_offer, gpu_offers
from costing.catalog.pool_steps import RATES
from costing.catalog.pools import (
    PoolProposal,
    PoolWish,
    calls_to_pool,
    layout_on,
    propose_pool,
    propose_pools,
    sizing_text,
    steps_of,
)
from costing.catalog.serving import Refused, Serving, serve
from costing.catalog.throughput import find_profile
from costing.engine import InvalidScenario, estimate, parse_scenario
from costing.engine.goodput import Run
from costing.engine.inputs.latency import Latency
from tests.costing.cast import find_series, scenario_a

WISH = PoolWish(model_family="llama-3.3-70b")
EIGHT_H100 = GpuOffer(
    key="somewhere:eight:here",
    provider="somewhere",
    instance_type="eight",
    region="here",
    zone="",
    pricing="on_demand",
    usd_per_instance_hour=Decimal(24),
    accelerator="H100",
    accelerators=8,
    source="a price list",
    source_url="https://prices.example/",
    as_of=None,
    checked_on=date(2026, 11, 26),
)


def proposed(offer: GpuOffer, profile_key: str, **wished: Any) -> PoolProposal:
    wish = replace(WISH, **wished)
    proposal = propose_pool(scenario_a(), wish, offer=offer, measurement=profile_key)
    assert proposal is not None
    return proposal


def test_propose_pool_sizes_for_the_peak() -> None:
    proposal = proposed(EIGHT_H100, "llama3.3-70b-fp8-trtllm-2xh100")

    # Two H100 read 12,455 and write 5,601 tokens a second; eight hold four copies: 49,820 and
    # 22,404. A call of 3,200/350 takes 3,200/49,820 + 350/22,404 = 0.079853 s.
    assert proposal.pool["prefill_tokens_per_second"] == 49_820
    assert proposal.pool["decode_tokens_per_second"] == 22_404
    assert proposal.seconds_per_call == pytest.approx(0.0798534, rel=1e-5)
    # 3,000,000 calls in 50 of 168 hours: 3e6/(730/168)/50/3600 = 3.835616 a second, twice at the
    # peak 7.671233; x 0.0798534 / 0.7 = 0.875105 replicas: one, around the clock.
    assert proposal.peak_calls_per_second == pytest.approx(7.671233, rel=1e-6)
    assert proposal.peak_load_replicas == pytest.approx(0.875105, rel=1e-5)
    assert proposal.peak_replicas == 1
    # 730 h x 24 USD; busy 3e6 x 0.0798534 / 3600 = 66.5445 h of them; 10.65 bn tokens
    assert proposal.compute_usd_per_month == pytest.approx(17_520)
    assert proposal.utilization_ratio == pytest.approx(66.5445 / 730, rel=1e-5)
    assert proposal.usd_per_mtok == pytest.approx(17_520 / 10_650)


def test_propose_pool_costs_what_the_engine_says() -> None:
    proposal = proposed(EIGHT_H100, "llama-3-70b-16bit-vllm-4xh100")

    scenario = parse_scenario({**scenario_a(), "pool": proposal.pool})
    hosted = estimate(scenario).strategies["self_hosted"]

    assert hosted.lines["complex.compute_busy"] + hosted.lines[
        "complex.compute_idle"
    ] == pytest.approx(proposal.compute_usd_per_month)
    assert hosted.peak_replicas == proposal.peak_replicas
    assert hosted.instance_hours_per_month == pytest.approx(proposal.instance_hours_per_month)


def test_propose_pool_of_measured_points_takes_them_by_copy() -> None:
    document, key = workload(1_024, 1_024), "llama-3.1-70b-fp8-vllm-2xh100-sxm-80gb"
    series, wish = find_series(key), replace(WISH, tpot_ms=28.769)

    proposal = propose_pool(document, wish, offer=EIGHT_H100, measurement=key)

    assert series is not None
    assert proposal is not None
    # Four copies on eight: 4 x 64 calls at once, each (0.4151 + 1,024 x 0.028769) s of one copy.
    pool = proposal.pool
    assert [point["concurrency"] for point in pool["points"]] == [
        each.concurrency * 4 for each in series.points
    ]
    assert "prefill_tokens_per_second" not in pool
    assert proposal.seconds_per_call == pytest.approx((0.4151 + 1_024 * 0.028769) / 256)
    latency = {"ttft_ms": 10_000, "tpot_ms": 28.769}
    hosted = estimate(
        parse_scenario(
            {
                "workload": document["workload"],
                "premium_model": {"input_usd_per_mtok": 3, "output_usd_per_mtok": 15},
                "pool": pool,
                "latency": latency,
            }
        )
    ).strategies["self_hosted"]
    assert hosted.peak_replicas == proposal.peak_replicas
    assert proposal.ranges.keys() == {"pool.goodput_ratio"}


def test_propose_pool_counts_what_a_conversation_sends_again() -> None:
    # A turn before each on average: 1,024 in and 1,024 out are sent again.
    talk = workload(1_024, 1_024)
    talk["workload"]["turns_per_conversation"] = 3

    load = propose_pools(talk, WISH, offers=[EIGHT_H100]).load

    assert (load.input_tokens, load.output_tokens) == (3 * 1_024, 1_024)


def test_propose_pool_over_two_machines_takes_both() -> None:
    document = scenario_a()
    document["workload"] |= {"input_tokens_per_call": 300, "output_tokens_per_call": 300}
    document["workload"]["prefix_tokens_per_call"] = 0
    key = "llama-2-70b-mlperf-sixteen-h100"

    proposal = propose_pool(document, WISH, offer=EIGHT_H100, measurement=key)

    assert proposal is not None
    assert proposal.pool["instances_per_replica"] == 2
    assert proposal.peak_instances == 2
    assert proposal.compute_usd_per_month == pytest.approx(2 * 17_520)


@pytest.mark.parametrize(
    ("accelerator", "accelerators", "profile_key"),
    [
        ("H100", 1, "llama3.3-70b-fp8-trtllm-2xh100"),
        ("A100-80GB", 8, "llama3.3-70b-fp8-trtllm-2xh100"),
        ("A100-40GB", 8, "llama-3.1-8b-fp16-vllm-1xa100"),
        ("H100", 4, "llama-2-70b-mlperf-sixteen-h100"),
        (None, None, "llama3.3-70b-fp8-trtllm-2xh100"),
        ("H100", 0, "llama3.3-70b-fp8-trtllm-2xh100"),
    ],
    ids=["too few", "other family", "too little memory", "other machines", "unknown", "none"],
)
def test_layout_on_an_instance_that_cannot_hold_the_replica_is_none(
    accelerator: str | None, accelerators: int | None, profile_key: str
) -> None:
    offer = replace(EIGHT_H100, accelerator=accelerator, accelerators=accelerators)
    profile = find_profile(profile_key)

    assert profile is not None
    assert layout_on(profile, offer) is None


def test_layout_on_an_instance_with_an_odd_number_leaves_some_idle() -> None:
    profile = find_profile("llama3.3-70b-fp8-trtllm-2xh100")

    assert profile is not None
    layout = layout_on(profile, replace(EIGHT_H100, accelerators=5))
    assert layout is not None
    assert (layout.copies_per_instance, layout.idle_accelerators) == (2, 1)


def test_propose_pool_charges_interruptions_for_spot_alone() -> None:
    spot = replace(EIGHT_H100, pricing="spot")

    ratios = [
        proposed(offer, "llama-3-70b-16bit-vllm-4xh100", interruption_overhead_ratio=0.25).pool[
            "interruption_overhead_ratio"
        ]
        for offer in (spot, EIGHT_H100)
    ]

    assert ratios == [0.25, 0.0]


def test_propose_pool_of_spot_capacity_assumes_interruptions_unless_given() -> None:
    spot = replace(EIGHT_H100, pricing="spot")

    ratios = {
        given: proposed(
            spot, "llama-3-70b-16bit-vllm-4xh100", interruption_overhead_ratio=given
        ).pool["interruption_overhead_ratio"]
        for given in (None, 0.0)
    }

    assert ratios == {None: 0.1, 0.0: 0.0}


def test_propose_pools_puts_spot_capacity_last_whatever_it_costs() -> None:
    [*firm, spot] = propose_pools(
        scenario_a(),
        WISH,
        offers=[
            replace(EIGHT_H100, key="spot", pricing="spot", usd_per_instance_hour=Decimal("0.01")),
            EIGHT_H100,
        ],
    ).pools

    assert [each.offer.pricing for each in (*firm, spot)] == ["on_demand", "spot"]
    assert spot.compute_usd_per_month < firm[0].compute_usd_per_month


def test_propose_pools_of_calls_beyond_the_context_are_none() -> None:
    document = scenario_a()
    document["workload"] |= {"input_tokens_per_call": 131_000, "prefix_tokens_per_call": 0}

    # Llama 3.3 takes 131,072 tokens; Qwen3 32B 32,768
    for family in ("llama-3.3-70b", "qwen3-32b"):
        wish = replace(WISH, model_family=family)
        assert propose_pools(document, wish, offers=[EIGHT_H100]).pools == ()


def test_propose_pool_keeps_what_no_offer_states_and_drops_owned_hardware() -> None:
    keeps = {
        "engineering_hours_per_month": 40,
        "spare_replicas": 1,
        "hardware_usd_per_instance": 250_000,
        "power_kw_per_instance": 7,
        "scaling": "autoscaled",
    }

    pool = proposed(EIGHT_H100, "llama-3-70b-16bit-vllm-4xh100", keeps=keeps).pool

    assert pool == {
        "engineering_hours_per_month": 40,
        "spare_replicas": 1,
        "usd_per_instance_hour": 24.0,
        "instances_per_replica": 1,
        "prefill_tokens_per_second": 2 * 5978.0,
        "decode_tokens_per_second": 2 * 2688.0,
        "max_utilization_ratio": 0.7,
        "scaling": "always_on",
        "interruption_overhead_ratio": 0.0,
    }


def test_calls_to_pool_of_simple_calls_follow_the_way_of_a_call() -> None:
    # 3,000,000 x (1 - 0.12) x 0.45 = 1,188,000
    assert calls_to_pool(scenario_a(), "simple") == pytest.approx(1_188_000)
    assert calls_to_pool(scenario_a(), "all") == 3_000_000


def test_calls_to_pool_names_figures_that_cannot_be_used() -> None:
    with pytest.raises(InvalidScenario) as refusal:
        calls_to_pool({"workload": {"requests_per_month": -1}}, "all")

    assert set(refusal.value.fields) == {
        "workload.requests_per_month",
        "workload.input_tokens_per_call",
        "workload.output_tokens_per_call",
    }


def ranked(**wished: Any) -> list[PoolProposal]:
    where = OfferFilter(**wished.pop("where", {}))
    wish, offers = replace(WISH, **wished), filter_offers(gpu_offers(), where)
    return list(propose_pools(scenario_a(), wish, offers=offers).pools)


def test_propose_pools_ranks_by_the_month() -> None:
    months = [
        proposal.compute_usd_per_month
        for proposal in ranked()
        if proposal.serving.is_firm and proposal.offer.pricing == "on_demand"
    ]

    assert len(months) > 3
    assert months == sorted(months)


def test_propose_pools_names_each_instance_and_way_of_buying_once() -> None:
    kinds = [
        (each.offer.provider, each.offer.instance_type, each.offer.pricing) for each in ranked()
    ]

    assert len(set(kinds)) == len(kinds)


def test_propose_pools_takes_the_cheapest_place() -> None:
    [spot] = [
        each
        for each in ranked(where={"provider": "aws", "pricing": "spot"})
        if each.offer.instance_type == "p5.48xlarge"
    ]

    # the lowest of the 28 zones
    assert spot.offer.usd_per_instance_hour == Decimal("10.2397")


def test_propose_pools_can_leave_out_what_vendors_tuned() -> None:
    found = ranked(takes_vendor_tuned=False)
    assert {each.serving.measurement.is_vendor_tuned for each in found} == {False}


def test_propose_pools_of_one_precision() -> None:
    assert {each.serving.measurement.precision for each in ranked(precision="fp16")} == {"fp16"}


def test_propose_pools_where_nothing_runs_it_is_empty() -> None:
    assert ranked(where={"provider": "lambda", "accelerator": "GH200"}) == []


def test_steps_of_a_proposal_name_sources_and_dates() -> None:
    offer = find_offer("aws:p5.48xlarge:us-east-1")
    assert offer is not None

    steps = {step.path: step for step in steps_of(proposed(offer, "llama-3-70b-16bit-vllm-4xh100"))}

    assert steps["pool.usd_per_instance_hour"].text == (
        "AWS p5.48xlarge, 8 × H100, us-east-1, on demand: 55.04 USD per hour, "
        "karpenter-provider-aws price table, as of 2026-07-20"
    )
    assert steps["pool.instances_per_replica"].text == (
        "Measured on 4 × H100: one instance of 8 × H100 holds 2 copies, which count as one replica"
    )
    assert steps["pool.decode_tokens_per_second"].text.startswith(
        "2 copies on one instance, each 2,688 tokens a second. Llama 3 70B, 16-bit, vLLM on four "
        "H100, batch 64, Argonne LLM-Inference-Bench: as many output as input tokens"
    )
    assert {bool(step.source_url and step.checked_on) for step in steps.values()} == {True}


def test_steps_of_a_proposal_keep_the_key_where_the_figure_is_its_own() -> None:
    offer = replace(EIGHT_H100, accelerators=4)

    alone = steps_of(proposed(offer, "llama-3-70b-16bit-vllm-4xh100"))
    copied = steps_of(proposed(EIGHT_H100, "llama-3-70b-16bit-vllm-4xh100"))

    assert [step.key for step in alone] == [
        "somewhere:eight:here",
        "",
        "llama-3-70b-16bit-vllm-4xh100",
        "llama-3-70b-16bit-vllm-4xh100",
    ]
    assert [step.key for step in copied] == ["somewhere:eight:here", "", "", ""]


def test_sizing_text_says_how_many_replicas_the_peak_takes() -> None:
    assert sizing_text(proposed(EIGHT_H100, "llama3.3-70b-fp8-trtllm-2xh100")) == (
        "7.67 calls a second at the peak × 0.0799 s of one replica ÷ 70% = 0.88; rounded up, with "
        "spares and the minimum: 1 replica"
    )


def test_propose_pools_takes_the_measurement_in_the_middle_with_the_range_of_all() -> None:
    first = ranked(where={"accelerator": "H100", "provider": "nebius"})[0]

    # of an even number the dearer of the two in the middle, and never the best of several
    months = [each.compute_usd_per_month for each in first.months if each.serving.is_firm]
    assert first.compute_usd_per_month == sorted(months)[len(months) // 2]
    assert len({each.kind for each in first.months}) == len(first.months) > 1
    assert first.lowest_usd_per_month <= first.compute_usd_per_month <= first.highest_usd_per_month
    for rate in RATES:
        ends = first.ranges[f"pool.{rate}"]
        assert ends.low < first.pool[rate] < ends.high


def workload(input_tokens: int, output_tokens: int) -> dict[str, Any]:
    document = scenario_a()
    return {
        "workload": document["workload"]
        | {
            "input_tokens_per_call": input_tokens,
            "output_tokens_per_call": output_tokens,
            "prefix_tokens_per_call": 0,
        }
    }


@pytest.mark.parametrize("family", model_families())
@pytest.mark.parametrize("lengths", [(3_200, 350), (2_000, 800), (300, 300), (8_000, 1_000)])
@pytest.mark.parametrize("target", [{}, {"ttft_ms": 1_000, "tpot_ms": 40}])
def test_propose_pools_never_puts_a_vendors_own_or_assumed_measurement_first(
    family: str, lengths: tuple[int, int], target: dict[str, Any]
) -> None:
    wish = PoolWish(model_family=family, **target)

    found = propose_pools(workload(*lengths), wish, offers=gpu_offers(), limit=50).pools

    firm = [each.serving.is_firm for each in found]
    assert firm == sorted(firm, reverse=True)
    by_firmness = [each.offer.pricing == "spot" for each in found if each.serving.is_firm]
    assert by_firmness == sorted(by_firmness)
    for each in found:
        assert each.serving.stretch <= 2
        latency, runs = each.serving.latency, each.serving
        assert (runs.ttft_ms is None) is (latency is None)
        if latency is not None and runs.ttft_ms is not None and runs.tpot_ms is not None:
            assert Run(0, runs.ttft_ms, runs.tpot_ms, 0).meets(latency)
            assert (latency.ttft_ms, latency.tpot_ms) == (
                target.get("ttft_ms", 10_000),
                target.get("tpot_ms"),
            )
        assert not target or latency is not None


@pytest.mark.parametrize(
    ("family", "offer", "months", "instances", "refused"),
    [
        # 7.67 calls a second at the peak; 57.7 calls at once take 0.3427 s each of one B200:
        # 7.671233 x 0.342681 / 0.7 = 3.76, four at 3.79 USD an hour; other engines two to four.
        ("llama-3.3-70b", "verda:1b200.30v:fin-03", (5_533.4, 11_067, 11_067), 4, 14),
        # 95.9 at once on 4 x H100: 0.3403 s; 3.73, four at 7.96 USD.
        ("qwen3-235b-a22b", "verda:4h100.80s.176v:fin-03", (23_243, 23_243, 23_243), 4, 5),
        # 64 at once on 8 x B200: 0.2403 s; 2.63, three at 30.32 USD; other engines one to five.
        ("deepseek-v3", "verda:8b200.240v:fin-03", (22_134, 66_401, 110_668), 3, 7),
        # 128 at once on one B200: 0.0965 s; 1.06, two at 3.79 USD; another engine one.
        ("gpt-oss-120b", "verda:1b200.30v:fin-03", (2_766.7, 5_533.4, 5_533.4), 2, 2),
    ],
)
def test_propose_pools_of_well_known_models_within_a_target_are_sane(
    family: str, offer: str, months: tuple[float, float, float], instances: int, refused: int
) -> None:
    wish = PoolWish(model_family=family, ttft_ms=1_000, tpot_ms=40)

    proposed = propose_pools(workload(2_000, 800), wish, offers=gpu_offers())

    first = proposed.pools[0]
    assert (first.offer.key, first.peak_instances, len(proposed.refused)) == (
        *(offer, instances),
        refused,
    )
    assert (
        *(first.lowest_usd_per_month, first.compute_usd_per_month),
        first.highest_usd_per_month,
    ) == pytest.approx(months, rel=1e-4)
    assert first.serving.is_firm
    assert f"{first.serving.concurrency:,.0f} calls at once wait" in steps_of(first)[-1].text


@pytest.mark.parametrize("family", ["llama-3.3-70b", "qwen3-32b", "deepseek-v3", "gpt-oss-120b"])
def test_propose_pools_of_a_long_prompt_refuses_plainly(family: str) -> None:
    proposed = propose_pools(workload(120_000, 800), PoolWish(family), offers=gpu_offers())

    assert proposed.pools == ()
    measured = {each.key for each in measurements_of(family)}
    assert {each.measurement.key for each in proposed.refused} == measured
    reason = "120,000 and 800 are more than twice beyond"
    if family == "qwen3-32b":
        reason = "a call takes 120,800 tokens; the model takes 32,768 at most"
    assert all(reason in each.reason for each in proposed.refused)


H100 = "llama-3.1-70b-fp8-vllm-2xh100-sxm-80gb"


def served(target: Latency | None, lengths: tuple[int, int] = (1_024, 1_024)) -> Serving | Refused:
    series = find_series(H100)
    assert series is not None
    return serve(series, *lengths, target)


def test_serve_at_measured_lengths_is_what_was_measured() -> None:
    found = served(None)

    # 64 calls at once: 415.1 ms, then 28.769 ms a token. At measured lengths the engine's points
    # left out carried 0.97 to 1.22 times what was told.
    assert isinstance(found, Serving)
    carried = (found.concurrency, found.ttft_ms, found.tpot_ms)
    assert carried == pytest.approx((64, 415.1, 28.769))
    assert (found.stretch, found.low_ratio, found.high_ratio) == (1.0, 0.97, 1.22)
    assert (found.prefill_tokens_per_second, found.latency) == (None, Latency(ttft_ms=10_000))


def test_serve_within_a_target_lies_between_two_runs() -> None:
    # 16 calls at once take 19.740 ms a token, 32 take 23.538: 21.639 lies in the middle, at
    # 16 x (32 / 16) ** 0.5 = 22.63 calls at once.
    found = served(Latency(tpot_ms=21.639))

    assert isinstance(found, Serving)
    assert found.concurrency == pytest.approx(22.627, rel=1e-3)
    assert found.tpot_ms == pytest.approx(21.639)


def test_serve_refuses_a_target_that_the_fewest_calls_miss() -> None:
    found = served(Latency(ttft_ms=100))

    assert isinstance(found, Refused)
    assert found.reason == (
        "at the fewest calls at once that were measured (4) it takes 121 ms to the first token "
        "and 17.4 ms for each more"
    )


@pytest.mark.parametrize(
    ("lengths", "is_served"),
    [((512, 512), True), ((500, 512), False), ((16_384, 1_024), True), ((16_400, 1_024), False)],
)
def test_serve_refuses_lengths_more_than_twice_beyond(
    lengths: tuple[int, int], is_served: bool
) -> None:
    assert isinstance(served(None, lengths), Serving) is is_served
