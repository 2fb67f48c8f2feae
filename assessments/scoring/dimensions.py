"""The score of one dimension from its claimed and its evidenced level (framework, Scores).

Must not import Django.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessments.framework import Check, Coverage, Dimension, Framework, Refutation, Stage
from assessments.scoring.answers import UNANSWERED, AnswerState, AnswerValue, CheckValue
from assessments.scoring.results import (
    CONTRADICTION,
    UNEVIDENCED,
    UNRATED,
    Contradiction,
    DimensionScore,
    Explanation,
    MeasuredUsage,
)

Answers = Mapping[str, AnswerValue]
ONE, TWO = Decimal(1), Decimal(2)
STAGE_TITLES = {Stage.FOUNDATION: "Foundation", Stage.OPTIMIZED: "Optimized"}


@dataclass(frozen=True)
class _Evidence:
    """The evidenced level, its upper end with every unknown as yes, and how it came about."""

    level: Decimal | None
    high: Decimal | None
    explanation: Explanation


@dataclass(frozen=True)
class _Counted:
    check: Check
    answer: AnswerValue
    low: Decimal
    high: Decimal


def dimension_score(
    framework: Framework, dimension: Dimension, answers: Answers, measured: MeasuredUsage
) -> tuple[DimensionScore, Explanation]:
    """S = min(C, E) in levels 1–5, or the one that exists, with its band, flags and explanation.

    The band runs from every unknown check as `no` (which is the score itself) to every unknown
    check as `yes`. The completeness says what is unanswered; the band does not.
    """
    answer = answers.get(dimension.key, UNANSWERED)
    claimed = answer.level if answer.state == AnswerState.ANSWERED else None
    evidence = _evidence(framework, dimension.key, answers)
    score = _lower(claimed, evidence.level)
    contradictions = (
        *_disagreement(framework, claimed, evidence.level),
        *_refuted(framework, dimension.key, claimed, measured),
    )
    asked = (*(check.key for check in framework.checks_of(dimension.key)), dimension.key)
    flags = {
        UNRATED: claimed is None and evidence.level is not None,
        UNEVIDENCED: claimed is not None and evidence.level is None,
        CONTRADICTION: bool(contradictions),
    }
    result = DimensionScore(
        claimed=claimed,
        evidenced=evidence.level,
        score=score,
        low=score,
        high=_lower(claimed, evidence.high),
        completeness=completeness_of(asked, answers),
        flags=tuple(flag for flag, is_raised in flags.items() if is_raised),
        contradictions=contradictions,
    )
    return result, _explained(dimension, answer, claimed, evidence, score)


def completeness_of(keys: tuple[str, ...], answers: Answers) -> Decimal:
    """Answered or unknown questions over applicable ones, 0 to 1; 1 where none applies."""
    states = [answers.get(key, UNANSWERED).state for key in keys]
    applicable = [state for state in states if state != AnswerState.NOT_APPLICABLE]
    done = [state for state in applicable if state != AnswerState.UNANSWERED]
    return Decimal(len(done)) / len(applicable) if applicable else Decimal(1)


def _lower(claimed: int | None, evidenced: Decimal | None) -> Decimal | None:
    if claimed is None or evidenced is None:
        return evidenced if claimed is None else Decimal(claimed)
    return min(Decimal(claimed), evidenced)


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
    return (Contradiction(kind=f"claimed_{which}_evidenced", text=text),)


def _refuted(
    framework: Framework, key: str, claimed: int | None, measured: MeasuredUsage
) -> tuple[Contradiction, ...]:
    if claimed is None:
        return ()
    return tuple(
        Contradiction(kind=rule.key, text=f"Level {claimed} is claimed. {rule.text}")
        for rule in framework.scoring.refutations
        if rule.dimension == key and claimed >= rule.claimed_from and _refutes(rule, measured)
    )


def _refutes(rule: Refutation, measured: MeasuredUsage) -> bool:
    ratio: Decimal | None = getattr(measured, rule.measure)
    if ratio is None:
        return False
    is_below = rule.below is not None and ratio < rule.below
    return is_below or (rule.above is not None and ratio > rule.above)


def _evidence(framework: Framework, key: str, answers: Answers) -> _Evidence:
    """E = 1 + 2f + 2fo of dimension `key`, in levels; None where no check counts."""
    counted = [
        _Counted(check, answers[check.key], *ends)
        for check in framework.checks_of(key)
        if (ends := _coverage(framework.scoring.coverage, answers.get(check.key, UNANSWERED)))
    ]
    if not counted:
        rule = "Checks that do not apply or are not answered leave; without any there is no level."
        nothing = Explanation(
            f"{key}.evidenced", "Evidenced level", "no check answered", rule, value=None
        )
        return _Evidence(None, None, nothing)
    foundation = [item for item in counted if item.check.stage == Stage.FOUNDATION] or counted
    optimized = [item for item in counted if item.check.stage == Stage.OPTIMIZED] or counted
    f = _mean([item.low for item in foundation])
    o = _mean([item.low for item in optimized])
    f_high = _mean([item.high for item in foundation])
    o_high = _mean([item.high for item in optimized])
    level = _level(f, o)
    stages = (
        _stage(framework, key, Stage.FOUNDATION, foundation, f, TWO),
        _stage(framework, key, Stage.OPTIMIZED, optimized, o, TWO * f),
    )
    return _Evidence(level, _level(f_high, o_high), _evidence_explained(key, f, o, level, stages))


def _level(f: Decimal, o: Decimal) -> Decimal:
    return ONE + TWO * f + TWO * f * o


def _coverage(coverage: Coverage, answer: AnswerValue) -> tuple[Decimal, Decimal] | None:
    """Coverage 0 to 1 of an answered or unknown check, as (in the score, upper end).

    None where it leaves.
    """
    if answer.state == AnswerState.UNKNOWN:
        return coverage.unknown_low, coverage.unknown_high
    if answer.state != AnswerState.ANSWERED:
        return None
    exact: Decimal = getattr(coverage, CheckValue(answer.value or "").value)
    return exact, exact


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values)


def _explained(
    dimension: Dimension,
    answer: AnswerValue,
    claimed: int | None,
    evidence: _Evidence,
    score: Decimal | None,
) -> Explanation:
    state = AnswerState(answer.state).value.replace("_", " ")
    claim = Explanation(
        key=f"{dimension.key}.claimed",
        title="Claimed level",
        input=state if claimed is None else f"level {claimed}",
        rule="The level chosen from the anchors",
        value=None if claimed is None else Decimal(claimed),
    )
    return Explanation(
        key=dimension.key,
        title=dimension.title,
        input=f"claimed {_plain(claimed)}, evidenced {_plain(evidence.level)}",
        rule="The lower of the claimed and the evidenced level, or the one that exists",
        value=score,
        children=(claim, evidence.explanation),
    )


def _evidence_explained(
    key: str, f: Decimal, o: Decimal, level: Decimal, stages: tuple[Explanation, ...]
) -> Explanation:
    base = Explanation(
        key=f"{key}.base",
        title="Base",
        input="",
        rule="Every scale starts at level 1.",
        value=ONE,
        contribution=ONE,
    )
    return Explanation(
        key=f"{key}.evidenced",
        title="Evidenced level",
        input=f"foundation {_plain(f)}, optimized {_plain(o)}",
        rule="1 + 2 × foundation + 2 × foundation × optimized",
        value=level,
        children=(base, *stages),
    )


def _stage(
    framework: Framework,
    key: str,
    stage: Stage,
    items: list[_Counted],
    mean: Decimal,
    factor: Decimal,
) -> Explanation:
    rule = "Mean coverage of its checks"
    if items[0].check.stage != stage:
        rule = "No check of this stage counts, so it takes the other stage's mean"
    return Explanation(
        key=f"{key}.{stage.value}",
        title=STAGE_TITLES[stage],
        input=f"{len(items)} of {len(framework.checks_of(key))} checks count here",
        rule=f"{rule}; adds {_plain(factor)} × the mean.",
        value=mean,
        contribution=factor * mean,
        children=tuple(
            _check(framework.scoring.coverage, item, factor / len(items)) for item in items
        ),
    )


def _check(coverage: Coverage, item: _Counted, share: Decimal) -> Explanation:
    if item.answer.state == AnswerState.UNKNOWN:
        answer = "unknown"
        low, high = _plain(coverage.unknown_low), _plain(coverage.unknown_high)
        rule = f"unknown counts {low} in the score and {high} in the upper end of the band"
    else:
        answer = str(item.answer.value)
        rule = ", ".join(
            f"{value.value} {_plain(getattr(coverage, value.value))}" for value in CheckValue
        )
    return Explanation(
        key=item.check.key,
        title=item.check.title,
        input=answer,
        rule=rule,
        value=item.low,
        contribution=item.low * share,
    )


def _plain(value: Decimal | int | None) -> str:
    return "none" if value is None else f"{Decimal(value).normalize():f}"
