"""The bundled points: every one a run of one replica whose accelerators are known."""

from costing.catalog.measured_points import measured_series, point_source
from costing.catalog.offers import read_accelerator
from tests.costing.cast import find_series


def test_measured_points_are_what_the_source_has_less_what_is_counted_as_left_out() -> None:
    points = [point for series in measured_series() for point in series.points]

    # the source has 5,221 rows
    assert (len(points), len(measured_series())) == (1_746, 119)
    assert len(points) + sum(point_source().left_out.values()) == 5_221


def test_measured_series_is_one_configuration_with_its_newest_runs() -> None:
    series = find_series("llama-3.1-70b-fp8-vllm-2xh100-sxm-80gb")

    assert series is not None
    assert series.title == "Llama-3.1-70B, FP8, vLLM on 2 × H100-SXM-80GB"
    assert series.lengths == ((1024, 1024), (1024, 8192), (8192, 1024))
    assert series.concurrencies == (4, 64)
    assert str(series.as_of) == "2025-10-29"
    first = series.points[0]
    assert (first.concurrency, first.ttft_ms, first.tpot_ms) == (4, 121.3, 17.407)


def test_measured_series_have_a_key_and_a_run_each_once() -> None:
    assert len({series.key for series in measured_series()}) == len(measured_series())
    for series in measured_series():
        runs = [(each.input_tokens, each.output_tokens, each.concurrency) for each in series.points]
        assert len(set(runs)) == len(runs)
        assert min(min(each.ttft_ms, each.tpot_ms) for each in series.points) > 0


def test_measured_series_run_on_current_accelerators() -> None:
    families = {read_accelerator(series.accelerator).family for series in measured_series()}

    assert families == {"H100", "H200", "B200", "B300", "GB200"}
