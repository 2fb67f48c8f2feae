"""Pools proposed for a workload: sized by the engine, ranked by their month."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from costing.catalog.offers import GpuOffer, OfferFilter, filter_offers, find_offer, gpu_offers
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
from costing.catalog.throughput import find_profile, throughput_profiles
from costing.engine import InvalidScenario, estimate, parse_scenario
from tests.costing.cast import scenario_a

WISH = PoolWish(model_class="dense-70b")
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
    profile = find_profile(profile_key)
    assert profile is not None
    wish = replace(WISH, **wished)
    calls = calls_to_pool(scenario_a(), wish.served)
    proposal = propose_pool(scenario_a(), wish, profile=profile, offer=offer, calls=calls)
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


def test_propose_pool_over_two_machines_takes_both() -> None:
    proposal = proposed(EIGHT_H100, "llama-2-70b-mlperf-sixteen-h100")

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
        profiles=throughput_profiles(),
        offers=[
            replace(EIGHT_H100, key="spot", pricing="spot", usd_per_instance_hour=Decimal("0.01")),
            EIGHT_H100,
        ],
    )

    assert [each.offer.pricing for each in (*firm, spot)] == ["on_demand", "spot"]
    assert spot.compute_usd_per_month < firm[0].compute_usd_per_month


@pytest.mark.parametrize(
    ("input_tokens", "contexts"),
    # Of the 70B class: Llama 2 takes 4,096 tokens, Llama 3 8,192, Qwen2 32,768, Llama 3.3 131,072.
    [(3_000, {4_096, 8_192, 32_768, 131_072}), (120_000, {131_072}), (131_072, set())],
)
def test_propose_pools_takes_models_whose_context_holds_a_call(
    input_tokens: int, contexts: set[int]
) -> None:
    document = scenario_a()
    document["workload"] |= {"input_tokens_per_call": input_tokens, "prefix_tokens_per_call": 0}
    calls = calls_to_pool(document, "all")

    held = {
        profile.context_window_tokens
        for profile in throughput_profiles()
        for offer in (EIGHT_H100,)
        if profile.model_class == "dense-70b"
        and propose_pool(document, WISH, profile=profile, offer=offer, calls=calls)
    }

    assert held == contexts


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
    return propose_pools(
        scenario_a(),
        replace(WISH, **wished),
        profiles=throughput_profiles(),
        offers=filter_offers(gpu_offers(), where),
    )


def test_propose_pools_ranks_by_the_month() -> None:
    months = [proposal.compute_usd_per_month for proposal in ranked()]

    assert len(months) == 8
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
    assert {each.profile.is_vendor_tuned for each in ranked(takes_vendor_tuned=False)} == {False}


def test_propose_pools_of_one_precision() -> None:
    assert {each.profile.precision for each in ranked(precision="fp16")} == {"fp16"}


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
