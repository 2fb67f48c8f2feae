"""What the roadmap's pages say; pure, must not import Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assessments.framework import Framework, Phase
from assessments.recommendation import CENT, LEAST_DAY_USD, MOST_DAY_USD
from assessments.roadmap import (
    ActionStatus,
    Costs,
    Effort,
    FollowedAction,
    FollowedRoadmap,
    MaturityValue,
    NotProposed,
    PlannedAction,
    Workload,
)
from assessments.scoring import Scores
from presentation import numbers
from presentation.charts import Action, Milestone
from presentation.wording import counted, named_or_counted

STATUSES = {
    ActionStatus.OPEN: "Open",
    ActionStatus.IN_PROGRESS: "In progress",
    ActionStatus.DONE: "Done",
    ActionStatus.DROPPED: "Dropped",
    ActionStatus.RISK_ACCEPTED: "Risk accepted",
}
EFFORTS = {Effort.LOW: "Small", Effort.MEDIUM: "Medium", Effort.HIGH: "Large"}


def anti_pattern_cost(usd_per_month: float | None) -> str:
    """What an anti-pattern costs, after its title; empty where nobody knows."""
    if usd_per_month is None:
        return ""
    if usd_per_month < CENT:
        return "no cost at these prices"
    return f"{numbers.usd(usd_per_month)} a month"


@dataclass(frozen=True)
class ActionLine:
    """One action in words; `was_usd_per_month` where the money changed since it was drafted.

    `place` names the parts of the workload that it changes, if not all.
    """

    planned: PlannedAction
    status_title: str
    effort: str
    lever: str
    usd_per_month: float | None
    was_usd_per_month: float | None
    needs: str
    moves: str
    risk: str
    no_longer: str
    work: str = ""
    place: str = ""


@dataclass(frozen=True)
class PhaseBlock:
    """A phase of the roadmap."""

    title: str
    days: str
    starts_on: date
    ends_on: date
    actions: Sequence[ActionLine]


@dataclass(frozen=True)
class Unlocking:
    """What raising one dimension is worth."""

    title: str
    level: int
    is_met: bool
    usd_per_month: float
    levers: str


@dataclass(frozen=True)
class MaturityWorth:
    """What maturity holds back, in USD a month, and what each dimension unlocks of it."""

    usd_per_month: float
    is_worth_money: bool
    needs_several: bool
    unlockings: Sequence[Unlocking]


@dataclass(frozen=True)
class RoadmapOutlook:
    """A roadmap as an assessment's overview tells it, with what is spent today.

    `spend` is empty before any economics; `next_title` is empty, and `next_due_on` None, where
    nothing is left to be done.
    """

    spend: str
    finding: str
    outlook: str
    next_title: str
    next_due_on: date | None


@dataclass(frozen=True)
class RoadmapPage:
    """A roadmap in the words and rows of its page; money is USD a month.

    `once` is what the projected spend waits for: `, once terms end`; else empty.
    """

    finding: str
    outlook: str
    once: str
    workload: str
    caution: str
    team_size: int
    starts_on: date
    ends_on: date
    phases: Sequence[PhaseBlock]
    bars: Sequence[Action]
    milestones: Sequence[Milestone]
    left_out: Sequence[tuple[str, str]]
    days: int
    anti_patterns: Sequence[tuple[str, str, str]]
    anti_patterns_known: int
    worth: MaturityWorth | None
    provisional: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is no action yet."""
        return not self.bars

    def line(self, action_id: str) -> ActionLine | None:
        """One action, if it is there."""
        lines = (each for phase in self.phases for each in phase.actions)
        return next((each for each in lines if each.planned.id == action_id), None)


