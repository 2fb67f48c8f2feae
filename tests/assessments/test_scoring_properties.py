"""What holds for the scores of any answers."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring import AnswerState, score
from tests.assessments.questionnaire import CHECKS, DIMENSIONS, FRAMEWORK, answer

check_answers = st.sampled_from(["yes", "partial", "no", "unknown", "unanswered", "na"])
level_answers = st.sampled_from([1, 2, 3, 4, 5, "unknown", "unanswered", "na"])
questionnaires = st.fixed_dictionaries(
    dict.fromkeys(CHECKS, check_answers) | dict.fromkeys(DIMENSIONS, level_answers)
)
RANKED = {"no": 0, "unknown": 0, "partial": 1, "yes": 2}


def scored(shorts):
    """Scores of answers in short form."""
    return score(FRAMEWORK, {key: answer(short) for key, short in shorts.items()})


def parts(scores):
    """The overall score and those of the dimensions."""
    return [scores.overall, *(item.score for item in scores.dimensions.values())]


@given(questionnaires)
def test_score_lies_in_its_band_and_on_the_scale(shorts):
    scores = scored(shorts)

    found = [scores, *scores.dimensions.values()]
    for item in found:
        value = item.overall if item is scores else item.score
        assert (value is None) == (item.low is None) == (item.high is None)
        assert value is None or 1 <= item.low <= value <= item.high <= 5


@given(questionnaires, st.sampled_from(CHECKS), check_answers)
def test_better_answer_never_lowers_a_score(shorts, key, better):
    before = shorts | {key: shorts[key] if shorts[key] in RANKED else "no"}
    after = before | {key: better if RANKED.get(better, -1) >= RANKED[before[key]] else "yes"}

    pairs = zip(parts(scored(before)), parts(scored(after)), strict=True)

    assert all(old is None or new >= old for old, new in pairs)


@given(questionnaires)
def test_yes_to_every_unknown_reaches_the_upper_end(shorts):
    known = {key: "yes" if key in CHECKS and x == "unknown" else x for key, x in shorts.items()}

    assert scored(known).overall == scored(shorts).high


@given(questionnaires, st.randoms(use_true_random=False))
def test_order_of_answers_changes_nothing(shorts, chance):
    items = list(shorts.items())
    chance.shuffle(items)

    assert scored(dict(items)).document() == scored(shorts).document()


@given(questionnaires)
def test_completeness_is_one_when_nothing_is_unanswered(shorts):
    given_answers = {key: answer(short) for key, short in shorts.items()}
    done = {
        key: replace(given, state=AnswerState.UNKNOWN)
        if given.state == AnswerState.UNANSWERED
        else given
        for key, given in given_answers.items()
    }

    is_open = any(x.state == AnswerState.UNANSWERED for x in given_answers.values())

    assert score(FRAMEWORK, done).completeness == 1
    assert (score(FRAMEWORK, given_answers).completeness < 1) == is_open
