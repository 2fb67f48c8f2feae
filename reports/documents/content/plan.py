"""Page 3 of the brief: the plan with money and what to decide, from a payload alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessments.framework import Framework
from presentation.numbers import amount, level, rounded
from reports.documents.content import advice
from reports.documents.content.amounts import column_amount
from reports.documents.content.figures import Figure, plan_figure
from reports.documents.content.framework import framework_of, review_days
from reports.documents.content.identity import long_date, short_date
from reports.documents.content.maturity import answer_states
from reports.documents.content.requirements import lever_requirements
from reports.documents.content.wording import (
    EFFORTS,
    counted,
    first_upper,
    fit,
    lever_series,
    series,
    title_of,
)

ACTIONS_SHOWN = 4
LEFT_OUT_SHOWN = 3
# The status of an action in words; an open one has none.
STATUSES = {
    "in_progress": "in progress",
    "done": "done",
    "dropped": "dropped",
    "risk_accepted": "risk accepted",
}
GIVEN_UP = ("dropped", "risk_accepted")
WEIGHTIEST_FIRST = ("does_not_pay", "not_priced", "unanswered", "not_applicable", "in_place")


@dataclass(frozen=True)
class ActionLine:
    """One action of the plan."""

    title: str
    usd_per_month: str
    effort: str
    needs: str
    is_at_risk: bool
    owner: str = ""
    due: str = ""
    status: str = ""


@dataclass(frozen=True)
class PhaseBlock:
    """A phase of the plan."""

    title: str
    days: str
    actions: tuple[ActionLine, ...]
    more: str
    empty: str


@dataclass(frozen=True)
class MilestoneLine:
    """Score and spend projected at one day."""

    day: str
    score: str
    usd_per_month: str


@dataclass(frozen=True)
class Plan:
    """All that page 3 prints."""

    title: str
    headline: str
    sentences: tuple[str, ...]
    phases: tuple[PhaseBlock, ...]
    milestones: tuple[MilestoneLine, ...]
    figure: Figure | None
    left_out: tuple[str, ...]
    decisions: tuple[str, ...]
    is_own: bool = False


def plan_content(payload: Mapping[str, Any], *, actions_shown: int = ACTIONS_SHOWN) -> Plan:
    """The roadmap of a frozen payload, with the decisions it asks for.

    `actions_shown` is the number of actions per phase; the others are counted.
    """
    roadmap, days = payload["roadmap"] or {}, framework_of(payload).days
    figure = plan_figure(payload)
    milestones = figure["milestones"] if figure else []
    return Plan(
        title=f"the {days}-day plan",
        headline=_headline(days, milestones),
        sentences=_sentences(payload),
        phases=tuple(_phase(phase, actions_shown) for phase in roadmap.get("phases", [])[:3]),
        milestones=tuple(_milestone(item) for item in milestones[:4]),
        figure=figure,
        left_out=_left_out(roadmap),
        decisions=tuple(_decisions(payload)),
        is_own=bool(roadmap.get("starts_on")),
    )


def _headline(days: int, milestones: list[Mapping[str, Any]]) -> str:
    if not milestones:
        return f"{days} days: measure first, then decide"
    last, first = milestones[-1], milestones[0]
    words = []
    if first["usd_per_month"] is not None and last["usd_per_month"] is not None:
        words.append(
            f"from {amount(first['usd_per_month'])} to {amount(last['usd_per_month'])} USD a month"
        )
    if first["score"] is not None and last["score"] is not None:
        words.append(f"from {level(first['score'])} to {level(last['score'])} in maturity")
    return f"{days} days: {' and '.join(words) or 'measure first, then decide'}"


def _sentences(payload: Mapping[str, Any]) -> tuple[str, ...]:
    if not payload["roadmap"]:
        return ("No plan has been drafted for this assessment.",)
    if payload["roadmap"].get("starts_on"):
        start = long_date(str(payload["roadmap"]["starts_on"]))
        return (
            f"As agreed, from {start} on. Each amount is what the action adds after those before"
            " it, so nothing is counted twice; what is dropped counts for nothing.",
        )
    return (
        (
            "Ordered by dependency: no action comes before those that it needs. Each amount is what"
            " the action adds after those before it, so nothing is counted twice."
        ),
    )


def _phase(phase: Mapping[str, Any], actions_shown: int) -> PhaseBlock:
    actions = sorted(phase.get("actions", []), key=_is_given_up)
    more = len(actions) - actions_shown
    return PhaseBlock(
        title=fit(phase["title"], 50),
        days=f"Days {phase['from_day']}–{phase['to_day']}",
        actions=tuple(_action(action) for action in actions[:actions_shown]),
        more=f"and {counted(more, 'more action')}, in the assessment" if more > 0 else "",
        empty="" if actions else "Nothing is proposed in this phase.",
    )


def _action(action: Mapping[str, Any]) -> ActionLine:
    needs = [fit(item, 60) for item in action.get("preconditions") or []]
    return ActionLine(
        title=fit(action["title"], 110),
        usd_per_month=column_amount(action.get("usd_per_month")),
        effort=title_of(EFFORTS, str(action.get("effort") or "–")),
        needs=fit(", ".join(needs), 80),
        is_at_risk=bool(action.get("at_risk")),
        owner=fit(action.get("owner") or "", 40),
        due=short_date(str(action["due_on"])) if action.get("due_on") else "",
        status=STATUSES.get(str(action.get("status")), ""),
    )


def _is_given_up(action: Mapping[str, Any]) -> bool:
    return action.get("status") in GIVEN_UP


def _milestone(item: Mapping[str, Any]) -> MilestoneLine:
    return MilestoneLine(
        day="Today" if item["day"] == 0 else f"Day {item['day']}",
        score=level(item["score"]),
        usd_per_month=column_amount(item["usd_per_month"]),
    )


def _left_out(roadmap: Mapping[str, Any]) -> tuple[str, ...]:
    items = sorted(roadmap.get("not_proposed") or [], key=_weight)
    return tuple(
        f"{fit(item['title'], 60)}: {fit(item['reason'], 130)}" for item in items[:LEFT_OUT_SHOWN]
    )


def _weight(item: Mapping[str, Any]) -> int:
    kind = item.get("kind")
    return WEIGHTIEST_FIRST.index(kind) if kind in WEIGHTIEST_FIRST else len(WEIGHTIEST_FIRST)


def _decisions(payload: Mapping[str, Any]) -> list[str]:
    results = payload["results"]
    framework = framework_of(payload)
    decisions = _measure(framework, payload)
    if results:
        decisions += _money_decisions(payload, results)
    else:
        decisions.append("Name who gathers one month of token figures and prices, and by when.")
    decisions.append(
        "Name one owner for the bill and one for output quality; both report at days"
        f" {review_days(framework)}."
    )
    return decisions[:4]


def _measure(framework: Framework, payload: Mapping[str, Any]) -> list[str]:
    """The first action of all, where a check that it moves is not in place yet."""
    states = answer_states(payload)
    first = framework.actions[0]
    missing = [framework.check(key).title for key in first.moves if states.get(key) != "yes"]
    if not missing:
        return []
    phase = framework.phase(first.phase)
    return [
        f"Approve {series(missing).lower()} in days {phase.first_day}–{phase.last_day}: without it"
        " no saving can be proved."
    ]


def _money_decisions(payload: Mapping[str, Any], results: Mapping[str, Any]) -> list[str]:
    decisions = []
    choice = advice.today(results)
    added = [
        lever
        for lever in choice["levers"]
        if lever not in results["strategies"]["current"]["levers"]
    ]
    saving = advice.saving_usd(results, choice)
    if added and rounded(saving, 0) > 0:
        decisions.append(
            f"Approve {lever_series(added)}: {amount(saving)} USD less a month,"
            f" {amount(saving * 12)} a year at today’s volume."
        )
    if advice.unlocked(results, lever_requirements(payload)).find("another") >= 0:
        decisions.append(
            f"Fund what the rest waits for. {advice.unlocked(results, lever_requirements(payload))}"
        )
    decisions.append(_hosting_decision(results))
    return [first_upper(decision) for decision in decisions if decision]


def _hosting_decision(results: Mapping[str, Any]) -> str:
    if "self_hosting" in results["recommended"]["levers"]:
        return (
            "Decide on a pilot for dedicated compute, with the pool’s size and an exit stated"
            " beforehand."
        )
    crossing = advice.crossover(results, "prompt_caching", "self_hosted")
    if crossing is None:
        return ""
    if crossing["first_requests_per_month"] is None:
        return "Do not commit to GPU capacity: at these prices it pays at no volume."
    present = results["inputs"]["workload"]["requests_per_month"]
    if advice.is_cheaper_at(crossing, present):
        return "Do not commit to GPU capacity now: the levers by API are cheaper at this volume."
    return "Do not commit to GPU capacity now; look again when volume nears the crossover."
