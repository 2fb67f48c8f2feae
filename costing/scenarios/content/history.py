"""What a client's assessments say of its way so far; pure, must not import Django."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class History:
    """The scored assessments in the order of their dates, and what they show in a sentence."""

    points: list[Mapping[str, Any]]
    finding: str


def history(points: Iterable[Mapping[str, Any]]) -> History | None:
    """Return the way of a client's overall score; none before anything is scored.

    Points hold `on` (the date that the answers describe), `score` and `shown` (1 to 5, None
    where nothing is scored); what they hold besides is kept.
    """
    scored = [point for point in points if point["score"] is not None]
    if not scored:
        return None
    ordered = sorted(scored, key=lambda point: point["on"])
    return History(ordered, _finding(ordered))


def _finding(points: list[Mapping[str, Any]]) -> str:
    last = f"{points[-1]['shown']} of 5"
    if len(points) == 1:
        return f"{last} at the first assessment"
    step: Decimal = points[-1]["shown"] - points[-2]["shown"]
    if step == 0:
        return f"{last}, as at the assessment before"
    word = "up" if step > 0 else "down"
    return f"{last}, {word} {abs(step)} since the assessment before"
