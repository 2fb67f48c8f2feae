"""Scores, targets and roadmap follow the framework's version: nothing of the first one is code."""

from datetime import date
from decimal import Decimal

from assessments.framework import versions
from assessments.roadmap import (
    Costs,
    draft_roadmap,
    follow_roadmap,
    held_back_levers,
    maturity_value,
    roadmap_document,
)
from assessments.scoring import AnswerState, AnswerValue, CheckValue, MeasuredUsage, score, targets
from tests.assessments.second_framework import second_document, second_framework

SECOND = second_framework()


def answers(check="partial", level=3, **others):
    """The same answer to every check and the same level everywhere, but for `others`."""
    same = {item.key: check for item in SECOND.checks}
    same |= {item.key: level for item in SECOND.dimensions}
    return {
        key: AnswerValue(AnswerState.ANSWERED, level=short)
        if isinstance(short, int)
        else AnswerValue(AnswerState.UNKNOWN)
        if short == "unknown"
        else AnswerValue(AnswerState.ANSWERED, value=CheckValue(short))
        for key, short in (same | others).items()
    }


def test_the_second_version_is_not_shipped():
    assert SECOND.version not in versions()
    assert (len(SECOND.dimensions), len(SECOND.checks), SECOND.days) == (6, 14, 120)
    assert SECOND.document() == second_document()


def test_coverage_and_contradictions_follow_the_version():
    # f = o = 0.25: 1 + 2 × 0.25 + 2 × 0.25 × 0.25 = 1.625; 3 - 1.625 is under 1.5.
    scores = score(SECOND, answers())

    people = scores.dimensions["people"]
    assert (people.evidenced, people.flags) == (Decimal("1.625"), ())
    claimed = score(SECOND, answers(people=4)).dimensions["people"]
    assert claimed.flags == ("contradiction",)


def test_unknown_counts_as_the_version_says():
    # f runs from 0 to 0.75 with o at 0.25: 1 + 2 × 0.75 + 2 × 0.75 × 0.25 = 2.875.
    dimension = score(SECOND, answers(cost_owner="unknown")).dimensions["people"]

    assert (dimension.low, dimension.high) == (1, Decimal("2.875"))
    [check] = [
        step
        for step in walk(score(SECOND, answers(cost_owner="unknown")).explanation)
        if step.key == "cost_owner"
    ]
    assert check.rule == "unknown counts 0 in the score and 0.75 in the upper end of the band"


def walk(step):
    """Every step of an explanation."""
    yield step
    for child in step.children:
        yield from walk(child)


def test_overall_is_weighted_and_named_by_the_version():
    # Five dimensions at 1.625 and people, of weight 2, at 4: (5 × 1.625 + 2 × 4) / 7.
    scores = score(SECOND, answers(cost_owner="yes", cost_training="yes", people=4))

    assert scores.overall == (Decimal("8.125") + 8) / 7
    assert (scores.shown, scores.band) == (Decimal("2.3"), "Steering")


def test_measured_usage_refutes_by_the_version():
    measured = MeasuredUsage(cache_read_ratio=Decimal("0.4"), top_model_spend_ratio=Decimal("0.7"))

    scores = score(SECOND, answers("yes", 5), measured=measured)

    texts = {
        key: [each.text for each in item.contradictions]
        for key, item in scores.dimensions.items()
        if item.contradictions
    }
    assert texts == {
        "steering": ["Level 5 is claimed. One model took over 60 % of the bill."],
        "reuse": ["Level 5 is claimed. Under half of the tokens were reused."],
    }


def test_targets_follow_the_version():
    aims = targets(SECOND, score(SECOND, answers()))

    assert {key: aim.low for key, aim in aims.items()} == {
        "compute": None,
        "steering": 4,
        "reuse": 4,
        "quality": 4,
        "billing": 4,
        "people": 4,
    }


def test_levers_are_held_back_by_the_version():
    reasons = held_back_levers(SECOND, score(SECOND, answers()))

    assert reasons == {
        "semantic_caching": "Semantic caching asks for Quality of answers at 2 (now 1.625).",
        "self_hosting": "Self-hosting asks for Quality of answers at 2 (now 1.625) and"
        " Compute & capacity at 3 (now 1.625) and People & skills at 2 (now 1.625).",
        # What the pool asks, but for the running of capacity.
        "open_model": "The hosted open model asks for Quality of answers at 2 (now 1.625) and"
        " People & skills at 2 (now 1.625).",
    }


def test_maturity_is_worth_what_the_version_asks():
    by_levers = {frozenset(): 100.0, frozenset({"semantic_caching"}): 60.0}
    costs = Costs(by_levers, frozenset(), {}, 100.0, None)
    value = maturity_value(SECOND, costs, {"quality": 1.5})

    worth = {each.dimension: (each.level, each.usd_per_month) for each in value.dimensions}
    assert worth["quality"] == (2, 40.0)
    assert worth["people"] == (2, 0.0)
    assert worth["billing"] == (None, 0.0)


def test_roadmap_follows_the_version():
    given = answers("no", 1)

    costs = Costs(
        usd_per_month_by_levers={frozenset(): 100.0, frozenset({"routing"}): 95.0},
        running=frozenset(),
        left_out={},
        spend_usd_per_month=100.0,
        hosting=None,
    )
    draft = draft_roadmap(SECOND, given, costs, starts_on=date(2026, 11, 1))

    roadmap = follow_roadmap(
        SECOND,
        given,
        score(SECOND, given),
        draft.actions,
        starts_on=draft.starts_on,
        costs=costs,
        is_draft=True,
    )
    document = roadmap_document(SECOND, roadmap, draft.not_proposed).document()

    assert [(each["title"], each["to_day"]) for each in document["phases"]] == [
        ("See and save", 40),
        ("One way in", 80),
        ("Own ground", 120),
    ]
    assert document["phases"][0]["actions"][0]["title"] == "Open a usage ledger"
    assert [each["day"] for each in document["projections"]] == [40, 80, 120]
    assert document["projections"][1]["counted_levers"] == ["routing"]
    assert set(document["projections"][0]["dimensions"]) == {item.key for item in SECOND.dimensions}
