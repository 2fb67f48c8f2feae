"""Page 3 of the brief: the plan with money and what to decide, from a payload alone."""

from dataclasses import dataclass
from functools import partial

from assessments.content.roadmap import workload_text
from assessments.framework import Framework
from assessments.recommendation import ChangeKind
from assessments.roadmap import GIVEN_UP, ActionEntry, PhaseEntry, RoadmapDocument
from costing.engine import SELF_HOSTING, Estimate
from costing.scenarios.content.steps import saved, steps_of_kinds
from presentation import charts
from presentation.charts import Milestone
from presentation.numbers import amount, level
from presentation.wording import counted, day, first_upper, fit, isolated, series, short_day
from reports.documents.content import advice, wording
from reports.documents.content.identity import Figure
from reports.documents.content.maturity import lever_requirements
from reports.documents.content.wording import column_amount, review_days
from reports.documents.content.workload import in_detail
from reports.snapshots.payload import Payload

MAX_LINES, MAX_LEFT_OUT, MAX_DECISIONS = 12, 3, 4
WEIGHTIEST_FIRST = ("does_not_pay", "not_priced", "unanswered", "not_applicable", "in_place")


@dataclass(frozen=True)
class ActionLine:
    title: str
    usd_per_month: str
    effort: str
    needs: str
    is_at_risk: bool
    owner: str
    due: str
    status: str


@dataclass(frozen=True)
class PhaseBlock:
    title: str
    days: str
    actions: tuple[ActionLine, ...]
    more: str
    empty: str


@dataclass(frozen=True)
class MilestoneLine:
    day: str
    score: str
    usd_per_month: str


@dataclass(frozen=True)
class Plan:
    title: str
    headline: str
    sentences: tuple[str, ...]
    phases: tuple[PhaseBlock, ...]
    milestones: tuple[MilestoneLine, ...]
    figure: Figure | None
    left_out: tuple[str, ...]
    decisions: tuple[str, ...]
    is_own: bool


def plan_content(payload: Payload, *, actions_shown: int | None = None) -> Plan:
    """The roadmap of a frozen payload, with the decisions it asks for.

    `actions_shown` is the number of actions per phase, as many as fit a page by default; the others
    are counted.
    """
    roadmap, framework = payload.roadmap, payload.framework
    phases = roadmap.phases if roadmap else ()
    # a fourth phase and every other takes a line itself
    fitting = (MAX_LINES - max(0, len(phases) - 3)) // max(1, len(phases))
    shown = actions_shown or max(1, fitting)
    milestones = _milestones(payload)
    title = f"Score and spend projected at days {review_days(framework)}"
    draw = partial(charts.plan_chart, milestones, title=title)
    workload = roadmap.workload if roadmap else None  # none in snapshots from before it was kept
    bound = workload_text(workload, framework.days) if workload else ""
    left_out = sorted(
        roadmap.not_proposed if roadmap else (), key=lambda item: WEIGHTIEST_FIRST.index(item.kind)
    )
    return Plan(
        title=f"the {framework.days}-day plan",
        headline=f"{framework.days} days: {_change(milestones) or 'measure first, then decide'}",
        sentences=tuple(filter(None, (_sentence(roadmap), bound))),
        phases=tuple(_phase(phase, shown) for phase in phases),
        milestones=tuple(
            MilestoneLine(
                day=f"Day {item.day}" if item.day else "Today",
                score=level(item.score),
                usd_per_month=column_amount(item.usd_per_month),
            )
            for item in milestones
        ),
        figure=Figure(title, draw) if milestones else None,
        left_out=tuple(
            f"{isolated(fit(item.title, 60))}: {isolated(fit(item.reason, 130))}"
            for item in left_out[:MAX_LEFT_OUT]
        ),
        decisions=_decisions(framework, payload),
        is_own=bool(roadmap and roadmap.starts_on),
    )


def _milestones(payload: Payload) -> list[Milestone]:
    """Today, then the projections of the roadmap; none without projections."""
    projections = payload.roadmap.projections if payload.roadmap else ()
    spend = payload.spend_usd_per_month
    later = [Milestone(item.day, item.overall, item.usd_per_month) for item in projections]
    later = [item for item in later if item.day]
    return [Milestone(0, payload.scores.overall, spend), *later] if projections else []


