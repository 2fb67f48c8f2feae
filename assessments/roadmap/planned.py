"""A roadmap as people keep it, with money and projections; must not import Django."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from operator import is_
from typing import Annotated

from pydantic import Field, PlainSerializer

from assessments.framework import ActionTemplate, Framework
from assessments.recommendation import Change, ChangeKind, repaid_usd_per_day
from assessments.roadmap.money import Costs, PricedPlan, held_back_levers, priced_plan
from assessments.roadmap.projection import (
    Answers,
    Due,
    Projection,
    feasible,
    person_days_by,
    project,
)
from assessments.scoring import Result, Scores

# The fields that a person may change; drafting again leaves those alone that somebody did.
EDITABLE = ("phase", "title", "text", "owner", "due_on", "effort")


class ActionStatus(StrEnum):
    """Where an action stands."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DROPPED = "dropped"
    RISK_ACCEPTED = "risk_accepted"


# Statuses in which nothing more will be done, each to be explained.
GIVEN_UP = frozenset({ActionStatus.DROPPED, ActionStatus.RISK_ACCEPTED})
UNFINISHED = frozenset({ActionStatus.OPEN, ActionStatus.IN_PROGRESS})


class ActionOrigin(StrEnum):
    """Whether an action was drafted from a gap or added by hand."""

    DRAFTED = "drafted"
    ADDED = "added"


class Effort(StrEnum):
    """How much work an action takes."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


# How long an action that was added by hand is drawn, in days.
DAYS_OF_EFFORT = {Effort.LOW: 5, Effort.MEDIUM: 10, Effort.HIGH: 20}
# The people who work full time on a roadmap, until somebody says how many.
DEFAULT_TEAM_SIZE, MAX_TEAM_SIZE = 2, 100
# What is not of the draft stays out of an action as JSON, which shows what drafting changes.
OWN = Field(exclude=True)


@dataclass(frozen=True)
class PlannedAction(Result):
    """One action with the words of people.

    `key` names the framework's template, empty where it was added by hand; `moves` are the answers
    that it would change; `drafted_usd_per_month` is its saving when it was drafted last; `edited`
    names the fields that somebody changed. `id` is the row's, empty before there is one.
    """

    key: str
    origin: Annotated[ActionOrigin, OWN]
    phase: str
    title: str
    text: str
    owner: Annotated[str, OWN]
    due_on: date
    days: Annotated[int, OWN]
    effort: Effort
    status: Annotated[ActionStatus, OWN] = ActionStatus.OPEN
    reason: Annotated[str, OWN] = ""
    lever: Annotated[str, PlainSerializer(lambda key: key or None, return_type=str | None)] = ""
    moves: Mapping[str, str] = field(default_factory=dict)
    drafted_usd_per_month: float | None = None
    edited: Annotated[frozenset[str], OWN] = frozenset()
    id: Annotated[str, OWN] = ""

    @property
    def starts_on(self) -> date:
        """The first day of work."""
        return self.due_on - timedelta(days=self.days - 1)

    @property
    def is_given_up(self) -> bool:
        """Whether it counts for nothing."""
        return self.status in GIVEN_UP

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be done."""
        return self.status not in UNFINISHED

    @property
    def is_untouched(self) -> bool:
        """Whether nobody changed or began it."""
        return not self.edited and self.status == ActionStatus.OPEN

    def template(self, framework: Framework) -> ActionTemplate | None:
        """The framework's action that it was drafted from, if it was."""
        return next((each for each in framework.actions if each.key == self.key), None)

    def person_days(self, framework: Framework) -> int:
        """The work that it takes at most; none once nothing more will be done."""
        template = self.template(framework)
        if self.is_over:
            return 0
        if template and template.effort == self.effort:
            return template.effort_days[1]
        return DAYS_OF_EFFORT[self.effort]

    def brings(self, framework: Framework) -> Change | None:
        """The change whose saving it brings, None where it brings none."""
        if not self.lever:
            return None
        changes = [Change(kind, self.lever) for kind in ChangeKind]
        template = self.template(framework)
        if template is None:
            return next((change for change in changes if change.key == self.key), None)
        return Change(ChangeKind.SWITCH_ON, self.lever) if template.brings_money else None


