"""Which levers each application runs: found exactly, or with the gap told."""

import os
import subprocess
import sys
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.framework import load_framework
from costing.engine import estimate, estimate_document, parse_scenario, read_estimate
from costing.engine.assignment import few, search
from costing.engine.bills import lever_sets
from costing.engine.estimating import advised_again, stored_options
from costing.engine.levers import scoped, subsets
from costing.engine.strategies import bill_of
from tests.costing.engine.applications import TURNS, several, slow, turns, with_own, with_units
from tests.costing.engine.scenarios import models
from tests.golden import golden


def test_units_decide_which_application_runs_what() -> None:
    """Routing takes half the calls of one away: then no unit pays for the other any more."""
    document = turns(premium_model=with_units(), pool=None, pairs=[])
    dear = {"simple_ratio": 0.1, "classifier_usd_per_call": 0.0001}
    document["applications"] = [{**each, "routing": dear} for each in TURNS["applications"]]
    scenario = parse_scenario(document)

    sets = {each.levers: each for each in estimate(scenario).application_sets}
    found = sets["routing",]

    keys = ("even", "odd")
    chosen = [
        dict(zip(keys, each, strict=True)) for each in product(subsets(("routing",)), repeat=2)
    ]
    usd = bill_of(scenario, lever_sets(tuple(map(scoped, chosen)))).total
    assert found.usd_per_month == pytest.approx(usd.min())


def test_a_commitment_decides_which_application_runs_what() -> None:
    """Each would route by itself; the one whose classifier is cheaper is enough for 5,000."""
    document = turns(commitment={"committed_usd_per_month": 5000}, pool=None, pairs=[])

    alone = estimate(parse_scenario(document | {"commitment": None}))
    together = estimate(parse_scenario(document))

    assert alone.recommended.by_application == {}
    assert alone.recommended.usd_per_month == pytest.approx(3071.475 + 164.25 + 300)
    routed = next(each for each in together.application_sets if each.levers == ("routing",))
    assert routed.by_application == {"even": (), "odd": ("routing",)}
    assert routed.usd_per_month == pytest.approx(5000 + 65.7 + 300)
    assert routed.gap_usd_per_month == 0
    assert together.recommended.usd_per_month == pytest.approx(5365.7)


SETS = """
from costing.engine import estimate, parse_scenario
from tests.golden import golden
document = golden("scenario_a")
document |= {"routing": {"simple_ratio": 0}, "semantic_cache": {"hit_ratio": 0}}
document["applications"] = [
    {"key": "all", "share": 0.5}, {"key": "none", "share": 0.5, "levers_allowed": []}
]
print(estimate(parse_scenario(document)).application_sets)
"""


def test_of_choices_that_cost_the_same_every_process_names_one() -> None:
    """Routing that routes nothing and a cache that answers nothing: with or without is a tie."""
    found = {
        subprocess.check_output(
            [sys.executable, "-c", SETS], env=os.environ | {"PYTHONHASHSEED": str(seed)}
        )
        for seed in range(2)
    }

    assert len(found) == 1
    assert b"routing" in found.pop()


@settings(slow, max_examples=15)
@given(several(), st.none() | models())
def test_the_cheapest_levers_of_each_application_are_found(
    document: dict[str, Any], open_model: dict[str, Any] | None
) -> None:
    """Of every set, against the price of each choice; some may use a pool and others the API."""
    assert_cheapest_found(document, open_model)


