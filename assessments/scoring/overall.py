"""The scores of a whole assessment (framework, Scores); must not import Django."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from assessments.framework import Framework
from assessments.scoring.answers import (
    UNANSWERED,
    AnswerState,
    AnswerValue,
    InvalidAnswers,
    score_errors,
)
from assessments.scoring.dimensions import completeness_of, dimension_score
from assessments.scoring.results import (
    DimensionScore,
    Explanation,
    FrameworkReference,
    MeasuredUsage,
    OverallScore,
    Scores,
)

PRECISION = 28
TENTH = Decimal("0.1")
MAX_WEIGHT = Decimal(1_000_000)


def score(
    framework: Framework,
    answers: Mapping[str, AnswerValue],
    weights: Mapping[str, Decimal] | None = None,
    measured: MeasuredUsage | None = None,
) -> Scores:
    """All scores, in levels 1–5, of answers by question key; a missing key is unanswered.

    `weights` are the client's own, one per dimension: they make `Scores.own`, never `overall`.
    Raises InvalidAnswers with every error of answers, weights and measured ratios.
    """
    measured = measured or MeasuredUsage()
    errors = score_errors(framework, answers)
    errors |= _weight_errors(framework, weights) | _measure_errors(measured)
    if errors:
        raise InvalidAnswers(errors)
    with localcontext(Context(prec=PRECISION)):
        return _scores(framework, answers, weights, measured)


def stated_scores(
    framework: Framework,
    answers: Mapping[str, AnswerValue],
    weights: Mapping[str, Decimal] | None = None,
    measured: MeasuredUsage | None = None,
) -> Scores:
    """The scores as they may be stated: without an overall one while they are provisional."""
    return as_stated(score(framework, answers, weights, measured))


def as_stated(scores: Scores) -> Scores:
    """Scores as they may be stated: without an overall one while they are provisional."""
    if not scores.provisional:
        return scores
    return replace(
        scores.withheld(),
        own=scores.own and scores.own.withheld(),
        explanation=replace(
            scores.explanation,
            value=None,
            children=tuple(
                replace(each, contribution=None) for each in scores.explanation.children
            ),
        ),
    )


def show(value: Decimal) -> Decimal:
    """A level to one decimal, half up: 2.45 is 2.5."""
    return value.quantize(TENTH, rounding=ROUND_HALF_UP)


def band_title(framework: Framework, overall: Decimal) -> str:
    """The title of the band of an unrounded overall score.

    A band's upper end belongs to the next.
    """
    for band in framework.bands:
        if band.below is None or overall < band.below:
            return band.title
    raise LookupError("The last band has an upper end.")


def _scores(
    framework: Framework,
    answers: Mapping[str, AnswerValue],
    weights: Mapping[str, Decimal] | None,
    measured: MeasuredUsage,
) -> Scores:
    parts = {
        dimension.key: dimension_score(framework, dimension, answers, measured)
        for dimension in framework.dimensions
    }
    dimensions = {key: result for key, (result, _) in parts.items()}
    by_version = {dimension.key: dimension.weight for dimension in framework.dimensions}
    provisional = why_provisional(
        [answers.get(key, UNANSWERED).state for key in framework.question_keys]
    )
    overall = _overall(framework, dimensions, by_version, provisional)
    own = None
    if weights is not None:
        chosen = {key: Decimal(weights[key]) for key in dimensions}
        own = _overall(framework, dimensions, chosen, provisional)
    return Scores(
        **vars(overall),
        dimensions=dimensions,
        completeness=completeness_of(framework.question_keys, answers),
        own=own,
        framework=FrameworkReference(version=framework.version, sha256=framework.checksum),
        explanation=_explained(overall, {key: steps for key, (_, steps) in parts.items()}),
    )


def why_provisional(states: Sequence[str]) -> str:
    """Why scores and advice are provisional: below half of the questions that apply are answered.

    Empty where at least half are. "I don't know" is dealt with, and no answer to rest advice on.
    """
    applicable = [state for state in states if state != AnswerState.NOT_APPLICABLE]
    known = applicable.count(AnswerState.ANSWERED)
    if 2 * known >= len(applicable):
        return ""
    told = f"{known or 'None'} of the {len(applicable)} questions that apply"
    if AnswerState.UNKNOWN in applicable:
        return f"{told} {'has' if known == 1 else 'have'} a known answer, fewer than half"
    return f"{told} {'is' if known == 1 else 'are'} answered, fewer than half"


def _overall(
    framework: Framework,
    dimensions: Mapping[str, DimensionScore],
    weights: Mapping[str, Decimal],
    provisional: str,
) -> OverallScore:
    overall = _mean({key: item.score for key, item in dimensions.items()}, weights)
    return OverallScore(
        overall=overall,
        low=_mean({key: item.low for key, item in dimensions.items()}, weights),
        high=_mean({key: item.high for key, item in dimensions.items()}, weights),
        shown=None if overall is None else show(overall),
        band=None if overall is None else band_title(framework, overall),
        weights=weights,
        provisional=provisional,
    )


def _mean(values: Mapping[str, Decimal | None], weights: Mapping[str, Decimal]) -> Decimal | None:
    known = [(value, weights[key]) for key, value in values.items() if value is not None]
    total = sum((weight for _, weight in known), Decimal(0))
    if total == 0:
        return None
    return sum((value * weight for value, weight in known), Decimal(0)) / total


def _explained(result: OverallScore, steps: Mapping[str, Explanation]) -> Explanation:
    scored = {key: step.value for key, step in steps.items() if step.value is not None}
    total = sum((result.weights[key] for key in scored), Decimal(0))
    parts = {
        key: value * (result.weights[key] / total if total else Decimal(0))
        for key, value in scored.items()
    }
    return Explanation(
        key="overall",
        title="Overall",
        input=f"{len(scored)} of {len(steps)} dimensions scored",
        rule="Mean of the dimension scores by the version's weights",
        value=result.overall,
        children=tuple(replace(step, contribution=parts.get(key)) for key, step in steps.items()),
    )


def _weight_errors(
    framework: Framework, weights: Mapping[str, Decimal] | None
) -> dict[str, list[str]]:
    if weights is None:
        return {}
    keys = [dimension.key for dimension in framework.dimensions]
    errors = {f"weights.{key}": ["Unknown dimension."] for key in weights if key not in keys}
    for key in keys:
        error = _weight_error(weights.get(key))
        if error:
            errors[f"weights.{key}"] = [error]
    if not errors and not any(weights[key] > 0 for key in keys):
        errors["weights"] = ["At least one weight must be above 0."]
    return errors


def _weight_error(weight: Decimal | None) -> str:
    if weight is None:
        return "Give a weight; 0 leaves the dimension out."
    if not isinstance(weight, Decimal | int) or isinstance(weight, bool):
        return "Give a decimal number."
    number = Decimal(weight)
    if not number.is_finite() or not 0 <= number <= MAX_WEIGHT:
        return f"Give a number from 0 to {MAX_WEIGHT:,}."
    return ""


def _measure_errors(measured: MeasuredUsage) -> dict[str, list[str]]:
    return {
        f"measured.{name}": ["Give a ratio from 0 to 1."]
        for name, ratio in vars(measured).items()
        if ratio is not None and not (ratio.is_finite() and 0 <= ratio <= 1)
    }