def _change(milestones: list[Milestone]) -> str:
    """What changes from today to the last milestone."""
    if not milestones:
        return ""
    first, last = milestones[0], milestones[-1]
    changes = (
        (amount, first.usd_per_month, last.usd_per_month, "USD a month"),
        (level, first.score, last.score, "in maturity"),
    )
    return " and ".join(
        f"from {write(start)} to {write(end)} {unit}"
        if write(start) != write(end)
        else f"still {write(end)} {unit}"
        for write, start, end, unit in changes
        if start is not None and end is not None
    )


def _sentence(roadmap: RoadmapDocument | None) -> str:
    if roadmap is None:
        return "No plan has been drafted for this assessment."
    if roadmap.starts_on:
        return (
            f"From {day(roadmap.starts_on)} on, as kept in the assessment. Each amount is what"
            " the action adds after those before it, so nothing is counted twice; what is dropped"
            " counts for nothing."
        )
    return (
        "Ordered by dependency: no action comes before those that it needs. Each amount is what"
        " the action adds after those before it, so nothing is counted twice."
    )


def _phase(phase: PhaseEntry, actions_shown: int) -> PhaseBlock:
    actions = sorted(phase.actions, key=lambda action: action.status in GIVEN_UP)
    more = len(actions) - actions_shown
    return PhaseBlock(
        title=fit(phase.title, 50),
        days=f"Days {phase.from_day}–{phase.to_day}",
        actions=tuple(_action(action) for action in actions[:actions_shown]),
        more=f"and {counted(more, 'more action')}, in the assessment" if more > 0 else "",
        empty="" if actions else "Nothing is proposed in this phase.",
    )


def _action(action: ActionEntry) -> ActionLine:
    needs = ", ".join(fit(item, 60) for item in action.preconditions)
    return ActionLine(
        title=fit(action.title, 110),
        usd_per_month=column_amount(action.usd_per_month),
        effort=wording.title_of(wording.EFFORTS, action.effort or "–"),
        needs=fit(needs, 80),
        is_at_risk=action.at_risk,
        owner=fit(action.owner or "", 40),
        due=short_day(action.due_on) if action.due_on else "",
        status=wording.STATUSES.get(action.status or "", ""),
    )


def _decisions(framework: Framework, payload: Payload) -> tuple[str, ...]:
    decisions = []
    states, first = payload.check_states(), framework.actions[0]
    missing = [framework.check(key).title for key in first.moves if states.get(key) != "yes"]
    if missing:
        phase = framework.phase(first.phase)
        decisions.append(
            f"Approve {series(missing).lower()} in days {phase.first_day}–{phase.last_day}: without"
            " it no saving can be proved."
        )
    if payload.results:
        decisions += _money_decisions(payload, payload.results)
    else:
        decisions.append("Name who gathers one month of token figures and prices, and by when.")
    decisions.append(
        "Name one owner for the bill and one for output quality; both report at days"
        f" {review_days(framework)}."
    )
    return tuple(decisions[:MAX_DECISIONS])


def _money_decisions(payload: Payload, results: Estimate) -> list[str]:
    decisions, detail = [], in_detail(payload)
    steps = payload.advice.steps_now if payload.advice else ()
    for phrase, same in steps_of_kinds(steps):
        saving = saved(same)
        if round(saving) > 0:
            decisions.append(
                f"Decide to {phrase}: {amount(saving)} USD less a month,"
                f" {amount(saving * 12)} a year at today’s volume."
            )
    if advice.unlocked_levers(results):
        waiting = advice.unlocked(results, lever_requirements(payload))
        decisions.append(f"{detail}Fund what the rest waits for. {waiting}")
    if hosting := _hosting_decision(results):
        decisions.append(f"{detail}{hosting}")
    return [first_upper(decision) for decision in decisions]


def _hosting_decision(results: Estimate) -> str:
    steps = results.recommendation.steps if results.recommendation else ()
    kind = next((step.kind for step in steps if step.lever == SELF_HOSTING), None)
    if kind == ChangeKind.SWITCH_ON:
        return (
            "Decide on a pilot for dedicated compute, with the pool’s size and an exit stated"
            " beforehand."
        )
    crossing = advice.hosting_crossover(results)
    if kind or crossing is None or SELF_HOSTING in results.scenario.current_levers:
        return ""
    if crossing.first_requests_per_month is None:
        return "Do not commit to GPU capacity: at these prices it pays at no volume."
    if advice.interval_of(crossing, results.scenario.workload.requests_per_month):
        return "Do not commit to GPU capacity now: the levers by API are cheaper at this volume."
    return "Do not commit to GPU capacity now; look again when volume nears the crossover."
