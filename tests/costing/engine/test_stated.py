"""What a scenario's document states, by path."""

from typing import Any

import pytest

from costing.engine.inputs import Stated

DOCUMENT = {
    "workload": {"requests_per_month": 5},
    "premium_model": {"catalog": "maker:large"},
    "small_model": None,
    "applications": [{"key": "a"}, {"key": "b", "small_model": {"input_usd_per_mtok": 1}}],
    "pairs": "none",
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("workload.requests_per_month", 5),
        ("applications.1.small_model.input_usd_per_mtok", 1),
        ("applications.2.small_model", None),
        ("applications.b", None),
        ("pairs.0", None),
        ("pool.scaling", None),
    ],
)
def test_value_is_found_by_its_path_and_another_shape_is_none(path: str, value: Any) -> None:
    assert Stated(DOCUMENT).at(path) == value


def test_section_of_another_shape_states_nothing() -> None:
    assert Stated(DOCUMENT).section("pairs") == {}
    assert Stated(DOCUMENT).section("premium_model") == {"catalog": "maker:large"}


def test_models_are_those_of_applications_too() -> None:
    assert list(Stated(DOCUMENT).models()) == ["premium_model", "applications.1.small_model"]
    assert list(Stated({"applications": "none"}).models()) == []
