"""A person's roadmap as it stands, and what drafting it again changes: pure, by scenario A."""

from dataclasses import replace
from datetime import date

import pytest

from assessments.content.roadmap import action_line
from assessments.roadmap import (
    ActionOrigin,
    ActionStatus,
    Costs,
    Effort,
    PlannedAction,
    RoadmapDocument,
    draft_roadmap,
    follow_roadmap,
    redraft,
    roadmap_document,
)
from assessments.scoring import score
from tests.assessments.questionnaire import FRAMEWORK, everything

START = date(2026, 11, 1)
# Cost model, section 6, scenario A: what every set of levers costs in USD a month.
BY_LEVERS = {
    "": 44550.00,
    "c": 25110.00,
    "r": 26796.38,
    "s": 39484.00,
    "h": 30480.00,
    "cr": 15423.98,
    "cs": 22376.80,
    "ch": 30480.00,
    "rs": 23896.81,
    "rh": 47584.88,
    "sh": 30760.00,
    "crs": 13889.11,
    "crh": 36455.48,
    "csh": 30760.00,
    "rsh": 44797.09,
    "crsh": 35003.22,
}
NAMES = {
    "c": "prompt_caching",
    "r": "routing",
    "s": "semantic_caching",
    "h": "self_hosting",
}


def costs(**changes):
    """The costs of scenario A."""
    by_levers = {frozenset(NAMES[x] for x in key): usd for key, usd in BY_LEVERS.items()}
    plain = {"running": frozenset(), "left_out": {}, "spend_usd_per_month": 44550.0}
    return Costs(**{"usd_per_month_by_levers": by_levers, "hosting": None, **plain, **changes})


BEGINNER = everything("no", 1)


def drafted(given=BEGINNER, money=None, starts_on=START):
    """A fresh draft."""
    return draft_roadmap(FRAMEWORK, given, money or costs(), starts_on=starts_on)


def plan(**changes):
    """The drafted actions as rows, by key; `changes` replace fields of some."""
    rows = redraft(drafted(), []).new
    return [replace(row, id=row.key, **changes.get(row.key, {})) for row in rows]


def followed(planned, given=BEGINNER, money=None, *, is_draft=False):
    """The roadmap as it stands."""
    return follow_roadmap(
        FRAMEWORK,
        given,
        score(FRAMEWORK, given),
        planned,
        starts_on=START,
        costs=money or costs(),
        is_draft=is_draft,
    )


def money_of(roadmap):
    """What each action is worth, to the cent."""
    return {
        each.planned.key: round(each.usd_per_month, 2)
        for each in roadmap.actions
        if each.usd_per_month is not None
    }


def spend_of(roadmap):
    """Projected spend at the three milestones, to the cent."""
    return [round(item.usd_per_month, 2) for item in roadmap.projections]


def test_a_roadmap_nobody_changed_comes_to_what_was_drafted():
    roadmap = followed(plan())

    assert spend_of(roadmap) == [25110.00, 15423.98, 13889.11]
    assert spend_of(roadmap) == spend_of(followed(drafted().actions, is_draft=True))
    assert [str(item.overall) for item in roadmap.projections] == ["1.8", "3", "4.2"]
    assert [each.planned.key for each in roadmap.actions][:2] == [
        "log_tokens",
        "static_first_prompts",
    ]
    assert sum(money_of(roadmap).values()) == pytest.approx(44550.00 - 13889.11)


def test_dates_follow_from_the_first_day():
    dues = {row.key: (row.starts_on, row.due_on) for row in plan()}

    # Days 1–10 and 76–90 of a roadmap whose day 1 is 1 November.
    assert dues["log_tokens"] == (date(2026, 11, 1), date(2026, 11, 10))
    assert dues["route_simple_queries"] == (date(2026, 12, 16), date(2026, 12, 30))


def test_a_dropped_action_counts_for_nothing_and_the_others_are_worth_what_is_left():
    dropped = {"status": ActionStatus.DROPPED, "reason": "Prompts are too short."}

    roadmap = followed(plan(provider_caching=dropped))

    # Without caching: routing 44,550 − 26,796.38; then semantic 26,796.38 − 23,896.81.
    assert money_of(roadmap) == {"route_simple_queries": 17753.62, "share_semantic_cache": 2899.57}
    assert spend_of(roadmap) == [44550.00, 26796.38, 23896.81]


def test_an_accepted_risk_moves_no_answer():
    accepted = {"status": ActionStatus.RISK_ACCEPTED, "reason": "The board knows."}

    roadmap = followed(plan(evals_in_ci=accepted))

    # Integrity stays at 1, so routing and the semantic cache never count.
    assert [item.counted_levers for item in roadmap.projections] == [("prompt_caching",)] * 3


def test_an_action_that_is_done_counts_from_the_first_milestone():
    done = {"status": ActionStatus.DONE}

    roadmap = followed(plan(evals_in_ci=done, route_simple_queries=done, deploy_gateway=done))

    assert spend_of(roadmap) == [15423.98, 15423.98, 13889.11]


