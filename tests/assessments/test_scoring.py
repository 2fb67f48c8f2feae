"""Scores worked out by hand, from answers to the explanation."""

from decimal import Decimal

import pytest

from assessments.scoring import (
    AnswerState,
    AnswerValue,
    HostingEconomics,
    InvalidAnswers,
    MeasuredUsage,
    Scores,
    Target,
    TargetOverride,
    answer_errors,
    plain_answer,
    score,
    show,
    targets,
)
from tests.assessments.questionnaire import DIMENSIONS, FRAMEWORK, answers, everything


def dimension(key, **shorts):
    """The score of one dimension with nothing else answered."""
    return score(FRAMEWORK, answers(**shorts)).dimensions[key]


def test_nothing_answered_is_not_level_one():
    scores = score(FRAMEWORK, {})

    assert (scores.overall, scores.shown, scores.band, scores.low, scores.high) == (None,) * 5
    assert scores.completeness == 0
    assert {item.score for item in scores.dimensions.values()} == {None}


@pytest.mark.parametrize(
    ("foundation", "optimized", "level"),
    [
        ("no", "no", "1"),  # 1 + 2·0 + 2·0·0
        ("partial", "no", "2"),  # 1 + 2·0.5 + 2·0.5·0
        ("yes", "no", "3"),  # 1 + 2·1 + 2·1·0
        ("yes", "partial", "4"),  # 1 + 2·1 + 2·1·0.5
        ("yes", "yes", "5"),  # 1 + 2·1 + 2·1·1
        ("partial", "partial", "2.5"),  # 1 + 2·0.5 + 2·0.5·0.5
        ("no", "yes", "1"),  # 1 + 2·0 + 2·0·1: no foundation, nothing counts
        ("na", "partial", "2.5"),  # f takes o's 0.5: 1 + 1 + 0.5
        ("yes", "na", "5"),  # o takes f's 1
        ("unanswered", "no", "1"),  # f takes o's 0
    ],
)
def test_evidenced_level(foundation, optimized, level):
    result = dimension("integrity", eval_suite=foundation, continuous_evals=optimized)

    assert result.evidenced == Decimal(level)


def test_evidenced_level_takes_means_over_a_stage():
    # f = (1 + 0.5)/2 = 0.75, o = 0.5: 1 + 2·0.75 + 2·0.75·0.5 = 3.25
    result = dimension(
        "finops", token_logging="yes", cost_attribution="partial", anomaly_control="partial"
    )

    assert result.evidenced == Decimal("3.25")


def test_unknown_counts_nothing_and_opens_the_band():
    # low: f = 1, o = 0 → 3; high: o = 1 → 5; the claim of 4 caps the upper end
    result = dimension("caching", prefix_caching="yes", semantic_cache="unknown", caching=4)

    assert (result.evidenced, result.score, result.low, result.high) == (3, 3, 3, 4)
    assert result.completeness == 1


def test_score_is_the_lower_level():
    above = dimension("routing", gateway="yes", triage="no", routing=5)
    below = dimension("routing", gateway="yes", triage="yes", routing=2)

    assert (above.score, [x.kind for x in above.contradictions]) == (
        3,
        ["claimed_above_evidenced"],
    )
    assert (below.score, [x.kind for x in below.contradictions]) == (
        2,
        ["claimed_below_evidenced"],
    )
    assert above.flags == below.flags == ("contradiction",)


def test_contradiction_needs_a_whole_level():
    # f = (1 + 0.5)/2, o = 0: E = 2.5; |3 − 2.5| < 1, |2 − 2.5| < 1; E = 3 against 2 is one level
    half = dimension(
        "finops", token_logging="yes", cost_attribution="partial", anomaly_control="no", finops=3
    )
    whole = dimension("integrity", eval_suite="yes", continuous_evals="no", integrity=2)

    assert half.flags == ()
    assert whole.flags == ("contradiction",)


def test_level_alone_is_unevidenced_and_checks_alone_are_unrated():
    level = dimension("hosting", hosting=4, private_serving="na", elastic_capacity="unanswered")
    checks = dimension("hosting", private_serving="yes", hosting="unknown")

    assert (level.score, level.low, level.high, level.flags) == (4, 4, 4, ("unevidenced",))
    assert (checks.score, checks.flags) == (5, ("unrated",))


def test_completeness_counts_unknown_and_leaves_out_what_does_not_apply():
    # hosting asks 3 checks and a level: one unknown and the level of three that apply = 2/3
    result = dimension("hosting", private_serving="unknown", elastic_capacity="na", hosting=1)

    assert result.completeness == Decimal(2) / 3


@pytest.mark.parametrize(
    ("claimed", "ratio", "refuted"), [(4, "0.19", True), (4, "0.20", False), (3, "0.0", False)]
)
def test_measured_cache_reads_refute_a_claim(claimed, ratio, refuted):
    given = answers(caching=claimed)

    scores = score(FRAMEWORK, given, measured=MeasuredUsage(cache_read_ratio=Decimal(ratio)))

    kinds = [x.kind for x in scores.dimensions["caching"].contradictions]
    assert kinds == (["cache_read_share_low"] if refuted else [])