@dataclass(frozen=True)
class FollowedAction:
    """An action with what it is worth now.

    `usd_per_month` is its lever's saving in the roadmap's order among the actions that stand, None
    where it brings none, is given up, or there is no price; `preconditions` are titles.
    `effort_usd` is what its effort costs at most; None where it is over or a day has no price.
    `paid_usd` is what its saving must earn back: the work that is left on its lever, and what the
    change takes once. `parts` are those of the workload that its change concerns, by their titles;
    empty where it concerns all, or the one.
    """

    planned: PlannedAction
    usd_per_month: float | None
    preconditions: tuple[str, ...]
    risk: str
    effort_usd: float | None = None
    paid_usd: float | None = None
    parts: tuple[str, ...] = ()

    @property
    def payback_months(self) -> float | None:
        """The months of its saving that pay for it; None where it has none or no price."""
        return payback_months(self.paid_usd, self.usd_per_month)

    @property
    def is_at_risk(self) -> bool:
        """Whether the scores do not support its lever today."""
        return bool(self.risk)


@dataclass(frozen=True)
class Workload(Result):
    """What the actions that are left take, at most, against what the team has, in person-days.

    `beyond` are the titles of those that no projection counts, because the time is too short.
    `repaid_usd_per_day` is the price of a day at which a year of what they save pays for their
    work; None where a day has a price, or nothing is saved.
    """

    team_size: int
    person_days: int
    available_person_days: int
    beyond: tuple[str, ...]
    repaid_usd_per_day: Annotated[float | None, Field(exclude_if=partial(is_, None))] = None


@dataclass(frozen=True)
class FollowedRoadmap:
    """The actions with the projected scores and spend; a draft that nobody keeps yet, or kept."""

    starts_on: date
    actions: tuple[FollowedAction, ...]
    projections: tuple[Projection, ...]
    is_draft: bool
    workload: Workload

    def day(self, day: date) -> int:
        """A date as a day of the roadmap, whose first is day 1."""
        return (day - self.starts_on).days + 1


def follow_roadmap(
    framework: Framework,
    answers: Answers,
    scores: Scores,
    planned: Iterable[PlannedAction],
    *,
    starts_on: date,
    costs: Costs | None,
    is_draft: bool = False,
    team_size: int = DEFAULT_TEAM_SIZE,
) -> FollowedRoadmap:
    """The roadmap with the money of the newest costs (framework, roadmap), in the order of time.

    A draft keeps the order of the framework. An action that is given up counts for nothing, one
    that is done from the first day on, any other from its due date on, if a team of `team_size`
    people has the time for it by then; so nothing is counted twice. Money is USD per month.
    """
    ordered = list(planned) if is_draft else in_time(framework, planned)
    held_back = held_back_levers(framework, scores)
    plan = _plan(framework, ordered, held_back, costs)
    actions = tuple(_followed(framework, each, ordered, held_back, plan, costs) for each in ordered)
    dues = [_due(framework, each, starts_on) for each in actions if not each.planned.is_given_up]
    return FollowedRoadmap(
        starts_on=starts_on,
        actions=actions,
        projections=project(framework, answers, dues, plan, team_size),
        is_draft=is_draft,
        workload=_workload(framework, dues, team_size, plan, costs),
    )


def _followed(
    framework: Framework,
    action: PlannedAction,
    ordered: Sequence[PlannedAction],
    held_back: Mapping[str, str],
    plan: PricedPlan | None,
    costs: Costs | None,
) -> FollowedAction:
    """One action of the plan with what it saves, costs and waits for."""
    return FollowedAction(
        planned=action,
        usd_per_month=_saving(framework, action, plan),
        preconditions=_preconditions(framework, action, ordered),
        risk=_risk(action, held_back, costs),
        effort_usd=_effort_usd(framework, action, costs),
        paid_usd=_paid_usd(framework, action, ordered, plan, costs),
        parts=_parts(framework, action, plan, costs),
    )


def _workload(
    framework: Framework,
    dues: Sequence[Due],
    team_size: int,
    plan: PricedPlan | None,
    costs: Costs | None,
) -> Workload:
    within = [due for due in dues if due.day <= framework.days]
    fitting = feasible(within, framework.days, team_size)
    return Workload(
        team_size=team_size,
        person_days=sum(due.person_days for due in within),
        available_person_days=person_days_by(framework.days, team_size),
        beyond=tuple(due.title for due in within if not any(due is each for each in fitting)),
        repaid_usd_per_day=None if costs and costs.usd_per_day else _repaid(within, plan),
    )


