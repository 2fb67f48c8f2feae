"""The roadmap drafted from answers and money, with the figures of scenario A."""

from datetime import date
from itertools import chain, combinations

import pytest

from assessments.roadmap import (
    Costs,
    RoadmapDocument,
    draft_roadmap,
    follow_roadmap,
    held_back_levers,
    roadmap_document,
)
from assessments.scoring import score
from tests.assessments.questionnaire import FRAMEWORK, answers, everything

START = date(2026, 11, 1)

# Cost model, section 6, scenario A: the waterfall in the roadmap's order.
SCENARIO_A = {
    "prompt_caching": 19440.0,
    "routing": 9686.02,
    "semantic_caching": 1534.87,
    "self_hosting": -21114.12,
}


def costs(lever_money, **changes):
    """Costs in which each lever saves its money, whichever others run."""
    sets = chain.from_iterable(combinations(lever_money, n) for n in range(len(lever_money) + 1))
    by_levers = {frozenset(keys): 44550.0 - sum(lever_money[key] for key in keys) for keys in sets}
    plain = {"running": frozenset(), "left_out": {}, "spend_usd_per_month": 44550.0}
    return Costs(**{"usd_per_month_by_levers": by_levers, "hosting": None, **plain, **changes})


def draft(given, lever_money=SCENARIO_A, **changes):
    """A draft of scenario A."""
    return draft_roadmap(FRAMEWORK, given, costs(lever_money, **changes), starts_on=START)


def drafted(given, lever_money=SCENARIO_A, team_size=2, **changes):
    """A drafted roadmap of scenario A, with money and projections."""
    return follow_roadmap(
        FRAMEWORK,
        given,
        score(FRAMEWORK, given),
        draft(given, lever_money, **changes).actions,
        starts_on=START,
        costs=costs(lever_money, **changes),
        is_draft=True,
        team_size=team_size,
    )


def keys(items):
    """The keys of proposed actions."""
    return [item.planned.key for item in items]


def money_of(roadmap):
    """What each action that brings money is worth, to the cent."""
    return {x.planned.key: round(x.usd_per_month, 2) for x in roadmap.actions if x.usd_per_month}


def test_roadmap_of_a_beginner_follows_the_dependencies():
    roadmap = drafted(everything("no", 1))

    assert keys(roadmap.actions) == [
        "log_tokens",
        "attribute_spend",
        "static_first_prompts",
        "provider_caching",
        "evals_in_ci",
        "deploy_gateway",
        "route_simple_queries",
        "score_live_answers",
        "share_semantic_cache",
        "finops_dashboard",
        "limit_runaways",
    ]


def test_self_hosting_that_does_not_pay_is_left_out_with_the_reason():
    roadmap = draft(everything("no", 1))

    reason = "Self-hosting would add $21,114 a month at this volume."
    assert {item.reason for item in roadmap.not_proposed} == {reason}
    assert [item.key for item in roadmap.not_proposed] == [
        "deploy_spot_pool",
        "scale_to_demand",
        "move_standard_work",
    ]


@pytest.mark.parametrize(
    ("given", "phase"),
    [
        (everything("yes", 4), "quick_wins"),
        # It asks for integrity 3, which the evals of the second phase reach.
        (everything("no", 1), "proxy_routing"),
    ],
)
def test_open_weights_by_api_come_once_the_evals_they_need_are_there(given, phase):
    money = {"prompt_caching": 19440.0, "self_hosting": -9.0, "open_model": 5000.0}
    roadmap = drafted(given, money, team_size=10)

    (action,) = (x for x in roadmap.actions if x.planned.key == "switch_on_open_model")
    assert (action.planned.phase, action.planned.title) == (
        phase,
        "Switch on the hosted open model",
    )
    assert action.usd_per_month == 5000.0
    assert "open_model" in roadmap.projections[-1].counted_levers
    assert action.is_at_risk == (phase != "quick_wins")


def test_money_is_counted_once():
    roadmap = drafted(everything("no", 1))

    assert money_of(roadmap) == {
        "provider_caching": 19440.0,
        "route_simple_queries": 9686.02,
        "share_semantic_cache": 1534.87,
    }


def test_projections_meet_the_named_strategies():
    # 44,550.00 − 19,440.00 = 25,110.00; − 9,686.02 = 15,423.98; − 1,534.87 = 13,889.11
    roadmap = drafted(everything("no", 1))

    spend = [(item.day, round(item.usd_per_month, 2)) for item in roadmap.projections]
    assert spend == [(30, 25110.0), (60, 15423.98), (90, 13889.11)]


def test_projected_scores_rise_with_the_answers():
    # Day 30: finops f 1, o 0 → 3; caching f 1, o 0 → 3; others 1: mean 9/5 = 1.8.
    # Day 60: integrity 3, routing f 1, o 1 → 5: (1 + 5 + 3 + 3 + 3)/5 = 3.
    # Day 90: integrity 5, caching 5, finops 5: (1 + 5 + 5 + 5 + 5)/5 = 4.2.
    roadmap = drafted(everything("no", 1))

    assert [str(item.overall) for item in roadmap.projections] == ["1.8", "3", "4.2"]


