"""The printable scorecard: the matrix with the client’s levels, scores and checks."""

from dataclasses import dataclass

from assessments.framework import LEVELS, Dimension
from presentation.numbers import UNKNOWN, level, nearest_level, usd
from presentation.wording import count_word, day, first_upper, fit
from reports.documents.content import economics, maturity
from reports.documents.content.identity import Identity, identity_of
from reports.documents.content.wording import FLAGS, STATES, title_of
from reports.snapshots.payload import Payload, PreviousScores

MAX_CONTRADICTIONS = 3
# As long as a framework may have them.
MAX_ANCHOR_LENGTH, MAX_TITLE_LENGTH = 400, 60
SHADED = "Shaded: the level nearest to the score, half up."
# What the blank one has a box for, by each check.
TO_TICK = ("yes", "part", "no", "?")
TO_FILL = (
    "Tick the level that describes today, where two fit in part the lower one, and what is true of"
    " each check (?: nobody knows). The lower of level and checks is the score."
)


@dataclass(frozen=True)
class Cell:
    """A level of a dimension; `before` is the last assessment’s score where it was nearest."""

    text: str
    is_claimed: bool
    is_scored: bool
    before: str

    @property
    def is_marked(self) -> bool:
        return self.is_claimed or self.is_scored or bool(self.before)


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
    """All that the page prints; `groups` have a dimension's checks, each with its state.

    The state comes twice: as its key, and in words.
    """

    identity: Identity
    is_blank: bool
    shown: str
    band: str
    span: str
    answered: str
    money: str
    rule: str
    levels: tuple[int, ...]
    legend: tuple[tuple[str, str], ...]
    to_tick: tuple[str, ...]
    rows: tuple[Row, ...]
    checks_title: str
    groups: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]
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
        is_blank=payload.is_nobodys,
        shown=level(payload.scores.overall),
        band=fit(payload.scores.band or _no_band(payload), 30),
        span=maturity.score_range(payload.scores, " – ", alike=""),
        answered=maturity.answered_sentence(payload),
        money=_money(payload),
        rule=TO_FILL if payload.is_nobodys else f"{SHADED} {_before(payload.previous)}".strip(),
        levels=LEVELS,
        legend=tuple(STATES.items()),
        to_tick=TO_TICK,
        rows=tuple(_row(payload, dimension) for dimension in framework.dimensions),
        checks_title=f"{checks} checks: what is operational today",
        groups=tuple(
            (
                fit(item.title, MAX_TITLE_LENGTH),
                tuple(
                    (
                        fit(check.title, MAX_TITLE_LENGTH),
                        states[check.key],
                        STATES[states[check.key]],
                    )
                    for check in framework.checks_of(item.key)
                ),
            )
            for item in framework.dimensions
        ),
        contradictions=tuple(sentences[:MAX_CONTRADICTIONS]),
        no_contradictions=maturity.no_contradictions(payload),
        contradictions_more=f"and {more} more, in the assessment" if more > 0 else "",
    )


def _money(payload: Payload) -> str:
    """What is spent, and the brief’s headline with its caution."""
    spend = payload.spend_usd_per_month
    spent = "" if spend is None else f"Spend today: {usd(spend)} a month. "
    return f"{spent}{economics.headline_of(payload)}. {economics.caution_of(payload)}".strip()


def _before(previous: PreviousScores | None) -> str:
    """What the marks of the last assessment are."""
    if previous is None:
        return ""
    return (
        f"Was: the assessment of {day(previous.as_of)}, overall {level(previous.overall)}"
        f" (framework {fit(previous.framework_version, 20)})."
    )


def _row(payload: Payload, dimension: Dimension) -> Row:
    score, previous = payload.score(dimension.key), payload.previous
    nearest = nearest_level(score.score)
    before = previous.dimensions.get(dimension.key) if previous else None
    cells = tuple(
        Cell(
            text=fit(dimension.anchor(number).text, MAX_ANCHOR_LENGTH),
            is_claimed=score.claimed == number,
            is_scored=nearest == number,
            before=level(before) if nearest_level(before) == number else "",
        )
        for number in LEVELS
    )
    target, words = payload.targets.get(dimension.key), ""
    if target and target.low is not None:
        words = f"target {target.level}{', chosen' if target.source == 'override' else ''}"
    flags = dict.fromkeys(title_of(FLAGS, flag) for flag in score.flags)
    return Row(
        title=fit(dimension.title, MAX_TITLE_LENGTH),
        cells=cells,
        claimed=UNKNOWN if score.claimed is None else str(score.claimed),
        evidenced=level(score.evidenced),
        score=level(score.score),
        span=maturity.score_range(score, " – ", alike=""),
        target=words,
        note=fit(", ".join(flags), 70),
    )


def _no_band(payload: Payload) -> str:
    """What stands in the band's place where there is no score."""
    if payload.provisional or payload.is_nobodys:
        return "Provisional: no score yet" if payload.provisional else "Not scored yet"
    return "No score"  # no question applies
