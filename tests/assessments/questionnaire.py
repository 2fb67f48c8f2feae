"""Answers in short form for the tests of scoring and roadmap."""

from assessments.framework import load_framework
from assessments.scoring import AnswerState, AnswerValue, CheckValue

FRAMEWORK = load_framework("1")
CHECKS = [check.key for check in FRAMEWORK.checks]
DIMENSIONS = [dimension.key for dimension in FRAMEWORK.dimensions]


def answer(short):
    """`3` a level, `yes` a value, `unknown`, `unanswered`, or `na` for what does not apply."""
    if isinstance(short, int):
        return AnswerValue(AnswerState.ANSWERED, level=short)
    if short == "na":
        return AnswerValue(AnswerState.NOT_APPLICABLE, reason="out_of_scope")
    if short in ("unknown", "unanswered"):
        return AnswerValue(AnswerState(short))
    return AnswerValue(AnswerState.ANSWERED, value=CheckValue(short))


def answers(**shorts):
    """Answers by question key; the others are not in the mapping, hence unanswered."""
    return {key: answer(short) for key, short in shorts.items()}


def everything(check, level, **shorts):
    """The same answer to every check and the same level everywhere, but for `shorts`."""
    same = dict.fromkeys(CHECKS, check) | dict.fromkeys(DIMENSIONS, level)
    return answers(**(same | shorts))
