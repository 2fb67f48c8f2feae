"""A roadmap as JSON; money stays unrounded; must not import Django."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from assessments.framework import Framework, Phase
from assessments.roadmap.following import FollowedAction, FollowedRoadmap
from assessments.roadmap.plan import DraftAction, NotProposed, Projection, Roadmap
from assessments.roadmap.planned import PlannedAction
from assessments.roadmap.redrafting import Farewell, Redraft
from assessments.scoring import Target, targets_document

JsonDict = dict[str, Any]


def roadmap_document(
    framework: Framework, roadmap: Roadmap, targets: dict[str, Target] | None = None
) -> JsonDict:
    """The roadmap by phases, what is left out and why, the projections, and the target levels."""
    phases = [
        _phase(
            phase,
            [
                _action(framework, action)
                for action in roadmap.actions
                if action.template.phase == phase.key
            ],
        )
        for phase in framework.phases
    ]
    return {
        "phases": phases,
        "not_proposed": _left_out(roadmap.not_proposed),
        "projections": [_projection(item) for item in roadmap.projections],
        "targets": targets_document(targets or {}),
    }


def followed_document(
    framework: Framework, followed: FollowedRoadmap, not_proposed: Sequence[NotProposed]
) -> JsonDict:
    """A person's roadmap in the shape of a drafted one, with owners, dates and statuses."""
    phases = [
        _phase(
            phase,
            [
                _followed(framework, action)
                for action in followed.actions
                if action.planned.phase == phase.key
            ],
        )
        for phase in framework.phases
    ]
    planned = {action.planned.key for action in followed.actions}
    left_out = [item for item in not_proposed if item.template.key not in planned]
    return {
        "starts_on": followed.starts_on.isoformat(),
        "phases": phases,
        "not_proposed": _left_out(left_out),
        "projections": [_projection(item) for item in followed.projections],
        "targets": {},
    }


def redraft_document(redraft: Redraft) -> JsonDict:
    """What drafting again would change; `before` and `after` hold the fields that differ."""
    return {
        "starts_on": redraft.starts_on.isoformat(),
        "new": [_planned(each) for each in redraft.new],
        "changed": [
            {
                "id": change.before.id,
                "key": change.before.key,
                "title": change.before.title,
                "before": {name: _planned(change.before)[name] for name in change.fields},
                "after": {name: _planned(change.after)[name] for name in change.fields},
            }
            for change in redraft.changed
        ],
        "gone": [_farewell(each) for each in redraft.gone],
        "kept": [_farewell(each) for each in redraft.kept],
        "same": redraft.same,
    }


def redraft_checksum(redraft: Redraft) -> str:
    """The SHA-256 of a difference: what is confirmed is what was shown."""
    text = json.dumps(redraft_document(redraft), sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _phase(phase: Phase, actions: list[JsonDict]) -> JsonDict:
    return {
        "key": phase.key,
        "title": phase.title,
        "from_day": phase.first_day,
        "to_day": phase.last_day,
        "actions": actions,
    }


def _left_out(items: Sequence[NotProposed]) -> list[JsonDict]:
    return [
        {
            "key": item.template.key,
            "title": item.template.title,
            "kind": item.kind,
            "reason": item.reason,
        }
        for item in items
    ]


def _action(framework: Framework, action: DraftAction) -> JsonDict:
    template = action.template
    titles = {item.key: item.title for item in framework.actions}
    return {
        "key": template.key,
        "title": template.title,
        "text": template.text,
        "first_day": template.first_day,
        "last_day": template.last_day,
        "lever": template.lever,
        "usd_per_month": action.usd_per_month,
        "effort": template.effort,
        "effort_days": list(template.effort_days),
        "preconditions": [titles[key] for key in action.after],
        "raised_by": list(action.raised_by),
        "moves": dict(action.moves),
        "at_risk": action.is_at_risk,
        "risk": action.risk,
        "origin": template.origin.value,
    }


def _followed(framework: Framework, action: FollowedAction) -> JsonDict:
    planned = action.planned
    template = planned.template(framework)
    return {
        "key": planned.key,
        "title": planned.title,
        "text": planned.text,
        "lever": planned.lever or None,
        "usd_per_month": action.usd_per_month,
        "effort": planned.effort.value,
        "effort_days": list(template.effort_days) if template else [],
        "preconditions": list(action.preconditions),
        "raised_by": list(planned.moves),
        "moves": dict(planned.moves),
        "at_risk": action.is_at_risk,
        "risk": action.risk,
        "origin": planned.origin.value,
        "owner": planned.owner,
        "due_on": planned.due_on.isoformat(),
        "status": planned.status.value,
        "status_reason": planned.reason,
    }


def _planned(action: PlannedAction) -> JsonDict:
    return {
        "key": action.key,
        "phase": action.phase,
        "title": action.title,
        "text": action.text,
        "due_on": action.due_on.isoformat(),
        "effort": action.effort.value,
        "lever": action.lever or None,
        "moves": dict(action.moves),
        "drafted_usd_per_month": action.drafted_usd_per_month,
    }


def _farewell(farewell: Farewell) -> JsonDict:
    action = farewell.action
    return {
        "id": action.id,
        "key": action.key,
        "title": action.title,
        "reason": farewell.reason,
    }


def _projection(item: Projection) -> JsonDict:
    scores = item.scores.document()
    return {
        "day": item.day,
        **{name: scores[name] for name in ("overall", "low", "high", "shown", "band")},
        "dimensions": {key: part["score"] for key, part in scores["dimensions"].items()},
        "usd_per_month": item.usd_per_month,
        "counted_levers": list(item.counted_levers),
    }
