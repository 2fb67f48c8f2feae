"""Pairs compare any sets of levers: strategies by name, other sets as lists of levers."""

from typing import Any

import pytest

from costing.engine import InvalidScenario, estimate, estimate_document, parse_scenario
from costing.engine.estimating import read_estimate
from costing.engine.inputs import scenario_document
from costing.engine.levers import OPEN_MODEL, in_order, set_name, set_names, set_of
from costing.scenarios.content.futures import odds as shown_odds
from costing.scenarios.content.titles import Pair
from tests.golden import golden

EITHER = (
    "must be a list of levers or one of baseline, prompt_caching, routed_api, optimized_api,"
    " self_hosted, hybrid, hosted_open, hybrid_hosted, current"
)


def document(*pairs: Any, **changes: Any) -> dict[str, Any]:
    return golden("scenario_a") | {"pairs": list(pairs)} | changes


def faults(*pairs: Any, **changes: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidScenario) as refused:
        parse_scenario(document(*pairs, **changes))
    return refused.value.fields


def test_every_set_has_one_name() -> None:
    names = set_names()

    # 16 sets of four levers, and the 8 without a pool that have the open model by API.
    assert len(names) == len({set_of(name) for name in names}) == 24
    assert [set_name(set_of(name)) for name in names] == list(names)
    assert set_name(("routing", "prompt_caching")) == "routed_api"
    assert sum(OPEN_MODEL in set_of(name) for name in names) == 8
    for unknown in ("", "luck", "routing+prompt_caching", "prompt_caching+routing"):
        with pytest.raises(KeyError):
            set_of(unknown)


def test_list_of_a_strategys_levers_is_that_strategy() -> None:
    listed = parse_scenario(document([["routing", "prompt_caching"], []]))
    named = parse_scenario(document({"from": "routed_api", "to": "baseline"}))

    assert listed == named
    assert scenario_document(listed)["pairs"] == [{"from": "routed_api", "to": "baseline"}]


def test_sets_without_a_name_are_compared_and_written_as_they_were_read() -> None:
    pair = {"from": ["semantic_caching"], "to": ["semantic_caching", "self_hosting"]}
    ranges = {"pool.usd_per_instance_hour": {"low": 8, "high": 16}}
    result = estimate(parse_scenario(document(pair, ranges=ranges, samples=64)))

    # Scenario A (cost-model.md, section 6): a semantic cache 39,484.00, with the pool 30,760.00.
    (crossing,), (earned,) = result.crossovers, result.break_even
    hosted = "semantic_caching+self_hosting"
    assert (crossing.from_strategy, crossing.to_strategy) == ("semantic_caching", hosted)
    assert crossing.first_requests_per_month is not None
    assert crossing.first_requests_per_month < result.scenario.workload.requests_per_month
    assert earned.saving_over_horizon_usd > 0
    assert result.sensitivity is not None
    assert result.uncertainty is not None
    swing = result.sensitivity["pool.usd_per_instance_hour"]
    assert swing.low["semantic_caching"] == swing.high["semantic_caching"] == pytest.approx(39_484)
    assert swing.low[hosted] < 30_760 < swing.high[hosted]
    odds = result.uncertainty.strategies[hosted].usd_per_month
    assert odds.p10 is not None
    assert odds.p10 < 30_760
    first = result.uncertainty.first_crossover
    assert first is not None
    assert first.to_strategy == hosted
    assert scenario_document(result.scenario)["pairs"] == [pair]
    assert read_estimate(estimate_document(result)) == result
    words = Pair(crossing.from_strategy, crossing.to_strategy)
    assert words.title == "Semantic caching and self-hosting against semantic caching"
    drawn = shown_odds(result)
    assert drawn is not None
    assert {"Semantic caching", "Semantic caching and self-hosting"} <= {
        row.label for row in drawn.rows
    }


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        ("luck", EITHER),
        ("routing+self_hosting", EITHER),
        (None, EITHER),
        (
            ["luck"],
            "must name only prompt_caching, routing, semantic_caching, self_hosting, open_model",
        ),
        (["routing", "routing"], "must not repeat a lever"),
        (["self_hosting", "open_model"], "must not have both self_hosting and open_model"),
    ],
)
def test_end_that_is_no_set_is_named_with_the_reason(end: Any, reason: str) -> None:
    assert faults({"from": end, "to": "hybrid"}) == {"pairs.0.from": [reason]}
    assert faults(["current", "hybrid"], ["baseline", end]) == {"pairs.1.to": [reason]}


def test_list_and_name_of_one_set_are_no_pair() -> None:
    assert faults(["self_hosted", ["self_hosting"]]) == {
        "pairs.0": ["must name two different strategies"]
    }


def test_pair_that_was_given_before_is_named() -> None:
    twice = [["current", "hybrid"], ["baseline", "routed_api"], {"from": "current", "to": "hybrid"}]
    listed = [[], ["routing", "prompt_caching"]]

    assert faults(*twice) == {"pairs.2": ["must not repeat an earlier pair"]}
    assert faults(twice[1], listed) == {"pairs.1": ["must not repeat an earlier pair"]}
    assert parse_scenario(document(twice[1], twice[1][::-1])).pairs == (
        ("baseline", "routed_api"),
        ("routed_api", "baseline"),
    )


def test_section_that_a_list_needs_must_be_there() -> None:
    assert faults([["routing"], ["open_model"]]) == {"open_model": ["is required by pairs.0"]}
    assert faults([["routing"], ["self_hosting", "routing"]], pool=None) == {
        "pool": ["is required by pairs.0"]
    }


def test_sets_that_are_compared_are_priced_with_the_strategies() -> None:
    lists = [["prompt_caching", "self_hosting"], ["routing", "self_hosting"]]
    found = estimate(parse_scenario(document({"from": lists[0], "to": lists[1]})))

    subsets = {subset.levers: subset.usd_per_month for subset in found.subsets}
    for name, levers in zip(found.scenario.compared, lists, strict=True):
        assert found.strategies[name].levers == in_order(levers)
        assert found.strategies[name].usd_per_month == subsets[in_order(levers)]
