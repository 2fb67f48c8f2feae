"""Typical weeks to start from: 168 hourly weights, Monday 00:00 first; must not import Django.

The shapes are the product's own and claim no source: a measured profile replaces them.
"""

from dataclasses import dataclass

from costing.engine.units import HOURS_PER_DAY

_QUIET = 1
_OFFICE_DAY = {7: 20, 8: 60, 9: 90, 10: 100, 11: 95, 12: 65, 13: 75, 14: 95, 15: 100, 16: 90}
_OFFICE_EVENING = {17: 60, 18: 25, 19: 10}
_EVENINGS = {7: 30, 8: 40, 12: 45, 13: 45, 17: 60, 18: 80, 19: 95, 20: 100, 21: 100, 22: 70, 23: 40}
_NIGHT = {22: 60, 23: 100, 0: 100, 1: 100, 2: 100, 3: 100, 4: 80, 5: 40}


@dataclass(frozen=True)
class WeekShape:
    """A week by name; `weights` are relative, one for each hour."""

    key: str
    title: str
    weights: tuple[int, ...]


def _week(workday: dict[int, int], weekend: dict[int, int], rest: int) -> tuple[int, ...]:
    days = [workday] * 5 + [weekend] * 2
    return tuple(day.get(hour, rest) for day in days for hour in range(HOURS_PER_DAY))


WEEK_SHAPES = (
    WeekShape("office", "Office week, a dip at noon", _week(_OFFICE_DAY | _OFFICE_EVENING, {}, 1)),
    WeekShape("evenings", "Evenings and weekends", _week(_EVENINGS, _EVENINGS | {15: 70}, 15)),
    WeekShape("nightly", "Batches at night", _week(_NIGHT, _NIGHT, _QUIET)),
)


def shape_of(profile: object) -> WeekShape | None:
    """The typical week that a document's profile is, if it is one."""
    weights = tuple(profile) if isinstance(profile, list | tuple) else ()
    return next((shape for shape in WEEK_SHAPES if shape.weights == weights), None)


def written_profile(profile: object) -> str:
    """A profile as a person would paste it: a line a day."""
    if not isinstance(profile, list | tuple):
        return ""
    days = [
        profile[start : start + HOURS_PER_DAY] for start in range(0, len(profile), HOURS_PER_DAY)
    ]
    return "\n".join(" ".join(f"{weight:.15g}" for weight in day) for day in days)
