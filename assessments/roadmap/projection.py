"""What answers, scores and spend become when actions are done; must not import Django."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal

from assessments.framework import Framework
from assessments.roadmap.money import held_back_levers
from assessments.roadmap.plan import DraftAction, Projection
from assessments.scoring import UNANSWERED, AnswerState, AnswerValue, CheckValue, score

RANK = {CheckValue.NO: 0, CheckValue.PARTIAL: 1, CheckValue.YES: 2}
Answers = Mapping[str, AnswerValue]


def would_move(answer: AnswerValue, to: str) -> bool:
    """Whether an action that brings a check to `to` changes this answer; unknown counts as no."""
    if answer.state == AnswerState.UNKNOWN:
        return True
    if answer.state != AnswerState.ANSWERED or answer.value is None:
        return False
    return RANK[CheckValue(answer.value)] < RANK[CheckValue(to)]


def answers_after(framework: Framework, answers: Answers, moves: Mapping[str, str]) -> Answers:
    """The answers with the checks moved.

    A level that was claimed in a moved dimension rises with what the checks then show, rounded
    down to a whole level; it never falls, and where none was claimed none appears.
    """
    moved = dict(answers)
    for check, to in moves.items():
        if would_move(moved.get(check, UNANSWERED), to):
            moved[check] = AnswerValue(AnswerState.ANSWERED, value=CheckValue(to))
    touched = {framework.check(check).dimension for check in moves}
    evidenced = score(framework, moved).dimensions
    for key in touched:
        claim = moved.get(key, UNANSWERED)
        shown = evidenced[key].evidenced
        if claim.level is not None and shown is not None:
            whole = int(shown.to_integral_value(rounding=ROUND_FLOOR))
            moved[key] = replace(claim, level=max(claim.level, whole))
    return moved


def project(
    framework: Framework,
    answers: Answers,
    actions: Sequence[DraftAction],
    weights: Mapping[str, Decimal] | None,
    spend_usd_per_month: float | None,
) -> tuple[Projection, ...]:
    """Scores and monthly spend at the last day of each phase, with all that is due by then done.

    A lever's saving counts once its action is done and the scores reached before it meet what the
    lever asks for.
    """
    saved, counted = 0.0, []
    projections = []
    for phase in framework.phases:
        for action in (item for item in actions if item.template.phase == phase.key):
            if _counts(framework, answers, action):
                saved += action.usd_per_month or 0.0
                counted.append(str(action.template.lever))
            answers = answers_after(framework, answers, action.moves)
        spend = None if spend_usd_per_month is None else spend_usd_per_month - saved
        scores = score(framework, answers, weights)
        projections.append(Projection(phase.last_day, scores, spend, tuple(counted)))
    return tuple(projections)


def _counts(framework: Framework, answers: Answers, action: DraftAction) -> bool:
    if action.usd_per_month is None:
        return False
    return action.template.lever not in held_back_levers(framework, score(framework, answers))
