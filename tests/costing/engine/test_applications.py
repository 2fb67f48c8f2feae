"""Cost model, section 9: several applications share platforms, a pool and one factor of volume."""

import math
import os
import subprocess
import sys
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.framework import load_framework
from costing.engine import (
    InvalidScenario,
    assignment_search,
    estimate,
    estimate_document,
    monthly_saving,
    parse_scenario,
    read_estimate,
)
from costing.engine.bills import Bill, lever_sets
from costing.engine.crossover import cheaper_intervals, find_crossover
from costing.engine.crossover.curve import cost_curve
from costing.engine.estimating import advised_again, stored_options
from costing.engine.inputs import Basis, default_ranges, with_figures, with_requests
from costing.engine.levers import LEVERS, STRATEGIES, scoped, subsets
from costing.engine.price_paths import with_model_prices
from costing.engine.strategies import bill_of
from tests.costing.engine.scenarios import models, scenarios, workloads
from tests.golden import golden

slow = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
EVEN = [float(hour % 2 == 0) for hour in range(168)]
ODD = [1.0 - weight for weight in EVEN]

# Two applications by turns: 84 hours a week are the one's, 84 the other's. A call of `even` takes
# 1,000/1,000 + 100/100 = 2 s of a replica, one of `odd` 2,000/1,000 = 2 s. An hour of 2,700 calls
# asks for 2,700/3,600·2/0.5 = 3 replicas, one of 1,800 for 2; a month has 84·730/168 = 365 of each.
TURNS: dict[str, Any] = {
    "workload": {
        "requests_per_month": 2700 * 365 + 1800 * 365,
        "input_tokens_per_call": 1000,
        "output_tokens_per_call": 100,
    },
    "applications": [
        {
            "key": "even",
            "title": "Even hours",
            "workload": {
                "requests_per_month": 2700 * 365,
                "input_tokens_per_call": 1000,
                "output_tokens_per_call": 100,
                "hourly_profile": EVEN,
            },
        },
        {
            "key": "odd",
            "workload": {
                "requests_per_month": 1800 * 365,
                "input_tokens_per_call": 2000,
                "output_tokens_per_call": 0,
                "hourly_profile": ODD,
            },
        },
    ],
    "premium_model": {"input_usd_per_mtok": 2, "output_usd_per_mtok": 10},
    "small_model": {"input_usd_per_mtok": 0.2, "output_usd_per_mtok": 1},
    "routing": {
        "simple_ratio": 0.5,
        "classifier_usd_per_call": 0.0001,
        "platform_usd_per_month": 300,
    },
    "pool": {
        "usd_per_instance_hour": 10,
        "prefill_tokens_per_second": 1000,
        "decode_tokens_per_second": 100,
        "max_utilization_ratio": 0.5,
        "engineering_hours_per_month": 10,
        "engineering_usd_per_hour": 100,
        "platform_usd_per_month": 200,
    },
    "pairs": [{"from": "baseline", "to": "self_hosted"}],
}


def turns(**changes: Any) -> dict[str, Any]:
    return {**TURNS, **changes}


def with_own(place: int, **changes: Any) -> dict[str, Any]:
    """The two applications, one of which has more of its own."""
    applications = [dict(each) for each in TURNS["applications"]]
    applications[place] |= changes
    return turns(applications=applications)


def with_units(**terms: Any) -> dict[str, Any]:
    """The premium model with units of 9,000 tokens a minute for 730 USD a month."""
    units = {"usd_per_unit_hour": 1, "tokens_per_minute_per_unit": 9000, **terms}
    return {**TURNS["premium_model"], "provisioned": units}


def bill(document: dict[str, Any], *levers: str) -> Bill:
    return bill_of(parse_scenario(document), lever_sets((levers,)))


