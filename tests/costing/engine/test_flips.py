"""What would change the advice on hosting, worked out for scenario A."""

from typing import Any

import numpy as np
import pytest

from costing.engine import (
    SELF_HOSTING,
    advised_again,
    estimate,
    estimate_document,
    parse_scenario,
    read_estimate,
    strategy_costs,
)
from costing.engine.bills import lever_sets
from costing.engine.flips import hosting_flip
from costing.engine.inputs import Basis, with_requests
from costing.engine.levers import CURRENT, anywhere
from costing.engine.strategies import bill_of
from tests.golden import golden

STATED = {"workload.requests_per_month": Basis.STATED}
REQUIREMENTS = {SELF_HOSTING: {"hosting": 2.0}}


class Late(Exception):
    """The time is up."""


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


@pytest.mark.parametrize("requests", [0, 1, 40])
def test_hosting_pays_from_the_same_volume_on_however_few_the_requests_are(requests: int) -> None:
    flip = hosting_flip(estimate(parse_scenario(at_volume(requests))))

    assert flip is not None
    assert flip.above == pytest.approx(8_874_552, rel=1e-6)  # the golden crossing


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


FAST_POOL = {"prefill_tokens_per_second": 300_000, "decode_tokens_per_second": 25_000}


@pytest.mark.parametrize("requests", [1e6, 6.1e7])
@pytest.mark.parametrize("name", ["scenario_a", "applications"])
def test_flip_is_where_the_cheapest_sets_of_both_sides_change_places(
    name: str, requests: float
) -> None:
    """Also where the second-best of either side would have changed places elsewhere."""
    document = golden(name) | {"pairs": []}
    document["pool"] |= FAST_POOL
    factor = requests / document["workload"]["requests_per_month"]
    document["workload"]["requests_per_month"] = requests
    for each in document.get("applications", ()):
        each["workload"]["requests_per_month"] *= factor
    result = estimate(parse_scenario(document))
    offers = {each.priced_as for each in (*result.subsets, *result.application_sets)}
    sets = lever_sets(tuple(offers))
    is_hosted = np.array([SELF_HOSTING in anywhere(each) for each in sets.names])

    def hosting_leads(volumes: Any) -> Any:
        costs = bill_of(with_requests(result.scenario, np.array(volumes)[:, None]), sets).total
        return costs[:, is_hosted].min(axis=1) < costs[:, ~is_hosted].min(axis=1)

    flip = hosting_flip(result)

    assert flip is not None
    advised = SELF_HOSTING in result.recommended.levers
    assert advised == (requests > 1e7)
    ends = [end for end in (flip.below, flip.above) if end is not None]
    assert ends
    for end in ends:
        step = 1e-6 if end > requests else -1e-6
        assert hosting_leads([end * (1 + step)])[0] != advised
        between = np.geomspace(requests, end * (1 - step), 500)
        assert (hosting_leads(between) == advised).all()


def test_without_a_pool_there_is_nothing_to_flip() -> None:
    document = at_volume(3_000_000)
    del document["pool"]

    assert hosting_flip(estimate(parse_scenario(document))) is None


def test_hosting_that_is_not_repaid_has_no_flip() -> None:
    # 3.75 USD a month cheaper already, but for 25,000 of migration (section 17)
    assert hosting_flip(estimate(parse_scenario(at_volume(8_875_000)))) is None


def test_estimate_keeps_the_flip_where_the_bases_of_its_inputs_are_given() -> None:
    scenario = parse_scenario(at_volume(3_000_000))
    bare, found = estimate(scenario), estimate(scenario, bases=STATED)

    assert bare.hosting_flip is None
    assert "hosting_flip" not in estimate_document(bare)
    assert found.hosting_flip == hosting_flip(bare)
    assert found.hosting_flip is not None
    assert read_estimate(estimate_document(found)) == found


def test_search_for_the_flip_ends_at_the_watch() -> None:
    found, calls = estimate(parse_scenario(at_volume(3_000_000))), iter(range(3))

    def watch() -> None:
        if next(calls, None) is None:
            raise Late

    with pytest.raises(Late):
        hosting_flip(found, watch)


def test_other_scores_leave_out_what_was_computed_of_another_recommendation() -> None:
    ready, unready = {"hosting": 3.0}, {"hosting": 1.0}
    document = at_volume(60_000_000) | {"maturity": ready}
    found = estimate(parse_scenario(document), REQUIREMENTS, bases=STATED)
    assert found.uncertainty is not None
    assert set(found.uncertainty.choices) > {CURRENT}

    same = advised_again(found, {"hosting": 4.0}, REQUIREMENTS)
    other = advised_again(found, unready, REQUIREMENTS)

    assert same.uncertainty == found.uncertainty
    assert same.hosting_flip == found.hosting_flip
    assert other.recommended_today.levers != found.recommended_today.levers
    assert other.uncertainty is not None
    assert other.uncertainty.choices == {}
    assert other.uncertainty.strategies == found.uncertainty.strategies
    # Until hosting may begin prompts are cached, and that goes on: it costs no more beside a pool.
    assert other.recommended.levers == ("prompt_caching", SELF_HOSTING)
    assert other.hosting_flip is None
