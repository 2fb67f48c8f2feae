"""Where two strategies' costs cross, over volume and over time, as the page shows it.

Must not import Django.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from costing.engine import Scenario, curve_picture, monthly_saving
from costing.scenarios.content.findings import break_even_finding, crossover_finding
from costing.scenarios.content.titles import STRATEGY_PHRASES, STRATEGY_TITLES
from presentation.wording import first_upper

JsonMapping = Mapping[str, Any]
# The zoom shows the present volume and so much of it to either side.
ZOOM_RATIO = 0.5


def crossover_rows(
    result: JsonMapping, curves: Sequence[JsonMapping], scenario: Scenario | None
) -> list[dict[str, Any]]:
    """Each pair's crossing with its finding, its intervals and its two drawings."""
    return [_crossover(item, result, curves, scenario) for item in result["crossovers"]]


def _crossover(
    item: JsonMapping,
    result: JsonMapping,
    curves: Sequence[JsonMapping],
    scenario: Scenario | None,
) -> dict[str, Any]:
    present = result["inputs"]["workload"]["requests_per_month"]
    pair = (item["from"], item["to"])
    drawn = next((curve for curve in curves if (curve["from"], curve["to"]) == pair), None)
    intervals = [
        {"number": number, "low": low, "high": high}
        for number, (low, high) in enumerate(item["cheaper_intervals"], start=1)
    ]
    row = {
        **item,
        "from_title": STRATEGY_TITLES[item["from"]],
        "to_title": STRATEGY_TITLES[item["to"]],
        "from_phrase": STRATEGY_PHRASES[item["from"]],
        "to_phrase": STRATEGY_PHRASES[item["to"]],
        "to_subject": first_upper(STRATEGY_PHRASES[item["to"]]),
        "from_usd_per_month": result["strategies"][item["from"]]["usd_per_month"],
        "to_usd_per_month": result["strategies"][item["to"]]["usd_per_month"],
        "intervals": intervals,
        "present_requests_per_month": present,
        "present_interval": next((span for span in intervals if _holds(span, present)), None),
        "is_cheaper_now": any(_holds(span, present) for span in intervals),
        "chart": _chart(drawn) if drawn else None,
        "zoom": _zoom(scenario, pair, present) if drawn and scenario else None,
    }
    return row | {"finding": crossover_finding(row)}


def _chart(drawn: JsonMapping) -> dict[str, Any]:
    return {
        "window": tuple(drawn["window"]),
        "curves": [
            {"label": STRATEGY_TITLES[drawn[end]], "points": drawn[f"{end}_points"]}
            for end in ("from", "to")
        ],
    }


def _zoom(scenario: Scenario, pair: tuple[str, str], present: float) -> dict[str, Any] | None:
    """The same two curves around the present volume; None without any traffic."""
    low, high = present * (1 - ZOOM_RATIO), present * (1 + ZOOM_RATIO)
    if not low < high:
        return None
    picture = curve_picture(
        scenario, *pair, low_requests_per_month=low, high_requests_per_month=high
    )
    return _chart(
        {
            "from": pair[0],
            "to": pair[1],
            "window": (low, high),
            "from_points": picture.from_points,
            "to_points": picture.to_points,
        }
    )


def _holds(span: JsonMapping, requests_per_month: float) -> bool:
    high = span["high"]
    return bool(span["low"] <= requests_per_month and (high is None or requests_per_month <= high))


def break_even_rows(result: JsonMapping, scenario: Scenario | None) -> list[dict[str, Any]]:
    """Each pair's break-even in time with its finding and its balance, month by month."""
    return [_break_even(item, scenario) for item in result["break_even"]]


def _break_even(item: JsonMapping, scenario: Scenario | None) -> dict[str, Any]:
    months = _months(scenario, item) if scenario else []
    return {
        **item,
        "from_title": STRATEGY_TITLES[item["from"]],
        "to_title": STRATEGY_TITLES[item["to"]],
        "from_phrase": STRATEGY_PHRASES[item["from"]],
        "to_phrase": STRATEGY_PHRASES[item["to"]],
        "finding": break_even_finding(item),
        "months": months,
        "points": _balance(months),
        "invested_usd": sum(month["invested_usd"] for month in months),
        "is_owned": bool(scenario and scenario.pool and scenario.pool.is_owned),
    }


def _months(scenario: Scenario, item: JsonMapping) -> list[dict[str, Any]]:
    saving = monthly_saving(scenario, item["from"], item["to"])
    columns = (
        saving.requests_per_month,
        saving.invested_usd,
        saving.saved_usd,
        saving.cumulative_usd,
    )
    return [
        {
            "number": number,
            "requests_per_month": requests,
            "invested_usd": invested,
            "saved_usd": saved,
            "balance_usd": balance,
        }
        for number, (requests, invested, saved, balance) in enumerate(
            zip(*columns, strict=True), start=1
        )
    ]


def _balance(months: Sequence[JsonMapping]) -> list[list[float]]:
    """The balance over time, in months and USD: what is bought lowers it at once."""
    points: list[list[float]] = []
    at, balance = 0.0, 0.0
    for month in months:
        if month["invested_usd"] or not points:
            points.append([at, balance - month["invested_usd"]])
        at, balance = float(month["number"]), month["balance_usd"]
        points.append([at, balance])
    return points