def test_two_applications_by_turns_are_worked_out_by_hand() -> None:
    result = estimate(parse_scenario(TURNS))

    # 985,500 calls at 0.003 and 657,000 at 0.004 USD.
    baseline = result.strategies["baseline"]
    assert baseline.by_application == pytest.approx({"even": 2956.5, "odd": 2628, "shared": 0})
    assert baseline.usd_per_month == pytest.approx(5584.5)
    # (985,500·1,100 + 657,000·2,000) tokens.
    assert baseline.usd_per_mtok == pytest.approx(5584.5 / 2398.05)
    # The larger of 3 and 2 replicas, all month, and people and platform once. Seconds 3 : 2.
    hosted = result.strategies["self_hosted"]
    assert hosted.peak_replicas == 3
    assert hosted.usd_per_month == pytest.approx(3 * 7300 + 1200)
    assert hosted.by_application == pytest.approx({"even": 13_860, "odd": 9_240, "shared": 0})
    # Apart: 3 and 2 replicas, people and platform twice.
    assert hosted.pooling_usd_per_month == pytest.approx(2 * 7300 + 1200)
    # Half of the calls at a tenth of the price, and a classifier for each.
    routed = result.strategies["routed_api"]
    assert routed.lines["even.routing"] == pytest.approx(98.55)
    assert routed.lines["routing"] == 300
    assert routed.by_application == pytest.approx(
        {"even": 2956.5 * 0.55 + 98.55, "odd": 2628 * 0.55 + 65.7, "shared": 300}
    )


def test_what_is_committed_is_spent_by_all_together() -> None:
    """Two applications by turns, 5,000 committed and 20 % off above."""
    terms = {"committed_usd_per_month": 5000, "commitment_discount_ratio": 0.2}
    found = estimate(parse_scenario(turns(commitment=terms))).strategies

    # 2,956.50 and 2,628 are 584.50 above: 5,000 + 0.8 · 584.50, the same discount for both.
    baseline, kept = found["baseline"], 5467.6 / 5584.5
    assert baseline.usd_per_month == pytest.approx(5467.6)
    assert baseline.lines["commitment"] == 0
    assert baseline.lines["odd.complex.input"] == pytest.approx(2628 * kept)
    assert baseline.by_application == pytest.approx(
        {"even": 2956.5 * kept, "odd": 2628 * kept, "shared": 0}
    )
    # 0.55 of it is 3,071.475: the rest goes unused. Classifiers and platform are beside it.
    routed = found["routed_api"]
    assert routed.lines["commitment"] == pytest.approx(1928.525)
    assert routed.usd_per_month == pytest.approx(5000 + 98.55 + 65.7 + 300)
    assert routed.by_application == pytest.approx(
        {"even": 1626.075 + 98.55, "odd": 1445.4 + 65.7, "shared": 2228.525}
    )
    # Nobody buys a token.
    hosted = found["self_hosted"]
    assert hosted.usd_per_month == pytest.approx(3 * 7300 + 1200 + 5000)
    assert hosted.by_application["shared"] == pytest.approx(5000)


def test_units_are_bought_for_the_load_of_all_together() -> None:
    """A unit carries 540,000 / 1,100 calls an hour of `even`, 540,000 / 2,000 = 270 of `odd`.

    2,700 and 1,800 calls an hour are a load of 5.5 and 6.667 units. In its 365 hours a full unit
    spares `even` 490.909 · 365 · 0.003 = 537.55 and `odd` 270 · 365 · 0.004 = 394.20 a month: for
    730 neither buys one by itself, and together they do up to 5.5.
    """
    document = turns(premium_model=with_units(), pool=None, pairs=[])
    apart = [
        turns(applications=[{**each, "levers_allowed": ["routing"]}], pool=None, pairs=[])
        for each in TURNS["applications"]
    ]
    for each in apart:
        requests = each["applications"][0]["workload"]["requests_per_month"]
        each |= {"workload": {**TURNS["workload"], "requests_per_month": requests}}
        each |= {"premium_model": with_units()}

    found = estimate(parse_scenario(document)).strategies["baseline"]

    assert [bill(each).provisioned_units(0) for each in apart] == [
        {"even.complex": 0},
        {"odd.complex": 0},
    ]
    # Five: 0.5 / 5.5 of 2,956.50 and 1.667 / 6.667 of 2,628 go beyond. Both fill five units.
    assert found.provisioned_units == {"premium_model": 5}
    assert found.lines == pytest.approx(
        {
            "even.complex.provisioned": 1825,
            "even.complex.spillover": 2956.5 / 11,
            "odd.complex.provisioned": 1825,
            "odd.complex.spillover": 2628 / 4,
        }
    )
    assert found.usd_per_month == pytest.approx(3650 + 2956.5 / 11 + 657)
    # With six: 4,380, and 0.1 of what `odd` pays as it goes.
    six = bill(document | {"premium_model": with_units(units=6)})
    assert six.total[0] == pytest.approx(4380 + 262.8)
    # 5.5 hours' load of 11.5 that six carry.
    assert six.lines(0)["even.complex.provisioned"] == pytest.approx(4380 * 5.5 / 11.5)


