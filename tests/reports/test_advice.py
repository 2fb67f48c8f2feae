"""The economics in words: honest where there is nothing, little or much to save."""

from dataclasses import replace
from typing import Any

import pytest

from costing.engine import CURRENT, Estimate, estimate, parse_scenario
from costing.scenarios.content.bought_ahead import paid_ahead, still_paid
from costing.scenarios.content.headline import Headline
from reports.documents.content import advice
from tests.costing.cast import api_only, scenario_a
from tests.reports.sample import sample_payload, typed


def results(**changes: Any) -> Estimate:
    payload = sample_payload()
    payload["results"] |= changes
    found = typed(payload).results
    assert found is not None
    return found


def today(usd_per_month: float, levers: list[str], **more: Any) -> dict[str, Any]:
    """A recommendation for today against a bill of 44,550 USD."""
    ratio = (44550 - usd_per_month) / 44550
    choice = {"levers": levers, "usd_per_month": usd_per_month, "saving_ratio": ratio}
    return {"held_back": {}, **choice, **more}


def test_headline_with_a_saving_states_it() -> None:
    # 44,550 − 25,110 = 19,440; 19,440 / 44,550 = 43.636 %
    assert advice.headline(Headline(results())) == (
        "$19,440 a month can be saved today, 43.6 % of the bill"
    )


def test_headline_with_little_to_save_says_so() -> None:
    choice = today(43000.0, ["prompt_caching"])

    # 44,550 − 43,000 = 1,550; 3.479 %
    assert advice.headline(Headline(results(recommended_today=choice))) == (
        "Little can be saved today: $1,550 a month, 3.5 %"
    )


def test_headline_with_nothing_to_save_says_so() -> None:
    choice = today(44550.0, [])

    assert advice.headline(Headline(results(recommended_today=choice))) == (
        "Today’s setup is already the cheapest that can be recommended"
    )


def test_recommendation_without_a_lever_that_pays_keeps_what_runs() -> None:
    nothing = today(44550.0, [])

    said = advice.recommendation(Headline(results(recommended=nothing, recommended_today=nothing)))

    assert said == (
        "At this volume and these prices no lever pays for itself: keep calling the premium model,"
        " for $44,550 a month."
    )


def test_hosting_without_people_says_what_is_missing() -> None:
    document = scenario_a()
    del document["pool"]["platform_usd_per_month"]

    said = advice.hosting(Headline(estimate(parse_scenario(document))))

    assert said.endswith(" It is priced without platform: its real cost is higher.")


def test_risks_begin_with_what_answers_and_figures_disagree_on() -> None:
    payload = sample_payload()
    for each in payload["answers"]:
        if each["key"] == "triage":
            each |= {"state": "answered", "value": "yes"}

    first = advice.risks(typed(payload))[0]

    assert first.startswith("Answers, usage and figures disagree: “")
    assert "is answered yes, but the scenario does not run routing today." in first


def test_what_nobody_described_is_no_advice() -> None:
    estimated = estimate(parse_scenario(api_only()))

    assert advice.headline(Headline(estimated)) == (
        "No saving is found yet: prompt caching, routing, semantic caching and self-hosting were"
        " not assessed"
    )
    assert advice.recommendation(Headline(estimated)) == (
        "Nothing that is described so far beats what runs today, for $3.00 a month. That is no"
        " answer yet: prompt caching, routing, semantic caching and self-hosting were not"
        " assessed, as the figures for them are missing."
    )


def test_target_is_no_topic_where_nobody_described_what_could_save() -> None:
    assert advice.target(Headline(estimate(parse_scenario(api_only())))) == ""


def at_no_request(**changes: Any) -> Estimate:
    document = scenario_a() | changes
    document["workload"]["requests_per_month"] = 0
    return estimate(parse_scenario(document))


