"""What the scorecard page says of scores and targets; pure, must not import Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from assessments.framework import Framework
from assessments.scoring import (
    CONTRADICTION,
    UNEVIDENCED,
    UNRATED,
    Explanation,
    OverallScore,
    Scores,
    Target,
    show,
)
from presentation import charts

FLAGS = {
    CONTRADICTION: "Contradiction",
    UNRATED: "No level chosen",
    UNEVIDENCED: "No check answered",
}
NOTHING = "Nothing is scored yet"
NOTHING_APPLIES = "No question applies, so nothing is scored"
PROVISIONAL = "Provisional: too little is answered for an overall score"


@dataclass(frozen=True, kw_only=True)
class ScorecardRow(charts.Dimension):
    """A dimension's row: what the chart draws of it, and its words for the table."""

    key: str
    shown: Decimal | None
    evidenced_shown: Decimal | None
    range_text: str
    completeness_percent: int
    target_source: str
    target_reason: str
    gap: Decimal | None
    flag_texts: Sequence[str]


@dataclass(frozen=True)
class ScorecardPage:
    """The scores in the words and rows of the page; levels to one decimal, half up."""

    shown: Decimal | None
    band: str | None
    band_text: str
    range_text: str
    range_note: str
    completeness_text: str
    completeness_note: str
    finding: str
    provisional: str
    rows: Sequence[ScorecardRow]
    contradictions: Sequence[tuple[str, str]]
    own: OverallScore | None
    own_weights: Sequence[tuple[str, Decimal]]
    explanation: Explanation

    @property
    def is_empty(self) -> bool:
        """Whether no dimension has a score yet, and one may get it."""
        return bool(self.provisional) and all(row.score is None for row in self.rows)


def scorecard_page(
    framework: Framework, scores: Scores, targets: Mapping[str, Target]
) -> ScorecardPage:
    """The page of one set of scores."""
    rows = [_row(framework, scores, targets[each.key], each.key) for each in framework.dimensions]
    own = scores.own
    return ScorecardPage(
        shown=scores.shown,
        band=scores.band,
        band_text=next((each.text for each in framework.bands if each.title == scores.band), ""),
        range_text=range_text(scores.low, scores.high),
        range_note=(
            "As low and as high as the unknown answers may turn out"
            if scores.low != scores.high
            else "No unknown answer could change it"
        ),
        completeness_text=f"{percent(scores.completeness)} %",
        completeness_note="Of those that apply",
        finding=_finding(framework, scores, targets),
        provisional=scores.provisional,
        rows=rows,
        contradictions=[
            (framework.dimension(key).title, contradiction.text)
            for key, item in scores.dimensions.items()
            for contradiction in item.contradictions
        ],
        own=own,
        own_weights=[
            (each.title, own.weights[each.key]) for each in framework.dimensions if own is not None
        ],
        explanation=scores.explanation,
    )


def range_text(low: Decimal | None, high: Decimal | None) -> str:
    """A band of levels, `1.9–2.8`; one level where its ends are shown alike, nothing where none."""
    if low is None or high is None:
        return ""
    ends = (show(low), show(high))
    return f"{ends[0]}" if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"


def percent(ratio: Decimal) -> int:
    """A ratio of 0 to 1 in whole percent, half up; not 100 before all is there."""
    whole = int((ratio * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return 99 if whole == 100 and ratio < 1 else whole


def target_text(target: Target) -> str:
    """The target as levels, `3` or `1–2`; a dash while it is open."""
    if target.low is None:
        return "–"
    return f"{target.low}" if target.low == target.high else f"{target.low}–{target.high}"


def _row(framework: Framework, scores: Scores, target: Target, key: str) -> ScorecardRow:
    item = scores.dimensions[key]
    ends = (target.low, target.high)
    return ScorecardRow(
        key=key,
        title=framework.dimension(key).title,
        claimed=item.claimed,
        evidenced=item.evidenced,
        score=item.score,
        low=item.low,
        high=item.high,
        shown=None if item.score is None else show(item.score),
        evidenced_shown=None if item.evidenced is None else show(item.evidenced),
        range_text=range_text(item.low, item.high),
        completeness_percent=percent(item.completeness),
        target=None if None in ends else sum(end or 0 for end in ends) / 2,
        target_text=target_text(target),
        target_source=target.source,
        target_reason=target.reason,
        gap=target.gap,
        flags=[flag for flag in item.flags if flag == CONTRADICTION],
        flag_texts=[FLAGS[flag] for flag in item.flags],
    )


def _finding(framework: Framework, scores: Scores, targets: Mapping[str, Target]) -> str:
    if scores.shown is None:
        if not scores.provisional:
            return NOTHING_APPLIES
        is_scored = any(each.score is not None for each in scores.dimensions.values())
        return PROVISIONAL if is_scored else NOTHING
    start = f"{scores.shown} of 5, {scores.band}"
    gaps = {key: target.gap for key, target in targets.items() if target.gap}
    if not gaps:
        return f"{start}: every scored dimension is at its target"
    widest = max(gaps, key=lambda key: gaps[key] or Decimal(0))
    return f"{start}: {framework.dimension(widest).title} is furthest from its target"
