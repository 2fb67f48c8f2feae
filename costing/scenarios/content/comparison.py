"""Up to four scenarios side by side: what differs, what each comes to; must not import Django."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from costing.engine.inputs import InputField, all_inputs, sections
from costing.scenarios.content.economics import Choice, choice_of
from costing.scenarios.content.findings import comparison_finding
from costing.scenarios.content.inputs import written_figure
from costing.scenarios.content.profiles import shape_of
from costing.scenarios.content.titles import (
    STRATEGY_PHRASES,
    STRATEGY_TITLES,
    lever_series,
)
from presentation.wording import counted, first_upper

JsonMapping = Mapping[str, Any]
FEWEST_COMPARED, MOST_COMPARED = 2, 4
# Inputs that say how a result is worked out, not what is compared.
APART = ("ranges", "maturity", "pairs", "as_of")
HAS_PART = {True: "described", False: "left out"}


@dataclass(frozen=True)
class Compared:
    """One scenario of a comparison; `result` is section 8's, None before it was computed."""

    key: str
    title: str
    result: JsonMapping | None
    is_stale: bool = False


def comparison(compared: Sequence[Compared]) -> dict[str, Any]:
    """What the API answers: numbers as the engine gave them, one for each scenario in order.

    A scenario that was not computed, or cannot price something, has null there.
    """
    results = [item.result for item in compared]
    return {
        "scenarios": [
            {
                "id": item.key,
                "title": item.title,
                "is_computed": item.result is not None,
                "is_stale": item.is_stale,
            }
            for item in compared
        ],
        "inputs": [{"path": item.path, "values": values} for item, values in _differing(results)],
        "strategies": [
            {"strategy": key, "usd_per_month": [_cost(result, key) for result in results]}
            for key in _priced(results)
        ],
        "recommended_today": [result and dict(result["recommended_today"]) for result in results],
        "recommended": [result and dict(result["recommended"]) for result in results],
        "crossovers": [
            {
                "from_strategy": pair[0],
                "to_strategy": pair[1],
                "first_requests_per_month": [_crossing(r, pair, "first") for r in results],
                "dominance_requests_per_month": [_crossing(r, pair, "dominance") for r in results],
            }
            for pair in _pairs(results)
        ],
    }


def comparison_page(compared: Sequence[Compared]) -> dict[str, Any]:
    """The same in words, for the page: rows of cells, one for each scenario in order."""
    results = [item.result for item in compared]
    choices = [_choice(result) for result in results]
    return {
        "compared": compared,
        "choices": choices,
        "currents": [result and result["strategies"]["current"] for result in results],
        "bests": [_choice(result, "recommended") for result in results],
        "inputs": [*_missing_parts(results), *_input_rows(results)],
        "strategies": [_strategy(key, results) for key in _priced(results) if key != "current"],
        "crossovers": [_crossover(pair, results) for pair in _pairs(results)],
        "bars": list(_bars(compared, choices)),
        "finding": comparison_finding(
            [
                (item.title, choice.usd_per_month if choice else None)
                for item, choice in zip(compared, choices, strict=True)
            ]
        ),
    }


def _input_rows(results: Sequence[JsonMapping | None]) -> Iterator[dict[str, Any]]:
    """A row for each differing figure of the parts that every scenario describes."""
    missing = {row["key"] for row in _missing_parts(results)}
    for item, values in _differing(results):
        if item.section not in missing:
            yield {
                "group": item.group.title if item.group else "",
                "label": item.label,
                "unit": "" if item.is_percent else item.unit,
                "cells": [_written(value, item) for value in values],
            }


def _missing_parts(results: Sequence[JsonMapping | None]) -> list[dict[str, Any]]:
    """A row for each part that some of the scenarios describe and some do not."""
    rows = []
    for key, section in sections().items():
        has = [
            None if result is None else result["inputs"].get(key) is not None for result in results
        ]
        if len({has_it for has_it in has if has_it is not None}) > 1:
            cells = ["–" if has_it is None else HAS_PART[has_it] for has_it in has]
            rows.append(
                {"key": key, "group": "", "label": section.title, "unit": "", "cells": cells}
            )
    return rows


