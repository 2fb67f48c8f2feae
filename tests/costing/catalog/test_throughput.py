"""The two rates of a replica follow from measured runs, by numbers worked out by hand."""

from statistics import median

import pytest

from costing.catalog.offers import gpu_offers, read_accelerator, stands_in_for
from costing.catalog.throughput import (
    Run,
    UnusableRuns,
    find_profile,
    model_classes,
    rates_at_ratio,
    rates_of_runs,
    throughput_profiles,
)


def test_rates_of_two_runs_meet_both() -> None:
    # Llama 3.1 8B, FP8, TensorRT-LLM on one H100: 3,450 tokens a second at 2,048/128 and 17,660 at
    # 500/2,000 are 26.953125 and 8.83 calls a second. With u, v seconds per token:
    # 2048 u + 128 v = 0.03710145, 500 u + 2000 v = 0.11325028; determinant 4,032,000;
    # u = (0.03710145 x 2000 - 0.11325028 x 128) / 4,032,000 = 1.480829e-5, 1/u = 67,529.7;
    # v = (2048 x 0.11325028 - 500 x 0.03710145) / 4,032,000 = 5.292307e-5, 1/v = 18,895.4.
    rates = rates_of_runs([Run(2048, 128, 3450 / 128), Run(500, 2000, 17660 / 2000)])

    assert rates.prefill_tokens_per_second == pytest.approx(67_529.7, rel=1e-5)
    assert rates.decode_tokens_per_second == pytest.approx(18_895.4, rel=1e-5)
    assert rates.largest_error_ratio < 1e-12


def test_rates_of_more_runs_than_unknowns_split_the_error() -> None:
    # 10,000 and 1,000 tokens a second take 0.2 s, 1.01 s and 0.11 s for these calls; the last was
    # measured 10 % slower, 0.121 s. The fit lies between: nobody is met, the worst by under 10 %.
    runs = [Run(1000, 100, 1 / 0.2), Run(100, 1000, 1 / 1.01), Run(100, 100, 1 / 0.121)]

    rates = rates_of_runs(runs)

    assert 0.02 < rates.mean_error_ratio < rates.largest_error_ratio < 0.1
    seconds = 100 / rates.prefill_tokens_per_second + 100 / rates.decode_tokens_per_second
    assert 0.11 < seconds < 0.121
    assert rates.decode_tokens_per_second == pytest.approx(1000, rel=0.05)


@pytest.mark.parametrize(
    "runs",
    [
        [Run(512, 256, 24.3656)],
        [Run(512, 512, 8), Run(1024, 1024, 3.4)],
        [Run(1000, 1, 1), Run(1000, 100, 100)],
    ],
    ids=["one run", "one mix", "no positive rates"],
)
def test_rates_of_runs_that_cannot_tell_them_apart_are_refused(runs: list[Run]) -> None:
    with pytest.raises(UnusableRuns):
        rates_of_runs(runs)


def test_rates_at_a_ratio_cost_exactly_what_was_measured() -> None:
    # vllm-cost-meter C1: 24.3656 calls a second of 512/256. At ratio 2 a call is 512/2 + 256 = 512
    # writes: decode = 24.3656 x 512 = 12,475.2, prefill twice that.
    rates = rates_at_ratio([Run(512, 256, 24.3656)], 2.0)

    assert rates.decode_tokens_per_second == pytest.approx(12_475.1872)
    assert rates.prefill_tokens_per_second == pytest.approx(24_950.3744)
    assert rates.mean_error_ratio == pytest.approx(0, abs=1e-12)


def test_rates_at_a_ratio_of_equals_are_all_tokens_moved() -> None:
    # 24.3656 x (512 + 256) = 18,712.8
    rates = rates_at_ratio([Run(512, 256, 24.3656)], 1.0)

    assert rates.prefill_tokens_per_second == pytest.approx(18_712.7808)


