"""At which hit ratios and use of the pool the advice changes, worked out for scenario A."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costing.engine import Estimate, estimate, estimate_document, parse_scenario, read_estimate
from costing.engine.bills import lever_sets
from costing.engine.estimating import advised_again
from costing.engine.inputs import with_figures
from costing.engine.levers import CURRENT, SELF_HOSTING, anywhere
from costing.engine.ratio_flips import PROMPT_HITS, SEMANTIC_HITS, UTILIZATION, ratio_flips
from costing.engine.results import RatioFlip
from costing.engine.strategies import bill_of
from tests.costing.engine.applications import several, slow
from tests.costing.engine.scenarios import scenarios
from tests.costing.engine.test_flips import STATED, Late, at_volume
from tests.golden import golden

EQUAL = pytest.approx


def of(document: dict[str, Any]) -> tuple[Estimate, dict[str, RatioFlip]]:
    found = estimate(parse_scenario(document | {"pairs": []}))
    return found, ratio_flips(found)


def test_scenario_a_says_what_its_advice_rests_on() -> None:
    found, flips = of(golden("scenario_a"))

    assert found.recommended.levers == ("prompt_caching", "routing", "semantic_caching")
    # The semantic cache costs 250 and 3 M × 0.00001 = 280; behind it the calls cost 60 to classify
    # and 15,063.98 of tokens, of which it spares its share: 280 / 15,123.98.
    semantic = flips[SEMANTIC_HITS]
    assert semantic.present == 0.12
    assert semantic.below is not None
    assert semantic.below.ratio == EQUAL(280 / 15_123.98, abs=1e-6)
    assert semantic.below.levers == ("prompt_caching", "routing")
    # Behind the cache 1,511,400 calls reach the premium model and 1,188,000 the small one. Writes
    # cost 0.75 more than input and reads 2.7 less, at the small model 0 and 0.075 less:
    # 1,511,400 × (0.75 − 3.45 h) = 1,188,000 × 0.075 h at h = 1,133,550 / 5,303,430.
    prompt = flips[PROMPT_HITS]
    assert prompt.present == EQUAL(1, abs=1e-4)
    assert prompt.below is not None
    assert prompt.below.ratio == EQUAL(1_133_550 / 5_303_430, abs=1e-6)
    assert prompt.below.levers == ("routing", "semantic_caching")
    assert prompt.above is None
    # The pool takes 26,280 of capacity and 4,200 beside; it must cost 13,889.11 in all.
    pool = flips[UTILIZATION]
    assert pool.present == EQUAL(0.0938610, abs=1e-6)
    assert pool.below is None
    assert pool.above is not None
    assert pool.above.ratio == EQUAL(0.0938610 * 26_280 / (13_889.11 - 4_200), abs=1e-6)
    assert pool.above.levers == (SELF_HOSTING,)


def test_hosting_that_is_advised_says_how_busy_the_pool_must_stay() -> None:
    found, flips = of(at_volume(60_000_000))
    hosted, by_api = found.strategies["self_hosted"], found.strategies["prompt_caching"]

    pool = flips[UTILIZATION]

    # As busy as makes its capacity cost all that prompt caching does, less what comes beside.
    compute = hosted.lines["complex.compute_busy"] + hosted.lines["complex.compute_idle"]
    room = by_api.usd_per_month - (hosted.usd_per_month - compute)
    assert pool.present == hosted.utilization_ratio
    assert pool.above is None
    assert pool.below is not None
    assert pool.below.ratio == EQUAL(hosted.lines["complex.compute_busy"] / room, rel=1e-6)
    assert pool.below.levers == ("prompt_caching",)
    assert SEMANTIC_HITS not in flips


@pytest.mark.parametrize("name", ["scenario_a", "applications"])
@pytest.mark.parametrize("path", [SEMANTIC_HITS, PROMPT_HITS])
def test_between_the_present_ratio_and_the_one_told_the_advice_costs_least(
    name: str, path: str
) -> None:
    found, flips = of(golden(name))
    advised = found.recommended.priced_as
    offers = {each.priced_as for each in (*found.subsets, *found.application_sets)}
    sets = lever_sets((advised, *(offers - {advised})))
    section, _ = path.split(".")
    now = bill_of(found.scenario, sets).total
    # What is cheaper already by too little to be advised must become so by 1 % of the bill.
    least = np.where(now < now[0], 0.01 * found.strategies[CURRENT].usd_per_month, 0.0)

    def leads(ratio: float) -> bool:
        own = [
            f"applications.{place}.{path}"
            for place, each in enumerate(found.scenario.applications)
            if getattr(each, section) is not None
        ]
        changed = with_figures(found.scenario, dict.fromkeys((path, *own), ratio))
        costs = bill_of(changed, sets).total
        return bool((costs[0] <= (costs + least) * (1 + 1e-9)).all())

    flip = flips[path]
    for change in (flip.below, flip.above):
        if change is None or path == PROMPT_HITS:
            continue
        step = 1e-6 if change is flip.above else -1e-6
        assert not leads(change.ratio + step)
        for share in (0.0, 0.3, 0.6, 0.9, 0.999):
            assert leads(flip.present + (change.ratio - flip.present) * share)
    if flip.above is None:
        assert leads(1.0)


def test_applications_with_levers_of_their_own_have_one_ratio_for_all() -> None:
    found, flips = of(golden("applications"))

    # 200,000 requests of 6 calls and 4.2 M others; 0.3 M may hit at 0.02, 0.1 M not at all.
    assert flips[SEMANTIC_HITS].present == EQUAL((4_900_000 * 0.12 + 300_000 * 0.02) / 5_200_000)
    assert SELF_HOSTING in found.recommended.levers
    pool = flips[UTILIZATION]
    assert pool.below is not None
    assert SELF_HOSTING not in pool.below.levers


def test_measured_hits_are_the_present_ratio() -> None:
    document = golden("scenario_a")
    document["workload"]["prefix_hit_ratio"] = 0.6

    assert of(document)[1][PROMPT_HITS].present == 0.6


def test_what_no_ratio_changes_has_neither_end() -> None:
    document = at_volume(1000)
    document["workload"]["prefix_hit_ratio"] = 0.0

    _, flips = of(document)

    # Some 8 USD a month by API; a pool's people alone cost 4,200.
    assert (flips[UTILIZATION].below, flips[UTILIZATION].above) == (None, None)
    # No prompt is cached, for none would hit. Above (3.75 − 3) / (3.75 − 0.3) caching pays.
    assert flips[PROMPT_HITS].below is None
    above = flips[PROMPT_HITS].above
    assert above is not None
    assert above.ratio == EQUAL(0.75 / 3.45, abs=1e-6)


def test_ratios_that_nothing_has_are_left_out() -> None:
    document = at_volume(3_000_000)
    del document["pool"], document["premium_model"]["cache_read_usd_per_mtok"]

    assert of(document)[1] == {}


def test_hosting_that_is_not_repaid_leaves_nothing_to_tell() -> None:
    # 3.75 USD a month cheaper already is under 1 % of the bill: it must be 1 % to count.
    near = of(at_volume(8_875_000))[1][UTILIZATION]
    # At 60 M requests hosting saves far more, yet not what so dear a change costs.
    document = at_volume(60_000_000)
    document["pool"]["migration_usd"] = 1e9
    found, flips = of(document)

    assert near.above is not None
    assert near.above.ratio > near.present * 1.01
    assert found.recommended.levers == ("prompt_caching",)
    assert found.not_repaid is not None
    assert flips == {}


def test_estimate_keeps_them_where_the_bases_of_its_inputs_are_given() -> None:
    scenario = parse_scenario(golden("scenario_a") | {"pairs": []})
    bare, found = estimate(scenario), estimate(scenario, bases=STATED)

    assert bare.ratio_flips == {}
    assert "ratio_flips" not in estimate_document(bare)
    assert found.ratio_flips == ratio_flips(bare)
    assert read_estimate(estimate_document(found)) == found


def test_other_scores_leave_out_what_was_computed_of_another_recommendation() -> None:
    document = at_volume(60_000_000) | {"maturity": {"hosting": 3.0}}
    requirements = {SELF_HOSTING: {"hosting": 2.0}}
    found = estimate(parse_scenario(document), requirements, bases=STATED)

    same = advised_again(found, {"hosting": 4.0}, requirements)
    other = advised_again(found, {"hosting": 1.0}, requirements)

    assert same.ratio_flips == found.ratio_flips != {}
    assert anywhere(other.recommended.priced_as) != anywhere(found.recommended.priced_as)
    assert other.ratio_flips == {}


def test_search_ends_at_the_watch() -> None:
    found, calls = estimate(parse_scenario(golden("scenario_a"))), iter(range(3))

    def watch() -> None:
        if next(calls, None) is None:
            raise Late

    with pytest.raises(Late):
        ratio_flips(replace(found, ratio_flips={}), watch)


@settings(slow, max_examples=40)
@given(st.one_of(scenarios(), several()))
def test_ratios_told_lie_between_the_present_one_and_0_or_1(document: dict[str, Any]) -> None:
    for flip in of(document)[1].values():
        assert 0 <= flip.present <= 1
        assert flip.below is None or 0 <= flip.below.ratio <= flip.present
        assert flip.above is None or flip.present <= flip.above.ratio <= 1
