"""What the preview of drafting a roadmap again says; pure, must not import Django."""

from typing import Any

from assessments.content.roadmap import EFFORTS, action_line, amount, moves_words
from assessments.framework import Framework
from assessments.roadmap import Change, FollowedAction, PlannedAction, Redraft
from presentation.wording import day

FIELDS = {
    "phase": "Phase",
    "title": "Title",
    "text": "Text",
    "due_on": "Due",
    "effort": "Effort",
    "moves": "Answers it changes",
    "drafted_usd_per_month": "USD a month",
}


def redraft_page(framework: Framework, redraft: Redraft) -> dict[str, Any]:
    """What the preview of drafting again shows, by name."""
    return {
        "new": [action_line(framework, _alone(each), {}) for each in redraft.new],
        "changed": [
            (change.before.title, _differences(framework, change)) for change in redraft.changed
        ],
        "gone": [(each.title, each.reason) for each in redraft.gone],
        "kept": [(each.title, each.reason) for each in redraft.kept],
        "same": redraft.same,
        "is_empty": redraft.is_empty,
    }


def _alone(planned: PlannedAction) -> FollowedAction:
    return FollowedAction(planned, planned.drafted_usd_per_month, (), "")


def _differences(framework: Framework, change: Change) -> list[tuple[str, str, str]]:
    return [
        (
            FIELDS[name],
            _said(framework, change.before, name),
            _said(framework, change.after, name),
        )
        for name in change.fields
    ]


def _said(framework: Framework, planned: PlannedAction, name: str) -> str:
    """A field of an action in words."""
    value = getattr(planned, name)
    if name == "moves":
        return moves_words(framework, planned) or "none"
    if name == "drafted_usd_per_month":
        return "–" if value is None else amount(value)
    if name == "due_on":
        return day(value)
    if name == "phase":
        return framework.phase(value).title
    return EFFORTS[value] if name == "effort" else str(value)