def test_units_of_a_model_of_its_own_are_an_applications_own() -> None:
    own = with_own(1, premium_model=with_units(units=2)) | {"premium_model": with_units(units=5)}

    found = bill(own)

    assert found.provisioned_units(0) == {"premium_model": 5, "odd.complex": 2}
    assert found.by_application(0) == pytest.approx(
        {"even": 3650 + 2956.5 / 11, "odd": 1460 + 2628 * 0.7, "shared": 0}
    )


def test_units_that_were_bought_are_paid_by_those_who_could_use_them() -> None:
    """Nothing is simple: of three units for the small model each application pays half."""
    document = turns(
        routing={**TURNS["routing"], "simple_ratio": 0},
        small_model={**TURNS["small_model"], "provisioned": with_units(units=3)["provisioned"]},
    )

    found = bill(document, "routing")

    assert found.provisioned_units(0) == {"small_model": 3}
    assert found.lines(0)["even.simple.provisioned"] == pytest.approx(1095)
    assert found.total[0] == pytest.approx(5584.5 + 300 + 98.55 + 65.7 + 2190)
    assert bill(document).total[0] == pytest.approx(5584.5)


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


def test_a_crossover_scales_all_applications_by_one_factor() -> None:
    document = turns(premium_model={"input_usd_per_mtok": 20, "output_usd_per_mtok": 100})
    result = estimate(parse_scenario(document))

    # 55,845·f against 1,200 + 7,300·ceil(3·f): cheaper first at 1 replica, f = 8,500/55,845.
    crossover = result.crossovers[0]
    assert crossover.first_factor == pytest.approx(8500 / 55_845, rel=1e-9)
    assert crossover.first_requests_per_month == pytest.approx(1_642_500 * 8500 / 55_845, rel=1e-9)
    # Two replicas from a third on: 15,800/55,845 is below it, so it stays cheaper for good.
    assert crossover.cheaper_intervals == ((crossover.first_requests_per_month, None),)
    assert crossover.dominance_factor == crossover.first_factor
    assert crossover.tokens_per_request == pytest.approx(2398.05e6 / 1_642_500)


def test_levers_may_be_off_for_one_application() -> None:
    found = bill(with_own(1, levers_allowed=["prompt_caching"]), *LEVERS[1:2])
    hosted = bill(with_own(1, levers_allowed=["prompt_caching"]), "self_hosting")

    assert found.by_application(0) == pytest.approx(
        {"even": 2956.5 * 0.55 + 98.55, "odd": 2628, "shared": 300}
    )
    # Only `even` is in the pool, so no other pool could be saved.
    assert hosted.by_application(0) == pytest.approx({"even": 23_100, "odd": 2628, "shared": 0})
    assert hosted.pooling_usd(parse_scenario(TURNS).pool) == [None]


