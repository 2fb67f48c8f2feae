"""A roadmap as JSON; money stays unrounded; must not import Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, TypeVar

from pydantic import Field

from assessments.framework import Framework
from assessments.roadmap.drafting import NotProposed
from assessments.roadmap.planned import ActionStatus, FollowedAction, FollowedRoadmap, Workload
from assessments.roadmap.projection import Projection
from assessments.scoring import Result, Target


def _is_none(value: object) -> bool:
    return value is None


ValueT = TypeVar("ValueT")
# A key that JSON leaves out where there is no value.
Optional = Annotated[ValueT | None, Field(exclude_if=_is_none)]


@dataclass(frozen=True)
class ActionEntry(Result):
    """An action: a drafted one has its days, one that people keep has owner, date and status."""

    key: str
    title: str
    text: str
    lever: str | None
    usd_per_month: float | None
    effort: str
    effort_days: tuple[int, ...]
    preconditions: tuple[str, ...]
    raised_by: tuple[str, ...]
    moves: Mapping[str, str]
    at_risk: bool
    risk: str
    origin: str
    first_day: Optional[int] = None
    last_day: Optional[int] = None
    owner: Optional[str] = None
    due_on: Optional[date] = None
    status: Optional[ActionStatus] = None
    status_reason: Optional[str] = None
    effort_usd: Optional[float] = None
    payback_months: Optional[float] = None


@dataclass(frozen=True)
class PhaseEntry(Result):
    """A phase with its actions."""

    key: str
    title: str
    from_day: int
    to_day: int
    actions: tuple[ActionEntry, ...]


@dataclass(frozen=True)
class RoadmapDocument(Result):
    """A roadmap by phases, with what is left out, the projections and the target levels.

    `starts_on` is there where people keep the roadmap; `workload` since it bounds projections.
    """

    phases: tuple[PhaseEntry, ...]
    not_proposed: tuple[NotProposed, ...]
    projections: tuple[Projection, ...]
    targets: Mapping[str, Target] = field(default_factory=dict)
    starts_on: Optional[date] = None
    workload: Optional[Workload] = None


def roadmap_document(
    framework: Framework, roadmap: FollowedRoadmap, not_proposed: Sequence[NotProposed]
) -> RoadmapDocument:
    """A roadmap that people keep, or a draft, without what is left out of it but planned."""
    planned = {action.planned.key for action in roadmap.actions}
    entries = [(each.planned.phase, _entry(framework, roadmap, each)) for each in roadmap.actions]
    return RoadmapDocument(
        phases=tuple(
            PhaseEntry(
                key=phase.key,
                title=phase.title,
                from_day=phase.first_day,
                to_day=phase.last_day,
                actions=tuple(entry for key, entry in entries if key == phase.key),
            )
            for phase in framework.phases
        ),
        not_proposed=tuple(item for item in not_proposed if item.key not in planned),
        projections=roadmap.projections,
        starts_on=None if roadmap.is_draft else roadmap.starts_on,
        workload=roadmap.workload,
    )


def _entry(framework: Framework, roadmap: FollowedRoadmap, action: FollowedAction) -> ActionEntry:
    planned = action.planned
    template = planned.template(framework)
    entry = ActionEntry(
        key=planned.key,
        title=planned.title,
        text=planned.text,
        lever=planned.lever or None,
        usd_per_month=action.usd_per_month,
        effort=planned.effort.value,
        effort_days=template.effort_days if template else (),
        preconditions=action.preconditions,
        raised_by=tuple(planned.moves),
        moves=planned.moves,
        at_risk=action.is_at_risk,
        risk=action.risk,
        origin=planned.origin.value,
        effort_usd=action.effort_usd,
        payback_months=action.payback_months,
    )
    if roadmap.is_draft:
        first, last = roadmap.day(planned.starts_on), roadmap.day(planned.due_on)
        return replace(entry, first_day=first, last_day=last)
    return replace(
        entry,
        owner=planned.owner,
        due_on=planned.due_on,
        status=planned.status,
        status_reason=planned.reason,
    )
