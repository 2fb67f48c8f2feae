"""What the page of a usage import shows, from its figures alone; must not import Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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