def test_an_application_has_sections_of_its_own() -> None:
    own = {
        "routing": {"simple_ratio": 0.2, "classifier_usd_per_call": 0.0001},
        "premium_model": {"input_usd_per_mtok": 4, "output_usd_per_mtok": 0},
        "small_model": {"input_usd_per_mtok": 1, "output_usd_per_mtok": 0},
    }

    found = bill(with_own(1, **own), "routing").by_application(0)

    # 657,000 calls of 2,000 tokens: 1,051.2 Mtok at 4, 262.8 at 1 USD.
    assert found["odd"] == pytest.approx(1051.2 * 4 + 262.8 + 65.7)
    assert found["even"] == pytest.approx(2956.5 * 0.55 + 98.55)


@pytest.mark.parametrize("terms", [None, {}, {"units": 40}])
def test_one_application_like_the_scenario_gives_the_very_figures(
    terms: dict[str, Any] | None,
) -> None:
    document = golden("scenario_a")
    if terms is not None:
        unit = {"usd_per_unit_hour": 0.7, "tokens_per_minute_per_unit": 13_000}
        document["premium_model"] |= {"provisioned": unit | terms}
    alone = estimate(parse_scenario(document))

    result = estimate(parse_scenario(document | {"applications": [{"key": "all", "share": 1}]}))

    assert [each.usd_per_month for each in result.subsets] == [
        each.usd_per_month for each in alone.subsets
    ]
    assert (result.shapley, result.waterfall) == (alone.shapley, alone.waterfall)
    assert result.break_even == alone.break_even
    assert [
        replace(each, first_factor=None, dominance_factor=None) for each in result.crossovers
    ] == list(alone.crossovers)
    assert result.strategies["hybrid"].peak_replicas == alone.strategies["hybrid"].peak_replicas


def test_a_scenario_without_applications_is_written_out_as_before() -> None:
    document = estimate_document(estimate(parse_scenario(golden("scenario_a"))))

    text = str(document)
    assert "application" not in text
    assert "factor" not in text
    assert "pooling" not in text


def test_an_estimate_with_applications_is_read_back() -> None:
    document = estimate_document(estimate(parse_scenario(TURNS)))

    assert estimate_document(read_estimate(document)) == document
    assert parse_scenario(document["inputs"]) == parse_scenario(TURNS)


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


@st.composite
def units(draw: st.DrawFn) -> dict[str, Any]:
    """Units of throughput that may pay, or not; perhaps so many of them."""
    terms: dict[str, Any] = {
        "usd_per_unit_hour": draw(st.sampled_from([0, 0.01, 0.2, 5])),
        "tokens_per_minute_per_unit": draw(st.sampled_from([10, 3_000, 1e6])),
        "min_units": draw(st.sampled_from([1, 4])),
        "unit_step": draw(st.sampled_from([1, 3])),
    }
    if draw(st.integers(0, 3)) == 0:
        terms["units"] = draw(st.sampled_from([0, 4, 7])) if terms["min_units"] == 4 else 1
    return {**terms, "output_token_weight": draw(st.sampled_from([1, 4]))}


@st.composite
def several(draw: st.DrawFn) -> dict[str, Any]:
    """A scenario with two to four applications, some with a workload or levers of their own."""
    document = draw(scenarios())
    document["pool"] |= {"points": None}
    document["workload"] |= {"monthly_growth_ratio": 0.02}
    shares = [0.5, 0.25, 0.125, 0.125][: draw(st.integers(2, 4))]
    shares[-1] += 1.0 - sum(shares)
    document["applications"] = []
    for place, share in enumerate(shares):
        own: dict[str, Any] = {"key": f"app-{place}", "share": share}
        if draw(st.booleans()):
            workload = draw(workloads())
            requests = document["workload"]["requests_per_month"] * share
            workload |= {"requests_per_month": requests, "monthly_growth_ratio": 0}
            own = {"key": f"app-{place}", "workload": workload}
        if place and draw(st.booleans()):
            own["levers_allowed"] = draw(st.lists(st.sampled_from(LEVERS), unique=True))
        document["applications"].append(own)
    if draw(st.booleans()):
        for each in (document, *document["applications"]):
            each.get("workload", {}).pop("batch_ratio", None)
        for model in ("premium_model", "small_model"):
            document[model] |= {
                "provisioned": draw(units() if model[0] == "p" else st.none() | units())
            }
    if draw(st.booleans()):
        spent = float(bill(document).total[0]) * draw(st.sampled_from([0, 0.3, 0.8, 1.2]))
        discount = draw(st.sampled_from([0, 0.2, 1]))
        document["commitment"] = {
            "committed_usd_per_month": spent,
            "commitment_discount_ratio": discount,
        }
    return document