def test_a_pool_that_runs_for_no_request_is_money_to_save() -> None:
    # one replica all month 12 · 730 = 8,760, people 3,800 and platform 400
    idle = Headline(at_no_request(current_levers=["self_hosting"]))
    unspent = Headline(at_no_request())

    assert advice.headline(idle) == "$12,960 a month can be saved today, 100 % of the bill"
    assert advice.recommendation(idle) == (
        "Switch off self-hosting: the bill goes from $12,960 to $0 a month. No request is stated,"
        " so all of it is paid for nothing. State the volume that is expected: what pays, and what"
        " does not, follows from it."
    )
    assert advice.headline(unspent) == "No request is stated yet, so there is nothing to save"


def test_what_is_committed_and_not_used_is_named() -> None:
    # 44,550 of the 50,000 is used
    document = scenario_a() | {"commitment": {"committed_usd_per_month": 50_000}}

    assert paid_ahead(estimate(parse_scenario(document))) == [
        "Of today’s bill $5,450 is committed spend that is not used; it is paid whatever runs."
    ]


def test_units_of_a_given_number_are_named_with_what_they_cost() -> None:
    # 20 units at 0.5 · 730 = 365 a month each
    assert paid_ahead(estimate(parse_scenario(with_units("premium_model")))) == [
        "Of today’s bill $7,300 is for 20 provisioned units, paid whether used or not."
    ]
    bought_as_needed = with_units("premium_model", units=None)
    assert paid_ahead(estimate(parse_scenario(bought_as_needed))) == []


def with_units(section: str, **terms: Any) -> dict[str, Any]:
    """Scenario A with twenty provisioned units of a model."""
    document = scenario_a()
    document[section]["provisioned"] = {
        "usd_per_unit_hour": 0.5,
        "tokens_per_minute_per_unit": 13_000,
        "output_token_weight": 2,
        "units": 20,
    } | terms
    return document


def left_by(document: dict[str, Any], *levers: str, **by_application: tuple[str, ...]) -> str:
    """What stays to be paid where these levers are recommended, and none of them today."""
    found = estimate(parse_scenario(document))
    advised = replace(found.recommended, levers=levers, by_application=by_application)
    running = found.strategies[CURRENT].levers
    today = replace(found.recommended_today, levers=running, by_application={})
    return still_paid(replace(found, recommended=advised, recommended_today=today))


@pytest.mark.parametrize(
    ("number", "written"), [(1, "1 reserved instance"), (40, "40 reserved instances")]
)
def test_reserved_instances_that_are_left_are_paid_until_their_term_ends(
    number: int, written: str
) -> None:
    document = scenario_a() | {"current_levers": ["self_hosting"]}
    document["pool"] |= {"reserved_usd_per_instance_hour": 7, "reserved_instances": number}

    assert left_by(document) == (
        f"{written} of today must be paid until the term ends: what leaving saves begins then."
    )
    assert left_by(document, "self_hosting") == ""


@pytest.mark.parametrize(
    ("section", "levers", "is_left"),
    [
        ("premium_model", ("prompt_caching",), False),
        ("premium_model", ("self_hosting",), True),
        # What is not simple stays with the premium model.
        ("premium_model", ("routing", "self_hosting"), False),
        ("small_model", ("routing",), False),
        ("small_model", ("prompt_caching",), True),
        # Simple calls then go to the pool.
        ("small_model", ("routing", "self_hosting"), True),
    ],
)
def test_units_that_no_call_is_sent_to_are_paid_until_their_term_ends(
    section: str, levers: tuple[str, ...], is_left: bool
) -> None:
    document = with_units(section) | {"current_levers": ["routing"]}

    said = left_by(document, *levers)

    assert said.startswith("20 provisioned units of today must be paid") == is_left
    assert bool(said) == is_left


def test_units_that_one_application_goes_on_using_are_not_left() -> None:
    document = with_units("premium_model") | {
        "applications": [{"key": "search", "share": 0.5}, {"key": "claims", "share": 0.5}],
        "pairs": [],
    }
    hosted, by_api = ("self_hosting",), ("prompt_caching",)
    both = (*by_api, *hosted)

    assert left_by(document, *both, search=hosted, claims=by_api) == ""
    assert left_by(document, *hosted, search=hosted, claims=hosted) != ""


