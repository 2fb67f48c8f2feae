"""Pictures of cost curves show every step of the staircase."""

import pytest

from costing.engine import curve_picture, parse_scenario
from tests.golden import golden


def test_picture_of_a_staircase_has_both_points_of_every_step() -> None:
    scenario = parse_scenario(golden("scenario_b"))

    picture = curve_picture(
        scenario, "baseline", "self_hosted", high_requests_per_month=12_000.0, points=3
    )

    rounded = [(round(volume, 2), round(usd, 2)) for volume, usd in picture.to_points]
    # 2,000 + 3,650·n USD for 5,000·n Mtok.
    assert rounded == [
        (0.0, 5650.0),
        (5000.0, 5650.0),
        (5000.0, 9300.0),
        (6000.0, 9300.0),
        (10000.0, 9300.0),
        (10000.0, 12950.0),
        (12000.0, 12950.0),
    ]
    assert [round(usd, 2) for _, usd in picture.from_points] == [0.0, 6240.0, 12480.0]


def test_picture_without_bounds_shows_every_crossing_of_scenario_a() -> None:
    scenario = parse_scenario(golden("scenario_a"))

    picture = curve_picture(scenario, "prompt_caching", "self_hosted")

    # A quarter beyond dominance at 26,666,667 requests.
    assert round(picture.high_requests_per_month) == 33_333_333
    # 120 samples, and two points for each of 30 steps, 1,109,797.3 requests apart.
    assert len(picture.to_points) == 180
    assert len(picture.from_points) == 120


def test_picture_of_too_many_steps_is_sampled() -> None:
    scenario = parse_scenario(golden("scenario_b"))

    picture = curve_picture(scenario, "baseline", "self_hosted", high_requests_per_month=1e9)

    assert len(picture.to_points) == 120


@pytest.mark.parametrize(("low", "high", "points"), [(2.0, 1.0, 9), (-1.0, 1.0, 9), (0.0, 1.0, 1)])
def test_picture_of_nothing_is_refused(low: float, high: float, points: int) -> None:
    scenario = parse_scenario(golden("scenario_b"))

    with pytest.raises(ValueError, match="two points or more"):
        curve_picture(
            scenario,
            "baseline",
            "self_hosted",
            low_requests_per_month=low,
            high_requests_per_month=high,
            points=points,
        )
