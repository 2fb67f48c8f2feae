"""How many days of work the changes of a recommendation take; must not import Django."""

from collections.abc import Iterable, Mapping, Sequence

from assessments.framework import ActionTemplate, Framework
from assessments.recommendation import Change, ChangeKind
from assessments.roadmap.planned import DAYS_OF_EFFORT, Effort, PlannedAction, preparing
from assessments.roadmap.projection import Answers, would_move
from assessments.scoring import UNANSWERED

# Another model behind the same calls takes evals and a way back; ending something takes less.
EFFORT_OF_STEPS = {
    ChangeKind.SWITCH_ON: Effort.MEDIUM,
    ChangeKind.SWITCH_OFF: Effort.LOW,
    ChangeKind.RESIZE: Effort.LOW,
}


def effort_days(
    framework: Framework,
    answers: Answers | None = None,
    planned: Iterable[PlannedAction] = (),
) -> dict[str, int]:
    """The person-days that each change takes at most, by its key; what they build on is of none.

    To switch a lever on takes the framework's actions of that lever: all of them where nobody
    answered; with `answers` those that a roadmap has, which are the one that brings the saving and
    those whose checks would move. A change without an action takes what the roadmap assumes.
    Of what is `planned` already, the work that is left counts, as people changed it.
    """
    days = {
        Change(kind, lever.key): DAYS_OF_EFFORT[effort]
        for kind, effort in EFFORT_OF_STEPS.items()
        for lever in framework.choices
    }
    for lever in framework.levers:
        own = [each for each in framework.actions if each.lever == lever.key]
        if any(each.brings_money for each in own):
            drafted = (each.effort_days[1] for each in own if _is_drafted(each, answers))
            days[Change(ChangeKind.SWITCH_ON, lever.key)] = sum(drafted)
    days |= _planned_days(framework, list(planned))
    return {change.key: number for change, number in days.items()}


def _is_drafted(template: ActionTemplate, answers: Answers | None) -> bool:
    """Whether a roadmap that switches the action's lever on has the action."""
    if answers is None or template.brings_money:
        return True
    moves = template.moves.items()
    return any(would_move(answers.get(check, UNANSWERED), to) for check, to in moves)


def _planned_days(framework: Framework, planned: Sequence[PlannedAction]) -> Mapping[Change, int]:
    """The work that is left of the changes that people plan and did not give up."""
    found = {}
    for action in planned:
        change = action.brings(framework)
        if change is None or action.is_given_up:
            continue
        parts = (action, *preparing(framework, action, planned))
        found[change] = sum(each.person_days(framework) for each in parts)
    return found
