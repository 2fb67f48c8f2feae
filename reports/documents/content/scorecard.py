"""The printable scorecard: the matrix with the client’s levels, scores and checks."""

from dataclasses import dataclass

from assessments.framework import LEVELS, Dimension
from presentation.numbers import UNKNOWN, level, rounded
from presentation.wording import count_word, first_upper, fit
from reports.documents.content import maturity
from reports.documents.content.identity import Identity, identity_of
from reports.documents.content.wording import FLAGS, STATES, title_of
from reports.snapshots.payload import Payload

MAX_CONTRADICTIONS = 3
MAX_ANCHOR_LENGTH = 200


@dataclass(frozen=True)
class Cell:
    text: str
    is_claimed: bool
    is_scored: bool


@dataclass(frozen=True)
class Row:
    title: str
    cells: tuple[Cell, ...]
    claimed: str
    evidenced: str
    score: str
    span: str
    target: str
    note: str


@dataclass(frozen=True)
class Scorecard:
    """All that the page prints; `groups` have a dimension's checks, each with its state."""

    identity: Identity
    shown: str
    band: str
    span: str
    answered: str
    levels: tuple[int, ...]
    legend: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    checks_title: str
    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    contradictions: tuple[str, ...]
    no_contradictions: str
    contradictions_more: str


def scorecard_content(payload: Payload, sha256: str) -> Scorecard:
    """The scorecard of a frozen payload."""
    framework, sentences = payload.framework, maturity.contradictions(payload)
    more = len(sentences) - MAX_CONTRADICTIONS
    checks, states = first_upper(count_word(len(framework.checks))), payload.check_states()
    return Scorecard(
        identity=identity_of(payload, sha256),
        shown=level(payload.scores.overall),
        band=fit(payload.scores.band or "Not scored yet", 30),
        span=maturity.score_range(payload.scores, " – ", alike=""),
        answered=maturity.answered_sentence(payload),
        levels=LEVELS,
        legend=tuple(STATES.items()),
        rows=tuple(_row(payload, dimension) for dimension in framework.dimensions),
        checks_title=f"{checks} checks: what is operational today",
        groups=tuple(
            (
                fit(item.title, 30),
                tuple((fit(c.title, 34), states[c.key]) for c in framework.checks_of(item.key)),
            )
            for item in framework.dimensions
        ),
        contradictions=tuple(sentences[:MAX_CONTRADICTIONS]),
        no_contradictions=maturity.no_contradictions(payload),
        contradictions_more=f"and {more} more, in the assessment" if more > 0 else "",
    )


def _row(payload: Payload, dimension: Dimension) -> Row:
    score = payload.score(dimension.key)
    nearest = None if score.score is None else rounded(score.score, 0)
    cells = tuple(
        Cell(
            text=fit(dimension.anchor(number).text, MAX_ANCHOR_LENGTH),
            is_claimed=score.claimed == number,
            is_scored=nearest == number,
        )
        for number in LEVELS
    )
    target, words = payload.targets.get(dimension.key), ""
    if target and target.low is not None:
        words = f"target {target.level}{', chosen' if target.source == 'override' else ''}"
    flags = dict.fromkeys(title_of(FLAGS, flag) for flag in score.flags)
    return Row(
        title=fit(dimension.title, 40),
        cells=cells,
        claimed=UNKNOWN if score.claimed is None else str(score.claimed),
        evidenced=level(score.evidenced),
        score=level(score.score),
        span=maturity.score_range(score, " – ", alike=""),
        target=words,
        note=fit(", ".join(flags), 70),
    )