def _repaid(dues: Iterable[Due], plan: PricedPlan | None) -> float | None:
    """The price of a day at which a year of what is left to be saved pays for its work.

    What its changes take once is paid first.
    """
    left = [due for due in dues if due.day > 0]
    days, changes = sum(due.person_days for due in left), dict.fromkeys(due.change for due in left)
    if plan is None:
        return None
    saving = sum(plan.saving_usd_per_month(change) or 0.0 for change in changes)
    once = sum(plan.one_time_usd(change) for change in changes if change)
    return repaid_usd_per_day(saving, once, days)


def in_time(framework: Framework, planned: Iterable[PlannedAction]) -> list[PlannedAction]:
    """The actions by phase, then by due date; of one day in the framework's order."""
    phases = [phase.key for phase in framework.phases]
    templates = [template.key for template in framework.actions]

    def place(each: PlannedAction) -> tuple[int, date, int, str, str]:
        order = templates.index(each.key) if each.key in templates else len(templates)
        return phases.index(each.phase), each.due_on, order, each.title, each.id

    return sorted(planned, key=place)


def _plan(
    framework: Framework,
    planned: Sequence[PlannedAction],
    held_back: Mapping[str, str],
    costs: Costs | None,
) -> PricedPlan | None:
    """The changes that the standing actions make, with their money."""
    if costs is None:
        return None
    brought = (each.brings(framework) for each in planned if not each.is_given_up)
    return priced_plan(framework, costs, held_back, [change for change in brought if change])


def _saving(framework: Framework, action: PlannedAction, plan: PricedPlan | None) -> float | None:
    if plan is None or action.is_given_up:
        return None
    return plan.saving_usd_per_month(action.brings(framework))


def _parts(
    framework: Framework, action: PlannedAction, plan: PricedPlan | None, costs: Costs | None
) -> tuple[str, ...]:
    change = action.brings(framework)
    if plan is None or costs is None or change is None:
        return ()
    made = [
        part.title for part, (_, own) in zip(costs.parts, plan.parts, strict=False) if change in own
    ]
    return tuple(made) if 0 < len(made) < len(costs.parts) else ()


def _effort_usd(framework: Framework, action: PlannedAction, costs: Costs | None) -> float | None:
    if costs is None or not costs.usd_per_day or action.is_over:
        return None
    return action.person_days(framework) * costs.usd_per_day


def _paid_usd(
    framework: Framework,
    action: PlannedAction,
    planned: Iterable[PlannedAction],
    plan: PricedPlan | None,
    costs: Costs | None,
) -> float | None:
    """What the saving of an action must earn back; None where it brings none or has no price."""
    change, own = action.brings(framework), _effort_usd(framework, action, costs)
    if change is None or plan is None or own is None:
        return None
    others = preparing(framework, action, planned)
    left = sum(_effort_usd(framework, each, costs) or 0.0 for each in others)
    return own + left + plan.one_time_usd(change)


def preparing(
    framework: Framework, action: PlannedAction, planned: Iterable[PlannedAction]
) -> list[PlannedAction]:
    """The actions that prepare the lever that one switches on."""
    change = action.brings(framework)
    if change is None or change.kind != ChangeKind.SWITCH_ON:
        return []
    return [
        each for each in planned if each.lever == change.lever and each.brings(framework) is None
    ]


def payback_months(paid_usd: float | None, usd_per_month: float | None) -> float | None:
    """The months of a saving that pay for a sum; None where either is missing or nothing."""
    if paid_usd is None or usd_per_month is None or usd_per_month <= 0.0:
        return None
    return paid_usd / usd_per_month


def _preconditions(
    framework: Framework, action: PlannedAction, planned: Sequence[PlannedAction]
) -> tuple[str, ...]:
    """The titles of those actions that come first and are neither done nor given up."""
    template = action.template(framework)
    titles = {each.key: each.title for each in planned if each.key and not each.is_over}
    return tuple(titles[key] for key in (template.after if template else ()) if key in titles)


def _risk(action: PlannedAction, held_back: Mapping[str, str], costs: Costs | None) -> str:
    if action.is_over or (costs is not None and action.lever in costs.running):
        return ""
    return held_back.get(action.lever, "")


def _due(framework: Framework, action: FollowedAction, starts_on: date) -> Due:
    planned = action.planned
    day = (planned.due_on - starts_on).days + 1
    is_done = planned.status == ActionStatus.DONE
    change = planned.brings(framework) if action.usd_per_month is not None else None
    return Due(
        day=0 if is_done else max(day, 1),
        moves=planned.moves,
        change=change,
        title=planned.title,
        person_days=planned.person_days(framework),
    )
