"""Page 1 of the executive brief: where the client stands, from a payload alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessments.framework import LEVELS, Framework
from presentation.numbers import UNKNOWN, level
from presentation.wording import count_word
from reports.documents.content.amounts import column_amount
from reports.documents.content.framework import anti_pattern_title, dimensions_title, framework_of
from reports.documents.content.maturity import (
    band_sentence,
    completeness_sentence,
    contradictions,
    no_contradictions,
    own_weights_sentence,
    scored,
    standing_sentence,
    target,
)
from reports.documents.content.wording import fit

CONTRADICTIONS_SHOWN = 3


@dataclass(frozen=True)
class DimensionLine:
    """One dimension in the table."""

    title: str
    claimed: str
    evidenced: str
    score: str
    span: str
    target: str
    means: str


@dataclass(frozen=True)
class AntiPatternLine:
    """An anti-pattern with its money and the evidence."""

    title: str
    usd_per_month: str
    evidence: str


@dataclass(frozen=True)
class Standing:
    """All that page 1 prints."""

    headline: str
    sentences: tuple[str, ...]
    shown: str
    band: str
    span: str
    dimensions_title: str
    dimensions: tuple[DimensionLine, ...]
    contradictions: tuple[str, ...]
    anti_patterns: tuple[AntiPatternLine, ...]
    no_anti_patterns: str
    no_contradictions: str


def standing_content(payload: Mapping[str, Any]) -> Standing:
    """Scores, contradictions and anti-patterns of a frozen payload."""
    scores, framework = payload["scores"], framework_of(payload)
    found = contradictions(payload)
    shown = found if len(found) <= CONTRADICTIONS_SHOWN else found[: CONTRADICTIONS_SHOWN - 1]
    if len(found) > len(shown):
        shown = [*shown, f"And {len(found) - len(shown)} more, in the assessment."]
    sentences = (
        f"{standing_sentence(payload)} {own_weights_sentence(payload)}".strip(),
        completeness_sentence(payload),
        _triggers(payload),
    )
    return Standing(
        headline=band_sentence(payload),
        sentences=tuple(sentence for sentence in sentences if sentence),
        shown=level(scores.get("overall")),
        band=fit(scores.get("band") or "Not scored yet", 30),
        span=_span(scores),
        dimensions_title=dimensions_title(framework),
        dimensions=tuple(_line(payload, item) for item in payload["framework"]["dimensions"]),
        contradictions=tuple(shown),
        anti_patterns=tuple(
            _anti_pattern(framework, item) for item in payload["anti_patterns"][:3]
        ),
        no_anti_patterns=_no_anti_patterns(framework, payload),
        no_contradictions=no_contradictions(payload),
    )


def _span(score: Mapping[str, Any]) -> str:
    low, high = score.get("low"), score.get("high")
    if low is None or high is None:
        return ""
    return level(low) if level(low) == level(high) else f"{level(low)}–{level(high)}"


def _line(payload: Mapping[str, Any], dimension: Mapping[str, Any]) -> DimensionLine:
    score = scored(payload, dimension["key"])
    claimed = score.get("claimed")
    return DimensionLine(
        title=fit(dimension["title"], 40),
        claimed=UNKNOWN if claimed is None else str(claimed),
        evidenced=level(score.get("evidenced")),
        score=level(score.get("score")),
        span=_span(score),
        target=_target(target(payload, dimension["key"])),
        means=_meaning(payload, dimension, score),
    )


def _target(found: Mapping[str, Any]) -> str:
    value = found.get("level")
    if value is None:
        return UNKNOWN
    return f"{value:g}" if isinstance(value, int | float) else fit(value, 5)


def _meaning(
    payload: Mapping[str, Any], dimension: Mapping[str, Any], score: Mapping[str, Any]
) -> str:
    """What the level reached looks like, in its first sentence."""
    if score.get("score") is None:
        return "Not scored: no answer yet."
    reached = str(max(LEVELS[0], min(LEVELS[-1], int(float(score["score"])))))
    first, stop, _ = str(dimension["anchors"].get(reached, "")).partition(". ")
    return fit(first + stop, 120)


def _anti_pattern(framework: Framework, item: Mapping[str, Any]) -> AntiPatternLine:
    return AntiPatternLine(
        title=fit(item.get("title") or anti_pattern_title(framework, item["key"]), 40),
        usd_per_month=column_amount(item.get("usd_per_month")),
        evidence=fit(_evidence(item.get("evidence")), 150),
    )


def _evidence(evidence: object) -> str:
    if isinstance(evidence, Mapping):
        return "; ".join(
            f"{str(key).replace('_', ' ')}: {value}" for key, value in evidence.items()
        )
    if isinstance(evidence, list | tuple):
        return "; ".join(str(item) for item in evidence)
    return str(evidence or "")


def _no_anti_patterns(framework: Framework, payload: Mapping[str, Any]) -> str:
    if payload["anti_patterns"]:
        return ""
    if payload["results"] is None:
        return "Not looked for: they are found in a costed scenario."
    several = count_word(len(framework.anti_patterns))
    return f"None of the {several} was found in the answers and the scenario."


def _triggers(payload: Mapping[str, Any]) -> str:
    titles = [fit(trigger["title"], 40) for trigger in payload["triggers"][:4]]
    return f"Asked because of: {', '.join(titles)}." if titles else ""
