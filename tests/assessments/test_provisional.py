"""Below half of the applicable questions answered there is no overall score, and it is said why."""

from datetime import date
from typing import Any

import pytest

from assessments.content.scorecard import PROVISIONAL, scorecard_page
from assessments.framework import load_framework
from assessments.roadmap import draft_roadmap, follow_roadmap
from assessments.scoring import (
    AnswerState,
    AnswerValue,
    CheckValue,
    Scores,
    score,
    stated_scores,
    targets,
)

FRAMEWORK = load_framework()
KEYS = FRAMEWORK.question_keys
LEVELS = set(FRAMEWORK.dimension_keys)


def answered(number: int, *, rest: AnswerState | None = None) -> dict[str, AnswerValue]:
    """The first questions answered, and the rest in a state, else open."""
    found = {
        key: AnswerValue(AnswerState.ANSWERED, level=2)
        if key in LEVELS
        else AnswerValue(AnswerState.ANSWERED, value=CheckValue.PARTIAL)
        for key in KEYS[:number]
    }
    if rest:
        reason = "out_of_scope" if rest is AnswerState.NOT_APPLICABLE else None
        found |= {key: AnswerValue(rest, reason=reason) for key in KEYS[number:]}
    return found


def headline(scores: Scores) -> tuple[Any, ...]:
    return scores.overall, scores.low, scores.high, scores.shown, scores.band


def test_seventeen_questions_are_asked() -> None:
    assert len(KEYS) == 17


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (0, "None of the 17 questions that apply are answered, fewer than half"),
        (1, "1 of the 17 questions that apply is answered, fewer than half"),
        (8, "8 of the 17 questions that apply are answered, fewer than half"),
    ],
)
def test_below_half_there_is_no_overall_score_but_a_reason(number: int, reason: str) -> None:
    scores = stated_scores(FRAMEWORK, answered(number))

    assert scores.provisional == reason
    assert headline(scores) == (None,) * 5
    assert scores.explanation.value is None
    assert scores.document()["overall"] is None
    assert scores.document()["provisional"] == reason


def test_from_half_on_the_score_is_stated() -> None:
    given = answered(9)

    scores = stated_scores(FRAMEWORK, given)

    assert scores == score(FRAMEWORK, given)
    assert scores.provisional == ""
    assert None not in headline(scores)


def test_dimensions_keep_their_scores_while_the_overall_is_withheld() -> None:
    given = answered(8)

    assert stated_scores(FRAMEWORK, given).dimensions == score(FRAMEWORK, given).dimensions


def test_unknown_is_no_answer_to_rest_advice_on() -> None:
    assert stated_scores(FRAMEWORK, answered(8, rest=AnswerState.UNKNOWN)).provisional
    assert not stated_scores(FRAMEWORK, answered(9, rest=AnswerState.UNKNOWN)).provisional


def test_what_does_not_apply_is_not_counted() -> None:
    given = answered(1, rest=AnswerState.NOT_APPLICABLE)

    assert stated_scores(FRAMEWORK, given).provisional == ""


def test_own_weights_have_no_score_either() -> None:
    weights = {dimension.key: dimension.weight for dimension in FRAMEWORK.dimensions}

    own = stated_scores(FRAMEWORK, answered(8), weights=weights).own

    assert own is not None
    assert (own.overall, own.shown, own.band) == (None, None, None)


def test_scores_stored_before_there_was_a_reason_are_read() -> None:
    document = score(FRAMEWORK, answered(3)).document()
    del document["provisional"]

    assert Scores.parse(document).overall is not None


def test_scorecard_page_calls_it_provisional_and_keeps_its_rows() -> None:
    scores = stated_scores(FRAMEWORK, answered(3))

    page = scorecard_page(FRAMEWORK, scores, targets(FRAMEWORK, scores, None, {}))

    assert (page.finding, page.provisional) == (PROVISIONAL, scores.provisional)
    assert not page.is_empty
    assert (page.shown, page.band, page.band_text) == (None, None, "")


def test_nothing_is_projected_of_a_score_that_is_withheld() -> None:
    given = answered(4, rest=AnswerState.UNKNOWN)
    starts_on = date(2026, 11, 1)
    draft = draft_roadmap(FRAMEWORK, given, None, starts_on=starts_on)

    followed = follow_roadmap(
        FRAMEWORK,
        given,
        stated_scores(FRAMEWORK, given),
        draft.actions,
        starts_on=starts_on,
        costs=None,
        is_draft=True,
        team_size=40,
    )

    # Done actions turn "I don't know" into answers; what stands today is still too little.
    assert draft.actions
    assert {each.overall for each in followed.projections} == {None}
    assert {each.shown for each in followed.projections} == {None}