@pytest.mark.parametrize(
    ("claimed", "ratio", "refuted"), [(3, "0.951", True), (3, "0.95", False), (2, "1", False)]
)
def test_one_model_refutes_a_claim_of_routing(claimed, ratio, refuted):
    given = answers(routing=claimed)

    scores = score(FRAMEWORK, given, measured=MeasuredUsage(top_model_spend_ratio=Decimal(ratio)))

    expected = ("unevidenced", "contradiction") if refuted else ("unevidenced",)
    assert scores.dimensions["routing"].flags == expected


def test_overall_of_a_client():
    # hosting: C 1, f 0 → E 1 → 1.        routing: C 2, f 0.5, o 0 → E 2 → 2.
    # caching: C 2, f 0, o unknown → E 1, upper 1 → 1.   integrity: C 2, f 0.5, o 0 → 2.
    # finops: C 3, f 0.75, o 0 → E 2.5 → 2.5.      Mean (1 + 2 + 1 + 2 + 2.5)/5 = 1.7
    given = answers(
        hosting=1, routing=2, caching=2, integrity=2, finops=3,
        token_logging="yes", cost_attribution="partial", anomaly_control="no",
        gateway="partial", triage="no", prefix_caching="no", semantic_cache="unknown",
        eval_suite="partial", continuous_evals="no",
        private_serving="no", elastic_capacity="na", committed_pricing="no",
    )  # fmt: skip

    scores = score(FRAMEWORK, given)

    assert (scores.overall, scores.shown, scores.band) == (
        Decimal("1.7"),
        Decimal("1.7"),
        "Emerging",
    )
    assert (scores.low, scores.high, scores.completeness) == (Decimal("1.7"), Decimal("1.7"), 1)


@pytest.mark.parametrize(
    ("value", "shown"), [("2.45", "2.5"), ("2.449", "2.4"), ("1.05", "1.1"), ("5", "5.0")]
)
def test_shown_is_half_up(value, shown):
    assert show(Decimal(value)) == Decimal(shown)


@pytest.mark.parametrize(
    ("levels", "overall", "band"),
    [
        ((1, 1, 1, 2, 2), "1.4", "Ad hoc"),
        ((1, 1, 1, 1, 4), "1.6", "Emerging"),
        ((3, 3, 3, 3, 3), "3", "Managed"),
        ((4, 4, 4, 4, 4), "4", "Advanced"),
        ((5, 5, 5, 5, 4), "4.8", "Optimized"),
    ],
)
def test_band_of_the_overall_score(levels, overall, band):
    given = answers(**dict(zip(DIMENSIONS, levels, strict=True)))

    scores = score(FRAMEWORK, given)

    assert (scores.overall, scores.band) == (Decimal(overall), band)


def test_band_begins_at_its_lower_end():
    # two dimensions at 1 and 2: 1.5 is no longer Ad hoc
    assert score(FRAMEWORK, answers(hosting=1, routing=2)).band == "Emerging"


def test_own_weights_stand_beside():
    # version: (1 + 5)/2 = 3; own: (1·3 + 5·1)/4 = 2
    weights = dict.fromkeys(DIMENSIONS, Decimal(0)) | {
        "hosting": Decimal(3),
        "routing": Decimal(1),
        "finops": Decimal(0),
    }
    given = answers(hosting=1, routing=5)

    scores = score(FRAMEWORK, given, weights)

    assert scores.overall == 3
    assert scores.own is not None
    assert (scores.own.overall, scores.own.band) == (2, "Emerging")


def test_weight_of_zero_is_zero():
    weights = dict.fromkeys(DIMENSIONS, Decimal(0)) | {"finops": Decimal(1)}

    scores = score(FRAMEWORK, answers(hosting=1), weights)

    assert scores.own is not None
    assert scores.own.overall is None


@pytest.mark.parametrize("weight", ["-1", "NaN", "Infinity", "1E+99"])
def test_weights_out_of_range(weight):
    weights = dict.fromkeys(DIMENSIONS, Decimal(1)) | {"hosting": Decimal(weight)}

    with pytest.raises(InvalidAnswers) as caught:
        score(FRAMEWORK, {}, weights)

    assert caught.value.fields == {"weights.hosting": ["Give a number from 0 to 1,000,000."]}


def test_errors_of_answers_are_all_named():
    given = {
        "weather": AnswerValue(),
        "gateway": AnswerValue(AnswerState.ANSWERED),
        "triage": AnswerValue(AnswerState.NOT_APPLICABLE, reason="no idea"),
        "eval_suite": AnswerValue(AnswerState.NOT_APPLICABLE, reason="other"),
        "caching": AnswerValue(AnswerState.ANSWERED, level=6),
        "routing": AnswerValue(AnswerState.UNKNOWN, level=2),
    }

    errors = answer_errors(FRAMEWORK, given)
    with pytest.raises(InvalidAnswers) as caught:
        score(FRAMEWORK, given)

    scored = ["weather", "gateway.value", "triage.reason", "caching.level", "routing.level"]
    assert list(caught.value.fields) == scored
    # Nothing scores by a comment, so only who stores an answer is asked for one.
    assert list(errors) == [*scored, "eval_suite.comment"]


