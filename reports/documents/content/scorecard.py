"""The printable scorecard: the matrix with the client’s levels, scores and checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessments.framework import LEVELS
from presentation.numbers import level, rounded
from presentation.wording import count_word
from reports.documents.content.amounts import decimal
from reports.documents.content.identity import Identity, identity_of
from reports.documents.content.maturity import (
    answer_states,
    band_sentence,
    claimed_level,
    contradictions,
    dimension_note,
    no_contradictions,
    scored,
    target_words,
)
from reports.documents.content.wording import STATES, counted, first_upper, fit

CONTRADICTIONS_SHOWN = 3
ANCHOR_LIMIT = 200


@dataclass(frozen=True)
class Cell:
    """One level of one dimension."""

    level: int
    text: str
    is_claimed: bool
    is_scored: bool


@dataclass(frozen=True)
class Row:
    """One dimension of the matrix."""

    title: str
    cells: tuple[Cell, ...]
    claimed: str
    evidenced: str
    score: str
    span: str
    target: str
    note: str


@dataclass(frozen=True)
class Check:
    """One check with its state."""

    title: str
    state: str
    state_title: str
    is_optimized: bool


@dataclass(frozen=True)
class CheckGroup:
    """The checks of one dimension."""

    title: str
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Scorecard:
    """All that the page prints."""

    identity: Identity
    shown: str
    band: str
    sentence: str
    span: str
    answered: str
    levels: tuple[int, ...]
    legend: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    checks_title: str
    groups: tuple[CheckGroup, ...]
    contradictions: tuple[str, ...]
    no_contradictions: str
    contradictions_more: str


def scorecard_content(payload: Mapping[str, Any], sha256: str) -> Scorecard:
    """The scorecard of a frozen payload."""
    scores = payload["scores"]
    found = contradictions(payload)
    left_over = len(found) - CONTRADICTIONS_SHOWN
    return Scorecard(
        identity=identity_of(payload, sha256),
        shown=level(scores.get("overall")),
        band=fit(scores.get("band") or "Not scored yet", 30),
        sentence=band_sentence(payload),
        span=_span(scores),
        answered=answered_sentence(payload),
        levels=LEVELS,
        legend=tuple(STATES.items()),
        rows=tuple(_row(payload, dimension) for dimension in payload["framework"]["dimensions"]),
        checks_title=_checks_title(len(payload["framework"]["checks"])),
        groups=tuple(
            _group(payload, dimension) for dimension in payload["framework"]["dimensions"]
        ),
        contradictions=tuple(found[:CONTRADICTIONS_SHOWN]),
        no_contradictions=no_contradictions(payload),
        contradictions_more=f"and {left_over} more, in the assessment" if left_over > 0 else "",
    )


def _checks_title(count: int) -> str:
    return f"{first_upper(count_word(count))} checks: what is operational today"


def _span(score: Mapping[str, Any]) -> str:
    low, high = score.get("low"), score.get("high")
    if low is None or high is None:
        return ""
    return "" if level(low) == level(high) else f"{level(low)} – {level(high)}"


def _row(payload: Mapping[str, Any], dimension: Mapping[str, Any]) -> Row:
    score = scored(payload, dimension["key"])
    claimed = claimed_level(payload, dimension["key"])
    nearest = None if score.get("score") is None else int(rounded(decimal(score["score"]), 0))
    cells = tuple(
        Cell(
            level=number,
            text=fit(dimension["anchors"].get(str(number), ""), ANCHOR_LIMIT),
            is_claimed=claimed is not None and int(claimed) == number,
            is_scored=nearest == number,
        )
        for number in LEVELS
    )
    return Row(
        title=fit(dimension["title"], 40),
        cells=cells,
        claimed=level(claimed) if claimed is None else str(claimed),
        evidenced=level(score.get("evidenced")),
        score=level(score.get("score")),
        span=_span(score),
        target=target_words(payload, dimension["key"]),
        note=fit(dimension_note(payload, dimension["key"]), 70),
    )


def _group(payload: Mapping[str, Any], dimension: Mapping[str, Any]) -> CheckGroup:
    states = answer_states(payload)
    checks = tuple(
        Check(
            title=fit(check["title"], 34),
            state=states[check["key"]],
            state_title=STATES[states[check["key"]]],
            is_optimized=check["stage"] == "optimized",
        )
        for check in payload["framework"]["checks"]
        if check["dimension"] == dimension["key"]
    )
    return CheckGroup(title=fit(dimension["title"], 30), checks=checks)


def answered_sentence(payload: Mapping[str, Any]) -> str:
    """How many of the questions have an answer."""
    answers = payload["answers"]
    open_ones = sum(1 for answer in answers if answer["state"] == "unanswered")
    return f"{len(answers) - open_ones} of {counted(len(answers), 'question')} answered"