@slow
@given(several())
def test_lines_shares_and_applications_add_up(document: dict[str, Any]) -> None:
    result = estimate(parse_scenario(document | {"pairs": []}))

    costs = {item.levers: item.usd_per_month for item in result.subsets}
    scale = max(costs.values()) + 1e-9
    for item in result.strategies.values():
        for parts in (item.lines, item.by_application):
            assert math.fsum(parts.values()) == pytest.approx(item.usd_per_month, rel=1e-9)
            assert min(parts.values()) >= 0
    saved = (
        costs[()]
        - costs[tuple(each for each in LEVERS if each in result.scenario.available_levers)]
    )
    for shares in (result.waterfall, result.shapley):
        total = math.fsum(share or 0 for share in shares.values())
        assert total == pytest.approx(saved, abs=1e-9 * scale)


@slow
@given(several())
def test_an_application_more_never_lowers_the_total(document: dict[str, Any]) -> None:
    """Taken away with its requests; without caches, which may be cheaper for more calls."""
    for model in ("premium_model", "small_model", "open_model"):
        (document.get(model) or {}).pop("cache_read_usd_per_mtok", None)
    *others, last = document["applications"]
    share = last.get(
        "share",
        last.get("workload", {}).get("requests_per_month", 0)
        / document["workload"]["requests_per_month"],
    )
    rest = document["workload"]["requests_per_month"] * (1 - share)
    fewer = document | {
        "workload": document["workload"] | {"requests_per_month": rest},
        "applications": [
            {**each, "share": each["share"] / (1 - share)} if "share" in each else each
            for each in others
        ],
    }
    sets = lever_sets(tuple(each for each in subsets(parse_scenario(document).available_levers)))

    without, whole = (bill_of(parse_scenario(each), sets).total for each in (fewer, document))

    assert np.all(without <= whole * (1 + 1e-9) + 1e-9)


@slow
@given(several())
def test_units_at_their_best_never_cost_more_than_none(document: dict[str, Any]) -> None:
    terms = {"usd_per_unit_hour": 0.01, "tokens_per_minute_per_unit": 3_000}
    for each in (document, *document["applications"]):
        each.get("workload", {}).pop("batch_ratio", None)
    sets = lever_sets(tuple(subsets(parse_scenario(document).available_levers)))

    with_best, none = (
        bill_of(parse_scenario(document | {"premium_model": model}), sets).total
        for model in (
            document["premium_model"] | {"provisioned": terms},
            document["premium_model"] | {"provisioned": None},
        )
    )

    assert np.all(with_best <= none * (1 + 1e-9) + 1e-9)


@slow
@given(several())
def test_a_shared_pool_costs_at_most_the_pools_apart(document: dict[str, Any]) -> None:
    """Unless it is staffed only in hours with traffic, which are then those of all."""
    if document["pool"]["scaling"] == "scheduled":
        document["pool"] |= {"scaling": "autoscaled"}
    result = estimate(parse_scenario(document | {"pairs": []}))

    for item in result.strategies.values():
        if item.pooling_usd_per_month is not None:
            assert item.pooling_usd_per_month >= -1e-9 * item.usd_per_month


