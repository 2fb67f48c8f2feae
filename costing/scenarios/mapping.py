"""What the engine drew, as JSON."""

from typing import Any

from costing.engine.drawing import CurvePicture


def picture_json(picture: CurvePicture) -> dict[str, Any]:
    """Two cost curves as JSON: what the staircase chart draws."""
    return {
        "from": picture.from_strategy,
        "to": picture.to_strategy,
        "window": [picture.low_requests_per_month, picture.high_requests_per_month],
        "from_points": [list(point) for point in picture.from_points],
        "to_points": [list(point) for point in picture.to_points],
    }
