"""The scores of a whole assessment (framework, Scores); must not import Django."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from assessments.framework import Framework
from assessments.scoring.answers import AnswerValue, InvalidAnswers, answer_faults
from assessments.scoring.dimensions import completeness_of, dimension_score
from assessments.scoring.results import (
    DimensionScore,
    Explanation,
    MeasuredUsage,
    OverallScore,
    Scores,
)

PRECISION = 28
TENTH = Decimal("0.1")
LARGEST_WEIGHT = Decimal(1_000_000)


def score(
    framework: Framework,
    answers: Mapping[str, AnswerValue],
    weights: Mapping[str, Decimal] | None = None,
    measured: MeasuredUsage | None = None,
) -> Scores:
    """All scores, in levels 1–5, of answers by question key; a missing key is unanswered.

    `weights` are the client's own, one per dimension: they make `Scores.own`, never `overall`.
    Raises InvalidAnswers with every fault of answers, weights and measured ratios.
    """
    measured = measured or MeasuredUsage()
    faults = answer_faults(framework, answers)
    faults |= _weight_faults(framework, weights) | _measure_faults(measured)
    if faults:
        raise InvalidAnswers(faults)
    with localcontext(Context(prec=PRECISION)):
        return _scores(framework, answers, weights, measured)


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
    found = {
        dimension.key: dimension_score(framework, dimension, answers, measured)
        for dimension in framework.dimensions
    }
    version_weights = {dimension.key: dimension.weight for dimension in framework.dimensions}
    result = _overall(framework, found, version_weights)
    own = None
    if weights is not None:
        own = _overall(framework, found, {key: Decimal(weights[key]) for key in found})
    return Scores(
        framework_version=framework.version,
        framework_checksum=framework.checksum,
        dimensions=found,
        result=result,
        own=own,
        completeness=completeness_of(framework.question_keys, answers),
        explanation=_explained(found, result),
    )


def _overall(
    framework: Framework, found: Mapping[str, DimensionScore], weights: Mapping[str, Decimal]
) -> OverallScore:
    ends = {
        name: _mean({key: getattr(item, name) for key, item in found.items()}, weights)
        for name in ("score", "low", "high")
    }
    overall = ends["score"]
    return OverallScore(
        overall=overall,
        low=ends["low"],
        high=ends["high"],
        shown=None if overall is None else show(overall),
        band=None if overall is None else band_title(framework, overall),
        weights=dict(weights),
    )


def _mean(values: Mapping[str, Decimal | None], weights: Mapping[str, Decimal]) -> Decimal | None:
    known = [(value, weights[key]) for key, value in values.items() if value is not None]
    total = sum((weight for _, weight in known), Decimal(0))
    if total == 0:
        return None
    return sum((value * weight for value, weight in known), Decimal(0)) / total


def _explained(found: Mapping[str, DimensionScore], result: OverallScore) -> Explanation:
    scored = {key: item.score for key, item in found.items() if item.score is not None}
    total = sum((result.weights[key] for key in scored), Decimal(0))
    children = []
    for key, item in found.items():
        share = result.weights[key] / total if key in scored and total else Decimal(0)
        part = None if item.score is None else item.score * share
        children.append(replace(item.explanation, contribution=part))
    return Explanation(
        key="overall",
        title="Overall",
        input=f"{len(scored)} of {len(found)} dimensions scored",
        rule="Mean of the dimension scores by the version's weights",
        value=result.overall,
        contribution=None,
        children=tuple(children),
    )


def _weight_faults(
    framework: Framework, weights: Mapping[str, Decimal] | None
) -> dict[str, list[str]]:
    if weights is None:
        return {}
    keys = [dimension.key for dimension in framework.dimensions]
    faults = {f"weights.{key}": ["Unknown dimension."] for key in weights if key not in keys}
    for key in keys:
        fault = _weight_fault(weights.get(key))
        if fault:
            faults[f"weights.{key}"] = [fault]
    if not faults and not any(weights[key] > 0 for key in keys):
        faults["weights"] = ["At least one weight must be above 0."]
    return faults


def _weight_fault(weight: Decimal | None) -> str:
    if weight is None:
        return "Give a weight; 0 leaves the dimension out."
    if not isinstance(weight, Decimal | int) or isinstance(weight, bool):
        return "Give a decimal number."
    number = Decimal(weight)
    if not number.is_finite() or not 0 <= number <= LARGEST_WEIGHT:
        return f"Give a number from 0 to {LARGEST_WEIGHT:,}."
    return ""


def _measure_faults(measured: MeasuredUsage) -> dict[str, list[str]]:
    ratios = {
        "cache_read_ratio": measured.cache_read_ratio,
        "top_model_spend_ratio": measured.top_model_spend_ratio,
    }
    return {
        f"measured.{name}": ["Give a ratio from 0 to 1."]
        for name, ratio in ratios.items()
        if ratio is not None and not (ratio.is_finite() and 0 <= ratio <= 1)
    }
