"""The printable scorecard: the matrix with the client’s levels, scores and checks."""

from dataclasses import dataclass

from assessments.framework import LEVELS, Dimension
from presentation.numbers import UNKNOWN, level, rounded
from presentation.wording import count_word, first_upper, fit
from reports.documents.content.identity import Identity, identity_of
from reports.documents.content.maturity import (
    answered_sentence,
    band_sentence,
    contradictions,
    dimension_note,
    no_contradictions,
    overall_band,
    overall_level,
    score_range,
    target_words,
)
from reports.documents.content.wording import STATES
from reports.snapshots.payload import Payload

MAX_CONTRADICTIONS = 3
MAX_ANCHOR_LENGTH = 200


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


def scorecard_content(payload: Payload, sha256: str) -> Scorecard:
    """The scorecard of a frozen payload."""
    framework, sentences = payload.framework, contradictions(payload)
    more = len(sentences) - MAX_CONTRADICTIONS
    checks = first_upper(count_word(len(framework.checks)))
    return Scorecard(
        identity=identity_of(payload, sha256),
        shown=overall_level(payload),
        band=overall_band(payload),
        sentence=band_sentence(payload),
        span=score_range(payload.scores, " – ", alike=""),
        answered=answered_sentence(payload),
        levels=LEVELS,
        legend=tuple(STATES.items()),
        rows=tuple(_row(payload, dimension) for dimension in framework.dimensions),
        checks_title=f"{checks} checks: what is operational today",
        groups=tuple(_group(payload, dimension) for dimension in framework.dimensions),
        contradictions=tuple(sentences[:MAX_CONTRADICTIONS]),
        no_contradictions=no_contradictions(payload),
        contradictions_more=f"and {more} more, in the assessment" if more > 0 else "",
    )


def _row(payload: Payload, dimension: Dimension) -> Row:
    score = payload.score(dimension.key)
    nearest = None if score.score is None else rounded(score.score, 0)
    cells = tuple(
        Cell(
            level=number,
            text=fit(dimension.anchor(number).text, MAX_ANCHOR_LENGTH),
            is_claimed=score.claimed == number,
            is_scored=nearest == number,
        )
        for number in LEVELS
    )
    return Row(
        title=fit(dimension.title, 40),
        cells=cells,
        claimed=UNKNOWN if score.claimed is None else str(score.claimed),
        evidenced=level(score.evidenced),
        score=level(score.score),
        span=score_range(score, " – ", alike=""),
        target=target_words(payload.targets.get(dimension.key)),
        note=fit(dimension_note(payload, dimension.key), 70),
    )


def _group(payload: Payload, dimension: Dimension) -> CheckGroup:
    states = payload.check_states()
    checks = tuple(
        Check(
            title=fit(check.title, 34),
            state=states[check.key],
            state_title=STATES[states[check.key]],
            is_optimized=check.stage == "optimized",
        )
        for check in payload.framework.checks
        if check.dimension == dimension.key
    )
    return CheckGroup(title=fit(dimension.title, 30), checks=checks)