@pytest.mark.parametrize("ratio", [0.0, -1.0, float("nan")])
def test_rates_at_no_ratio_are_refused(ratio: float) -> None:
    with pytest.raises(UnusableRuns):
        rates_at_ratio([Run(512, 256, 24.3656)], ratio)


def test_throughput_profile_of_fitted_runs() -> None:
    profile = find_profile("llama3.3-70b-fp8-trtllm-2xh100")

    assert profile is not None
    assert profile.is_fitted
    assert (int(profile.prefill_tokens_per_second), int(profile.decode_tokens_per_second)) == (
        12_455,
        5_601,
    )
    assert (round(profile.mean_error_ratio, 3), round(profile.largest_error_ratio, 3)) == (
        0.155,
        0.240,
    )
    assert profile.derivation == (
        "Both speeds by least squares over 8 runs of different lengths; the runs lie 16% off on "
        "average, 24% at most."
    )


def test_throughput_profile_of_one_mix_borrows_the_ratio_and_says_so() -> None:
    profile = find_profile("llama-3.1-8b-fp16-h100")
    lender = find_profile("llama3.1-8b-fp8-trtllm-1xh100")

    assert profile is not None
    assert lender is not None
    assert profile.prefill_to_decode_ratio == pytest.approx(lender.prefill_to_decode_ratio)
    # 512/3.0728 + 256 = 422.6 writes a call; 24.3656 x 422.6 = 10,297
    assert int(profile.decode_tokens_per_second) == 10_297
    assert profile.derivation == (
        "The measured mix cannot tell reading from writing: reading is taken to be 3.07 times as "
        "fast as writing, as in Llama 3.1 8B, FP8, TensorRT-LLM on one H100; the measured mix then "
        "costs what was measured."
    )


def test_throughput_profile_of_mlperf_counts_its_own_output() -> None:
    profile = find_profile("llama-2-70b-mlperf-eight-mi300x")

    assert profile is not None
    # v5.1: 24,593.77 output tokens and 81.68 calls a second are 301.1 tokens a call
    assert profile.runs[0].calls_per_second == pytest.approx(81.68, rel=1e-4)


def test_throughput_profiles_without_a_fit_of_their_class_take_the_median_ratio() -> None:
    fitted = [each for each in throughput_profiles() if each.is_fitted]
    mixtral = find_profile("mixtral-8x7b-fp8-vllm-2xh100")

    assert mixtral is not None
    assert mixtral.prefill_to_decode_ratio == pytest.approx(
        median(each.prefill_to_decode_ratio for each in fitted)
    )


def test_throughput_profiles_reproduce_each_measured_mix() -> None:
    for profile in throughput_profiles():
        prefill = float(profile.prefill_tokens_per_second)
        decode = float(profile.decode_tokens_per_second)
        for run in profile.runs:
            seconds = run.input_tokens_per_call / prefill + run.output_tokens_per_call / decode
            error = abs(seconds * run.calls_per_second - 1)
            assert error <= profile.largest_error_ratio + 1e-3, profile.key


def test_throughput_profiles_name_class_source_and_date() -> None:
    profiles = throughput_profiles()

    assert len({profile.key for profile in profiles}) == len(profiles) == 55
    assert {profile.model_class for profile in profiles} == set(model_classes())
    tuned = {each.source.partition(",")[0] for each in profiles if each.is_vendor_tuned}
    assert tuned == {
        "NVIDIA",
        "MLPerf Inference v4.1",
        "MLPerf Inference v5.1",
    }
    assert all(profile.source_url.startswith("https://") for profile in profiles)


def test_throughput_profiles_of_every_class_have_an_offer_to_run_on() -> None:
    offered = [read_accelerator(offer.accelerator) for offer in gpu_offers() if offer.accelerator]

    served = {
        profile.model_class
        for profile in throughput_profiles()
        if any(stands_in_for(each, read_accelerator(profile.accelerator)) for each in offered)
    }

    assert served == set(model_classes())
