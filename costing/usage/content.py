"""What the page of a usage import shows, from its figures alone; must not import Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from costing.engine.inputs.labels import FIGURES
from costing.usage.proposal import Proposal
from costing.usage.reconciling import ModelReconciliation, Parts, Reconciliation

SAME_WITHIN = Decimal("0.005")
BUCKET_LABELS = {
    "uncached_input": "Uncached input",
    "cache_read": "Read from a cache",
    "cache_write_5m": "Written to a cache, 5 min",
    "cache_write_1h": "Written to a cache, 1 h",
    "output": "Output",
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NO_NAME = "Model not named"
DAY_HOURS = 24


def usage_page(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The rows and findings of the page; ratios from 0 to 1, money in USD."""
    return {
        "models": _models(figures["models"]),
        "buckets": _buckets(figures["tokens"]),
        "profile": figures["profile"],
        "profile_finding": _profile_finding(figures["profile"], is_hourly=figures["is_hourly"]),
        "week": _week(figures["profile"]),
        "has_billed": figures["billed_usd"] is not None,
        "has_tokens": any(figures["tokens"].values()),
    }


def model_label(model: str) -> str:
    """A model as a person reads it."""
    return model or NO_NAME


def _models(models: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    spent = [float(item["billed_usd"] or 0) for item in models]
    ran = [sum(item["tokens"].values()) for item in models]
    return [
        {
            "label": model_label(item["model"]),
            "calls": item["calls"],
            "tokens": item["tokens"],
            "input_tokens": sum(item["tokens"].values()) - item["tokens"]["output"],
            "billed_usd": item["billed_usd"],
            "spend_ratio": usd / sum(spent) if sum(spent) else None,
            "token_ratio": tokens / sum(ran) if sum(ran) else None,
        }
        for item, usd, tokens in zip(models, spent, ran, strict=True)
    ]


def _buckets(tokens: Mapping[str, int]) -> list[dict[str, Any]]:
    whole = sum(tokens.values())
    return [
        {
            "label": label,
            "tokens": tokens[bucket],
            "ratio": tokens[bucket] / whole if whole else None,
        }
        for bucket, label in BUCKET_LABELS.items()
    ]


def _profile_finding(profile: Sequence[float], *, is_hourly: bool) -> str:
    if not any(profile):
        return "Nothing ran"
    if not is_hourly:
        days = [sum(profile[day * DAY_HOURS : (day + 1) * DAY_HOURS]) for day in range(7)]
        busiest = max(range(7), key=days.__getitem__)
        return f"{WEEKDAYS[busiest]} is the busiest day; hours were not told"
    hour = max(range(len(profile)), key=profile.__getitem__)
    times = profile[hour] * len(profile)
    day, clock = WEEKDAYS[hour // DAY_HOURS], hour % DAY_HOURS
    return f"The busiest hour is {day}, {clock:02}:00 UTC, with {times:.1f} times the mean"


def _week(profile: Sequence[float]) -> list[dict[str, Any]]:
    return [
        {"day": name, "shares": list(profile[index * DAY_HOURS : (index + 1) * DAY_HOURS])}
        for index, name in enumerate(WEEKDAYS)
    ]


def proposal_rows(proposal: Proposal) -> list[dict[str, Any]]:
    """The proposed figures, each with its range where one was measured."""
    labels = {figure.path: figure for figure in FIGURES}
    rows = []
    for key, value in proposal.workload.items():
        figure = labels.get(f"workload.{key}")
        if figure is not None and not isinstance(value, list):
            ends = proposal.ranges.get(figure.path, {})
            rows.append(
                {
                    "label": figure.label,
                    "unit": figure.unit,
                    "is_percent": figure.is_percent,
                    "value": value,
                    "low": ends.get("low"),
                    "high": ends.get("high"),
                }
            )
    return rows


PART_LABELS = {
    "price": "Other prices than the book’s",
    "volume": "More or fewer tokens",
    "cache": "Cached to another degree",
    "unknown_model": "Models without a price",
}


def reconciliation_page(result: Reconciliation) -> dict[str, Any]:
    """What the page of a reconciliation shows; money in USD."""
    parts = _parts(result.parts)
    return {
        "finding": _finding(result, parts),
        "start": {"label": "Predicted", "usd_per_month": result.predicted_usd},
        "end": {"label": "Billed", "usd_per_month": result.billed_usd},
        # The drawing falls by savings: what makes the bill larger is a negative one.
        "steps": [
            {"label": part["label"], "saving_usd_per_month": -part["usd"]}
            for part in parts
            if part["usd"]
        ],
        "parts": parts,
        "predicted_usd": result.predicted_usd,
        "billed_usd": result.billed_usd,
        "difference_usd": result.difference_usd,
        "is_whole": result.is_whole,
        "models": [_model(model) for model in result.models],
    }


def _parts(parts: Parts) -> list[dict[str, Any]]:
    return [
        {"key": key, "label": label, "usd": getattr(parts, key)}
        for key, label in PART_LABELS.items()
    ]


def _finding(result: Reconciliation, parts: Sequence[Mapping[str, Any]]) -> str:
    difference, predicted = result.difference_usd, result.predicted_usd
    if abs(difference) <= SAME_WITHIN * max(result.billed_usd, predicted):
        return "The bill is what the price book predicts"
    largest = max(parts, key=lambda part: abs(part["usd"]))
    way = "more" if difference > 0 else "less"
    by = f" by {abs(difference) / predicted:.0%}".replace("%", " %") if predicted else ""
    return f"The bill is {way} than predicted{by}, most of it for: {largest['label'].lower()}"


def _model(model: ModelReconciliation) -> dict[str, Any]:
    return {
        "label": model_label(model.model),
        "reference": model.reference,
        "predicted_usd": model.predicted_usd,
        "billed_usd": model.billed_usd,
        "difference_usd": model.difference_usd,
        "parts": _parts(model.parts),
        "lines": [
            {
                "label": BUCKET_LABELS[line.bucket],
                "used_tokens": line.used_tokens,
                "billed_tokens": line.billed_tokens,
                "usd_per_mtok": line.usd_per_mtok,
                "predicted_usd": line.predicted_usd,
            }
            for line in model.lines
            if line.used_tokens or line.billed_tokens
        ],
    }
