"""The economics on one page, with the brief’s own figures; pure."""

from collections.abc import Mapping
from typing import Any

from reports.documents.content.economics import (
    ORDER,
    Economics,
    LeverLine,
    StrategyLine,
    economics_content,
)
from reports.documents.content.framework import framework_of
from reports.documents.content.wording import STRATEGIES
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
TITLE = "The economics on one page"
STRATEGY = (
    Column("Strategy", 29),
    Column("USD a month", 13, is_number=True),
    Column("USD per M tokens", 13, is_number=True),
    Column("Saves USD a month", 13, is_number=True),
    Column("Saves", 10, is_number=True),
    Column("Note", 22),
)
LEVER = (
    Column("Lever", 29),
    Column("In order, USD a month", 24, is_number=True),
    Column("Fair share, USD a month", 24, is_number=True),
    Column("Note", 23),
)
ASKS = (
    "Is this the workload of the next six months? What would double it?",
    "Which of these prices is not the one in your contract?",
    "What would you have to see before you accept the recommendation?",
)
WORKLOAD = (
    "Requests a month, and how fast they grow",
    "Model calls per request",
    "Input tokens per call",
    "of them, tokens that repeat from call to call",
    "Output tokens per call",
    "Premium model, and its price per million tokens in and out",
    "Share of calls that a small model could answer",
)
FIGURES = (Column("Figure", 55), Column("Value", 20, is_number=True), Column("Source", 25))


def economics_chapter(payload: JsonMapping | None) -> list[Block]:
    """The cost result as the brief says it, or a table to gather what it takes."""
    if payload is None:
        return _blank()
    economics = economics_content(payload)
    blocks: list[Block] = [
        Heading(1, TITLE, starts_page=True),
        Text(economics.headline, "Lead"),
        *(Text(paragraph) for paragraph in economics.paragraphs),
    ]
    if not economics.is_costed:
        return [*blocks, Heading(2, "Figures to gather"), _to_gather()]
    return [*blocks, *_costed(economics)]


def _costed(economics: Economics) -> list[Block]:
    blocks: list[Block] = [
        Text(f"Workload: {economics.workload}."),
        Heading(2, "Strategies"),
        Table(
            "Strategies compared", STRATEGY, tuple(_strategy(line) for line in economics.strategies)
        ),
    ]
    if economics.staircase:
        blocks.append(Text(f"{economics.staircase['title']}. {economics.crossings}".strip()))
    if economics.levers:
        rows = tuple(_lever(line) for line in economics.levers)
        blocks += [Heading(2, "What each lever saves"), Table("Levers", LEVER, rows)]
    return [*blocks, Heading(3, "Ask"), Bullets(ASKS)]


def _strategy(line: StrategyLine) -> Row:
    return row(
        line.title,
        line.usd_per_month,
        line.usd_per_mtok,
        line.saving,
        line.saving_percent,
        line.note,
        is_strong=line.is_recommended,
    )


def _lever(line: LeverLine) -> Row:
    return row(line.title, line.in_order, line.fair_share, line.note)


def _blank() -> list[Block]:
    promise = framework_of(None).promise.text
    rows = tuple(open_row(STRATEGIES[key], *[""] * 5) for key in ORDER)
    return [
        Heading(1, TITLE, starts_page=True),
        Text(
            f"The promise to test: {promise[0].lower()}{promise[1:]} Fill the first table before"
            " the workshop; the scoring workbook makes the second of it."
        ),
        Heading(2, "Figures to gather"),
        _to_gather(),
        Heading(2, "Strategies"),
        Table("Strategies compared", STRATEGY, rows),
    ]


def _to_gather() -> Table:
    return Table("Figures to gather", FIGURES, tuple(open_row(name, "", "") for name in WORKLOAD))