def test_a_later_date_moves_the_projection():
    late = {"due_on": date(2027, 1, 20)}  # day 81

    roadmap = followed(plan(provider_caching=late))

    # At day 60 routing runs alone, which is exact and not a difference of sums.
    assert spend_of(roadmap) == [44550.00, 26796.38, 13889.11]


def test_a_date_beyond_the_plan_counts_nowhere():
    roadmap = followed(plan(share_semantic_cache={"due_on": date(2027, 3, 1)}))

    assert spend_of(roadmap)[-1] == 15423.98


def test_an_action_by_hand_moves_the_checks_it_names():
    by_hand = PlannedAction(
        key="",
        origin=ActionOrigin.ADDED,
        phase="quick_wins",
        title="Agree on a gateway",
        text="",
        owner="Ida",
        due_on=date(2026, 11, 20),
        days=5,
        effort=Effort.LOW,
        moves={"gateway": "yes"},
    )

    roadmap = followed([by_hand])

    # Routing: f 1, o 0 → 3; the others 1: mean 7/5.
    assert [str(item.overall) for item in roadmap.projections] == ["1.4"] * 3


def test_without_economics_scores_are_projected_and_money_is_not():
    given = BEGINNER
    roadmap = follow_roadmap(
        FRAMEWORK, given, score(FRAMEWORK, given), plan(), starts_on=START, costs=None
    )

    assert [item.usd_per_month for item in roadmap.projections] == [None] * 3
    assert {each.usd_per_month for each in roadmap.actions} == {None}


def test_preconditions_are_those_still_to_be_done():
    done = {"status": ActionStatus.DONE}

    roadmap = followed(plan(deploy_gateway=done))

    needs = {each.planned.key: each.preconditions for each in roadmap.actions}
    assert needs["route_simple_queries"] == ("Run evals in CI",)


def again(standing, given=BEGINNER, money=None, starts_on=START):
    """What drafting again would change."""
    return redraft(drafted(given, money, starts_on), standing)


def test_drafting_the_same_again_changes_nothing():
    difference = again(plan())

    assert difference.is_empty
    assert difference.same == 11


def test_an_answer_that_is_in_place_takes_an_untouched_action_away():
    given = everything("no", 1, token_logging="yes")

    difference = again(plan(), given)

    assert [each.key for each in difference.gone] == ["log_tokens"]
    assert difference.gone[0].reason == "Already in place: Token logging."
    assert difference.kept == ()


@pytest.mark.parametrize(
    "touched",
    [
        {"edited": frozenset({"owner"}), "owner": "Ida"},
        {"status": ActionStatus.IN_PROGRESS},
    ],
)
def test_an_action_that_somebody_touched_is_kept(touched):
    given = everything("no", 1, token_logging="yes")

    difference = again(plan(log_tokens=touched), given)

    assert difference.gone == ()
    assert [each.key for each in difference.kept] == ["log_tokens"]


@pytest.mark.parametrize(
    "status", [ActionStatus.DONE, ActionStatus.DROPPED, ActionStatus.RISK_ACCEPTED]
)
def test_what_is_over_is_left_alone(status):
    given = everything("no", 1, token_logging="yes")

    difference = again(plan(log_tokens={"status": status, "reason": "Agreed"}), given)

    assert (difference.gone, difference.kept) == ((), ())


def test_another_first_day_moves_the_dates_that_nobody_set():
    mine = {"due_on": date(2026, 12, 24), "edited": frozenset({"due_on"})}

    difference = again(plan(log_tokens=mine), starts_on=date(2026, 11, 8))

    assert len(difference.changed) == 10
    moved = {each.after.key: each.after.due_on for each in difference.changed}
    assert "log_tokens" not in moved
    assert moved["attribute_spend"] == date(2026, 12, 1)  # day 24


def test_new_money_is_shown_and_people_s_words_are_kept():
    mine = {"title": "Cache the prompts", "owner": "Ida", "edited": frozenset({"title", "owner"})}
    half = {levers: usd / 2 for levers, usd in costs().usd_per_month_by_levers.items()}
    dearer = costs(usd_per_month_by_levers=half, spend_usd_per_month=22275.0)

    difference = again(plan(provider_caching=mine), money=dearer)

    change = next(each for each in difference.changed if each.before.key == "provider_caching")
    assert change.fields == ("drafted_usd_per_month",)
    assert (change.after.title, change.after.owner) == ("Cache the prompts", "Ida")
    assert change.after.drafted_usd_per_month == pytest.approx(9720.0)


def test_what_no_longer_pays_goes_with_the_reason():
    flat = dict.fromkeys(costs().usd_per_month_by_levers, 44550.0)

    difference = again(plan(), money=costs(usd_per_month_by_levers=flat))

    reasons = {each.key: each.reason for each in difference.gone}
    assert reasons["route_simple_queries"] == "Routing saves nothing at this volume."


