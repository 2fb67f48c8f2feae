"""What a scenario with applications is refused for, by name."""

from typing import Any

import pytest

from costing.engine import (
    InvalidScenario,
    parse_scenario,
)
from tests.costing.engine.applications import TURNS, turns, with_own, with_units
from tests.golden import golden

UNRESOLVED = {"catalog": "maker:gone", "provisioned": {"min_units": [1], "units": [3]}}
REFUSED: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
    (
        with_own(1, key="even"),
        {f"applications.{n}.key": ["must not be that of another application"] for n in (0, 1)},
    ),
    (with_own(0, key="Even!"), {"applications.0.key": ["must be a name of a–z, 0–9, - and _"]}),
    (
        with_own(0, key="pool"),
        {"applications.0.key": ["must not be pool, shared, simple, complex"]},
    ),
    (
        with_own(0, share=0.5),
        {
            "applications.0.share": ["is required, unless workload is given; not both"],
            "workload.requests_per_month": ["must be 3,285,000: what the applications add up to"],
        },
    ),
    (
        turns(workload=TURNS["workload"] | {"requests_per_month": 5}),
        {"workload.requests_per_month": ["must be 1,642,500: what the applications add up to"]},
    ),
    (
        turns(applications=[{"key": "a", "share": 0.5}, {"key": "b", "share": 0.4}]),
        {"applications": ["must have shares that add up to 1, not 0.9"]},
    ),
    (
        with_own(0, semantic_cache={"hit_ratio": 0.1}),
        {"applications.0.semantic_cache": ["needs that of the scenario, whose platform serves"]},
    ),
    (
        with_own(0, routing={"simple_ratio": 0.1, "platform_usd_per_month": 5}),
        {
            "applications.0.routing.platform_usd_per_month": [
                "is paid once for all: give it in routing of the scenario"
            ]
        },
    ),
    (
        with_own(0, workload=TURNS["applications"][0]["workload"] | {"monthly_growth_ratio": 0.1}),
        {
            "applications.0.workload.monthly_growth_ratio": [
                "is the same for all applications: give that of the scenario's workload"
            ]
        },
    ),
    (
        with_own(
            0, workload=TURNS["applications"][0]["workload"] | {"prefix_tokens_per_call": 2e3}
        ),
        {
            "applications.0.workload.prefix_tokens_per_call": [
                "must not exceed input_tokens_per_call"
            ]
        },
    ),
    (
        turns(applications=[{"key": "a", "share": 1, "levers_allowed": ["routing"]}]),
        {"applications": ["allow self_hosting nowhere, so pool is not needed"]},
    ),
    (
        turns(ranges={"applications.0.workload.requests_per_month": {"low": 0, "high": 1e9}}),
        {
            "ranges.applications.0.workload.requests_per_month": [
                "is shared out: give the range of workload.requests_per_month"
            ]
        },
    ),
    (
        turns(ranges={"applications.7.workload.output_tokens_per_call": {"low": 0, "high": 1e9}}),
        {
            "ranges.applications.7.workload.output_tokens_per_call": [
                "needs a value of the input itself"
            ]
        },
    ),
    (
        with_own(1, workload=TURNS["applications"][1]["workload"] | {"batch_ratio": 0.1})
        | {"premium_model": with_units()},
        {
            "applications.1.workload.batch_ratio": [
                "cannot be combined with premium_model.provisioned"
            ]
        },
    ),
    (
        with_own(1, premium_model=with_units(min_units=3, unit_step=2, units=4)),
        {
            "applications.1.premium_model.provisioned.units": [
                "must be 0, or min_units 3 and steps of 2 more"
            ]
        },
    ),
    (
        # What stands beside a reference that leads nowhere is not read.
        with_own(1, small_model=UNRESOLVED) | {"premium_model": UNRESOLVED},
        {
            f"{path}.catalog": ["is not resolved to prices"]
            for path in ("premium_model", "applications.1.small_model")
        },
    ),
    (turns(applications=7), {"applications": ["must be a list of at most 50 applications"]}),
    (turns(applications=[7]), {"applications.0": ["must be a mapping of keys to values"]}),
]


@pytest.mark.parametrize(("document", "fields"), REFUSED)
def test_what_cannot_be_is_refused_by_name(
    document: dict[str, Any], fields: dict[str, Any]
) -> None:
    with pytest.raises(InvalidScenario) as error:
        parse_scenario(document)

    assert error.value.fields == fields


def test_units_of_too_many_applications_are_no_error_of_the_program() -> None:
    units = {"units": 1, "min_units": 5, "unit_step": []}
    model = golden("scenario_a")["premium_model"] | {"provisioned": units}
    many = [{"key": f"a{n}", "share": 0, "premium_model": model} for n in range(200)]

    with pytest.raises(InvalidScenario) as refused:
        parse_scenario(golden("scenario_a") | {"applications": many})

    assert "applications" in refused.value.fields
