"""Drafts a roadmap from answers, scores and the levers' money; must not import Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from typing import Literal

from assessments.framework import ActionTemplate, Framework
from assessments.roadmap.money import CENT, Costs, held_back_levers, money_in_order
from assessments.roadmap.projection import (
    Answers,
    Due,
    Projection,
    project,
    spend_by_levers,
    spend_less_savings,
    would_move,
)
from assessments.scoring import UNANSWERED, AnswerState, Result, Scores

NOT_COSTED = "No scenario has been costed."


@dataclass(frozen=True)
class DraftAction:
    """A proposed action.

    `usd_per_month` is its lever's saving where the action brings it and it is not earned already.
    `moves` are the answers that it would change; `after` are proposed actions that come first;
    `risk` says why its lever is not supported by the scores, empty where it is.
    """

    template: ActionTemplate
    usd_per_month: float | None
    moves: Mapping[str, str]
    after: tuple[str, ...]
    risk: str

    @property
    def is_at_risk(self) -> bool:
        """Whether the scores do not support its lever."""
        return bool(self.risk)


@dataclass(frozen=True)
class NotProposed(Result):
    """An action that is left out, and the reason in a sentence."""

    key: str
    title: str
    kind: Literal["in_place", "not_applicable", "unanswered", "does_not_pay", "not_priced"]
    reason: str


@dataclass(frozen=True)
class Roadmap:
    """The drafted actions in their order, those left out, and what is projected."""

    actions: tuple[DraftAction, ...]
    not_proposed: tuple[NotProposed, ...]
    projections: tuple[Projection, ...]


@dataclass(frozen=True)
class _Economics:
    money: Mapping[str, float | None]
    left_out: Mapping[str, str]
    held_back: Mapping[str, str]
    running: frozenset[str] = field(default_factory=frozenset)


def draft_from_costs(
    framework: Framework,
    answers: Answers,
    scores: Scores,
    costs: Costs | None,
    weights: Mapping[str, Decimal] | None = None,
) -> Roadmap:
    """The roadmap with the money of the newest economics; without any, what needs a price waits."""
    if costs is None:
        why = dict.fromkeys((lever.key for lever in framework.levers), NOT_COSTED)
        return draft_roadmap(
            framework, answers, scores, lever_money={}, left_out=why, weights=weights
        )
    return draft_roadmap(
        framework,
        answers,
        scores,
        lever_money=money_in_order(
            framework,
            costs.usd_per_month_by_levers,
            costs.running,
            among=_earning(framework, answers),
        ),
        left_out=costs.left_out,
        running=costs.running,
        spend_usd_per_month=costs.spend_usd_per_month,
        weights=weights,
        costs=costs,
    )


def _earning(framework: Framework, answers: Answers) -> set[str]:
    """The levers whose saving an action could still bring."""
    return {
        str(template.lever)
        for template in framework.actions
        if template.brings_money and _moves(template, answers)
    }


def draft_roadmap(
    framework: Framework,
    answers: Answers,
    scores: Scores,
    *,
    lever_money: Mapping[str, float | None],
    held_back: Mapping[str, str] | None = None,
    left_out: Mapping[str, str] | None = None,
    running: frozenset[str] = frozenset(),
    spend_usd_per_month: float | None = None,
    weights: Mapping[str, Decimal] | None = None,
    costs: Costs | None = None,
) -> Roadmap:
    """The roadmap (framework, roadmap) in order of dependency.

    `lever_money`: USD per month that each lever saves in the roadmap's order (`money_in_order`);
    None or missing where it cannot be priced. `held_back` and `left_out`: lever → why, the first
    from the scores where not given. `running`: levers that earn today already. `costs`: by which
    spend is projected exactly, also where levers come in another order.
    Raises ValueError for money that is not finite, InvalidAnswers for answers with errors.
    """
    _check_money(lever_money, spend_usd_per_month)
    if held_back is None:
        held_back = held_back_levers(framework, scores)
    economics = _Economics(lever_money, left_out or {}, held_back, running)
    actions: list[DraftAction] = []
    not_proposed: list[NotProposed] = []
    for template in framework.actions:
        refusal = _refusal(framework, template, answers, economics)
        if refusal is not None:
            not_proposed.append(refusal)
            continue
        earlier = {action.template.key for action in actions}
        actions.append(_action(template, answers, economics, earlier))
    dues = [_due(action) for action in actions]
    spend_after = spend_by_levers(costs) if costs else spend_less_savings(spend_usd_per_month)
    projections = project(framework, answers, dues, weights, spend_after)
    return Roadmap(tuple(actions), tuple(not_proposed), projections)


def _check_money(money: Mapping[str, float | None], spend: float | None) -> None:
    for amount in (*money.values(), spend):
        if amount is not None and not isfinite(amount):
            raise ValueError("Money must be a finite number of USD per month.")


def _action(
    template: ActionTemplate, answers: Answers, economics: _Economics, earlier: set[str]
) -> DraftAction:
    lever = template.lever
    is_earned = lever in economics.running
    money = economics.money.get(lever) if lever and template.brings_money else None
    risk = economics.held_back.get(lever, "") if lever and not is_earned else ""
    return DraftAction(
        template=template,
        usd_per_month=None if is_earned else money,
        moves=_moves(template, answers),
        after=tuple(key for key in template.after if key in earlier),
        risk=risk,
    )


def _due(action: DraftAction) -> Due:
    template = action.template
    lever = template.lever if action.usd_per_month is not None else None
    return Due(template.last_day, action.moves, lever, action.usd_per_month)


def _moves(template: ActionTemplate, answers: Answers) -> dict[str, str]:
    return {
        check: to
        for check, to in template.moves.items()
        if would_move(answers.get(check, UNANSWERED), to)
    }


def _refusal(
    framework: Framework, template: ActionTemplate, answers: Answers, economics: _Economics
) -> NotProposed | None:
    key, title = template.key, template.title
    if not _moves(template, answers):
        return _unmoved(framework, template, answers)
    if template.lever is None or template.lever in economics.running:
        return None
    lever = framework.lever(template.lever)
    money = economics.money.get(lever.key)
    if money is None:
        why = economics.left_out.get(lever.key, "The scenario cannot price it.")
        return NotProposed(key, title, "not_priced", why) if lever.needs_price else None
    if money > CENT:
        return None
    costs = "saves nothing" if money > -CENT else f"would add {-money:,.0f} USD a month"
    return NotProposed(key, title, "does_not_pay", f"{lever.title} {costs} at this volume.")


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
