"""What is stored of a result beside its estimate: anti-patterns and curves, as JSON values.

Pure: no Django, no clock, no I/O. Reading takes what was stored under earlier rules.
"""

from collections.abc import Mapping
from typing import Any

from costing.engine import CurvePicture
from costing.engine.anti_patterns import AntiPattern


def picture_document(picture: CurvePicture) -> dict[str, Any]:
    """Two cost curves as JSON: what the staircase chart draws."""
    return {
        "from": picture.from_strategy,
        "to": picture.to_strategy,
        "window": [picture.low_requests_per_month, picture.high_requests_per_month],
        "from_points": [list(point) for point in picture.from_points],
        "to_points": [list(point) for point in picture.to_points],
    }


def read_picture(document: Mapping[str, Any]) -> CurvePicture:
    """The two cost curves that a document holds."""
    low, high = document["window"]
    return CurvePicture(
        document["from"],
        document["to"],
        low,
        high,
        *(tuple((x, y) for x, y in document[f"{end}_points"]) for end in ("from", "to")),
    )


def read_pattern(document: Mapping[str, Any]) -> AntiPattern:
    """The anti-pattern that a document holds."""
    evidence = document.get("evidence") or ""
    return AntiPattern(document["key"], document.get("usd_per_month"), str(evidence))
