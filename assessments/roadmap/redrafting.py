"""The difference that drafting a roadmap again makes; must not import Django."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from pydantic import JsonValue, computed_field, model_serializer

from assessments.recommendation import CENT
from assessments.roadmap.drafting import Draft
from assessments.roadmap.planned import UNFINISHED, ActionOrigin, PlannedAction
from assessments.scoring import Result

NO_LONGER = "No answer raises it any more."


@dataclass(frozen=True)
class ChangeEntry(Result):
    """A changed action; `before` and `after` hold the fields that differ."""

    id: str
    key: str
    title: str
    before: Mapping[str, JsonValue]
    after: Mapping[str, JsonValue]


@dataclass(frozen=True)
class Change(Result):
    """An action before and after, with the fields that differ."""

    before: PlannedAction
    after: PlannedAction
    fields: tuple[str, ...]

    @model_serializer
    def entry(self) -> ChangeEntry:
        """The change with the fields that differ alone."""
        written = [each.document() for each in (self.before, self.after)]
        old, new = ({name: each[name] for name in self.fields} for each in written)
        return ChangeEntry(self.before.id, self.before.key, self.before.title, old, new)


@dataclass(frozen=True)
class Farewell(Result):
    """An action that is no longer proposed, and why."""

    id: str
    key: str
    title: str
    reason: str


@dataclass(frozen=True)
class Redraft(Result):
    """What drafting would change; `checksum` confirms it.

    `kept` are no longer proposed, but stay for what people did with them.
    """

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

    @computed_field  # type: ignore[prop-decorator]
    @property
    def checksum(self) -> str:
        """The SHA-256 of a difference: only the difference that was shown can be confirmed."""
        document = self._adapter().dump_python(self, mode="json", exclude={"checksum"})
        text = json.dumps(document, sort_keys=True, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()


def redraft(
    draft: Draft, standing: Iterable[PlannedAction], archived: Collection[str] = ()
) -> Redraft:
    """Hold a fresh draft against the actions that stand (framework, 90-day roadmap).

    A field that a person changed is never overwritten. An action that they changed, began or ended
    is never taken away. Actions added by hand stay as they are. What is `archived`, by the key of
    its template, is not drafted anew.
    """
    rows = {each.key: each for each in standing if each.origin == ActionOrigin.DRAFTED}
    new = tuple(each for each in draft.actions if each.key not in {*rows, *archived})
    changes = [_change(rows.pop(each.key), each) for each in draft.actions if each.key in rows]
    reasons = {item.key: item.reason for item in draft.not_proposed}
    left = [row for row in rows.values() if _is_open(row)]

    def farewells(is_untouched: bool) -> tuple[Farewell, ...]:
        return tuple(
            Farewell(row.id, row.key, row.title, reasons.get(row.key, NO_LONGER))
            for row in left
            if row.is_untouched == is_untouched
        )

    changed = tuple(change for change in changes if change.fields)
    return Redraft(
        starts_on=draft.starts_on,
        new=new,
        changed=changed,
        gone=farewells(is_untouched=True),
        kept=farewells(is_untouched=False),
        same=len(changes) - len(changed),
    )


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
