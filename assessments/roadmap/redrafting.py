"""The difference that drafting a roadmap again makes; must not import Django."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta

from pydantic import JsonValue

from assessments.framework import ActionTemplate, Framework
from assessments.roadmap.drafting import DraftAction, Roadmap
from assessments.roadmap.money import CENT
from assessments.roadmap.planned import UNFINISHED, ActionOrigin, Effort, PlannedAction
from assessments.scoring import Result

NO_LONGER = "No answer raises it any more."


@dataclass(frozen=True)
class Change:
    """An action before and after, with the fields that differ."""

    before: PlannedAction
    after: PlannedAction
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Farewell:
    """An action that is no longer proposed, and why."""

    action: PlannedAction
    reason: str


@dataclass(frozen=True)
class Redraft:
    """New, changed and gone actions, and those that stay for what people did with them."""

    starts_on: date
    new: tuple[PlannedAction, ...]
    changed: tuple[Change, ...]
    gone: tuple[Farewell, ...]
    kept: tuple[Farewell, ...]
    same: int

    @property
    def is_empty(self) -> bool:
        """Whether applying it would change nothing."""
        return not (self.new or self.changed or self.gone)


def redraft(
    framework: Framework,
    drafted: Roadmap,
    standing: Iterable[PlannedAction],
    *,
    starts_on: date,
) -> Redraft:
    """Hold a fresh draft against the actions that stand (framework, 90-day roadmap).

    A field that a person changed is never overwritten. An action that they changed, began or ended
    is never taken away. Actions added by hand stay as they are.
    """
    rows = {each.key: each for each in standing if each.origin == ActionOrigin.DRAFTED}
    new: list[PlannedAction] = []
    changes: list[Change] = []
    same = 0
    for action in drafted.actions:
        fresh = planned_action(action, starts_on)
        before = rows.pop(fresh.key, None)
        if before is None:
            new.append(fresh)
            continue
        change = _change(before, fresh)
        changes += [change] if change.fields else []
        same += not change.fields
    reasons = {item.key: item.reason for item in drafted.not_proposed}
    partings = [
        Farewell(row, reasons.get(row.key, NO_LONGER)) for row in rows.values() if _is_open(row)
    ]
    return Redraft(
        starts_on=starts_on,
        new=tuple(new),
        changed=tuple(changes),
        gone=tuple(each for each in partings if each.action.is_untouched),
        kept=tuple(each for each in partings if not each.action.is_untouched),
        same=same,
    )


def planned_action(action: DraftAction, starts_on: date) -> PlannedAction:
    """A drafted action on a roadmap that starts on that day."""
    template = action.template
    return PlannedAction(
        key=template.key,
        origin=ActionOrigin.DRAFTED,
        phase=template.phase,
        title=template.title,
        text=template.text,
        owner="",
        due_on=due_date(template, starts_on),
        days=template.last_day - template.first_day + 1,
        effort=Effort(template.effort),
        lever=template.lever or "",
        moves=dict(action.moves),
        drafted_usd_per_month=action.usd_per_month,
    )


def due_date(template: ActionTemplate, starts_on: date) -> date:
    """The last day of an action; the roadmap's first day is day 1."""
    return starts_on + timedelta(days=template.last_day - 1)


def _change(before: PlannedAction, fresh: PlannedAction) -> Change:
    """A row with fresh facts; the fields that people edited stay."""
    if not _is_open(before):
        return Change(before, before, ())
    kept = {name: getattr(before, name) for name in before.edited}
    after = replace(
        fresh,
        **kept,
        id=before.id,
        status=before.status,
        reason=before.reason,
        edited=before.edited,
    )
    if _is_same_money(before.drafted_usd_per_month, after.drafted_usd_per_month):
        after = replace(after, drafted_usd_per_month=before.drafted_usd_per_month)
    compared = ("phase", "title", "text", "due_on", "effort", "moves", "drafted_usd_per_month")
    fields = tuple(name for name in compared if getattr(before, name) != getattr(after, name))
    return Change(before, after, fields)


def _is_open(row: PlannedAction) -> bool:
    return row.status in UNFINISHED


def _is_same_money(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) < CENT


@dataclass(frozen=True)
class PlannedEntry(Result):
    """A new action, as the preview of a redraft shows it."""

    key: str
    phase: str
    title: str
    text: str
    due_on: date
    effort: Effort
    lever: str | None
    moves: Mapping[str, str]
    drafted_usd_per_month: float | None


@dataclass(frozen=True)
class ChangeEntry(Result):
    """A changed action; `before` and `after` hold the fields that differ."""

    id: str
    key: str
    title: str
    before: Mapping[str, JsonValue]
    after: Mapping[str, JsonValue]


@dataclass(frozen=True)
class FarewellEntry(Result):
    """An action that is no longer proposed, and why."""

    id: str
    key: str
    title: str
    reason: str


@dataclass(frozen=True)
class RedraftDocument(Result):
    """The difference as JSON."""

    starts_on: date
    new: tuple[PlannedEntry, ...]
    changed: tuple[ChangeEntry, ...]
    gone: tuple[FarewellEntry, ...]
    kept: tuple[FarewellEntry, ...]
    same: int


def redraft_document(redraft: Redraft) -> RedraftDocument:
    """The difference in the shape of its JSON."""
    return RedraftDocument(
        starts_on=redraft.starts_on,
        new=tuple(_planned_entry(each) for each in redraft.new),
        changed=tuple(_change_entry(each) for each in redraft.changed),
        gone=tuple(_farewell_entry(each) for each in redraft.gone),
        kept=tuple(_farewell_entry(each) for each in redraft.kept),
        same=redraft.same,
    )


def redraft_checksum(redraft: Redraft) -> str:
    """The SHA-256 of a difference: only the difference that was shown can be confirmed."""
    document = redraft_document(redraft).document()
    text = json.dumps(document, sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _planned_entry(action: PlannedAction) -> PlannedEntry:
    values = {each.name: getattr(action, each.name) for each in fields(PlannedEntry)}
    return PlannedEntry(**values | {"lever": action.lever or None})


def _change_entry(change: Change) -> ChangeEntry:
    before, after = change.before, change.after
    written = [_planned_entry(each).document() for each in (before, after)]
    old, new = ({name: each[name] for name in change.fields} for each in written)
    return ChangeEntry(before.id, before.key, before.title, before=old, after=new)


def _farewell_entry(farewell: Farewell) -> FarewellEntry:
    action = farewell.action
    return FarewellEntry(action.id, action.key, action.title, farewell.reason)
