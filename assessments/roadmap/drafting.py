"""Drafts the actions that answers and money ask for; must not import Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from assessments.framework import ActionTemplate, Framework
from assessments.roadmap.money import CENT, Costs, lever_money
from assessments.roadmap.planned import ActionOrigin, Effort, PlannedAction
from assessments.roadmap.projection import Answers, would_move
from assessments.scoring import UNANSWERED, AnswerState, Result

NOT_COSTED = "No scenario has been costed."


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
    """The actions that the answers ask for (framework, roadmap), in order of dependency.

    Each has its lever's saving in USD per month in that order, where it brings it and it is not
    earned already. Without costs, what needs a price waits.
    """
    money = _lever_money(framework, answers, costs)
    actions: list[PlannedAction] = []
    not_proposed: list[NotProposed] = []
    for template in framework.actions:
        refusal = _refusal(framework, template, answers, costs, money)
        if refusal is not None:
            not_proposed.append(refusal)
            continue
        brought = money.get(template.lever or "") if template.brings_money else None
        actions.append(_action(template, _moves(template, answers), brought, starts_on))
    return Draft(starts_on, tuple(actions), tuple(not_proposed))


def _lever_money(
    framework: Framework, answers: Answers, costs: Costs | None
) -> Mapping[str, float | None]:
    """What each lever saves whose saving an action could still bring."""
    if costs is None:
        return {}
    earning = {
        str(template.lever)
        for template in framework.actions
        if template.brings_money and _moves(template, answers)
    }
    return lever_money(framework, costs, among=earning)


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
    lever_money: Mapping[str, float | None],
) -> NotProposed | None:
    key, title = template.key, template.title
    if not _moves(template, answers):
        return _unmoved(framework, template, answers)
    if template.lever is None or (costs and template.lever in costs.running):
        return None
    lever = framework.lever(template.lever)
    money = lever_money.get(lever.key)
    if money is None:
        no_price = "The scenario cannot price it."
        why = costs.left_out.get(lever.key, no_price) if costs else NOT_COSTED
        return NotProposed(key, title, "not_priced", why) if lever.needs_price else None
    if money > CENT:
        return None
    saving = "saves nothing" if money > -CENT else f"would add {-money:,.0f} USD a month"
    return NotProposed(key, title, "does_not_pay", f"{lever.title} {saving} at this volume.")


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