def unready(**changes: Any) -> Estimate:
    """Scenario A with answers that are too weak for every lever but prompt caching."""
    document = {**scenario_a(), "maturity": {"integrity": 1, "hosting": 1}, **changes}
    return estimate(parse_scenario(document), {"routing": {"integrity": 3.0}} | WAITING)


WAITING = {"semantic_caching": {"integrity": 3.0}, "self_hosting": {"integrity": 3.0}}


def test_recommendation_with_all_levers_held_back_blames_the_scores() -> None:
    document = scenario_a()
    document["workload"]["prefix_tokens_per_call"] = 0  # nothing that a prompt cache could keep

    said = advice.recommendation(Headline(unready(workload=document["workload"])))

    assert said == (
        "Nothing can be recommended yet: the bill stays at $44,550 a month until the scores"
        " allow the levers that would pay."
    )


def test_recommendation_names_each_change_and_the_gap_of_what_runs() -> None:
    document = scenario_a()
    document["routing"]["platform_usd_per_month"] = 50_000
    dear = unready(routing=document["routing"], current_levers=["prompt_caching", "routing"])
    fine = unready(current_levers=["prompt_caching", "routing", "semantic_caching"])

    assert advice.recommendation(Headline(dear)) == (
        "Switch off routing: the bill goes from $65,124 to $25,110 a month."
    )
    assert advice.recommendation(Headline(fine)) == (
        "Keep what runs: prompt caching, routing and semantic caching, for $13,889 a month. No"
        " change that can be made today saves more than 1 % of the bill. Routing and semantic"
        " caching run without the scores that they take: close that gap rather than switch"
        " anything off."
    )


@pytest.mark.parametrize(
    ("usd_per_month", "expected"),
    [
        # ratios: 0.436, 0.2, 0.8, 0.4 and 0.7 themselves, 0
        (25110.0, "The target range of 40–70 % less is met: 43.6 %."),
        (35640.0, "The target range of 40–70 % less is not met: 20 %."),
        (
            8910.0,
            "80 % less is above the target range of 40–70 %: check the inputs before you rely on"
            " it.",
        ),
        (26730.0, "The target range of 40–70 % less is met: 40 %."),
        (13365.0, "The target range of 40–70 % less is met: 70 %."),
        (44550.0, "The target range of 40–70 % less is not met: there is nothing to save today."),
    ],
)
def test_target_says_whether_the_range_is_met(usd_per_month: float, expected: str) -> None:
    choice = today(usd_per_month, ["prompt_caching"])

    assert advice.target(Headline(results(recommended_today=choice))) == expected


def test_unlocked_with_levers_held_back_states_their_worth_and_what_they_ask() -> None:
    asks = {"routing": ["evals at 3"], "semantic_caching": ["hosting at 2", "evals at 3"]}

    # 25,110.00 − 13,889.11 = 11,220.89
    assert advice.unlocked(unready(), asks) == (
        "Routing and semantic caching would save another $11,221 a month and must wait for"
        " evals at 3 and hosting at 2."
    )


def test_unlocked_with_nothing_to_gain_says_that_waiting_costs_nothing() -> None:
    choice = today(13889.11, ["prompt_caching"], held_back={"self_hosting": "needs hosting at 2"})

    assert advice.unlocked(results(recommended_today=choice), {}) == (
        "Self-hosting would save nothing at these prices, so nothing is lost by waiting."
    )


def crossing(intervals: list[list[float | None]], dominance: float | None) -> dict[str, Any]:
    first = intervals[0][0] if intervals else None
    return {
        "from": "prompt_caching",
        "to": "self_hosted",
        "first_requests_per_month": first,
        "dominance_requests_per_month": dominance,
        "cheaper_intervals": intervals,
        "tokens_per_request": 3550,
    }


