"""Drafts the actions that answers and money ask for; must not import Django."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from assessments.framework import ActionTemplate, Framework
from assessments.framework.definitions import Lever
from assessments.recommendation import (
    Change,
    ChangeKind,
    NotRecommended,
    Recommendation,
    Step,
    least_difference_usd,
)
from assessments.roadmap.effort import EFFORT_OF_STEPS
from assessments.roadmap.money import Costs, held_back_levers, recommendation_for
from assessments.roadmap.planned import DAYS_OF_EFFORT, ActionOrigin, Effort, PlannedAction
from assessments.roadmap.projection import Answers, answers_after, moved_by, would_move
from assessments.scoring import UNANSWERED, AnswerState, Result, score
from presentation.money import USD, shown_in
from presentation.numbers import stated_percent, usd

NOT_COSTED = "No scenario has been costed."
# Title and text of the actions that no template of a framework brings.
STEP_WORDS = {
    ChangeKind.SWITCH_ON: (
        "Switch on {lever}",
        "It pays at today’s volume and prices. Move traffic over step by step while evals compare"
        " its answers with today’s, and keep the way back open until they agree.",
    ),
    ChangeKind.SWITCH_OFF: (
        "Switch off {lever}",
        "At today’s volume and prices it costs more than it saves. Move its traffic back step by"
        " step while evals compare, then end what it costs: services, instances, contracts.",
    ),
    ChangeKind.RESIZE: (
        "Run {lever} only as far as it pays",
        "Part of what it costs today brings nothing. Cut that part, and watch the bill.",
    ),
}


@dataclass(frozen=True)
class NotProposed(Result):
    """An action that is left out, and the reason in a sentence."""

    key: str
    title: str
    kind: Literal["in_place", "not_applicable", "unanswered", "does_not_pay", "not_priced"]
    reason: str


@dataclass(frozen=True)
class Draft:
    """The proposed actions in the framework's order, and those left out."""

    starts_on: date
    actions: tuple[PlannedAction, ...]
    not_proposed: tuple[NotProposed, ...]


def draft_roadmap(
    framework: Framework, answers: Answers, costs: Costs | None, *, starts_on: date
) -> Draft:
    """The actions that answers and money ask for (framework, roadmap), in order of dependency.

    Every step of the recommendation has the action that brings its saving in USD per month, also
    where its check is open; the others are asked for by answers. Without costs, what needs a price
    waits. Reasons have their money in the currency of the costs.
    """
    with shown_in(costs.currency if costs else USD):
        return _draft(framework, answers, costs, starts_on)


def _draft(framework: Framework, answers: Answers, costs: Costs | None, starts_on: date) -> Draft:
    advice = None
    if costs is not None:
        held_back = held_back_levers(framework, score(framework, answers))
        advice = recommendation_for(framework, costs, held_back)
    actions: list[PlannedAction] = []
    not_proposed: list[NotProposed] = []
    for template in framework.actions:
        change = _change_of(template)
        brought = advice.saving_usd_per_month(change) if advice and change else None
        refusal = None
        if brought is None:
            refusal = _refusal(framework, template, answers, costs, advice)
        if refusal is not None:
            not_proposed.append(refusal)
            continue
        actions.append(_action(template, _moves(template, answers), brought, starts_on))
    actions += _other_actions(framework, answers, actions, advice, starts_on)
    phases = [phase.key for phase in framework.phases]
    actions.sort(key=lambda action: phases.index(action.phase))
    return Draft(starts_on, tuple(actions), tuple(not_proposed))


def _change_of(template: ActionTemplate) -> Change | None:
    """The change whose saving an action brings."""
    is_bringing = template.brings_money and template.lever
    return Change(ChangeKind.SWITCH_ON, template.lever or "") if is_bringing else None


def _other_actions(
    framework: Framework,
    answers: Answers,
    drafted: Sequence[PlannedAction],
    advice: Recommendation | None,
    starts_on: date,
) -> Iterator[PlannedAction]:
    """The actions for steps that no template of the framework brings, in the phase of their turn.

    Such are levers to switch off, or to run only as far as they pay, and open weights by API; what
    is switched on waits for the phase in which the scores allow it.
    """
    phases = list(framework.phases)
    phase_of = {_change_of(each): framework.phase(each.phase) for each in framework.actions}
    turn, done = 0, set[Change]()
    for step in advice.steps if advice else ():
        if step.change in phase_of:
            turn = max(turn, phases.index(phase_of[step.change]))
        if advice is None or step.change in phase_of or step.change in done:
            continue
        done.add(step.change)
        if step.kind == ChangeKind.SWITCH_ON:
            turn = _phase_allowing(framework, answers, drafted, step.lever, turn)
        phase, effort = phases[turn], EFFORT_OF_STEPS[step.kind]
        yield PlannedAction(
            key=step.change.key,
            origin=ActionOrigin.DRAFTED,
            phase=phase.key,
            title=_title(framework, step),
            text=STEP_WORDS[step.kind][1],
            owner="",
            due_on=starts_on + timedelta(days=phase.last_day - 1),
            days=DAYS_OF_EFFORT[effort],
            effort=effort,
            lever=step.lever,
            drafted_usd_per_month=advice.saving_usd_per_month(step.change),
        )