def test_hours_of_traffic_of_others_may_cost_more_than_a_pool_apart() -> None:
    """The large one's replicas then run in the hours of the small one too, and that is said."""
    workload = TURNS["applications"][1]["workload"] | {"requests_per_month": 18 * 365}
    document = with_own(1, workload=workload)
    requests = 2700 * 365 + 18 * 365
    document |= {
        "workload": TURNS["workload"] | {"requests_per_month": requests},
        "pool": TURNS["pool"] | {"scaling": "scheduled", "engineering_hours_per_month": 0},
    }

    hosted = estimate(parse_scenario(document)).strategies["self_hosted"]

    # 3 replicas for 730 h, where apart they are 3 for 365 h and 1 for 365 h; a platform more apart.
    assert hosted.pooling_usd_per_month == pytest.approx((4 * 365 - 3 * 730) * 10 + 200)


@slow
@given(several(), st.floats(0.1, 1e9))
def test_curves_and_bills_agree_at_any_volume(document: dict[str, Any], volume: float) -> None:
    scenario = parse_scenario(document)

    for levers in subsets(scenario.available_levers):
        at_volume = bill_of(with_requests(scenario, volume), lever_sets((levers,))).total[0]
        curve = float(cost_curve(scenario, levers).usd(np.array([volume]))[0])
        assert curve == pytest.approx(at_volume, rel=1e-6)


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
        patch.setattr(assignment_search, "MANY", 2)
        patch.setattr(assignment_search, "MOST_KEPT", 3)
        assert_cheapest_found(document, open_model)


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
            "key": f"a{place}",
            "workload": {
                "requests_per_month": 700_000 * (1 + place * 7 % 11),
                "input_tokens_per_call": 800 * (1 + place * 5 % 7),
                "output_tokens_per_call": 60 * (1 + place % 8),
                "active_hours_per_day": 8 + 4 * (place % 3),
                "active_days_per_week": 5 + 2 * (place % 2),
            },
            "routing": {"simple_ratio": 0.15 + 0.05 * (place % 9), "escalation_ratio": 0.05},
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

    for name in ("MOST_KEPT", "MOST_OF_FEW"):
        monkeypatch.setattr(assignment_search, name, 32)
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


def test_growth_prices_and_futures_reach_every_application() -> None:
    scenario = parse_scenario(
        with_own(1, premium_model={"input_usd_per_mtok": 4, "output_usd_per_mtok": 0})
    )
    path = "applications.1.premium_model.input_usd_per_mtok"

    doubled = bill_of(with_model_prices(scenario, 2.0), lever_sets(((),))).total[0]
    column = with_figures(scenario, {path: np.array([[4.0], [8.0]])})
    once, twice = bill_of(column, lever_sets(((),))).total[:, 0]

    assert once == pytest.approx(2956.5 + 5256)
    assert doubled == pytest.approx(2 * once)
    assert twice == pytest.approx(2956.5 + 2 * 5256)
    grown = with_figures(scenario, {"workload.monthly_growth_ratio": 0.5})
    saved = monthly_saving(grown, "baseline", "routed_api").saved_usd
    # The platform is paid once in every month.
    assert saved[1] + 300 == pytest.approx((saved[0] + 300) * 1.5)
    assert path in default_ranges(scenario, {"": Basis.STATED})


def test_default_ranges_vary_what_counts() -> None:
    found = default_ranges(parse_scenario(TURNS), {"": Basis.STATED})

    assert "workload.requests_per_month" in found
    assert "applications.0.workload.input_tokens_per_call" in found
    assert "applications.0.workload.requests_per_month" not in found
    assert "workload.input_tokens_per_call" not in found
    assert "premium_model.input_usd_per_mtok" in found


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


def test_measured_points_are_held_against_each_application() -> None:
    points = [
        {
            "concurrency": 8,
            "input_tokens": 1000,
            "output_tokens": 100,
            "ttft_ms": 500,
            "tpot_ms": 10,
        }
    ]
    pool = {key: value for key, value in TURNS["pool"].items() if "tokens" not in key}
    document = with_own(0, latency={"ttft_ms": 100}) | {"pool": pool | {"points": points}}

    with pytest.raises(InvalidScenario) as error:
        parse_scenario(document)

    assert list(error.value.fields) == ["applications.0.latency", "applications.1.workload"]


