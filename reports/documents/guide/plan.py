"""The plan with the brief’s amounts, and places for owners and dates; pure."""

from collections.abc import Mapping
from typing import Any

from assessments.framework import Framework
from reports.documents.content.framework import framework_of
from reports.documents.content.plan import ActionLine, PhaseBlock, Plan, plan_content
from reports.documents.content.wording import EFFORTS, first_upper, fit
from reports.documents.guide.agenda import plan_title
from reports.documents.guide.blocks import (
    Block,
    Bullets,
    Column,
    Heading,
    Row,
    Table,
    Text,
    open_row,
    row,
)

JsonMapping = Mapping[str, Any]
EVERY_ACTION = 40
ACTIONS = (
    Column("Action", 42),
    Column("USD a month", 14, is_number=True),
    Column("Effort", 11),
    Column("Owner", 18),
    Column("Due date", 15),
)
MILESTONES = (
    Column("Day", 20),
    Column("Score", 15, is_number=True),
    Column("USD a month", 25, is_number=True),
)


def plan_chapter(payload: JsonMapping | None) -> list[Block]:
    """The plan phase by phase, with its projection."""
    framework = framework_of(payload)
    if payload is None:
        return _blank(framework)
    plan = plan_content(payload, actions_shown=EVERY_ACTION)
    blocks: list[Block] = [
        Heading(1, plan_title(framework), starts_page=True),
        Text(plan.headline, "Lead"),
        *(Text(sentence) for sentence in plan.sentences),
        *_projection(plan),
    ]
    for phase in plan.phases:
        blocks += _phase(phase)
    return [*blocks, *_left_out(plan)]


def _phase(phase: PhaseBlock) -> list[Block]:
    title = f"{phase.days}: {phase.title}"
    if phase.empty:
        return [Heading(2, title), Text(phase.empty)]
    table = Table(title, ACTIONS, tuple(_action(action) for action in phase.actions))
    more: list[Block] = [Text(f"{phase.more}.")] if phase.more else []
    return [Heading(2, title), table, *more]


def _action(action: ActionLine) -> Row:
    needs = f"Needs: {action.needs}" if action.needs else ""
    risk = "At risk" if action.is_at_risk else ""
    notes = (first_upper(action.status), risk, needs)
    lines = (action.title, " · ".join(note for note in notes if note))
    effort = fit(action.effort, 20)
    return open_row(lines, action.usd_per_month, effort, action.owner, action.due)


def _projection(plan: Plan) -> list[Block]:
    if not plan.milestones:
        return []
    rows = tuple(row(item.day, item.score, item.usd_per_month) for item in plan.milestones)
    return [Heading(2, "Where it leads"), Table("Projected score and spend", MILESTONES, rows)]


def _left_out(plan: Plan) -> list[Block]:
    if not plan.left_out:
        return []
    return [Heading(2, "What is not proposed, and why"), Bullets(plan.left_out)]


def _blank(framework: Framework) -> list[Block]:
    blocks: list[Block] = [
        Heading(1, plan_title(framework), starts_page=True),
        Text(
            "Strike out what is in place or does not pay, and give the rest an owner and a date."
            " Evals come before the traffic that they protect."
        ),
    ]
    for phase in framework.phases:
        title = f"Days {phase.first_day}–{phase.last_day}: {phase.title}"
        rows = tuple(
            open_row((action.title, action.text), "", EFFORTS.get(action.effort, ""), "", "")
            for action in framework.actions
            if action.phase == phase.key
        )
        blocks += [Heading(2, title), Table(title, ACTIONS, rows)]
    return blocks
