"""A roadmap as JSON; money stays unrounded; must not import Django."""

from typing import Any

from assessments.framework import Framework
from assessments.roadmap.plan import DraftAction, Projection, Roadmap
from assessments.scoring import Target, scores_document, targets_document

JsonDict = dict[str, Any]


def roadmap_document(
    framework: Framework, roadmap: Roadmap, targets: dict[str, Target] | None = None
) -> JsonDict:
    """The roadmap by phases, what is left out and why, the projections, and the target levels."""
    return {
        "phases": [
            {
                "key": phase.key,
                "title": phase.title,
                "from_day": phase.first_day,
                "to_day": phase.last_day,
                "actions": [
                    _action(framework, action)
                    for action in roadmap.actions
                    if action.template.phase == phase.key
                ],
            }
            for phase in framework.phases
        ],
        "not_proposed": [
            {
                "key": item.template.key,
                "title": item.template.title,
                "kind": item.kind,
                "reason": item.reason,
            }
            for item in roadmap.not_proposed
        ],
        "projections": [_projection(item) for item in roadmap.projections],
        "targets": targets_document(targets or {}),
    }


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


def _projection(item: Projection) -> JsonDict:
    scores = scores_document(item.scores)
    return {
        "day": item.day,
        **{name: scores[name] for name in ("overall", "low", "high", "shown", "band")},
        "dimensions": {key: part["score"] for key, part in scores["dimensions"].items()},
        "usd_per_month": item.usd_per_month,
        "counted_levers": list(item.counted_levers),
    }
