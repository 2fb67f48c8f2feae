"""Writes of the roadmap: its draft, never over people's edits, and its actions."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments import mapping, selectors
from assessments.framework import Framework
from assessments.models import (
    ACTION_TEXT_LENGTH,
    ACTION_TITLE_LENGTH,
    OWNER_LENGTH,
    STATUS_REASON_LENGTH,
    Assessment,
    Roadmap,
    RoadmapAction,
)
from assessments.roadmap import (
    DAYS_OF_EFFORT,
    EDITABLE,
    GIVEN_UP,
    MAX_TEAM_SIZE,
    ActionOrigin,
    ActionStatus,
    Effort,
    PlannedAction,
    Redraft,
)
from assessments.services.assessments import clean_text, lock_assessment
from organizations import audit
from organizations.exceptions import Conflict, Invalid, Missing
from organizations.permissions import Actor

MAX_ACTIONS = 200
MOVED = "Something changed since you looked. This is what drafting would do now."


@transaction.atomic
def apply_draft(*, by: Actor, assessment: Assessment, starts_on: date, checksum: str) -> Redraft:
    """Update the roadmap from the answers and the economics, as previewed.

    `checksum` is the preview's: raises Conflict with the new one where another difference would
    be applied than was shown, Invalid for a first day that is none.
    """
    check_day(starts_on, "starts_on")
    rows = lock_roadmap(assessment)
    difference = selectors.redraft_preview(assessment, starts_on=starts_on)
    if checksum != difference.checksum:
        raise Conflict(MOVED, current={"checksum": difference.checksum})
    roadmap = roadmap_of(assessment, starts_on)
    roadmap.starts_on, roadmap.drafted_at = starts_on, timezone.now()
    roadmap.drafted_by_id, roadmap.drafted_by_label = by.user_id, by.label
    roadmap.save()
    _store_difference(by, assessment, difference, rows)
    data = {
        "starts_on": starts_on.isoformat(),
        "new": [each.key for each in difference.new],
        "changed": [each.before.key for each in difference.changed],
        "gone": [each.key for each in difference.gone],
    }
    audit.record(by=by, verb="roadmap.drafted", subject=roadmap, data=data)
    return difference


def _store_difference(
    by: Actor, assessment: Assessment, difference: Redraft, rows: Mapping[str, RoadmapAction]
) -> None:
    for change in difference.changed:
        _store_action(by, rows[change.before.id], change.after)
    gone = [each.id for each in difference.gone]
    RoadmapAction.objects.filter(assessment=assessment, pk__in=gone).delete()
    for planned in difference.new:
        _store_action(by, RoadmapAction(**assessment.place, version=0), planned)


def check_day(day: date, field: str) -> None:
    """Raise Invalid for a day outside of the years that can be planned."""
    if not selectors.FIRST_PLANNED <= day <= selectors.LAST_PLANNED:
        span = f"{selectors.FIRST_PLANNED.year} to {selectors.LAST_PLANNED.year}"
        raise Invalid.at(field, f"Choose a day from {span}.")


def roadmap_of(assessment: Assessment, starts_on: date) -> Roadmap:
    """Return the assessment's roadmap, or a new one, unsaved."""
    return selectors.roadmap_find(assessment) or Roadmap(**assessment.place, starts_on=starts_on)


def _store_action(by: Actor, row: RoadmapAction, planned: PlannedAction) -> RoadmapAction:
    mapping.write_action(row, planned)
    row.version += 1
    row.changed_by_id, row.changed_by_label = by.user_id, by.label
    row.changed_at = timezone.now()
    row.save()
    return row


def lock_roadmap(assessment: Assessment) -> dict[str, RoadmapAction]:
    """Return an assessment's actions by id, locked with the assessment until the change is done."""
    lock_assessment(assessment.pk)
    return {str(row.pk): row for row in selectors.action_list(assessment).select_for_update()}


@transaction.atomic
def set_team_size(*, by: Actor, assessment: Assessment, team_size: int) -> Roadmap:
    """State how many people work full time on the roadmap, which bounds its projections.

    Raises Invalid for a team of nobody or of more than can be planned.
    """
    if not 1 <= team_size <= MAX_TEAM_SIZE:
        raise Invalid.at("team_size", f"Give a number of people from 1 to {MAX_TEAM_SIZE}.")
    lock_roadmap(assessment)
    roadmap = roadmap_of(
        assessment, selectors.first_day(assessment, selectors.roadmap_find(assessment))
    )
    roadmap.team_size = team_size
    roadmap.save()
    audit.record(by=by, verb="roadmap.staffed", subject=roadmap, data={"team_size": team_size})
    return roadmap


