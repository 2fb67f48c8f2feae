"""The economics page, from a stored result alone; must not import Django.

Figures stay as the engine gave them: templates write them for people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessments.framework import Framework, load_framework
from costing.catalog.prices import ModelPrice
from costing.engine import InvalidScenario, Scenario, parse_scenario
from costing.scenarios.content.crossovers import break_even_rows, crossover_rows
from costing.scenarios.content.findings import strategies_finding, waterfall_finding
from costing.scenarios.content.flows import triage_flow
from costing.scenarios.content.futures import odds, tornado
from costing.scenarios.content.inputs import input_groups
from costing.scenarios.content.sources import figure_sources
from costing.scenarios.content.titles import (
    LEVER_TITLES,
    LINE_TITLES,
    SECTION_TITLES,
    STRATEGY_TITLES,
    lever_series,
    line_title,
)
from presentation.wording import first_upper

JsonMapping = Mapping[str, Any]

# Below half a percent nobody would call it a saving.
NO_SAVING_BELOW_RATIO = 0.005
MONEY_IS_EQUAL_WITHIN_USD = 0.005


@dataclass(frozen=True)
class Choice:
    """A set of levers with its month in USD and what it saves against today."""

    levers: tuple[str, ...]
    usd_per_month: float
    saving_usd_per_month: float
    saving_ratio: float | None
    is_within_target: bool

    @property
    def titles(self) -> str:
        """The levers in words."""
        return lever_series(self.levers)

    @property
    def saves(self) -> bool:
        """Whether this is worth calling a saving."""
        return (self.saving_ratio or 0.0) > NO_SAVING_BELOW_RATIO

    @property
    def costs_more(self) -> bool:
        """Whether this is dearer than what runs today."""
        return (self.saving_ratio or 0.0) < -NO_SAVING_BELOW_RATIO


@dataclass(frozen=True)
class Given:
    """What the page knows beside the result: where figures come from, and which were typed."""

    prices: Mapping[str, ModelPrice]
    origins: Mapping[str, Mapping[str, Any]]
    document: JsonMapping


NOTHING_GIVEN = Given({}, {}, {})


def economics_page(
    result: JsonMapping,
    anti_patterns: Sequence[JsonMapping],
    curves: Sequence[JsonMapping],
    given: Given = NOTHING_GIVEN,
    framework: Framework | None = None,
) -> dict[str, Any]:
    """Everything that the page of a result shows, by name (cost-model.md, section 8).

    `framework` is the assessment's; the latest where there is no assessment.
    """
    framework = framework or load_framework()
    current = result["strategies"]["current"]
    best = choice_of(result["recommended"], current)
    today = choice_of(result["recommended_today"], current)
    scenario = _scenario(result)
    sources = figure_sources(given.prices, given.origins)
    return {
        "current": current,
        "best": best,
        "today": today,
        "held_back": held_back(result, best),
        **_maturity_worth(today, best),
        "strategies": strategies(result),
        "strategies_finding": strategies_finding(
            saves=today.saves,
            costs_more=today.costs_more,
            usd_per_month=today.usd_per_month,
            saving_ratio=today.saving_ratio,
        ),
        "bars": bars(result),
        "left_out": left_out(result),
        "waterfall": waterfall(result),
        "lines": lines(result),
        "triage": triage_flow(result, scenario),
        "crossovers": crossover_rows(result, curves, scenario),
        "break_even": break_even_rows(result, scenario),
        "tornado": tornado(result),
        "odds": odds(result),
        "anti_patterns": [_anti_pattern(framework, item) for item in anti_patterns],
        "anti_patterns_known": len(framework.anti_patterns),
        "caching_pays_above_hit_ratio": result["caching_pays_above_hit_ratio"],
        "sources": sources,
        "input_groups": input_groups(result["inputs"], sources, given.document),
        "engine_version": result["engine_version"],
    }


def _maturity_worth(today: Choice, best: Choice) -> dict[str, Any]:
    usd_per_month = today.usd_per_month - best.usd_per_month
    return {
        "maturity_usd_per_month": max(0.0, usd_per_month),
        "is_maturity_worth_money": usd_per_month > MONEY_IS_EQUAL_WITHIN_USD,
    }


def preview_page(result: JsonMapping) -> dict[str, Any]:
    """What the editor shows beside its form: the bill, the recommendation, one crossing."""
    current = result["strategies"]["current"]
    best = choice_of(result["recommended"], current)
    crossovers = crossover_rows(result, [], None)
    return {
        "current": current,
        "best": best,
        "today": choice_of(result["recommended_today"], current),
        "held_back": held_back(result, best),
        "crossover": crossovers[0] if crossovers else None,
    }


def _scenario(result: JsonMapping) -> Scenario | None:
    """The result's own inputs, to draw from; None where another version of the engine made it
    of inputs that this one does not accept."""
    try:
        return parse_scenario(result["inputs"])
    except InvalidScenario:
        return None


def choice_of(choice: JsonMapping, current: JsonMapping) -> Choice:
    """A recommendation of section 8 with what it saves against what runs today."""
    ratio = choice["saving_ratio"]
    return Choice(
        levers=tuple(choice["levers"]),
        usd_per_month=choice["usd_per_month"],
        saving_usd_per_month=current["usd_per_month"] - choice["usd_per_month"],
        saving_ratio=ratio,
        is_within_target=ratio is not None and 0.40 <= ratio <= 0.70,
    )


def held_back(result: JsonMapping, best: Choice) -> list[dict[str, Any]]:
    """The levers that the maturity scores do not allow today, with what each saves in order."""
    reasons = result["recommended_today"].get("held_back") or {}
    return [
        {
            "title": title,
            "reason": first_upper(reasons[lever]),
            "usd_per_month": result["waterfall"].get(lever),
            "added_usd_per_month": -(result["waterfall"].get(lever) or 0.0),
            "is_wanted": lever in best.levers,
        }
        for lever, title in LEVER_TITLES.items()
        if lever in reasons
    ]


def strategies(result: JsonMapping) -> list[dict[str, Any]]:
    """The named strategies in order; what runs today has a line of its own where it has no name."""
    costed = result["strategies"]
    named = [key for key in STRATEGY_TITLES if key in costed and key != "current"]
    if not any(_same(costed[key], costed["current"]) for key in named):
        named.insert(0, "current")
    return [_strategy(key, result) for key in named]


def _strategy(key: str, result: JsonMapping) -> dict[str, Any]:
    row = result["strategies"][key]
    risky = set(result["recommended_today"].get("held_back") or {})
    return {
        **row,
        "key": key,
        "title": STRATEGY_TITLES[key],
        "is_current": _same(row, result["strategies"]["current"]),
        "is_recommended": _same(row, result["recommended_today"]),
        "is_at_risk": bool(risky & set(row["levers"])),
    }


def _same(one: JsonMapping, other: JsonMapping) -> bool:
    return set(one["levers"]) == set(other["levers"])


def bars(result: JsonMapping) -> list[dict[str, Any]]:
    """The strategies as bars, with an own one for a recommendation that has no name."""
    rows = strategies(result)
    today = result["recommended_today"]
    shown = [_bar(row) for row in rows]
    if not any(row["is_recommended"] for row in rows):
        titles = lever_series(today["levers"])
        label, usd = first_upper(titles), today["usd_per_month"]
        shown.append({"label": label, "usd_per_month": usd, "is_recommended": True})
    shown += [
        {"label": item["title"], "usd_per_month": None, "note": item["reason"]}
        for item in left_out(result)
    ]
    return shown


def _bar(row: JsonMapping) -> dict[str, Any]:
    keys = ("usd_per_month", "is_current", "is_recommended", "is_at_risk")
    return {"label": row["title"], **{key: row[key] for key in keys}}


def left_out(result: JsonMapping) -> list[dict[str, str]]:
    """The strategies that could not be priced, and why."""
    return [
        {"title": title, "reason": _plain(result["left_out"][key])}
        for key, title in STRATEGY_TITLES.items()
        if key in result["left_out"]
    ]


def _plain(reason: str) -> str:
    for key, title in SECTION_TITLES.items():
        reason = reason.replace(key, title)
    return reason


def waterfall(result: JsonMapping) -> dict[str, Any]:
    """From the premium model alone to all levers that could be priced, lever by lever."""
    risky = result["recommended_today"].get("held_back") or {}
    steps = [
        {
            "label": title,
            "saving_usd_per_month": result["waterfall"][lever],
            "share_usd_per_month": result["shapley"][lever],
            "is_at_risk": lever in risky,
        }
        for lever, title in LEVER_TITLES.items()
        if result["waterfall"].get(lever) is not None
    ]
    start = result["strategies"]["baseline"]["usd_per_month"]
    end = start - sum(step["saving_usd_per_month"] for step in steps)
    best_step = max(steps, key=lambda step: step["saving_usd_per_month"], default=None)
    best = best_step if best_step and best_step["saving_usd_per_month"] > 0 else None
    worst = next((step for step in steps if step["saving_usd_per_month"] < 0), None)
    return {
        "start": {"label": STRATEGY_TITLES["baseline"], "usd_per_month": start},
        "steps": steps,
        "end": {"label": "With all of these levers", "usd_per_month": end},
        "finding": waterfall_finding(best, worst),
    }


def lines(result: JsonMapping) -> list[dict[str, Any]]:
    """Every strategy's bill, line by line."""
    return [
        {
            "title": row["title"],
            "usd_per_month": row["usd_per_month"],
            "lines": [
                {"title": line_title(key), "usd_per_month": row["lines"][key]}
                for key in sorted(row["lines"], key=_line_order)
                if row["lines"][key]
            ],
        }
        for row in strategies(result)
    ]


def _line_order(key: str) -> list[int]:
    order = list(LINE_TITLES)
    return [order.index(part) if part in order else len(order) for part in key.split(".")]


def _anti_pattern(framework: Framework, item: JsonMapping) -> dict[str, Any]:
    titles = {pattern.key: pattern.title for pattern in framework.anti_patterns}
    return {**item, "title": titles.get(item["key"], item["key"])}
