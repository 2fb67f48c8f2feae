"""What each lever asks of maturity, in words, from the framework frozen in a payload."""

from collections.abc import Mapping
from typing import Any

from presentation.numbers import level
from reports.documents.content.amounts import decimal
from reports.documents.content.maturity import scored


def lever_requirements(payload: Mapping[str, Any]) -> dict[str, str]:
    """For every lever with a requirement: `Output integrity & evals at 3 (now 1.7)`."""
    framework = payload["framework"]
    titles = {item["key"]: item["title"] for item in framework["dimensions"]}
    words = {}
    for lever in framework.get("levers", []):
        asked = [
            f"{titles.get(dimension, dimension)} at {minimum} (now {_now(payload, dimension)})"
            for dimension, minimum in (lever.get("requires") or {}).items()
            if _is_short(payload, dimension, minimum)
        ]
        if asked:
            words[lever["key"]] = " and ".join(asked)
    return words


def _is_short(payload: Mapping[str, Any], dimension: str, minimum: float) -> bool:
    score = scored(payload, dimension).get("score")
    return score is None or decimal(score) < decimal(minimum)


def _now(payload: Mapping[str, Any], dimension: str) -> str:
    score = scored(payload, dimension).get("score")
    return "not scored" if score is None else level(score)
