"""The agenda: its parts with minutes that add up to 90, more where more is to settle; pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.framework import Framework
from presentation.wording import count_word
from reports.documents.content.framework import review_days
from reports.documents.content.wording import counted, first_upper

TOTAL_MINUTES = 90
DIMENSIONS_MINUTES = 35
MIN_MINUTES = 5


@dataclass(frozen=True)
class Part:
    """A stretch of the workshop: its chapter's title, the procedure and the result."""

    title: str
    minutes: int
    doing: str
    result: str


@dataclass(frozen=True)
class TimedPart:
    """A part with the minute at which it begins."""

    starts_at_minute: int
    part: Part

    @property
    def clock(self) -> str:
        """The start as hours and minutes: `1:05`."""
        hours, minutes = divmod(self.starts_at_minute, 60)
        return f"{hours}:{minutes:02d}"


OPENING = (
    Part(
        "Welcome",
        5,
        "Say what the workshop is for and how it ends. Agree on who takes notes.",
        "Everybody knows what is decided today",
    ),
    Part(
        "Where you stand",
        10,
        "Read the scores together. Collect surprises; do not discuss them yet.",
        "A list of scores that surprise",
    ),
)


def plan_title(framework: Framework) -> str:
    """The title of the plan's chapter: `The 90-day plan`."""
    return f"The {framework.days}-day plan"


def closing(framework: Framework) -> tuple[Part, ...]:
    """The parts after the dimensions."""
    dates = first_upper(count_word(len(framework.phases)))
    return (
        Part(
            "The economics on one page",
            15,
            "Check the workload first, then the recommendation, then its risks.",
            "One recommendation that the room accepts or rejects",
        ),
        Part(
            plan_title(framework),
            15,
            "Go through the actions phase by phase. An action without an owner is not taken.",
            "Decisions taken; an owner and a date for each action",
        ),
        Part(
            "Risks and parking lot",
            5,
            "Name what could go wrong, and give what is parked a place to go.",
            "Risks with owners, an empty parking lot",
        ),
        Part(
            "Close",
            5,
            f"Read decisions and owners back. Fix the reviews at days {review_days(framework)}.",
            f"{dates} dates in the calendar",
        ),
    )


def dimension_minutes(points: Mapping[str, int]) -> dict[str, int]:
    """Minutes for each dimension by the number of its `points` to settle.

    Each has five, or as many as there are for all; the rest goes, minute by minute, where most
    points share a minute.
    """
    minutes = dict.fromkeys(points, min(MIN_MINUTES, DIMENSIONS_MINUTES // len(points)))
    for _ in range(DIMENSIONS_MINUTES - sum(minutes.values())):
        neediest = max(minutes, key=lambda key: ((points[key] + 1) / minutes[key], -minutes[key]))
        minutes[neediest] += 1
    return minutes


def agenda(
    framework: Framework, titles: Mapping[str, str], points: Mapping[str, int]
) -> tuple[TimedPart, ...]:
    """The parts in order, from minute 0 on; `titles` and `points` are by dimension key."""
    minutes = dimension_minutes(points)
    dimensions = (
        Part(
            title,
            minutes[key],
            f"Read the levels, ask the questions, settle {_settle(points[key])}.",
            "A level that all agree on",
        )
        for key, title in titles.items()
    )
    timed, start = [], 0
    for part in (*OPENING, *dimensions, *closing(framework)):
        timed.append(TimedPart(start, part))
        start += part.minutes
    return tuple(timed)


def _settle(points: int) -> str:
    return counted(points, "open point") if points else "the level"