def test_explanation_adds_up():
    scores = score(FRAMEWORK, everything("partial", 3, semantic_cache="unknown"))

    tree = scores.explanation
    evidenced = tree.children[0].children[1]
    assert sum(child.contribution for child in tree.children) == tree.value == scores.overall
    assert sum(child.contribution for child in evidenced.children) == evidenced.value
    assert [
        sum(step.contribution for step in stage.children) for stage in evidenced.children[1:]
    ] == [stage.contribution for stage in evidenced.children[1:]]


def test_document_has_numbers_and_null():
    document = score(FRAMEWORK, answers(hosting=1, private_serving="partial")).document()

    assert document["dimensions"]["hosting"] == {
        "claimed": 1,
        "evidenced": 2.5,
        "score": 1.0,
        "low": 1.0,
        "high": 1.0,
        "completeness": 0.5,
        "flags": ["contradiction"],
        "contradictions": [
            {
                "kind": "claimed_below_evidenced",
                "text": "Level 1 is claimed, below the 2.5 that the checks show.",
            }
        ],
    }
    assert document["dimensions"]["finops"]["score"] is None
    assert (document["overall"], document["shown"], document["band"]) == (1.0, 1.0, "Ad hoc")
    assert document["completeness"] == 0.117647  # 2 of 17
    assert score(FRAMEWORK, {}).document()["overall"] is None


def test_document_reads_back():
    scores = score(FRAMEWORK, everything("partial", 3, semantic_cache="unknown"))
    document = scores.document()

    read = Scores.parse(document | {"of_a_later_release": 1})

    assert read.document() == document
    assert read.dimensions["caching"].high == scores.dimensions["caching"].high
    assert read.explanation.children[0].title == scores.explanation.children[0].title


def test_targets_read_back():
    aims = targets(FRAMEWORK, score(FRAMEWORK, {}), HostingEconomics(1, None, None))

    document = aims["hosting"].document()

    assert document["level"] == "1–2"
    assert Target.parse(document) == aims["hosting"]


@pytest.mark.parametrize(
    ("volume", "levels"),
    [(99, (1, 2)), (100, (3, 3)), (200, (3, 3)), (200.1, (5, 5))],
)
def test_target_of_hosting_follows_the_economics(volume, levels):
    scores = score(FRAMEWORK, answers(hosting=1))

    target = targets(FRAMEWORK, scores, HostingEconomics(volume, 100, 200))["hosting"]

    assert (target.low, target.high, target.gap) == (*levels, levels[0] - 1)


@pytest.mark.parametrize(
    ("volume", "last", "levels"),
    [
        (99, 200, (1, 2)),
        (100, 200, (3, 3)),
        (200, 200, (3, 3)),
        (200.1, 200, (1, 2)),
        (200.1, None, (3, 3)),  # nobody knows where it ends
    ],
)
def test_target_of_hosting_is_low_where_self_hosting_stops_paying(volume, last, levels):
    scores = score(FRAMEWORK, answers(hosting=1))

    target = targets(FRAMEWORK, scores, HostingEconomics(volume, 100, None, last))["hosting"]

    assert (target.low, target.high) == levels


def test_target_of_hosting_is_low_where_self_hosting_never_pays():
    scores = score(FRAMEWORK, answers(hosting=1))

    target = targets(FRAMEWORK, scores, HostingEconomics(1e9, None, None))["hosting"]

    assert (target.low, target.high, target.gap) == (1, 2, 0)


def test_targets_without_economics_and_with_an_override():
    scores = score(FRAMEWORK, answers(routing=2))

    found = targets(
        FRAMEWORK, scores, overrides={"finops": TargetOverride(4, "The board asks for it.")}
    )

    assert (found["routing"].low, found["routing"].gap) == (3, 1)
    assert (found["finops"].low, found["finops"].source) == (4, "override")
    assert (found["hosting"].low, found["hosting"].source) == (None, "open")


def test_target_override_needs_a_reason():
    with pytest.raises(InvalidAnswers) as caught:
        targets(FRAMEWORK, score(FRAMEWORK, {}), overrides={"finops": TargetOverride(6, " ")})

    assert list(caught.value.fields) == ["targets.finops.level", "targets.finops.reason"]


def test_plain_answer_of_what_does_not_apply_keeps_its_reason() -> None:
    frozen = {
        "state": "not_applicable",
        "value": None,
        "confidence": "",
        "reason": "out_of_scope",
        "comment": "Not ours.",
    }

    found = plain_answer(frozen)

    assert found == AnswerValue(
        AnswerState.NOT_APPLICABLE, reason="out_of_scope", comment="Not ours."
    )
