"""What uncertain figures do to the answers: the tornado and the odds; must not import Django."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from costing.scenarios.content.findings import (
    in_futures,
    odds_finding,
    requests,
    tornado_finding,
    volume,
)
from costing.scenarios.content.ranges import RangeLabel, range_label
from costing.scenarios.content.titles import STRATEGY_PHRASES, STRATEGY_TITLES
from presentation.numbers import compact, ratio_percent
from presentation.wording import first_upper

JsonMapping = Mapping[str, Any]
# Which strategy the tornado is drawn for, of those that can be priced.
TORNADO_ORDER = ("hybrid", "self_hosted")


def tornado(result: JsonMapping) -> dict[str, Any] | None:
    """Each ranged input's low and high in USD per month, the widest first; None without ranges."""
    swings = result.get("sensitivity")
    strategy = next((key for key in TORNADO_ORDER if key in result["strategies"]), None)
    if not swings or strategy is None:
        return None
    rows = [_swing(path, swings[path], strategy, result) for path in swings]
    rows.sort(key=lambda row: (-row["swing_usd"], row["path"]))
    present = result["strategies"][strategy]["usd_per_month"]
    return {
        "strategy": strategy,
        "title": STRATEGY_TITLES[strategy],
        "has_both": all(key in result["strategies"] for key in TORNADO_ORDER),
        "present_usd": present,
        "rows": rows,
        "finding": tornado_finding(rows, strategy, present),
    }


def _swing(path: str, ends: JsonMapping, strategy: str, result: JsonMapping) -> dict[str, Any]:
    low, high = ends["low"][strategy], ends["high"][strategy]
    given = result["inputs"]["ranges"][path]
    figure = range_label(path)
    return {
        "path": path,
        "label": figure.title,
        "unit": figure.unit,
        "low_words": _written(given["low"], figure),
        "high_words": _written(given["high"], figure),
        "low_usd": low,
        "high_usd": high,
        "swing_usd": abs(high - low),
        "hosted": {end: ends[end].get("self_hosted") for end in ("low", "high")},
    }


def _written(value: float, figure: RangeLabel) -> str:
    return ratio_percent(value) if figure.is_percent else compact(value)


def odds(result: JsonMapping) -> dict[str, Any] | None:
    """What each strategy costs in 10, 50 and 90 of 100 futures, and how often it wins."""
    found = result.get("uncertainty")
    if not found:
        return None
    names = _names(result)
    rows = [_odds(key, result) for key in names]
    return {
        "samples": found["samples"],
        "seed": found["seed"],
        "rows": rows,
        "today_usd": result["strategies"]["current"]["usd_per_month"],
        "finding": odds_finding(found),
        "statements": _statements(result, names),
        "has_saving": any(row["saving_ratio"] for row in rows),
    }


def _names(result: JsonMapping) -> list[str]:
    """The strategies in order; what runs today has a row of its own where it has no name."""
    priced = result["uncertainty"]["strategies"]
    named = [key for key in STRATEGY_TITLES if key in priced and key != "current"]
    has_name = any(_runs_today(key, result) for key in named)
    return named if has_name else ["current", *named]


def _runs_today(key: str, result: JsonMapping) -> bool:
    costed = result["strategies"]
    return set(costed[key]["levers"]) == set(costed["current"]["levers"])


def _odds(key: str, result: JsonMapping) -> dict[str, Any]:
    found = result["uncertainty"]
    row = found["strategies"][key]
    is_current = _runs_today(key, result)
    return {
        "key": key,
        "label": STRATEGY_TITLES[key],
        "is_current": is_current,
        **row["usd_per_month"],
        "saving_ratio": row["saving_ratio"],
        "beats_current": row["beats_current"],
        "words": "" if is_current else in_futures(row["beats_current"], found["samples"]),
    }


def _statements(result: JsonMapping, names: list[str]) -> list[str]:
    """Each strategy's chance in a sentence, and where the first crossover may lie."""
    found = result["uncertainty"]
    said = [
        f"{first_upper(STRATEGY_PHRASES[key])} beats what runs today"
        f" {in_futures(found['strategies'][key]['beats_current'], found['samples'])}."
        for key in names
        if not _runs_today(key, result)
    ]
    crossing = found["first_crossover"]
    return said if crossing is None else [*said, _crossing(crossing)]


def _crossing(found: JsonMapping) -> str:
    pair = f"{STRATEGY_PHRASES[found['to']]} against {STRATEGY_PHRASES[found['from']]}"
    never = in_futures(found["never"], found["samples"])
    if found["p50"] is None:
        return f"{first_upper(pair)}: there is no crossover {never}."
    low, middle = volume(found["p10"]), requests(found["p50"])
    end = (
        f"and above any volume looked at in the highest tenth ({never} there is none)"
        if found["p90"] is None
        else f"and {volume(found['p90'])} at the high end"
    )
    return (
        f"{first_upper(pair)}: the first crossover lies at {middle} a month in the middle"
        f" future, {low} at the low end {end}."
    )
