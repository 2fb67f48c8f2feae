"""Page 3 of the brief: the plan with money and what to decide, from a payload alone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from assessments.content.roadmap import workload_text
from assessments.framework import Framework
from assessments.recommendation import ChangeKind, Step
from assessments.roadmap import GIVEN_UP, ActionEntry, PhaseEntry, RoadmapDocument
from costing.engine import SELF_HOSTING, Estimate
from costing.scenarios.content.steps import parts_text, saved, steps_of_kinds, steps_phrase
from costing.scenarios.content.titles import lever_series
from presentation import charts
from presentation.charts import Milestone
from presentation.numbers import level, usd
from presentation.wording import counted, day, first_upper, fit, isolated, series, short_day
from reports.documents.content import advice, wording
from reports.documents.content.economics import caution_of
from reports.documents.content.identity import Figure, in_detail
from reports.documents.content.maturity import lever_requirements
from reports.documents.content.wording import Write, money_column, review_days
from reports.documents.content.workload import still_paid
from reports.snapshots.payload import Payload

MAX_LINES, MAX_LEFT_OUT, MAX_DECISIONS = 12, 3, 5
# A decision that no action dates is due so soon after the assessment.
DAYS_TO_DECIDE = 14
# Why an action is not proposed; what is in place already needs no word.
WEIGHTIEST_FIRST = ("does_not_pay", "not_priced", "unanswered", "not_applicable")


@dataclass(frozen=True)
class ActionLine:
    """An action; `place` names the parts of the workload that it changes, if not all."""

    title: str
    place: str
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
    """`spend` is the month in a sentence, `usd_per_month` in a column; empty, or –, if unknown."""

    day: str
    score: str
    usd_per_month: str
    spend: str


@dataclass(frozen=True)
class Decision:
    """What somebody has to decide: the money a month, who, and by when."""

    text: str
    usd_per_month: str
    owner: str
    due: str


@dataclass(frozen=True)
class Plan:
    title: str
    headline: str
    sentences: tuple[str, ...]
    phases: tuple[PhaseBlock, ...]
    milestones: tuple[MilestoneLine, ...]
    once: str
    figure: Figure | None
    left_out: tuple[str, ...]
    decisions: tuple[Decision, ...]
    caution: str
    risks: tuple[str, ...]
    is_own: bool


def plan_content(
    payload: Payload, *, actions_shown: int | None = None, left_out_shown: int = MAX_LEFT_OUT
) -> Plan:
    """The roadmap of a frozen payload, with the decisions it asks for.

    `actions_shown` is the number of actions per phase, as many as fit a page by default; the others
    are counted. So many actions that are not proposed are named.
    """
    roadmap, framework = payload.roadmap, payload.framework
    phases = roadmap.phases if roadmap else ()
    # a fourth phase and every other takes a line itself
    fitting = (MAX_LINES - max(0, len(phases) - 3)) // max(1, len(phases))
    milestones = _milestones(payload)
    saved = (action.usd_per_month for phase in phases for action in phase.actions)
    write = money_column([*saved, *(item.usd_per_month for item in milestones)])
    workload = roadmap.workload if roadmap else None  # none in snapshots from before it was kept
    bound = workload_text(workload, framework.days) if workload else ""
    return Plan(
        title=f"the {framework.days}-day plan",
        headline=f"{framework.days} days: {_change(milestones, _once(payload))}",
        sentences=tuple(filter(None, (_sentence(roadmap), bound, _not_planned(payload)))),
        phases=tuple(
            _phase(payload, phase, actions_shown or max(1, fitting), write) for phase in phases
        ),
        milestones=tuple(_milestone(item, write) for item in milestones),
        once=_once(payload) if milestones else "",
        figure=_figure(framework, milestones, _once(payload)),
        left_out=_left_out(roadmap, left_out_shown),
        decisions=_decisions(framework, payload, write),
        caution=caution_of(payload),
        risks=tuple(advice.risks(payload)),
        is_own=bool(roadmap and roadmap.starts_on),
    )


def _milestone(item: Milestone, write: Write) -> MilestoneLine:
    return MilestoneLine(
        day=f"Day {item.day}" if item.day else "Today",
        score=level(item.score),
        usd_per_month=write(item.usd_per_month),
        spend="" if item.usd_per_month is None else usd(item.usd_per_month),
    )


def _left_out(roadmap: RoadmapDocument | None, most: int) -> tuple[str, ...]:
    """The actions that are not proposed, the weightiest first, each with why."""
    items = (each for each in (roadmap.not_proposed if roadmap else ()) if each.kind != "in_place")
    ordered = sorted(items, key=lambda item: WEIGHTIEST_FIRST.index(item.kind))
    return tuple(
        f"{isolated(fit(item.title, 60))}: {isolated(fit(item.reason, 130))}"
        for item in ordered[:most]
    )


def _figure(framework: Framework, milestones: list[Milestone], once: str) -> Figure | None:
    title = f"Score and spend projected at days {review_days(framework)}"
    draw = partial(charts.plan_chart, milestones, title=title, once=once)
    return Figure(title, draw) if milestones else None


def _milestones(payload: Payload) -> list[Milestone]:
    """Today, then the projections of the roadmap; none without projections."""
    projections = payload.roadmap.projections if payload.roadmap else ()
    spend = payload.spend_usd_per_month
    later = [Milestone(item.day, item.overall, item.usd_per_month) for item in projections]
    later = [item for item in later if item.day]
    return [Milestone(0, payload.scores.overall, spend), *later] if projections else []


def _once(payload: Payload) -> str:
    """What the saving waits for, after its sum: `, once terms end`; else empty."""
    return ", once terms end" if still_paid(payload) else ""


def _change(milestones: list[Milestone], once: str) -> str:
    """What changes from today to the last milestone."""
    if not milestones:
        return "measure first, then decide"
    first, last = milestones[0], milestones[-1]
    changes = (
        (usd, first.usd_per_month, last.usd_per_month, f"a month{once}"),
        (level, first.score, last.score, "in maturity"),
    )
    said = ", ".join(
        f"{write(start)} to {write(end)} {unit}"
        if write(start) != write(end)
        else f"still {write(end)} {unit}"
        for write, start, end, unit in changes
        if start is not None and end is not None
    )
    return said or "measure first, then decide"


def _sentence(roadmap: RoadmapDocument | None) -> str:
    if roadmap is None:
        return "No plan has been drafted for this assessment."
    if roadmap.starts_on:
        return (
            f"From {day(roadmap.starts_on)} on, as kept in the assessment. Each amount is what"
            " the action adds after those before it; what is dropped counts for nothing."
        )
    return "Ordered by dependency. Each amount is what the action adds after those before it."


def _not_planned(payload: Payload) -> str:
    """The changes that are advised and that no action makes: people left them out or gave up."""
    if payload.advice is None or payload.roadmap is None:
        return ""
    actions = [action for phase in payload.roadmap.phases for action in phase.actions]
    planned = {action.key for action in actions if action.status not in GIVEN_UP}
    framework, steps = payload.framework, payload.advice.steps
    missing = [step for step in steps if not planned & _keys_of(framework, step)]
    return f"Advised, yet not in this plan: {steps_phrase(missing)}." if missing else ""


def _phase(payload: Payload, phase: PhaseEntry, actions_shown: int, write: Write) -> PhaseBlock:
    actions = sorted(phase.actions, key=lambda action: action.status in GIVEN_UP)
    more = len(actions) - actions_shown
    weightiest = sorted(
        range(len(actions)),
        key=lambda place: (
            actions[place].status in GIVEN_UP,
            not actions[place].usd_per_month,
        ),
    )
    shown = sorted(weightiest[:actions_shown])
    return PhaseBlock(
        title=fit(phase.title, 50),
        days=f"Days {phase.from_day}–{phase.to_day}",
        actions=tuple(_action(payload, actions[place], write) for place in shown),
        more=f"and {counted(more, 'more action')}, in the assessment" if more > 0 else "",
        empty="" if actions else "Nothing is proposed in this phase.",
    )


def _place(payload: Payload, action: ActionEntry) -> str:
    """The parts of the workload that an action changes; empty where it changes all, or the one."""
    steps = payload.advice.steps if payload.advice else ()
    made = [step for step in steps if action.key in _keys_of(payload.framework, step)]
    parts = list(dict.fromkeys(part for step in made for part in step.parts))
    is_of_some = all(step.parts for step in made) and 0 < len(parts) < len(payload.parts)
    return f"in {parts_text(parts)}" if is_of_some else ""


def _action(payload: Payload, action: ActionEntry, write: Write) -> ActionLine:
    needs = ", ".join(fit(item, 60) for item in action.preconditions)
    return ActionLine(
        title=fit(action.title, 110),
        place=_place(payload, action),
        usd_per_month=write(action.usd_per_month),
        effort=wording.effort_text(action),
        needs=fit(needs, 80),
        is_at_risk=action.at_risk,
        owner=fit(action.owner or "", 40),
        due=short_day(action.due_on) if action.due_on else "",
        status=wording.STATUSES.get(action.status or "", ""),
    )


def _decisions(framework: Framework, payload: Payload, write: Write) -> tuple[Decision, ...]:
    decisions = []
    states, first = payload.check_states(), framework.actions[0]
    settled = ("yes", "not_applicable")
    missing = [framework.check(key).title for key in first.moves if states.get(key) not in settled]
    if missing:
        phase = framework.phase(first.phase)
        decisions.append(
            _decision(
                payload,
                f"Approve {series(missing).lower()} in days {phase.first_day}–{phase.last_day}:"
                " without it no saving can be proved.",
                write,
                keys=(first.key,),
            )
        )
    if payload.results:
        decisions += _money_decisions(payload, payload.results, write)
    else:
        text = "Name who gathers one month of token figures and prices, and by when."
        decisions.append(_decision(payload, text, write))
    decisions.append(
        _decision(
            payload,
            "Name one owner for the bill and one for output quality; both report at days"
            f" {review_days(framework)}.",
            write,
        )
    )
    return tuple(decisions[:MAX_DECISIONS])


def _decision(
    payload: Payload,
    text: str,
    write: Write,
    saving: float | None = None,
    keys: Collection[str] = (),
) -> Decision:
    """A decision with the owner and the day of the first action that it is about."""
    phases = payload.roadmap.phases if payload.roadmap else ()
    actions = [action for phase in phases for action in phase.actions if action.key in keys]
    found = [(each.owner, _due_on(payload, each)) for each in actions]
    owner, due = found[0] if found else ("", None)
    if saving and payload.provisional:
        text = f"Provisional: {text[0].lower()}{text[1:]}"
    return Decision(
        text=first_upper(text),
        usd_per_month=write(saving) if saving else "",
        owner=fit(owner or "to be named", 40),
        due=short_day(due or payload.as_of + timedelta(days=DAYS_TO_DECIDE)),
    )


def _due_on(payload: Payload, action: ActionEntry) -> date | None:
    if action.due_on or action.last_day is None:
        return action.due_on
    return payload.as_of + timedelta(days=action.last_day - 1)


def _money_decisions(payload: Payload, results: Estimate, write: Write) -> list[Decision]:
    decisions, framework = [], payload.framework
    steps = payload.advice.steps_now if payload.advice else ()
    for phrase, same in steps_of_kinds(steps):
        saving = saved(same)
        if round(saving) > 0:
            text = f"Decide to {phrase}: {_a_year(payload, saving)}."
            keys = {key for step in same for key in _keys_of(framework, step)}
            decisions.append(_decision(payload, text, write, saving, keys))
    if payload.advice and not steps and payload.advice.saving_now_usd_per_month >= 1.0:
        # frozen before the steps of a workload of several parts were kept
        saving = payload.advice.saving_now_usd_per_month
        levers = lever_series(payload.advice.now.levers)
        text = f"Decide to run {levers}: {_a_year(payload, saving)}."
        decisions.append(_decision(payload, text, write, saving))
    later = payload.advice.steps_later if payload.advice else ()
    requirements = lever_requirements(payload)
    if waiting := [step.lever for step in later if step.lever in requirements]:
        asked = advice.waits_for(waiting, requirements)
        keys = {key for step in later for key in _keys_of(framework, step)}
        text = f"Fund what {lever_series(dict.fromkeys(waiting))} must wait for: {asked}."
        decisions.append(_decision(payload, text, write, saved(later), keys))
    if hosting := _hosting_decision(payload, results):
        decisions.append(_decision(payload, hosting, write))
    return decisions


def _a_year(payload: Payload, saving_usd_per_month: float) -> str:
    return f"{usd(saving_usd_per_month * 12)} less a year at today’s volume{_once(payload)}"


def _keys_of(framework: Framework, step: Step) -> set[str]:
    """The keys of the actions that make a step."""
    return {step.change.key} | {
        action.key
        for action in framework.actions
        if action.brings_money and action.lever == step.lever
    }


def _hosting_decision(payload: Payload, results: Estimate) -> str:
    steps = payload.advice.steps if payload.advice else ()
    step = next((step for step in steps if step.lever == SELF_HOSTING), None)
    if step and step.kind == ChangeKind.SWITCH_ON:
        where = f" in {parts_text(step.parts)}" if step.parts else ""
        return (
            f"Decide on a pilot for dedicated compute{where}, with the pool’s size and an exit"
            " stated beforehand."
        )
    if step or SELF_HOSTING in results.scenario.current_levers:
        return ""
    waits = advice.no_hosting(results)
    return f"{in_detail(payload)}Do not commit to GPU capacity{waits}." if waits else ""