def _differing(results: Sequence[JsonMapping | None]) -> Iterator[tuple[InputField, list[Any]]]:
    """The inputs that are not the same in every computed scenario."""
    documents = [result["inputs"] if result else None for result in results]
    compared = [item for item in all_inputs() if item.path not in APART and "*" not in item.path]
    for item in compared:
        values = [None if document is None else _at(document, item.path) for document in documents]
        known = [
            value for value, document in zip(values, documents, strict=True) if document is not None
        ]
        if any(value != known[0] for value in known):
            yield item, values


def _at(document: JsonMapping, path: str) -> Any:
    value: Any = document
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value or None if isinstance(value, list) else value


def _written(value: Any, item: InputField) -> str:
    if value is None:
        return "–"
    return _written_other(value) if item.number is None else written_figure(value, item)


def _written_other(value: Any) -> str:
    if isinstance(value, str):
        return first_upper(value.replace("_", " "))
    if value and all(isinstance(item, str) for item in value):
        return first_upper(lever_series(value))
    if value and all(isinstance(item, Mapping) for item in value):
        return f"{len(value)} above {counted(value[0]['above_input_tokens'], 'token')}"
    shape = shape_of([int(item) if float(item).is_integer() else item for item in value])
    return shape.title if shape else "A week of its own"


def _priced(results: Sequence[JsonMapping | None]) -> list[str]:
    return [
        key
        for key in STRATEGY_TITLES
        if any(result and key in result["strategies"] for result in results)
    ]


def _cost(result: JsonMapping | None, key: str) -> float | None:
    row = result["strategies"].get(key) if result else None
    return row["usd_per_month"] if row else None


def _strategy(key: str, results: Sequence[JsonMapping | None]) -> dict[str, Any]:
    costs = [_cost(result, key) for result in results]
    known = [cost for cost in costs if cost is not None]
    return {
        "title": STRATEGY_TITLES[key],
        "cells": [
            {"usd_per_month": cost, "is_least": len(known) > 1 and cost == min(known)}
            for cost in costs
        ],
    }


def _choice(result: JsonMapping | None, name: str = "recommended_today") -> Choice | None:
    return choice_of(result[name], result["strategies"]["current"]) if result else None


def _pairs(results: Sequence[JsonMapping | None]) -> list[tuple[str, str]]:
    pairs = [
        (item["from"], item["to"]) for result in results if result for item in result["crossovers"]
    ]
    return list(dict.fromkeys(pairs))


def _found(result: JsonMapping | None, pair: tuple[str, str]) -> JsonMapping | None:
    crossovers = result["crossovers"] if result else []
    return next((item for item in crossovers if (item["from"], item["to"]) == pair), None)


def _crossing(result: JsonMapping | None, pair: tuple[str, str], name: str) -> float | None:
    found = _found(result, pair)
    return found[f"{name}_requests_per_month"] if found else None


def _crossover(pair: tuple[str, str], results: Sequence[JsonMapping | None]) -> dict[str, Any]:
    return {
        "title": f"{first_upper(STRATEGY_PHRASES[pair[1]])} against {STRATEGY_PHRASES[pair[0]]}",
        "cells": [
            {
                "is_compared": _found(result, pair) is not None,
                "first": _crossing(result, pair, "first"),
                "dominance": _crossing(result, pair, "dominance"),
            }
            for result in results
        ],
    }


def _bars(
    compared: Sequence[Compared], choices: Sequence[Choice | None]
) -> Iterator[dict[str, Any]]:
    """Two bars a scenario, what runs today and what is recommended, as `strategies_chart` reads."""
    for item, choice in zip(compared, choices, strict=True):
        if item.result is None or choice is None:
            yield {"label": item.title, "usd_per_month": None, "note": "not computed yet"}
            continue
        current = item.result["strategies"]["current"]["usd_per_month"]
        yield {"label": item.title, "usd_per_month": current, "is_current": True}
        yield {"label": "", "usd_per_month": choice.usd_per_month, "is_recommended": True}