def test_the_checksum_is_of_what_is_shown():
    assert again(plan()).checksum == again(plan()).checksum
    assert again([]).checksum != again(plan()).checksum


def test_document_of_a_redraft_holds_the_fields_that_differ():
    mine = {"due_on": date(2026, 11, 20)}

    document = again(plan(log_tokens=mine)).document()

    assert document["changed"] == [
        {
            "id": "log_tokens",
            "key": "log_tokens",
            "title": "Log exact tokens per request",
            "before": {"due_on": "2026-11-20"},
            "after": {"due_on": "2026-11-10"},
        }
    ]
    assert (document["new"], document["gone"], document["same"]) == ([], [], 10)


def test_document_of_a_followed_roadmap_reads_back():
    roadmap = followed(plan(log_tokens={"status": ActionStatus.DONE, "owner": "Ida"}))

    document = roadmap_document(FRAMEWORK, roadmap, ()).document()

    assert RoadmapDocument.parse(document).document() == document
    first = document["phases"][0]["actions"][0]
    assert (first["owner"], first["status"], first["due_on"]) == ("Ida", "done", "2026-11-10")
    assert "first_day" not in first
    assert document["starts_on"] == "2026-11-01"


def test_costs_read_back():
    document = costs().document()

    assert {"levers": [], "usd_per_month": 44550.0} in document["subsets"]
    assert Costs.parse(document) == costs()


def test_effort_of_an_action_has_a_cost_and_a_payback_where_a_day_has_a_price():
    roadmap = followed(
        plan(log_tokens={"status": ActionStatus.DONE}), money=costs(usd_per_day=900.0)
    )
    by_key = {each.planned.key: each for each in roadmap.actions}
    caching = next(each for each in roadmap.actions if each.usd_per_month)
    days = caching.planned.template(FRAMEWORK).effort_days[1]

    # The high end of the framework's days at 900 USD each; what is done costs nothing any more.
    assert caching.effort_usd == days * 900.0
    # Its saving earns back the 8 days of prompts that start alike, too: 3 + 8.
    assert caching.paid_usd == 11 * 900.0
    assert caching.payback_months == pytest.approx(11 * 900.0 / caching.usd_per_month)
    assert by_key["log_tokens"].effort_usd is None
    assert [each.payback_months for each in roadmap.actions if not each.usd_per_month] == [
        None
    ] * sum(not each.usd_per_month for each in roadmap.actions)
    document = roadmap_document(FRAMEWORK, roadmap, ())
    entry = next(
        each
        for phase in document.phases
        for each in phase.actions
        if each.key == caching.planned.key
    )
    assert (entry.effort_usd, entry.payback_months) == (caching.effort_usd, caching.payback_months)


def test_price_of_a_day_counts_what_is_left_within_the_plan_alone():
    usd = costs().usd_per_month_by_levers
    once = {levers: 3000.0 * ("prompt_caching" in levers) for levers in usd}
    horizon = {levers: 36 * usd[levers] + once[levers] for levers in usd}
    money = costs(one_time_usd_by_levers=once, usd_over_horizon_by_levers=horizon)
    done = {"status": ActionStatus.DONE}
    late = {"due_on": date(2027, 6, 1)}

    def repaid(**changes):
        roadmap = followed(plan(**changes), money=money)
        return roadmap.workload.repaid_usd_per_day, roadmap.workload.person_days, money_of(roadmap)

    price, days, saved = repaid()
    after, left, _ = repaid(provider_caching=done)
    before, sooner, _ = repaid(share_semantic_cache=late)

    caching, routing, semantic = saved.values()
    assert price == pytest.approx((12 * (caching + routing + semantic) - 3000.0) / days, abs=0.01)
    # What caching took once is paid, and its saving there.
    assert after == pytest.approx(12 * (routing + semantic) / left, abs=0.01)
    assert before == pytest.approx((12 * (caching + routing) - 3000.0) / sooner, abs=0.01)
    assert left < days > sooner


def test_effort_without_a_price_of_a_day_is_said_in_days_alone():
    roadmap = followed(plan())
    action = roadmap.actions[0]

    assert {each.effort_usd for each in roadmap.actions} == {None}
    assert action_line(FRAMEWORK, action, {}).work == ""
    priced = followed(plan(), money=costs(usd_per_day=900.0)).actions
    brings = next(each for each in priced if each.usd_per_month)
    # At most so many days, at 900 USD each.
    days = brings.planned.person_days(FRAMEWORK)
    said = action_line(FRAMEWORK, brings, {}).work
    assert said.startswith(
        f"Takes at most {days} person-days, ${days * 900:,}; with all that its lever takes, $9,900,"
        " earned back by "
    )
    assert said.endswith(" of its saving.")
    routing = next(each for each in priced if each.planned.lever == "routing")
    # One action alone: 12 days.
    assert action_line(FRAMEWORK, routing, {}).work.startswith(
        "Takes at most 12 person-days, $10,800, earned back by "
    )
