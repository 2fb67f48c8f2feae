"""What would change the advice on hosting, worked out for scenario A."""

from typing import Any

import pytest

from costing.engine import SELF_HOSTING, estimate, parse_scenario, strategy_costs
from costing.engine.flips import hosting_flip
from tests.golden import golden


def without_levers(**changes: Any) -> dict[str, Any]:
    """Scenario A with its pool as the only lever beside prompt caching."""
    document = golden("scenario_a") | {"pairs": []} | changes
    for section in ("routing", "semantic_cache", "small_model"):
        del document[section]
    return document


def at_volume(requests: float) -> dict[str, Any]:
    document = without_levers()
    document["workload"] |= {"requests_per_month": requests, "monthly_growth_ratio": 0}
    return document


def test_hosting_pays_from_the_first_crossing_on_or_at_dearer_models() -> None:
    flip = hosting_flip(estimate(parse_scenario(at_volume(3_000_000))))

    # The golden crossing is 8,874,552. At 3 M a month prompt caching costs 25,110.00 and the pool
    # 30,480.00, whatever models cost: 30,480 / 25,110 = 1.21386.
    assert flip is not None
    assert flip.levers == (SELF_HOSTING,)
    assert flip.above == pytest.approx(8_874_552, rel=1e-6)
    assert flip.below is None
    assert flip.price_factor == pytest.approx(1.21386, abs=1e-4)


def test_hosting_that_is_advised_stops_paying_at_fewer_requests_or_cheaper_models() -> None:
    result = estimate(parse_scenario(at_volume(60_000_000)))
    flip = hosting_flip(result)
    costs = strategy_costs(result.scenario)

    # Dominance is at 26,666,667; below it the API leads, but for steps.
    assert flip is not None
    assert SELF_HOSTING in result.recommended.levers
    assert flip.below is not None
    assert 8_874_552 < flip.below <= 26_666_668
    wanted = costs["self_hosted"] / costs["prompt_caching"]
    assert flip.price_factor == pytest.approx(wanted, abs=1e-4)


def test_without_a_pool_there_is_nothing_to_flip() -> None:
    document = at_volume(3_000_000)
    del document["pool"]

    assert hosting_flip(estimate(parse_scenario(document))) is None


def test_hosting_that_is_not_repaid_has_no_flip() -> None:
    # 3.75 USD a month cheaper already, but for 25,000 of migration (section 17)
    assert hosting_flip(estimate(parse_scenario(at_volume(8_875_000)))) is None
