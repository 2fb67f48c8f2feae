"""Writes of the roadmap's actions by people: added by hand, changed over the version read."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from assessments import mapping, selectors
from assessments.framework import Framework
from assessments.models import (
    ACTION_TEXT_LENGTH,
    ACTION_TITLE_LENGTH,
    OWNER_LENGTH,
    STATUS_REASON_LENGTH,
    Assessment,
    RoadmapAction,
)
from assessments.roadmap import (
    DAYS_OF_EFFORT,
    EDITABLE,
    GIVEN_UP,
    ActionOrigin,
    ActionStatus,
    Effort,
    PlannedAction,
)
from assessments.services.roadmap import (
    check_day,
    lock_roadmap,
    new_action,
    roadmap_of,
    sign_action,
)
from assessments.services.texts import UNSTORABLE, is_storable, required_text
from organizations import audit
from organizations.exceptions import Conflict, Invalid, Missing
from organizations.permissions import Actor

MOST_ACTIONS = 200


@dataclass(frozen=True)
class ActionInput:
    """What a person says of an action; `reason` explains why it is given up."""

    title: str
    phase: str
    due_on: date
    text: str = ""
    owner: str = ""
    effort: Effort = Effort.MEDIUM
    status: ActionStatus = ActionStatus.OPEN
    reason: str = ""
    checks: tuple[str, ...] = field(default_factory=tuple)


def said_of(action: RoadmapAction) -> ActionInput:
    """Return what people said of an action, to change a part of it."""
    return ActionInput(
        title=action.title,
        phase=action.phase,
        due_on=action.due_on,
        text=action.text,
        owner=action.owner,
        effort=Effort(action.effort),
        status=ActionStatus(action.status),
        reason=action.reason,
    )


@transaction.atomic
def add_action(*, by: Actor, assessment: Assessment, content: ActionInput) -> RoadmapAction:
    """Add an action by hand; `content.checks` are those that it would bring to yes.

    Raises Invalid with the fields at fault.
    """
    framework = selectors.framework_get(assessment)
    content = _checked(framework, content)
    known = {check.key for check in framework.checks}
    if not set(content.checks) <= known:
        message = "The framework knows no such check."
        raise Invalid(message, fields={"checks": [message]})
    if len(lock_roadmap(assessment)) >= MOST_ACTIONS:
        raise Invalid(f"A roadmap has at most {MOST_ACTIONS} actions.")
    roadmap_of(by, assessment, selectors.first_day(assessment)).save()
    planned = PlannedAction(
        key="",
        origin=ActionOrigin.ADDED,
        days=DAYS_OF_EFFORT[content.effort],
        moves=dict.fromkeys(content.checks, "yes"),
        **_said(content),
    )
    row = new_action(by, assessment, planned)
    row.save(force_insert=True)
    audit.record(by=by, verb="action.added", subject=row, data={"title": row.title})
    return row


@transaction.atomic
def change_action(
    *, by: Actor, action: RoadmapAction, version: int, content: ActionInput
) -> RoadmapAction:
    """Change an action that still is at `version`; what is changed, drafting leaves alone.

    Raises Conflict with what stands now, Invalid with the fields at fault, Missing once it is gone.
    """
    content = _checked(selectors.framework_get(action.assessment), content)
    row = RoadmapAction.objects.select_for_update(of=("self",)).filter(pk=action.pk).first()
    if row is None:
        raise Missing("A new draft took this action away in the meantime.")
    if row.version != version:
        who = row.changed_by_label or "Somebody else"
        current = {"version": row.version, "title": row.title, "status": row.status}
        raise Conflict(f"{who} changed this action in the meantime.", current=current)
    before = mapping.planned_action(row)
    said = _said(content)
    changed = sorted(name for name, value in said.items() if getattr(before, name) != value)
    if not changed:
        return row
    edited = before.edited | {name for name in changed if name in EDITABLE}
    mapping.write_action(row, _replaced(before, said, edited))
    row.version += 1
    sign_action(row, by).save()
    data = {"title": row.title, "changed": changed, "status": row.status, "version": row.version}
    audit.record(by=by, verb="action.changed", subject=row, data=data)
    return row


def _replaced(before: PlannedAction, said: dict[str, Any], edited: frozenset[str]) -> PlannedAction:
    return PlannedAction(
        key=before.key,
        origin=before.origin,
        days=before.days,
        lever=before.lever,
        moves=before.moves,
        drafted_usd_per_month=before.drafted_usd_per_month,
        edited=edited,
        id=before.id,
        **said,
    )


def _said(content: ActionInput) -> dict[str, Any]:
    """The fields that people fill in."""
    return {
        "phase": content.phase,
        "title": content.title,
        "text": content.text,
        "owner": content.owner,
        "due_on": content.due_on,
        "effort": content.effort,
        "status": content.status,
        "reason": content.reason,
    }


def _checked(framework: Framework, content: ActionInput) -> ActionInput:
    """The input without outer blanks; raises Invalid with every field at fault."""
    faults: dict[str, list[str]] = {}
    texts = {
        "title": (" ".join(content.title.split()), ACTION_TITLE_LENGTH, True),
        "text": (content.text.replace("\r\n", "\n"), ACTION_TEXT_LENGTH, False),
        "owner": (" ".join(content.owner.split()), OWNER_LENGTH, False),
        "reason": (" ".join(content.reason.split()), STATUS_REASON_LENGTH, False),
    }
    if content.status in GIVEN_UP:
        texts["reason"] = (*texts["reason"][:2], True)
    kept = {}
    for name, (text, longest, is_required) in texts.items():
        try:
            kept[name] = _text(text, name, longest, is_required=is_required)
        except Invalid as error:
            faults |= error.fields
    if content.phase not in {phase.key for phase in framework.phases}:
        faults["phase"] = ["The framework knows no such phase."]
    try:
        check_day(content.due_on, "due_on")
    except Invalid as error:
        faults |= error.fields
    if faults:
        raise Invalid("Some fields cannot be used as they are.", fields=faults)
    if content.status not in GIVEN_UP:
        kept["reason"] = ""
    return ActionInput(
        phase=content.phase,
        due_on=content.due_on,
        effort=content.effort,
        status=content.status,
        checks=content.checks,
        **kept,
    )


def _text(text: str, field: str, longest: int, *, is_required: bool) -> str:
    if is_required:
        return required_text(text, field=field, longest=longest)
    stripped = text.strip()
    if len(stripped) > longest:
        raise Invalid("Too long.", fields={field: [f"At most {longest} characters, please."]})
    if not is_storable(stripped):
        raise Invalid(UNSTORABLE, fields={field: [UNSTORABLE]})
    return stripped