def test_hosting_below_the_first_crossing_names_the_volumes() -> None:
    assert advice.hosting(Headline(results())) == (
        "Self-hosting everything does not pay at 3 M requests a month; against the premium model"
        " with prompt caching it is first cheaper at 8.87 M, and for good above 26.7 M."
    )


def test_hosting_without_a_crossing_says_never_unless_it_pays_with_other_levers() -> None:
    never = "Self-hosting everything does not pay at 3 M requests a month, nor at any other volume"
    flip = {"levers": ["self_hosting"], "below": None, "above": 10e6, "price_factor": None}
    without = {"crossovers": [crossing([], None)]}

    alone = advice.hosting(Headline(results(**without, hosting_flip=None)))
    with_others = advice.hosting(Headline(results(**without, hosting_flip=flip)))

    assert alone == f"{never} at these prices."
    assert with_others == (
        f"{never} at these prices; together with other levers it first pays at 10 M."
    )


def test_hosting_within_one_step_warns_of_its_ends() -> None:
    narrow = crossing([[2.9e6, 3.1e6]], None)

    assert advice.hosting(Headline(results(crossovers=[narrow]))) == (
        "At 3 M requests a month self-hosting everything is cheaper than the premium model with"
        " prompt caching, but only between 2.9 M and 3.1 M: the next replica turns it around."
        " Yet the API with prompt caching, routing and semantic caching is cheaper still."
    )


def test_hosting_above_dominance_says_that_it_stays_cheaper() -> None:
    wide = crossing([[1e6, None]], 1e6)

    assert advice.hosting(Headline(results(crossovers=[wide]))) == (
        "Self-hosting everything beats the premium model with prompt caching at 3 M requests a"
        " month, and stays cheaper as volume grows. Yet the API with prompt caching, routing and"
        " semantic caching is cheaper still."
    )


def flip(above: float | None) -> dict[str, Any]:
    return {"levers": ["self_hosting"], "below": None, "above": above, "price_factor": 2.3}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"hosting_flip": flip(40e6)}, " now: it first pays at 40 M requests a month"),
        (
            {"hosting_flip": flip(None)},
            ": at these prices what is recommended costs less at every volume",
        ),
        (
            {"hosting_flip": flip(None), "crossovers": [crossing([], None)]},
            ": at these prices it pays at no volume",
        ),
        (
            {"hosting_flip": flip(40e6), "crossovers": [crossing([[1e6, None]], 1e6)]},
            " now: the levers by API are cheaper at this volume",
        ),
        ({"hosting_flip": None}, " now; look again when volume nears the crossover"),
    ],
)
def test_no_hosting_waits_for_the_volume_at_which_hosting_would_be_advised(
    changes: dict[str, Any], expected: str
) -> None:
    assert advice.no_hosting(results(**changes)) == expected


def test_hosting_left_out_says_why() -> None:
    left_out = {"self_hosted": "The scenario has no pool."}

    assert advice.hosting(Headline(results(left_out=left_out))) == (
        "Self-hosting was not compared. The scenario has no pool."
    )


def test_hosting_that_is_recommended_itself_needs_no_yet() -> None:
    wide = crossing([[1e6, None]], 1e6)
    choice = today(9000.0, ["self_hosting"])

    assert advice.hosting(Headline(results(crossovers=[wide], recommended=choice))) == (
        "Self-hosting everything beats the premium model with prompt caching at 3 M requests a"
        " month, and stays cheaper as volume grows."
    )


def test_hosting_that_pays_is_said_with_the_decline_of_a_shrinking_workload() -> None:
    wide = crossing([[1e6, None]], 1e6)
    shrinking = results(crossovers=[wide], recommended=today(9000.0, ["self_hosting"]))
    workload = shrinking.scenario.workload.model_copy(update={"monthly_growth_ratio": -0.05})
    scenario = shrinking.scenario.model_copy(update={"workload": workload})

    assert advice.hosting(Headline(replace(shrinking, scenario=scenario))) == (
        "Self-hosting everything beats the premium model with prompt caching at 3 M requests a"
        " month, but volume falls by 5 % a month, and below 1 M it no longer does."
    )