def test_a_team_that_is_too_small_gets_less_done():
    # Working days of one person: 21 by day 30, 42 by day 60, 64 by day 90. The most that actions
    # take, by due date: logging 5, prompts 8, attribution 6, caching 3 make 22, so caching waits.
    # By day 60 it is done, with evals 34; the gateway would make 44. By day 90 with the gateway
    # 44, routing 56; what comes next does not fit into 64.
    roadmap = drafted(everything("no", 1), team_size=1)

    spend = [round(item.usd_per_month, 2) for item in roadmap.projections]
    work = roadmap.workload
    assert spend == [44550.0, 25110.0, 15423.98]
    assert (work.person_days, work.available_person_days) == (98, 64)
    assert len(work.beyond) == 4
    assert work.beyond[0] == "Score live answers"


def test_the_team_bounds_what_is_promised():
    scores = [
        [str(item.overall) for item in drafted(everything("no", 1), team_size=size).projections]
        for size in (1, 2, 50)
    ]

    assert scores[1] == scores[2] == ["1.8", "3", "4.2"]
    assert all(float(one) <= float(two) for one, two in zip(*scores[:2], strict=True))
    assert float(scores[0][-1]) < float(scores[1][-1])


def test_levers_at_risk_are_marked_and_counted_once_evals_stand():
    roadmap = drafted(everything("no", 1))

    risks = {x.planned.key: x.risk for x in roadmap.actions if x.is_at_risk}
    assert risks == {
        "route_simple_queries": "Routing asks for Output integrity & evals at 3 (now 1).",
        "share_semantic_cache": "Semantic caching asks for Output integrity & evals at 3 (now 1).",
    }
    assert [item.counted_levers for item in roadmap.projections] == [
        ("prompt_caching",),
        ("prompt_caching", "routing"),
        ("prompt_caching", "routing", "semantic_caching"),
    ]


def test_routing_without_evals_is_not_counted():
    # evals do not apply and integrity is claimed at 2, so routing's requirement stays unmet
    given = everything("no", 2, eval_suite="na", continuous_evals="na")

    roadmap = drafted(given)

    assert [item.counted_levers for item in roadmap.projections] == [("prompt_caching",)] * 3


def test_action_is_raised_only_by_what_it_moves():
    given = everything("yes", 5, prefix_caching="partial", gateway="unknown")
    is_running = frozenset({"routing", "semantic_caching"})  # as the answers say

    roadmap = drafted(given, running=is_running, spend_usd_per_month=33329.11)

    assert {x.planned.key: tuple(x.planned.moves) for x in roadmap.actions} == {
        "provider_caching": ("prefix_caching",),
        "deploy_gateway": ("gateway",),
    }


def test_questions_open_or_not_applicable_raise_nothing_but_what_is_recommended():
    # The levers save what the headline says, so each has the action that brings it.
    roadmap = draft(answers(gateway="na"))

    kinds = {x.key: x.kind for x in roadmap.not_proposed}
    assert [(x.key, x.moves) for x in roadmap.actions] == [
        ("provider_caching", {}),
        ("route_simple_queries", {}),
        ("share_semantic_cache", {}),
    ]
    assert (kinds["deploy_gateway"], kinds["log_tokens"]) == ("not_applicable", "unanswered")


def test_self_hosting_without_a_price_waits_and_caching_does_not():
    options = {"lever_money": {}, "left_out": {"self_hosting": "No pool."}}

    roadmap = drafted(everything("no", 1), **options)

    left_out = draft(everything("no", 1), **options).not_proposed
    assert {(x.kind, x.reason) for x in left_out} == {("not_priced", "No pool.")}
    assert "provider_caching" in keys(roadmap.actions)
    assert [item.usd_per_month for item in roadmap.projections] == [44550.0] * 3


def test_running_lever_earns_nothing_again():
    roadmap = drafted(everything("partial", 3), running=frozenset({"prompt_caching"}))

    money = {x.planned.key: x.usd_per_month for x in roadmap.actions}
    assert money["provider_caching"] is None


def test_self_hosting_that_pays_comes_after_evals():
    money = SCENARIO_A | {"self_hosting": 500.0}

    roadmap = drafted(everything("no", 1), lever_money=money, team_size=3)

    order = keys(roadmap.actions)
    assert order.index("evals_in_ci") < order.index("route_simple_queries")
    assert order.index("route_simple_queries") < order.index("deploy_spot_pool")
    assert roadmap.projections[2].counted_levers[-1] == "self_hosting"


def test_levers_held_back_by_what_is_not_scored():
    held = held_back_levers(FRAMEWORK, score(FRAMEWORK, answers(integrity=3)))

    assert held == {
        "self_hosting": "Self-hosting asks for Hardware & hosting at 2 (not scored yet)."
    }


@pytest.mark.parametrize("amount", [float("nan"), float("inf")])
def test_money_that_is_not_finite(amount):
    with pytest.raises(ValueError, match="finite"):
        draft({}, lever_money={"routing": amount})


def test_roadmap_document_has_phases_and_projections():
    roadmap = drafted(everything("no", 1))

    document = roadmap_document(FRAMEWORK, roadmap, ()).document()

    assert [(x["from_day"], x["to_day"]) for x in document["phases"]] == [
        (1, 30),
        (31, 60),
        (61, 90),
    ]
    assert document["phases"][1]["actions"][2]["preconditions"] == [
        "Run evals in CI",
        "Deploy one gateway",
    ]
    assert [x["overall"] for x in document["projections"]] == [1.8, 3.0, 4.2]
    assert "owner" not in document["phases"][0]["actions"][0]
    assert RoadmapDocument.parse(document).document() == document
