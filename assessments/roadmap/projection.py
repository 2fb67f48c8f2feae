"""Answers, scores and spend once actions are done; must not import Django."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR
from itertools import accumulate
from typing import Protocol

from assessments.framework import Framework
from assessments.recommendation import Change, ChangeKind
from assessments.roadmap.money import PricedPlan, held_back_levers
from assessments.scoring import (
    UNANSWERED,
    AnswerState,
    AnswerValue,
    CheckValue,
    Number,
    Result,
    score,
)

WORKED_DAYS, DAYS_OF_WEEK = 5, 7
RANK = {CheckValue.NO: 0, CheckValue.PARTIAL: 1, CheckValue.YES: 2}
Answers = Mapping[str, AnswerValue]


@dataclass(frozen=True)
class Projection(Result):
    """Scores and spend once every action due by `day` is done; spend is a monthly run rate.

    `dimensions` are the scores by dimension, `counted_levers` those whose saving is in the spend.
    """

    day: int
    overall: Number | None
    low: Number | None
    high: Number | None
    shown: Number | None
    band: str | None
    dimensions: Mapping[str, Number | None]
    usd_per_month: float | None
    counted_levers: tuple[str, ...]


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


@dataclass(frozen=True)
class Due:
    """What an action does once it is done, by a day counted from 1; 0 is done already.

    `change` is the one whose saving it brings, None where it brings none or has no price;
    `person_days` is the work that is left.
    """

    day: int
    moves: Mapping[str, str]
    change: Change | None = None
    title: str = ""
    person_days: int = 0


def person_days_by(day: int, team_size: int) -> int:
    """The whole person-days that a team has by a day of the roadmap: 5 of 7 days are worked."""
    return team_size * day * WORKED_DAYS // DAYS_OF_WEEK


def feasible(dues: Sequence[Due], day: int, team_size: int) -> list[Due]:
    """What is due by a day and what the team can have done by then, in the order of dates.

    An action that does not fit holds up those after it: they come in an order of dependency.
    """
    due_by_then = sorted((due for due in dues if due.day <= day), key=lambda due: due.day)
    spent = accumulate(due.person_days for due in due_by_then)
    available = person_days_by(day, team_size)
    return [due for due, days in zip(due_by_then, spent, strict=True) if days <= available]


def project(
    framework: Framework,
    answers: Answers,
    dues: Sequence[Due],
    plan: PricedPlan | None,
    team_size: int,
) -> tuple[Projection, ...]:
    """Scores and monthly spend at the last day of each phase.

    All that is due by then is done as far as a team of that many people has the time for it.
    A lever's saving counts once its action is done and the scores that the other actions reach
    meet what the lever asks for. Spend is the cost of exactly the levers that then run. While
    today's score is withheld, so are later ones.
    """
    projections = []
    is_provisional = bool(score(framework, answers).provisional)
    for day in (phase.last_day for phase in framework.phases):
        done = feasible(dues, day, team_size)
        counted = tuple(
            due.change for due in done if due.change and _counts(framework, answers, done, due)
        )
        scores = score(framework, answers_after(framework, answers, moved_by(done)))
        overall = scores.withheld() if is_provisional else scores
        projection = Projection(
            day=day,
            overall=overall.overall,
            low=overall.low,
            high=overall.high,
            shown=overall.shown,
            band=overall.band,
            dimensions={key: item.score for key, item in scores.dimensions.items()},
            usd_per_month=plan.usd_per_month(counted) if plan else None,
            counted_levers=tuple(change.lever for change in counted),
        )
        projections.append(projection)
    return tuple(projections)


def _counts(framework: Framework, answers: Answers, done: Sequence[Due], due: Due) -> bool:
    if due.change is None or due.change.kind != ChangeKind.SWITCH_ON:
        return True
    others = moved_by([each for each in done if each is not due])
    scores = score(framework, answers_after(framework, answers, others))
    return due.change.lever not in held_back_levers(framework, scores)


class Moving(Protocol):
    """What changes answers once it is done."""

    @property
    def moves(self) -> Mapping[str, str]: ...


def moved_by(actions: Iterable[Moving]) -> dict[str, str]:
    """What actions change between them: of two that change one check, the higher counts."""
    moves: dict[str, str] = {}
    for action in actions:
        for check, to in action.moves.items():
            if check not in moves or RANK[CheckValue(moves[check])] < RANK[CheckValue(to)]:
                moves[check] = to
    return moves
