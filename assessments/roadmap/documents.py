"""A roadmap as JSON; money stays unrounded; must not import Django."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, TypeVar

from pydantic import Field

from assessments.framework import Framework, Phase
from assessments.roadmap.drafting import DraftAction, NotProposed, Roadmap
from assessments.roadmap.planned import ActionStatus, FollowedAction, FollowedRoadmap
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

    `starts_on` is there where people keep the roadmap.
    """

    phases: tuple[PhaseEntry, ...]
    not_proposed: tuple[NotProposed, ...]
    projections: tuple[Projection, ...]
    targets: Mapping[str, Target] = field(default_factory=dict)
    starts_on: Optional[date] = None


def drafted_document(framework: Framework, roadmap: Roadmap) -> RoadmapDocument:
    """A drafted roadmap."""
    return RoadmapDocument(
        phases=_phases(
            framework, roadmap.actions, lambda action: action.template.phase, _drafted_entry
        ),
        not_proposed=roadmap.not_proposed,
        projections=roadmap.projections,
    )


def followed_document(
    framework: Framework, followed: FollowedRoadmap, not_proposed: Sequence[NotProposed]
) -> RoadmapDocument:
    """A roadmap that people keep."""
    planned = {action.planned.key for action in followed.actions}
    return RoadmapDocument(
        phases=_phases(
            framework, followed.actions, lambda action: action.planned.phase, _followed_entry
        ),
        not_proposed=tuple(item for item in not_proposed if item.key not in planned),
        projections=followed.projections,
        starts_on=followed.starts_on,
    )


ActionT = TypeVar("ActionT", DraftAction, FollowedAction)


def _phases(
    framework: Framework,
    actions: Sequence[ActionT],
    phase_of: Callable[[ActionT], str],
    entry: Callable[[Framework, ActionT], ActionEntry],
) -> tuple[PhaseEntry, ...]:
    def phase_entry(phase: Phase) -> PhaseEntry:
        own = tuple(entry(framework, each) for each in actions if phase_of(each) == phase.key)
        return PhaseEntry(phase.key, phase.title, phase.first_day, phase.last_day, own)

    return tuple(phase_entry(phase) for phase in framework.phases)


def _drafted_entry(framework: Framework, action: DraftAction) -> ActionEntry:
    template = action.template
    titles = {item.key: item.title for item in framework.actions}
    return ActionEntry(
        key=template.key,
        title=template.title,
        text=template.text,
        lever=template.lever,
        usd_per_month=action.usd_per_month,
        effort=template.effort,
        effort_days=template.effort_days,
        preconditions=tuple(titles[key] for key in action.after),
        raised_by=tuple(action.moves),
        moves=action.moves,
        at_risk=action.is_at_risk,
        risk=action.risk,
        origin=template.origin.value,
        first_day=template.first_day,
        last_day=template.last_day,
    )


def _followed_entry(framework: Framework, action: FollowedAction) -> ActionEntry:
    planned = action.planned
    template = planned.template(framework)
    return ActionEntry(
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
        owner=planned.owner,
        due_on=planned.due_on,
        status=planned.status,
        status_reason=planned.reason,
    )
