"""The score of one dimension from its claimed and its evidenced level (framework, Scores).

Must not import Django.
"""

from collections.abc import Mapping
from decimal import Decimal

from assessments.framework import Dimension, Framework
from assessments.framework.definitions import Refutation
from assessments.scoring.answers import UNANSWERED, AnswerState, AnswerValue
from assessments.scoring.evidence import Evidence, evidence_of
from assessments.scoring.results import (
    CONTRADICTION,
    UNEVIDENCED,
    UNRATED,
    Contradiction,
    DimensionScore,
    Explanation,
    MeasuredUsage,
)


def dimension_score(
    framework: Framework,
    dimension: Dimension,
    answers: Mapping[str, AnswerValue],
    measured: MeasuredUsage,
) -> DimensionScore:
    """S = min(C, E) in levels 1–5, or the one that exists, with its band and flags.

    The band runs from every unknown check as `no` (which is the score itself) to every unknown
    check as `yes`. What is unanswered is told by the completeness, not by the band.
    """
    answer = answers.get(dimension.key, UNANSWERED)
    claimed = answer.level if answer.state == AnswerState.ANSWERED else None
    evidence = evidence_of(framework, dimension.key, answers)
    score = _lower(claimed, evidence.level)
    contradictions = (
        *_disagreement(framework, claimed, evidence.level),
        *_refuted(framework, dimension.key, claimed, measured),
    )
    return DimensionScore(
        key=dimension.key,
        claimed=claimed,
        evidenced=evidence.level,
        score=score,
        low=score,
        high=_lower(claimed, evidence.high),
        completeness=completeness_of(_asked(framework, dimension), answers),
        contradictions=contradictions,
        flags=_flags(claimed, evidence.level, contradictions),
        explanation=_explained(dimension, answer, claimed, evidence, score),
    )


def completeness_of(keys: tuple[str, ...], answers: Mapping[str, AnswerValue]) -> Decimal:
    """Answered or unknown questions over applicable ones, 0 to 1; 1 where none applies."""
    states = [answers.get(key, UNANSWERED).state for key in keys]
    applicable = [state for state in states if state != AnswerState.NOT_APPLICABLE]
    done = [state for state in applicable if state != AnswerState.UNANSWERED]
    return Decimal(len(done)) / len(applicable) if applicable else Decimal(1)


def _asked(framework: Framework, dimension: Dimension) -> tuple[str, ...]:
    return (*(check.key for check in framework.checks_of(dimension.key)), dimension.key)


def _lower(claimed: int | None, evidenced: Decimal | None) -> Decimal | None:
    if claimed is None or evidenced is None:
        return evidenced if claimed is None else Decimal(claimed)
    return min(Decimal(claimed), evidenced)


def _flags(
    claimed: int | None, evidenced: Decimal | None, contradictions: tuple[Contradiction, ...]
) -> tuple[str, ...]:
    found = []
    if claimed is None and evidenced is not None:
        found.append(UNRATED)
    if claimed is not None and evidenced is None:
        found.append(UNEVIDENCED)
    if contradictions:
        found.append(CONTRADICTION)
    return tuple(found)


def _disagreement(
    framework: Framework, claimed: int | None, evidenced: Decimal | None
) -> tuple[Contradiction, ...]:
    if claimed is None or evidenced is None:
        return ()
    difference = claimed - evidenced
    if abs(difference) < framework.scoring.contradiction_at:
        return ()
    which = "above" if difference > 0 else "below"
    text = f"Level {claimed} is claimed, {which} the {_plain(evidenced)} that the checks show."
    return (Contradiction(f"claimed_{which}_evidenced", text),)


def _refuted(
    framework: Framework, key: str, claimed: int | None, measured: MeasuredUsage
) -> tuple[Contradiction, ...]:
    if claimed is None:
        return ()
    rules = [rule for rule in framework.scoring.refutations if rule.dimension == key]
    return tuple(
        Contradiction(rule.key, f"Level {claimed} is claimed. {rule.text}")
        for rule in rules
        if claimed >= rule.claimed_from and _speaks_against(rule, measured)
    )


def _speaks_against(rule: Refutation, measured: MeasuredUsage) -> bool:
    ratio = {
        "cache_read_ratio": measured.cache_read_ratio,
        "top_model_spend_ratio": measured.top_model_spend_ratio,
    }[rule.measure]
    if ratio is None:
        return False
    is_below = rule.below is not None and ratio < rule.below
    return is_below or (rule.above is not None and ratio > rule.above)


def _explained(
    dimension: Dimension,
    answer: AnswerValue,
    claimed: int | None,
    evidence: Evidence,
    score: Decimal | None,
) -> Explanation:
    return Explanation(
        key=dimension.key,
        title=dimension.title,
        input=f"claimed {_plain(claimed)}, evidenced {_plain(evidence.level)}",
        rule="The lower of the claimed and the evidenced level, or the one that exists",
        value=score,
        contribution=None,
        children=(_claim(dimension, answer, claimed), evidence.explanation),
    )


def _claim(dimension: Dimension, answer: AnswerValue, claimed: int | None) -> Explanation:
    chosen = (
        AnswerState(answer.state).value.replace("_", " ") if claimed is None else f"level {claimed}"
    )
    return Explanation(
        key=f"{dimension.key}.claimed",
        title="Claimed level",
        input=chosen,
        rule="The level chosen from the anchors",
        value=None if claimed is None else Decimal(claimed),
        contribution=None,
    )


def _plain(value: Decimal | int | None) -> str:
    return "none" if value is None else f"{Decimal(value).normalize():f}"
