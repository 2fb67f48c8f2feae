"""What the preview of drafting a roadmap again says; pure, must not import Django."""

from typing import Any

from assessments.content.roadmap import EFFORTS, action_line, moves_words
from assessments.framework import Framework
from assessments.roadmap import FollowedAction, PlannedAction, Redraft
from presentation.numbers import usd
from presentation.wording import day

FIELDS = {
    "phase": "Phase",
    "title": "Title",
    "text": "Text",
    "due_on": "Due",
    "effort": "Effort",
    "moves": "Answers it changes",
    "drafted_usd_per_month": "Saves a month",
}


def redraft_page(framework: Framework, redraft: Redraft) -> dict[str, Any]:
    """What the preview of drafting again shows, by name."""
    alone = [FollowedAction(each, each.drafted_usd_per_month, (), "") for each in redraft.new]
    changed = []
    for change in redraft.changed:
        words = [
            [_said(framework, planned, name) for planned in (change.before, change.after)]
            for name in change.fields
        ]
        named = zip(change.fields, words, strict=True)
        changed.append((change.before.title, [(FIELDS[name], *ends) for name, ends in named]))
    return {
        "new": [action_line(framework, each, {}) for each in alone],
        "changed": changed,
        "gone": [(each.title, each.reason) for each in redraft.gone],
        "kept": [(each.title, each.reason) for each in redraft.kept],
        "same": redraft.same,
        "is_empty": redraft.is_empty,
    }


def _said(framework: Framework, planned: PlannedAction, name: str) -> str:
    """A field of an action in words."""
    value = getattr(planned, name)
    if name == "moves":
        return moves_words(framework, planned) or "none"
    if name == "drafted_usd_per_month":
        return "–" if value is None else usd(value)
    if name == "due_on":
        return day(value)
    if name == "phase":
        return framework.phase(value).title
    return EFFORTS[value] if name == "effort" else str(value)