@dataclass(frozen=True)
class ActionInput:
    """What a person types into an action; `reason` explains why it is given up."""

    title: str
    phase: str
    due_on: date
    text: str = ""
    owner: str = ""
    effort: Effort = Effort.MEDIUM
    status: ActionStatus = ActionStatus.OPEN
    reason: str = ""
    checks: tuple[str, ...] = ()

    @classmethod
    def parse(cls, typed: Mapping[str, Any]) -> "ActionInput":
        """Return what a form or a body holds that was validated; other fields are left out."""
        values = {each.name: typed[each.name] for each in fields(cls) if each.name in typed}
        values |= {"effort": Effort(typed["effort"]), "status": ActionStatus(typed["status"])}
        return cls(**values | {"checks": tuple(typed.get("checks", ()))})


TYPED_FIELDS = tuple(each.name for each in fields(ActionInput) if each.name != "checks")


def action_content(action: RoadmapAction) -> ActionInput:
    planned = mapping.planned_action(action)
    return ActionInput(**{name: getattr(planned, name) for name in TYPED_FIELDS})


@transaction.atomic
def add_action(*, by: Actor, assessment: Assessment, content: ActionInput) -> RoadmapAction:
    """Add an action by hand; `content.checks` are those that it would bring to yes.

    Raises Invalid with the invalid fields.
    """
    framework = selectors.framework_get(assessment)
    content = _validated(framework, content)
    known = {check.key for check in framework.checks}
    if not set(content.checks) <= known:
        raise Invalid.at("checks", "The framework knows no such check.")
    if len(lock_roadmap(assessment)) >= MAX_ACTIONS:
        raise Invalid(f"A roadmap has at most {MAX_ACTIONS} actions.")
    roadmap_of(
        assessment, selectors.first_day(assessment, selectors.roadmap_find(assessment))
    ).save()
    planned = PlannedAction(
        key="",
        origin=ActionOrigin.ADDED,
        days=DAYS_OF_EFFORT[content.effort],
        moves=dict.fromkeys(content.checks, "yes"),
        **_typed(content),
    )
    row = _store_action(by, RoadmapAction(**assessment.place, version=0), planned)
    audit.record(by=by, verb="action.added", subject=row, data={"title": row.title})
    return row


@transaction.atomic
def change_action(
    *, by: Actor, action: RoadmapAction, version: int, content: ActionInput
) -> RoadmapAction:
    """Change an action that is still at `version`; drafting keeps the changed fields.

    Raises Conflict with what stands now, Invalid with the invalid fields, Missing once it is gone.
    """
    content = _validated(selectors.framework_get(action.assessment), content)
    row = RoadmapAction.objects.select_for_update(of=("self",)).filter(pk=action.pk).first()
    if row is None:
        raise Missing("A new draft took this action away in the meantime.")
    if row.version != version:
        who = row.changed_by_label or "Somebody else"
        current = {"version": row.version, "title": row.title, "status": row.status}
        raise Conflict(f"{who} changed this action in the meantime.", current=current)
    before = mapping.planned_action(row)
    typed = _typed(content)
    changed = sorted(name for name, value in typed.items() if getattr(before, name) != value)
    if not changed:
        return row
    edited = before.edited | {name for name in changed if name in EDITABLE}
    _store_action(by, row, replace(before, edited=edited, **typed))
    data = {"title": row.title, "changed": changed, "status": row.status, "version": row.version}
    audit.record(by=by, verb="action.changed", subject=row, data=data)
    return row


def _typed(content: ActionInput) -> dict[str, Any]:
    return {name: getattr(content, name) for name in TYPED_FIELDS}


def _validated(framework: Framework, content: ActionInput) -> ActionInput:
    """Return the input without outer blanks; raises Invalid with all invalid fields."""
    errors: dict[str, list[str]] = {}
    texts = {
        "title": (" ".join(content.title.split()), ACTION_TITLE_LENGTH, True),
        "text": (content.text.replace("\r\n", "\n"), ACTION_TEXT_LENGTH, False),
        "owner": (" ".join(content.owner.split()), OWNER_LENGTH, False),
        "reason": (" ".join(content.reason.split()), STATUS_REASON_LENGTH, False),
    }
    if content.status in GIVEN_UP:
        texts["reason"] = (*texts["reason"][:2], True)
    kept: dict[str, Any] = {}
    for name, (text, max_length, is_required) in texts.items():
        try:
            kept[name] = clean_text(
                text, field=name, max_length=max_length, is_required=is_required
            )
        except Invalid as error:
            errors |= error.fields
    if content.phase not in {phase.key for phase in framework.phases}:
        errors["phase"] = ["The framework knows no such phase."]
    try:
        check_day(content.due_on, "due_on")
    except Invalid as error:
        errors |= error.fields
    if errors:
        raise Invalid("Some fields cannot be used as they are.", fields=errors)
    if content.status not in GIVEN_UP:
        kept["reason"] = ""
    return replace(content, **kept)