def test_a_batch_buys_each_future_its_own_units() -> None:
    document = golden("applications")
    model = document["premium_model"]
    model |= {"provisioned": {"usd_per_unit_hour": 0.3, "tokens_per_minute_per_unit": 12_000}}
    document["commitment"] = {
        "committed_usd_per_month": 9_000,
        "commitment_discount_ratio": 0.2,
    }
    scenario = parse_scenario(document)
    columns = {
        "workload.requests_per_month": [3e6, 1e5, 0.0],
        "applications.0.workload.active_hours_per_day": [10.0, 7.5, 24.0],
        "premium_model.input_usd_per_mtok": [3.0, 30.0, 1.0],
    }
    sets = lever_sets(subsets(scenario.available_levers))
    batch = {path: np.array(values)[:, None] for path, values in columns.items()}

    together = bill_of(with_figures(scenario, batch), sets)

    assert len(np.unique(together.shared_units["premium_model"][:, 0])) == 3
    for row in range(3):
        alone = bill_of(with_figures(scenario, {k: v[row] for k, v in columns.items()}), sets)
        assert together.total[row] == pytest.approx(alone.total)


def test_every_strategy_of_a_bill_with_batches_is_that_of_each_alone() -> None:
    scenario = parse_scenario(TURNS | {"semantic_cache": {"hit_ratio": 0.2}})
    volumes = np.array([[1e3], [1e6], [3e6]])
    sets = lever_sets(tuple(STRATEGIES.values()))

    together = bill_of(with_requests(scenario, volumes), sets).total

    for row, volume in zip(together, volumes[:, 0], strict=True):
        assert row == pytest.approx(bill_of(with_requests(scenario, float(volume)), sets).total)


@pytest.mark.parametrize("terms", [{}, {"units": 4}, {"min_units": 3, "unit_step": 2}])
@pytest.mark.parametrize("committed", [None, 3_000])
def test_crossovers_are_exact_with_units_that_all_share(
    committed: float | None, terms: dict[str, Any]
) -> None:
    model = {**with_units(usd_per_unit_hour=1.5, **terms), "input_usd_per_mtok": 9}
    document = turns(premium_model=model, pool=TURNS["pool"] | {"usd_per_instance_hour": 1})
    if committed is not None:
        document["commitment"] = {
            "committed_usd_per_month": committed,
            "commitment_discount_ratio": 0.2,
        }
    scenario = parse_scenario(document)
    pair = (("prompt_caching",), ("self_hosting",))

    intervals, _ = cheaper_intervals(scenario, *pair)

    volumes = np.arange(1_000.0, 9e6, 3_001.0)
    first, second = bill_of(with_requests(scenario, volumes[:, None]), lever_sets(pair)).total.T
    is_cheaper = np.zeros(len(volumes), dtype=bool)
    for low, high in intervals:
        is_cheaper |= (volumes > low) & (volumes <= (np.inf if high is None else high))
    same = np.abs(second - first) <= 1e-9 * first
    assert intervals
    assert np.array_equal(is_cheaper | same, (second < first) | same)


@pytest.mark.parametrize("committed", [None, 2_000, 60_000])
def test_a_crossover_is_where_the_bills_cross(committed: float | None) -> None:
    """Where spend is committed, at most once below it and once above."""
    terms = {"committed_usd_per_month": committed, "commitment_discount_ratio": 0.3}
    document = golden("applications") | ({} if committed is None else {"commitment": terms})
    scenario = parse_scenario(document)

    crossover = find_crossover(scenario, "prompt_caching", "self_hosted")

    low, high = crossover.cheaper_intervals[0]
    for volume in (low, high):
        if volume is not None:
            around = np.array([[volume * (1 - 1e-7)], [volume * (1 + 1e-7)]])
            sets = lever_sets((STRATEGIES["prompt_caching"], STRATEGIES["self_hosted"]))
            usd = bill_of(with_requests(scenario, around), sets).total
            assert len(set((usd[:, 1] < usd[:, 0]).tolist())) == 2