def _title(framework: Framework, step: Step) -> str:
    lever = framework.lever(step.lever).phrase
    if step.replaces:
        return f"Move {framework.lever(step.replaces).phrase} to {lever}"
    return STEP_WORDS[step.kind][0].format(lever=lever)


def _phase_allowing(
    framework: Framework,
    answers: Answers,
    drafted: Sequence[PlannedAction],
    lever: str,
    turn: int,
) -> int:
    """The first phase from `turn` on by whose end what is drafted meets what a lever asks for."""
    keys = [phase.key for phase in framework.phases]
    for place in range(turn, len(keys)):
        done = [each for each in drafted if each.phase in keys[: place + 1]]
        scores = score(framework, answers_after(framework, answers, moved_by(done)))
        if lever not in held_back_levers(framework, scores):
            return place
    return len(keys) - 1


def _action(
    template: ActionTemplate, moves: dict[str, str], money: float | None, starts_on: date
) -> PlannedAction:
    return PlannedAction(
        key=template.key,
        origin=ActionOrigin.DRAFTED,
        phase=template.phase,
        title=template.title,
        text=template.text,
        owner="",
        due_on=starts_on + timedelta(days=template.last_day - 1),  # the first day is day 1
        days=template.last_day - template.first_day + 1,
        effort=Effort(template.effort),
        lever=template.lever or "",
        moves=moves,
        drafted_usd_per_month=money,
    )


def _moves(template: ActionTemplate, answers: Answers) -> dict[str, str]:
    return {
        check: to
        for check, to in template.moves.items()
        if would_move(answers.get(check, UNANSWERED), to)
    }


def _refusal(
    framework: Framework,
    template: ActionTemplate,
    answers: Answers,
    costs: Costs | None,
    advice: Recommendation | None,
) -> NotProposed | None:
    key, title = template.key, template.title
    if not _moves(template, answers):
        return _unmoved(framework, template, answers)
    if template.lever is None:
        return None
    lever = framework.lever(template.lever)
    if costs is None or advice is None:
        return NotProposed(key, title, "not_priced", NOT_COSTED) if lever.needs_price else None
    if lever.key in costs.running and lever.key not in advice.later.levers:
        reason = f"{lever.title} is to be switched off: it costs more than it saves."
        return NotProposed(key, title, "does_not_pay", reason)
    left_out = next((each for each in advice.not_recommended if each.lever == lever.key), None)
    if left_out is None:  # it runs, or is to be switched on
        return None
    if left_out.saving_usd_per_month is None:
        why = costs.left_out.get(lever.key, "The scenario cannot price it.")
        return NotProposed(key, title, "not_priced", why) if lever.needs_price else None
    return NotProposed(key, title, "does_not_pay", _why_not(lever, left_out, costs))


def _why_not(lever: Lever, left_out: NotRecommended, costs: Costs) -> str:
    saving = left_out.saving_usd_per_month or 0.0
    if left_out.reason == "not_repaid":
        return (
            f"{lever.title} would save {usd(saving)} a month, which does not earn back what"
            f" the change costs: {usd(left_out.missing_usd)} would still be missing."
        )
    least = least_difference_usd(costs.spend_usd_per_month)
    if saving > least:
        share = stated_percent(costs.materiality_ratio)
        return f"{lever.title} saves {usd(saving)} a month, less than {share} of the bill."
    if saving < -least:
        return f"{lever.title} would add {usd(-saving)} a month at this volume."
    return costs.left_out.get(lever.key) or f"{lever.title} saves nothing at this volume."


def _unmoved(framework: Framework, template: ActionTemplate, answers: Answers) -> NotProposed:
    key, title = template.key, template.title
    states = {check: answers.get(check, UNANSWERED).state for check in template.moves}
    titles = {check: framework.check(check).title for check in template.moves}
    waiting = [titles[key] for key, state in states.items() if state == AnswerState.UNANSWERED]
    if waiting:
        return NotProposed(key, title, "unanswered", f"Not answered yet: {', '.join(waiting)}.")
    named = ", ".join(titles.values())
    if all(state == AnswerState.NOT_APPLICABLE for state in states.values()):
        return NotProposed(key, title, "not_applicable", f"Does not apply: {named}.")
    return NotProposed(key, title, "in_place", f"Already in place: {named}.")
