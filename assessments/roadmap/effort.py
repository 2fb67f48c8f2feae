"""How many days of work the changes of a recommendation take; must not import Django."""

from assessments.framework import Framework
from assessments.recommendation import Change, ChangeKind
from assessments.roadmap.planned import DAYS_OF_EFFORT, Effort

# Another model behind the same calls takes evals and a way back; ending something takes less.
EFFORT_OF_STEPS = {
    ChangeKind.SWITCH_ON: Effort.MEDIUM,
    ChangeKind.SWITCH_OFF: Effort.LOW,
    ChangeKind.RESIZE: Effort.LOW,
}


def effort_days(framework: Framework) -> dict[str, int]:
    """The person-days that each change takes at most, by its key.

    To switch a lever on takes all of its actions; what they build on is of no single lever. A
    change without an action takes what the roadmap assumes for it.
    """
    days = {
        Change(kind, lever.key): DAYS_OF_EFFORT[effort]
        for kind, effort in EFFORT_OF_STEPS.items()
        for lever in framework.choices
    }
    for lever in framework.levers:
        own = [each for each in framework.actions if each.lever == lever.key]
        if any(each.brings_money for each in own):
            days[Change(ChangeKind.SWITCH_ON, lever.key)] = sum(each.effort_days[1] for each in own)
    return {change.key: number for change, number in days.items()}
