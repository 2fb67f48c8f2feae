"""What a person's roadmap comes to as it stands; must not import Django."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assessments.framework import Framework
from assessments.roadmap.costs import Costs
from assessments.roadmap.money import held_back_levers, money_in_order
from assessments.roadmap.plan import Projection
from assessments.roadmap.planned import ActionStatus, PlannedAction
from assessments.roadmap.projection import Answers, Due, project, spend_by_levers
from assessments.scoring import Scores

FIRST_DAY = 1


@dataclass(frozen=True)
class FollowedAction:
    """An action with what it is worth now.

    `usd_per_month` is its lever's saving in the roadmap's order among the actions that stand, None
    where it brings none, is given up, or there is no price; `preconditions` are titles.
    """

    planned: PlannedAction
    usd_per_month: float | None
    preconditions: tuple[str, ...]
    risk: str

    @property
    def is_at_risk(self) -> bool:
        """Whether the scores do not support its lever today."""
        return bool(self.risk)


@dataclass(frozen=True)
class FollowedRoadmap:
    """The actions in the order of time, and what score and spend are projected to be."""

    starts_on: date
    actions: tuple[FollowedAction, ...]
    projections: tuple[Projection, ...]


def follow_roadmap(
    framework: Framework,
    answers: Answers,
    scores: Scores,
    planned: Iterable[PlannedAction],
    *,
    starts_on: date,
    costs: Costs | None,
    weights: Mapping[str, Decimal] | None = None,
) -> FollowedRoadmap:
    """The roadmap as people left it, with the money of the newest costs (framework, roadmap).

    An action that is given up counts for nothing, one that is done from the first day on, any
    other from its due date on; so nothing is counted twice. Money is USD per month.
    """
    ordered = in_time(framework, planned)
    money = _money(framework, ordered, costs)
    held_back = held_back_levers(framework, scores)
    actions = tuple(
        FollowedAction(
            planned=each,
            usd_per_month=money.get(each.key),
            preconditions=_preconditions(framework, each, ordered),
            risk=_risk(each, held_back, costs),
        )
        for each in ordered
    )
    dues = [_due(framework, each, starts_on) for each in actions if not each.planned.is_given_up]
    spend_after = spend_by_levers(costs) if costs else _unknown
    return FollowedRoadmap(
        starts_on, actions, project(framework, answers, dues, weights, spend_after)
    )


def in_time(framework: Framework, planned: Iterable[PlannedAction]) -> list[PlannedAction]:
    """The actions by phase, then by due date; of one day in the framework's order."""
    phases = [phase.key for phase in framework.phases]
    templates = [template.key for template in framework.actions]

    def place(each: PlannedAction) -> tuple[int, date, int, str, str]:
        order = templates.index(each.key) if each.key in templates else len(templates)
        return phases.index(each.phase), each.due_on, order, each.title, each.id

    return sorted(planned, key=place)


def _money(
    framework: Framework, planned: Sequence[PlannedAction], costs: Costs | None
) -> dict[str, float | None]:
    """The saving that each standing action brings, by the key of its template."""
    if costs is None:
        return {}
    bringing = {
        each.key: lever
        for each in planned
        if not each.is_given_up and (lever := each.brings(framework))
    }
    by_lever = money_in_order(
        framework, costs.usd_per_month_by_levers, costs.running, among=set(bringing.values())
    )
    return {key: by_lever[lever] for key, lever in bringing.items()}


def _preconditions(
    framework: Framework, action: PlannedAction, planned: Sequence[PlannedAction]
) -> tuple[str, ...]:
    """The titles of those actions that come first and are neither done nor given up."""
    template = action.template(framework)
    titles = {
        each.key: each.title
        for each in planned
        if each.key and not each.is_given_up and each.status != ActionStatus.DONE
    }
    return tuple(titles[key] for key in (template.after if template else ()) if key in titles)


def _risk(action: PlannedAction, held_back: Mapping[str, str], costs: Costs | None) -> str:
    is_over = action.is_given_up or action.status == ActionStatus.DONE
    if is_over or (costs is not None and action.lever in costs.running):
        return ""
    return held_back.get(action.lever, "")


def _due(framework: Framework, action: FollowedAction, starts_on: date) -> Due:
    planned = action.planned
    day = (planned.due_on - starts_on).days + FIRST_DAY
    lever = planned.brings(framework) if action.usd_per_month is not None else None
    is_done = planned.status == ActionStatus.DONE
    return Due(0 if is_done else max(day, 1), planned.moves, lever, action.usd_per_month)


def _unknown(counted: Sequence[Due]) -> None:
    return None
