"""Scores as JSON: numbers rounded half up to six decimals, `shown` to one.

Must not import Django.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from assessments.scoring.results import (
    DimensionScore,
    Explanation,
    MeasuredUsage,
    OverallScore,
    Scores,
)
from assessments.scoring.targets import Target

MILLIONTH = Decimal("0.000001")
JsonDict = dict[str, Any]


def scores_document(scores: Scores) -> JsonDict:
    """The scores with their explanation as a JSON object.

    What is not scored is null, never 0 or 1.
    """
    result = _overall(scores.result)
    return {
        "dimensions": {key: _dimension(item) for key, item in scores.dimensions.items()},
        **{name: result[name] for name in ("overall", "low", "high", "shown", "band", "weights")},
        "completeness": number(scores.completeness),
        "own": None if scores.own is None else _overall(scores.own),
        "framework": {"version": scores.framework_version, "sha256": scores.framework_checksum},
        "explanation": _explanation(scores.explanation),
    }


def measured_document(measured: MeasuredUsage) -> JsonDict:
    """What usage says about the claims, as ratios from 0 to 1; null where nothing was measured."""
    return {
        "cache_read_ratio": number(measured.cache_read_ratio),
        "top_model_spend_ratio": number(measured.top_model_spend_ratio),
    }


def targets_document(found: dict[str, Target]) -> JsonDict:
    """Targets as a JSON object; `level` is a number, or text such as `1–2` for a range."""
    return {
        key: {
            "level": target.low if target.low == target.high else f"{target.low}–{target.high}",
            "low": target.low,
            "high": target.high,
            "source": target.source,
            "reason": target.reason,
            "gap": number(target.gap),
        }
        for key, target in found.items()
    }


def number(value: Decimal | None) -> float | None:
    """A Decimal as a JSON number, rounded half up to six decimals."""
    if value is None:
        return None
    return float(value.quantize(MILLIONTH, rounding=ROUND_HALF_UP))


def _overall(result: OverallScore) -> JsonDict:
    return {
        "overall": number(result.overall),
        "low": number(result.low),
        "high": number(result.high),
        "shown": number(result.shown),
        "band": result.band,
        "weights": {key: number(weight) for key, weight in result.weights.items()},
    }


def _dimension(item: DimensionScore) -> JsonDict:
    return {
        "claimed": item.claimed,
        "evidenced": number(item.evidenced),
        "score": number(item.score),
        "low": number(item.low),
        "high": number(item.high),
        "completeness": number(item.completeness),
        "flags": list(item.flags),
        "contradictions": [{"kind": x.kind, "text": x.text} for x in item.contradictions],
    }


def _explanation(step: Explanation) -> JsonDict:
    return {
        "key": step.key,
        "title": step.title,
        "input": step.input,
        "rule": step.rule,
        "value": number(step.value),
        "contribution": number(step.contribution),
        "children": [_explanation(child) for child in step.children],
    }