@settings(slow, max_examples=15)
@given(several(), st.none() | models())
def test_the_cheapest_levers_are_found_where_few_choices_are_kept(
    document: dict[str, Any], open_model: dict[str, Any] | None
) -> None:
    """By every bound there is, in both orders of the applications."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "MANY", 2)
        patch.setattr(search, "MAX_KEPT", 3)
        patch.setattr(few, "MOST", -1)
        assert_cheapest_found(document, open_model)


@slow
@given(several(), st.none() | models())
def test_what_is_found_among_few_is_what_the_whole_search_finds(
    document: dict[str, Any], open_model: dict[str, Any] | None
) -> None:
    """To the last bit, also where several choices cost the same."""
    document |= {"pairs": [], "maturity": None, "current_levers": [], "open_model": open_model}
    scenario = parse_scenario(document)
    found = estimate(scenario).application_sets
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(few, "MOST", -1)

        assert estimate(scenario).application_sets == found


@slow
@given(several(), st.none() | models())
def test_what_was_cut_costs_no_less_than_the_gap_says(
    document: dict[str, Any], open_model: dict[str, Any] | None
) -> None:
    """By the bound of all choices, where next to none is kept."""
    document |= {"pairs": [], "maturity": None, "current_levers": [], "open_model": open_model}
    scenario = parse_scenario(document)
    exact = {each.levers: each.usd_per_month for each in estimate(scenario).application_sets}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(few, "MOST", -1)
        for name in ("MAX_KEPT", "MAX_OF_FEW"):
            patch.setattr(search, name, 1)

        found = estimate(scenario).application_sets

    for each in found:
        least = each.usd_per_month - each.gap_usd_per_month
        assert least <= exact[each.levers] * (1 + 1e-9) + 1e-9
        assert exact[each.levers] <= each.usd_per_month * (1 + 1e-9) + 1e-9


def application(
    place: int, requests_per_month: float, active_hours_per_day: int, **workload: float
) -> dict[str, Any]:
    """One of many applications, of which each has other calls at other hours."""
    return {
        "key": f"a{place}",
        "workload": {
            "requests_per_month": requests_per_month * (1 + place * 7 % 11),
            "input_tokens_per_call": 800 * (1 + place * 5 % 7),
            "output_tokens_per_call": 60 * (1 + place % 8),
            "active_hours_per_day": active_hours_per_day,
            "active_days_per_week": 5 + 2 * (place % 2),
            **workload,
        },
        "routing": {"simple_ratio": 0.15 + 0.05 * (place % 9), "escalation_ratio": 0.05},
    }


def forty(scaling: str, **workload: float) -> dict[str, Any]:
    """One in three has traffic for 24 hours a day, one in six for 40 hours a week."""
    applications = [
        application(place, 200_000, 8 + 8 * (place % 3), **workload) for place in range(40)
    ]
    document = golden("scenario_a") | {"pairs": [], "applications": applications}
    requests = sum(200_000 * (1 + place * 7 % 11) for place in range(40))
    document["workload"]["requests_per_month"] = requests
    document["pool"]["scaling"] = scaling
    return document


@pytest.mark.parametrize(
    ("scaling", "usd", "gap_ratio"), [("always_on", 109_900, 0.02), ("scheduled", 106_800, 0.2)]
)
def test_of_forty_applications_that_share_units_and_a_pool_the_gap_is_small(
    scaling: str, usd: float, gap_ratio: float
) -> None:
    document = forty(scaling)
    terms = {"tokens_per_minute_per_unit": 13_000, "output_token_weight": 2}
    document["premium_model"]["provisioned"] = {**terms, "usd_per_unit_hour": 0.85}

    found = estimate(parse_scenario(document)).application_sets

    cheapest = min(found, key=lambda each: each.usd_per_month)
    assert cheapest.usd_per_month < usd
    assert cheapest.gap_usd_per_month < gap_ratio * cheapest.usd_per_month


@pytest.mark.parametrize("scaling", ["always_on", "scheduled"])
def test_of_forty_applications_whose_calls_wait_for_a_pool_the_gap_is_small(scaling: str) -> None:
    document = forty(scaling, batch_ratio=0.3)
    document["pool"]["deferral_hours"] = 12

    found = estimate(parse_scenario(document)).application_sets

    cheapest = min(found, key=lambda each: each.usd_per_month)
    assert cheapest.gap_usd_per_month < 0.1 * cheapest.usd_per_month


def assert_cheapest_found(document: dict[str, Any], open_model: dict[str, Any] | None) -> None:
    """What is found of every set costs what the cheapest of all choices within it does."""
    document |= {"pairs": [], "maturity": None, "current_levers": [], "open_model": open_model}
    document["applications"] = document["applications"][:2]
    half = document["workload"]["requests_per_month"] / 2
    for each in document["applications"]:
        if "workload" in each:
            each["workload"] |= {"requests_per_month": half}
        else:
            each["share"] = 0.5
    scenario = parse_scenario(document)
    keys = [each.key for each in scenario.applications]
    choices = {
        scoped(dict(zip(keys, chosen, strict=True))): chosen
        for chosen in product(scenario.lever_sets, repeat=2)
    }
    priced = bill_of(scenario, lever_sets(tuple(choices)))
    usd = dict(zip(choices.values(), priced.total.tolist(), strict=True))

    found = estimate(scenario)

    assert len(found.application_sets) == 2 ** len(scenario.choosable)
    for each in found.application_sets:
        within = [
            usd[chosen] for chosen in usd if all({*each.levers} >= {*levers} for levers in chosen)
        ]
        assert each.gap_usd_per_month == 0
        assert each.usd_per_month == pytest.approx(min(within), rel=1e-9, abs=1e-9)
        own = bill_of(scenario, lever_sets((each.priced_as,))).total[0]
        assert own == pytest.approx(each.usd_per_month, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("committed", [None, 20_000, 300_000])
def test_of_twelve_applications_that_share_units_the_choice_is_exact(
    committed: float | None,
) -> None:
    """A pool, units and a commitment couple all of them: 8 ways each, 8¹² together."""
    applications = [
        {
            **application(place, 700_000, 8 + 4 * (place % 3)),
            "semantic_cache": {"hit_ratio": 0.04 + 0.03 * (place % 7)},
        }
        for place in range(12)
    ]
    requests = sum(700_000 * (1 + place * 7 % 11) for place in range(12))
    document = golden("scenario_a") | {"pairs": [], "applications": applications}
    document["workload"]["requests_per_month"] = requests
    document["pool"] |= {"prefill_tokens_per_second": 90_000, "decode_tokens_per_second": 7_500}
    terms = {"tokens_per_minute_per_unit": 13_000, "output_token_weight": 2}
    for model, usd in (("premium_model", 0.85), ("small_model", 0.07)):
        document[model]["provisioned"] = {**terms, "usd_per_unit_hour": usd}
    if committed is not None:
        document["commitment"] = {
            "committed_usd_per_month": committed,
            "commitment_discount_ratio": 0.15,
        }

    found = estimate(parse_scenario(document)).application_sets

    assert [each.gap_usd_per_month for each in found] == [0.0] * 16


def test_a_choice_that_was_cut_is_improved_one_application_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    applications = [
        {
            "key": f"a{place}",
            "workload": {
                "requests_per_month": 1_000_000 * (1 + place * 7 % 11),
                "input_tokens_per_call": 1000 * (1 + place * 5 % 7),
                "output_tokens_per_call": 300,
                "prefix_tokens_per_call": 200 * (place % 5),
                "active_hours_per_day": 8 + 4 * (place % 3),
                "peak_to_average_ratio": 1 + place % 3,
            },
            "routing": {
                "simple_ratio": 0.1 + 0.06 * (place % 9),
                "escalation_ratio": 0.05,
                "classifier_usd_per_call": 2e-5,
            },
        }
        for place in range(10)
    ]
    document = golden("scenario_a") | {"pairs": [], "applications": applications}
    document["workload"]["requests_per_month"] = 61_000_000
    document["pool"] |= {"prefill_tokens_per_second": 90_000, "decode_tokens_per_second": 7_500}
    document["commitment"] = {
        "committed_usd_per_month": 100_000,
        "commitment_discount_ratio": 0.15,
    }
    scenario = parse_scenario(document)
    exact = min(each.usd_per_month for each in estimate(scenario).application_sets)

    for name in ("MAX_KEPT", "MAX_OF_FEW"):
        monkeypatch.setattr(search, name, 32)
    found = min(estimate(scenario).application_sets, key=lambda each: each.usd_per_month)

    assert exact == pytest.approx(166_820, abs=1)
    assert found.usd_per_month == pytest.approx(exact)
    assert found.gap_usd_per_month > 0


def test_what_applications_choose_is_recommended_and_prices_to_the_same() -> None:
    scenario = parse_scenario(golden("applications"))

    found = estimate(scenario)

    chosen = found.by_application
    assert chosen is not None
    assert chosen.gap_usd_per_month == 0
    assert found.recommended_today.by_application == chosen.levers
    assert found.recommended_today.usd_per_month == chosen.usd_per_month
    priced = bill_of(scenario, lever_sets((scoped(chosen.levers),)))
    assert chosen.usd_per_month == pytest.approx(priced.total[0])
    advice = found.recommendation
    assert advice is not None
    saved = sum(step.saving_usd_per_month for step in advice.steps)
    assert advice.spend_usd_per_month - saved == pytest.approx(chosen.usd_per_month)


def test_a_lever_runs_only_where_it_suits() -> None:
    """Routing takes 45 % off `even`; `odd` has nothing simple, and pays 65.70 for the sorting.

    2,956.50·0.55 + 98.55 + 300 + 2,628 = 4,652.625. Where it runs for both, `odd` is to be let off.
    """
    nothing_simple = {"simple_ratio": 0, "classifier_usd_per_call": 0.0001}
    document = with_own(1, routing=nothing_simple) | {"pool": None, "pairs": []}

    found = estimate(parse_scenario(document))
    running = estimate(parse_scenario(document | {"current_levers": ["routing"]}))

    advice = running.recommendation
    assert advice is not None
    for each in (found, running):
        assert each.recommended.levers == ("routing",)
        assert each.recommended.by_application == {"even": ("routing",), "odd": ()}
        assert each.recommended.usd_per_month == pytest.approx(4652.625)
    assert [step.change.key for step in advice.steps] == ["resize_routing"]
    assert advice.steps[0].saving_usd_per_month == pytest.approx(65.70)
    options = stored_options(running)
    assert options.spend_usd_per_month == pytest.approx(4652.625 + 65.70)
    assert options.usd_after({step.change for step in advice.steps}) == pytest.approx(4652.625)


def test_rework_that_stops_a_route_is_that_of_all_applications() -> None:
    """Half of 1,642,500 calls are simple; 0.01 USD for each answer made again were 8,212.50.

    Routing saves 5,584.50 − 3,535.725 before any: 2,048.775 / 8,212.50 = 24.947 %.
    """
    model = {**TURNS["small_model"], "rework_ratio": 0.02, "usd_per_rework": 0.01}

    found = estimate(parse_scenario(turns(small_model=model)))

    assert found.rework_limits == {"routing": pytest.approx(2048.775 / 8212.5)}


def test_what_loses_too_little_to_tell_runs_on_for_all() -> None:
    """Sorting for 0.00001 a call costs `odd` 6.57 a month, under 1 % of the bill."""
    nothing_simple = {"simple_ratio": 0, "classifier_usd_per_call": 0.00001}
    document = with_own(1, routing=nothing_simple) | {
        "pool": None,
        "pairs": [],
        "current_levers": ["routing"],
    }

    found = estimate(parse_scenario(document))

    assert found.recommendation is not None
    assert found.recommendation.steps == ()
    assert found.recommended.by_application == {}
    assert found.recommended.usd_per_month == found.strategies["current"].usd_per_month
    assert found.by_application is not None
    assert found.by_application.levers == {"even": ("routing",), "odd": ("routing",)}


def test_scores_change_what_applications_run_and_no_cost() -> None:
    document = golden("applications") | {"pairs": [], "maturity": {"integrity": 1.0}}
    scenario, asked = parse_scenario(document), load_framework().requirements
    found = estimate(scenario, asked)
    ready = {"integrity": 5.0, "hosting": 5.0}

    again = advised_again(found, ready, asked)

    whole = estimate(parse_scenario(document | {"maturity": ready}), asked)
    assert found.recommended_today.levers == ("prompt_caching",)
    assert again == whole
    assert read_estimate(estimate_document(whole)) == whole
    # What was stored before applications chose by themselves keeps what it chose among.
    assert stored_options(replace(whole, application_sets=())).usd_per_month == {
        frozenset(each.levers): each.usd_per_month for each in whole.subsets
    }


def test_the_choice_of_each_application_takes_part_in_the_futures() -> None:
    ranges = {"workload.requests_per_month": {"low": 2e6, "high": 9e6}}
    scenario = parse_scenario(golden("applications") | {"ranges": ranges, "samples": 64})

    found = estimate(scenario)

    assert found.uncertainty is not None
    odds = found.uncertainty.choices["recommended_today"]
    assert odds.levers == found.recommended_today.levers
    assert odds.is_cheapest > 0.9
