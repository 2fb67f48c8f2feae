"""Hosting on spot instances alone names that they can be taken away, in brief and page."""

from typing import Any

import pytest

from costing.scenarios.content.hosting_costs import SPOT_RISK
from reports.documents.content.plan import plan_content
from tests.cases import sentences
from tests.cases.loading import frozen_with, read
from tests.cases.reconciling import economics_page

SPOT = {"spot_usd_per_instance_hour": 5, "spot_ratio": 1, "interruption_overhead_ratio": 0.1}


@pytest.mark.parametrize(
    ("bought", "is_told"),
    [
        ({}, False),
        ({"interruption_overhead_ratio": 0.1}, True),
        (SPOT, True),
        ({**SPOT, "spot_ratio": 0.5}, False),
        ({**SPOT, "reserved_usd_per_instance_hour": 4}, False),
    ],
)
def test_brief_and_page_name_the_risk_of_spot_alone(bought: dict[str, Any], is_told: bool) -> None:
    pool = read("hosting_cheapest_rented")["scenario"]["pool"] | bought
    payload = frozen_with("hosting_cheapest_rented", pool=pool).payload

    page = economics_page(payload)

    assert (SPOT_RISK in plan_content(payload).risks) == is_told
    assert (SPOT_RISK in page) == is_told
    assert sentences.faults(payload, page) == []


def test_pool_that_is_not_advised_has_no_such_risk() -> None:
    pool = read("middling")["scenario"]["pool"] | SPOT
    payload = frozen_with("middling", pool=pool).payload

    assert SPOT_RISK not in plan_content(payload).risks
