"""Page 1 of the executive brief: where the client stands, from a payload alone."""

from dataclasses import dataclass
from functools import partial

from assessments.framework import LEVELS, Dimension
from assessments.recommendation import CENT
from presentation import charts
from presentation.numbers import UNKNOWN, level, nearest_level
from presentation.wording import count_word, fit
from reports.documents.content import maturity
from reports.documents.content.economics import cautions_of, headline_of
from reports.documents.content.identity import Figure
from reports.documents.content.wording import (
    Write,
    anti_pattern_title,
    dimensions_title,
    money_column,
)
from reports.snapshots.payload import Payload

MAX_FINDINGS = 3
MAX_TRIGGERS = 4


@dataclass(frozen=True)
class DimensionLine:
    title: str
    claimed: str
    evidenced: str
    score: str
    span: str
    target: str
    means: str


@dataclass(frozen=True)
class AntiPatternLine:
    title: str
    usd_per_month: str
    evidence: str


@dataclass(frozen=True)
class Standing:
    headline: str
    message: str
    sentences: tuple[str, ...]
    shown: str
    span: str
    figure: Figure
    dimensions_title: str
    dimensions: tuple[DimensionLine, ...]
    contradictions: tuple[str, ...]
    anti_patterns: tuple[AntiPatternLine, ...]
    anti_patterns_more: str
    no_anti_patterns: str
    no_contradictions: str


def standing_content(payload: Payload, *, findings_shown: int = MAX_FINDINGS) -> Standing:
    """Scores, contradictions and anti-patterns of a frozen payload; so many of each are shown."""
    framework = payload.framework
    best, own = maturity.standing_sentence(payload), maturity.own_weights_sentence(payload)
    triggers = ", ".join(fit(trigger.title, 40) for trigger in payload.triggers[:MAX_TRIGGERS])
    sentences = (
        *cautions_of(payload),
        f"{best} {own}".strip(),
        maturity.completeness_sentence(payload),
        f"Asked because of: {triggers}." if triggers else "",
    )
    more = len(payload.anti_patterns) - findings_shown
    write = money_column(item.usd_per_month for item in payload.anti_patterns[:findings_shown])
    return Standing(
        headline=maturity.band_sentence(payload),
        message=_message(payload),
        sentences=tuple(filter(None, sentences)),
        shown=level(payload.scores.overall),
        span=maturity.score_range(payload.scores),
        figure=_figure(payload),
        dimensions_title=dimensions_title(framework),
        dimensions=tuple(_line(payload, item) for item in framework.dimensions),
        contradictions=_contradictions(payload, findings_shown),
        anti_patterns=tuple(
            AntiPatternLine(
                title=fit(anti_pattern_title(framework, item.key), 40),
                usd_per_month=_cost(item.usd_per_month, write),
                evidence=fit(item.evidence, 150),
            )
            for item in payload.anti_patterns[:findings_shown]
        ),
        anti_patterns_more=f"and {more} more, in the assessment" if more > 0 else "",
        no_anti_patterns=_no_anti_patterns(payload),
        no_contradictions=maturity.no_contradictions(payload),
    )


def _cost(usd_per_month: float | None, write: Write) -> str:
    """What an anti-pattern costs a month, in a column of money."""
    is_nothing = usd_per_month is not None and usd_per_month < CENT
    return "no cost" if is_nothing else write(usd_per_month)


def _message(payload: Payload) -> str:
    """The one thing to remember of the economics; nothing before there are any."""
    if payload.results is None:
        return ""
    return f"{headline_of(payload)}."


def _figure(payload: Payload) -> Figure:
    title = "Score by dimension, with what was claimed and what the checks show"
    rows = []
    for dimension in payload.framework.dimensions:
        score, target = payload.score(dimension.key), payload.targets.get(dimension.key)
        middle, words = None, ""
        if target and target.low is not None and target.high is not None:
            middle, words = (target.low + target.high) / 2, str(target.level)
        row = charts.Dimension(
            title=fit(dimension.title, 40),
            claimed=score.claimed,
            evidenced=score.evidenced,
            score=score.score,
            low=score.low,
            high=score.high,
            target=middle,
            target_text=words,
            flags=score.flags,
        )
        rows.append(row)
    draw = partial(charts.scorecard_chart, rows, title=title)
    if payload.provisional:
        return Figure(title, lambda **size: charts.provisional(draw(**size)))
    return Figure(title, draw)


def _line(payload: Payload, dimension: Dimension) -> DimensionLine:
    score, target = payload.score(dimension.key), payload.targets.get(dimension.key)
    means = "Not scored: no answer yet."
    if payload.applies_nothing_to(dimension):
        means = "Not scored: no question applies."
    if score.score is not None:  # what the level reached looks like, in its first sentence
        reached = max(LEVELS[0], min(LEVELS[-1], nearest_level(score.score) or 0))
        first, stop, _ = dimension.anchor(reached).text.partition(". ")
        means = fit(first + stop, 120)
    return DimensionLine(
        title=fit(dimension.title, 40),
        claimed=UNKNOWN if score.claimed is None else str(score.claimed),
        evidenced=level(score.evidenced),
        score=level(score.score),
        span=maturity.score_range(score),
        target=str(target.level) if target and target.level is not None else UNKNOWN,
        means=means,
    )


def _contradictions(payload: Payload, most: int) -> tuple[str, ...]:
    sentences = maturity.contradictions(payload)
    if len(sentences) <= most:
        return tuple(sentences)
    shown = sentences[: max(1, most - 1)]
    return (*shown, f"And {len(sentences) - len(shown)} more, in the assessment.")


def _no_anti_patterns(payload: Payload) -> str:
    if payload.anti_patterns:
        return ""
    if payload.results is None:
        return "Not looked for: they are found in a costed scenario."
    several = count_word(len(payload.framework.anti_patterns))
    return f"None of the {several} was found in the answers and the scenario."