def roadmap_page(
    framework: Framework,
    followed: FollowedRoadmap,
    not_proposed: Sequence[NotProposed],
    scores: Scores,
    costs: Costs | None,
    value: MaturityValue | None,
) -> RoadmapPage:
    """The page of a roadmap as it stands."""
    reasons = {item.key: item.reason for item in not_proposed}
    planned = {action.planned.key for action in followed.actions}
    milestones = _milestones(followed, scores, costs)
    titles = {item.key: item.title for item in framework.anti_patterns}
    return RoadmapPage(
        finding=_finding(followed.actions),
        outlook=_outlook(milestones, costs),
        once=_once(costs),
        workload=_workload_text(followed.workload, framework.days),
        caution=_caution(followed.workload, costs),
        team_size=followed.workload.team_size,
        starts_on=followed.starts_on,
        ends_on=followed.starts_on + timedelta(days=framework.days - 1),
        phases=[_phase(framework, phase, followed, reasons) for phase in framework.phases],
        bars=[_bar(action, followed.starts_on) for action in followed.actions],
        milestones=milestones,
        left_out=[(item.title, item.reason) for item in not_proposed if item.key not in planned],
        days=framework.days,
        anti_patterns=[
            (titles.get(item.key, item.key), anti_pattern_cost(item.usd_per_month), item.evidence)
            for item in (costs.anti_patterns if costs else ())
        ],
        anti_patterns_known=len(framework.anti_patterns),
        worth=maturity_worth(framework, value),
        provisional=scores.provisional,
    )


def roadmap_outlook(
    followed: FollowedRoadmap, scores: Scores, costs: Costs | None, scenario_title: str
) -> RoadmapOutlook:
    """A roadmap in a few lines; the next action is the first by date of those not over."""
    of = f", by “{scenario_title}”" if scenario_title else ""
    if costs and costs.parts:
        of += " and the other parts of the workload"
    left = [each.planned for each in followed.actions if not each.planned.is_over]
    first = min(left, key=lambda each: each.due_on, default=None)
    return RoadmapOutlook(
        spend=f"{numbers.usd(costs.spend_usd_per_month)} a month today{of}" if costs else "",
        finding=_finding(followed.actions) if followed.actions else "",
        outlook=_outlook(_milestones(followed, scores, costs), costs) if followed.actions else "",
        next_title=first.title if first else "",
        next_due_on=first.due_on if first else None,
    )


def _milestones(followed: FollowedRoadmap, scores: Scores, costs: Costs | None) -> list[Milestone]:
    today = Milestone(0, scores.overall, costs.spend_usd_per_month if costs else None)
    later = [Milestone(item.day, item.overall, item.usd_per_month) for item in followed.projections]
    return [today, *later]


def _phase(
    framework: Framework, phase: Phase, followed: FollowedRoadmap, reasons: Mapping[str, str]
) -> PhaseBlock:
    start = followed.starts_on
    return PhaseBlock(
        title=phase.title,
        days=f"Days {phase.first_day}–{phase.last_day}",
        starts_on=start + timedelta(days=phase.first_day - 1),
        ends_on=start + timedelta(days=phase.last_day - 1),
        actions=[
            action_line(framework, action, reasons)
            for action in followed.actions
            if action.planned.phase == phase.key
        ],
    )


def action_line(
    framework: Framework, action: FollowedAction, reasons: Mapping[str, str]
) -> ActionLine:
    """An action in words; `reasons` say why one is no longer proposed, by its key."""
    planned = action.planned
    now, drafted = action.usd_per_month, planned.drafted_usd_per_month
    is_same = now is None or drafted is None or abs(now - drafted) < CENT
    return ActionLine(
        planned=planned,
        status_title=STATUSES[planned.status],
        effort=EFFORTS[planned.effort],
        lever=framework.lever(planned.lever).title if planned.lever else "",
        usd_per_month=action.usd_per_month,
        was_usd_per_month=None if is_same else drafted,
        needs=", ".join(action.preconditions),
        moves=moves_words(framework, planned),
        risk=action.risk,
        no_longer="" if planned.is_over else reasons.get(planned.key, ""),
        work=_work(framework, action),
        place=f"in {named_or_counted(action.parts, 'part')}" if action.parts else "",
    )


def _work(framework: Framework, action: FollowedAction) -> str:
    """What its effort costs, and when its saving has paid for all that its lever takes.

    Empty where a day has no price.
    """
    if action.effort_usd is None:
        return ""
    days = counted(action.planned.person_days(framework), "person-day")
    paid = action.payback_months
    takes = f"Takes at most {days}, {numbers.usd(action.effort_usd)}"
    if paid is None:
        return f"{takes}."
    whole, after = action.paid_usd or 0.0, f"earned back by {numbers.months(paid)} of its saving"
    if whole - action.effort_usd < CENT:
        return f"{takes}, {after}."
    return f"{takes}; with all that its lever takes, {numbers.usd(whole)}, {after}."


