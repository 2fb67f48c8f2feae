"""The level that the checks of one dimension show (framework, Scores); must not import Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessments.framework import Check, Framework, Stage
from assessments.framework.definitions import Coverage
from assessments.scoring.answers import UNANSWERED, AnswerState, AnswerValue, CheckValue
from assessments.scoring.results import Explanation

ONE, TWO = Decimal(1), Decimal(2)
STAGE_TITLES = {Stage.FOUNDATION: "Foundation", Stage.OPTIMIZED: "Optimized"}


@dataclass(frozen=True)
class Evidence:
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


def coverage_of(coverage: Coverage, answer: AnswerValue) -> tuple[Decimal, Decimal] | None:
    """Coverage 0 to 1 of an answered or unknown check, as (in the score, upper end).

    None where it leaves.
    """
    if answer.state == AnswerState.UNKNOWN:
        return coverage.unknown_low, coverage.unknown_high
    if answer.state != AnswerState.ANSWERED:
        return None
    exact = {
        CheckValue.YES: coverage.yes,
        CheckValue.PARTIAL: coverage.partial,
        CheckValue.NO: coverage.no,
    }[CheckValue(answer.value or "")]
    return exact, exact


def evidence_of(framework: Framework, key: str, answers: Mapping[str, AnswerValue]) -> Evidence:
    """E = 1 + 2f + 2fo of dimension `key`, in levels; None where no check counts."""
    counted = _counted(framework, key, answers)
    foundation = [item for item in counted if item.check.stage == Stage.FOUNDATION]
    optimized = [item for item in counted if item.check.stage == Stage.OPTIMIZED]
    if not counted:
        return Evidence(None, None, _nothing(key))
    f = _mean([item.low for item in foundation or optimized])
    o = _mean([item.low for item in optimized or foundation])
    f_high = _mean([item.high for item in foundation or optimized])
    o_high = _mean([item.high for item in optimized or foundation])
    level = _level(f, o)
    children = (
        _stage(framework, key, Stage.FOUNDATION, foundation or optimized, f, TWO),
        _stage(framework, key, Stage.OPTIMIZED, optimized or foundation, o, TWO * f),
    )
    return Evidence(level, _level(f_high, o_high), _explained(key, f, o, level, children))


def _level(f: Decimal, o: Decimal) -> Decimal:
    return ONE + TWO * f + TWO * f * o


def _counted(framework: Framework, key: str, answers: Mapping[str, AnswerValue]) -> list[_Counted]:
    found = []
    for check in framework.checks_of(key):
        answer = answers.get(check.key, UNANSWERED)
        ends = coverage_of(framework.scoring.coverage, answer)
        if ends is not None:
            found.append(_Counted(check, answer, *ends))
    return found


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values)


def _nothing(key: str) -> Explanation:
    return Explanation(
        key=f"{key}.evidenced",
        title="Evidenced level",
        input="no check answered",
        rule="Checks that do not apply or are not answered leave; without any there is no level.",
        value=None,
        contribution=None,
    )


def _explained(
    key: str, f: Decimal, o: Decimal, level: Decimal, children: tuple[Explanation, ...]
) -> Explanation:
    base = Explanation(f"{key}.base", "Base", "", "Every scale starts at level 1.", ONE, ONE)
    return Explanation(
        key=f"{key}.evidenced",
        title="Evidenced level",
        input=f"foundation {f.normalize():f}, optimized {o.normalize():f}",
        rule="1 + 2 × foundation + 2 × foundation × optimized",
        value=level,
        contribution=None,
        children=(base, *children),
    )


def _stage(
    framework: Framework,
    key: str,
    stage: Stage,
    items: list[_Counted],
    mean: Decimal,
    factor: Decimal,
) -> Explanation:
    is_borrowed = items[0].check.stage != stage
    rule = "Mean coverage of its checks"
    if is_borrowed:
        rule = "No check of this stage counts, so it takes the other stage's mean"
    return Explanation(
        key=f"{key}.{stage.value}",
        title=STAGE_TITLES[stage],
        input=f"{len(items)} of {len(framework.checks_of(key))} checks count here",
        rule=f"{rule}; adds {factor.normalize():f} × the mean.",
        value=mean,
        contribution=factor * mean,
        children=tuple(_check(item, factor / len(items)) for item in items),
    )


def _check(item: _Counted, share: Decimal) -> Explanation:
    is_unknown = item.answer.state == AnswerState.UNKNOWN
    answer = "unknown" if is_unknown else str(item.answer.value)
    rule = "yes 1, partial 0.5, no 0"
    if is_unknown:
        rule = "unknown counts 0 in the score and 1 in the upper end of the band"
    return Explanation(
        key=item.check.key,
        title=item.check.title,
        input=answer,
        rule=rule,
        value=item.low,
        contribution=item.low * share,
    )
