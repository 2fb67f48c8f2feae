"""The brief’s figures as plain data for the charts, with their findings, from a payload alone."""

from collections.abc import Mapping
from typing import Any

from reports.documents.content.advice import crossover, current_usd
from reports.documents.content.amounts import decimal, requests, volume
from reports.documents.content.framework import framework_of, review_days
from reports.documents.content.maturity import target
from reports.documents.content.wording import LEVERS, STRATEGIES, first_upper, fit

JsonMapping = Mapping[str, Any]
Figure = dict[str, Any]
LEVER_ORDER = ("prompt_caching", "routing", "semantic_caching", "self_hosting")


def standing_figure(payload: JsonMapping) -> Figure:
    """Arguments of `scorecard_chart`."""
    rows = []
    for dimension in payload["framework"]["dimensions"]:
        score = payload["scores"]["dimensions"].get(dimension["key"]) or {}
        keys = ("claimed", "evidenced", "score", "low", "high")
        row = {key: score.get(key) for key in keys}
        aim = target(payload, dimension["key"])
        ends = [aim[end] for end in ("low", "high") if aim.get(end) is not None]
        rows.append(
            {
                "title": fit(dimension["title"], 40),
                "target": sum(ends) / len(ends) if ends else None,
                "target_text": str(aim["level"]) if ends else "",
                "flags": list(score.get("flags", [])),
                **row,
            }
        )
    return {
        "rows": rows,
        "title": "Score by dimension, with what was claimed and what the checks show",
    }


def waterfall_figure(payload: JsonMapping) -> Figure | None:
    """Arguments of `waterfall_chart`; None where there is nothing to draw."""
    results = payload["results"]
    if not results or not results.get("waterfall"):
        return None
    held_back = (results["recommended_today"].get("held_back")) or {}
    steps = [
        {
            "label": first_upper(LEVERS[lever]),
            "saving_usd_per_month": results["waterfall"][lever],
            "is_at_risk": lever in held_back,
        }
        for lever in LEVER_ORDER
        if results["waterfall"].get(lever) is not None
    ]
    if not any(step["saving_usd_per_month"] for step in steps):
        return None
    start = results["strategies"]["baseline"]["usd_per_month"]
    saved = sum(decimal(step["saving_usd_per_month"]) for step in steps)
    return {
        "start": {"label": "Baseline", "usd_per_month": start},
        "steps": steps,
        "end": {
            "label": "All levers" if len(steps) == len(LEVER_ORDER) else "Levers priced",
            "usd_per_month": float(decimal(start) - saved),
        },
        "title": "What each lever saves, switched on one after the other",
    }


def staircase_figure(payload: JsonMapping) -> Figure | None:
    """Arguments of `staircase_chart`; None where the curves were not frozen."""
    results, stairs = payload["results"], payload.get("staircase")
    if not results or not stairs:
        return None
    crossing = crossover(results, stairs["from"], stairs["to"])
    if crossing is None:
        return None
    present = results["inputs"]["workload"]["requests_per_month"]
    first = crossing["first_requests_per_month"]
    finding = (
        f"Self-hosting is first cheaper at {requests(first)} a month; today it is {volume(present)}"
        if first is not None
        else (f"Self-hosting is not cheaper at any volume; today it is {requests(present)} a month")
    )
    return {
        "curves": [
            {"label": STRATEGIES[stairs[side]], "points": points}
            for side, points in (("from", stairs["from_points"]), ("to", stairs["to_points"]))
        ],
        "cheaper_intervals": crossing["cheaper_intervals"],
        "first_requests_per_month": first,
        "dominance_requests_per_month": crossing["dominance_requests_per_month"],
        "present_requests_per_month": present,
        "window": tuple(stairs["window"]),
        "title": finding,
    }


def plan_figure(payload: JsonMapping) -> Figure | None:
    """Arguments of `plan_chart`; None without a roadmap."""
    roadmap = payload["roadmap"]
    if not roadmap or not roadmap.get("projections"):
        return None
    results = payload["results"]
    start = {
        "day": 0,
        "score": payload["scores"].get("overall"),
        "usd_per_month": current_usd(results) if results else None,
    }
    milestones = [
        {
            "day": item["day"],
            "score": item.get("overall"),
            "usd_per_month": item.get("usd_per_month"),
        }
        for item in roadmap["projections"]
        if item["day"] != 0
    ]
    return {
        "milestones": [start, *milestones],
        "title": f"Score and spend projected at days {review_days(framework_of(payload))}",
    }