def moves_words(framework: Framework, planned: PlannedAction) -> str:
    """The answers that an action changes, and to what."""
    return ", ".join(f"{framework.check(key).title}: {to}" for key, to in planned.moves.items())


def _bar(action: FollowedAction, starts_on: date) -> Action:
    """A bar of the timeline; days count from 1."""
    planned = action.planned
    return Action(
        title=planned.title,
        first_day=(planned.starts_on - starts_on).days + 1,
        last_day=(planned.due_on - starts_on).days + 1,
        status=planned.status.value,
        usd_per_month=action.usd_per_month,
        is_at_risk=action.is_at_risk,
    )


def _finding(actions: Sequence[FollowedAction]) -> str:
    if not actions:
        return "No action yet"
    counts = [
        (sum(each.planned.status == status for each in actions), title.lower())
        for status, title in STATUSES.items()
    ]
    said = ", ".join(f"{count} {title}" for count, title in counts if count)
    return f"{counted(len(actions), 'action')}: {said}"


def _outlook(milestones: Sequence[Milestone], costs: Costs | None) -> str:
    first, last = milestones[0], milestones[-1]
    words = []
    if None not in (first.usd_per_month, last.usd_per_month):
        start = numbers.usd(first.usd_per_month)
        words.append(f"from {start} to {numbers.usd(last.usd_per_month)} a month{_once(costs)}")
    if first.score is not None and last.score is not None:
        words.append(f"from {float(first.score):.1f} to {float(last.score):.1f} in maturity")
    return f"By day {last.day}: {' and '.join(words)}" if words else "Nothing is projected yet"


def _once(costs: Costs | None) -> str:
    return ", once terms end" if costs and costs.left_usd_per_month else ""


def workload_text(work: Workload, days: int) -> str:
    """What the projections are bounded by: the work of the actions, and the team's time for it."""
    if not (work.person_days or work.beyond):
        return "Nothing is left to be done in the plan."
    people = counted(work.team_size, "person", "people")
    text = (
        f"What is left takes up to {counted(work.person_days, 'person-day')}; the time of {people}"
        f" working full time is {work.available_person_days} in {days} days."
    )
    if work.beyond:
        late = counted(len(work.beyond), "action does", "actions do")
        they = "it" if len(work.beyond) == 1 else "they"
        text += f" {late} not fit: the projections leave out what {they} would bring."
    return text


def _workload_text(work: Workload, days: int) -> str:
    """The same, and at which price of a day a year of what is saved pays for it."""
    text, price = workload_text(work, days), repaid_price(work)
    return f"{text} A year of its saving pays for it at up to {price} a day." if price else text


def repaid_price(work: Workload) -> str:
    """What a day may cost for the plan to pay for its work in a year, if that is a usual price."""
    repaid = work.repaid_usd_per_day
    is_usual = repaid is not None and LEAST_DAY_USD <= repaid <= MOST_DAY_USD
    return numbers.usd(repaid) if is_usual else ""


def little_worth(work: Workload) -> str:
    """That a year of what a plan saves pays for its work at no usual price of a day; else empty."""
    repaid = work.repaid_usd_per_day
    if repaid is None or repaid >= LEAST_DAY_USD:
        return ""
    days, price = counted(work.person_days, "person-day"), numbers.usd(repaid)
    if repaid < CENT:
        return f"A year of what the plan saves does not pay for what it takes once, nor for {days}."
    return (
        f"The plan takes up to {days}, and what it saves in a year pays for them only at"
        f" {price} a day or less: no usual price."
    )


def _caution(work: Workload, costs: Costs | None) -> str:
    """Why what the plan saves is not to be relied on as it stands; empty where it is."""
    return " ".join(filter(None, (costs.caution if costs else "", little_worth(work))))


def maturity_worth(framework: Framework, value: MaturityValue | None) -> MaturityWorth | None:
    """What maturity is worth, in words; the dimensions of which no lever asks anything are left
    out.
    """
    if value is None:
        return None
    unlockings = [
        Unlocking(
            title=framework.dimension(each.dimension).title,
            level=each.level,
            is_met=each.is_met,
            usd_per_month=each.usd_per_month,
            levers=", ".join(framework.lever(key).title for key in each.levers),
        )
        for each in value.dimensions
        if each.level is not None
    ]
    return MaturityWorth(value.usd_per_month, value.is_worth_money, value.needs_several, unlockings)
