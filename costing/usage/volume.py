"""What runs in a month, estimated from the whole days of a file, with a prediction interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt
from statistics import mean, stdev, variance

from pydantic import BaseModel, Field, computed_field

from costing.engine.units import HOURS_PER_DAY, WEEKS_PER_MONTH
from costing.usage.uses import Day
from presentation.numbers import compact
from presentation.wording import WEEKDAYS, counted, first_upper, series

WORKING, WEEKEND = range(5), range(5, 7)
# Until days have shown how alike they are: 15 % to either side, as if four days had shown it.
ASSUMED_SPREAD = 0.15
ASSUMED_DAYS = 4
NORMAL_95 = 1.6448536269514722
SHORT_DIGITS = 2


class WeekdayMean(BaseModel, frozen=True):
    """What runs on a weekday: the mean of its whole days and their standard deviation.

    The mean is None where there was none, the deviation where there were fewer than two.
    """

    weekday: int = Field(ge=0, le=6)
    days: int
    mean: float | None
    deviation: float | None

    @property
    def label(self) -> str:
        """The weekday's name."""
        return WEEKDAYS[self.weekday]


class Volume(BaseModel, frozen=True, json_schema_serialization_defaults_required=True):
    """What runs in a month of 730 hours: calls, or tokens where no calls are counted.

    A month to come lies between `low` and `high` in 90 of 100 cases. `left_out` edges of the file
    were cut off within a day. `likely_low` and `likely_high` differ where a weekday was not seen.
    """

    per_month: float
    low: float
    high: float
    likely_low: float
    likely_high: float
    whole_days: int
    left_out: int
    weekdays: tuple[WeekdayMean, ...]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def finding(self) -> str:
        """What the estimate rests on, in a plain sentence."""
        written = _basis(self)
        if self.left_out:
            edges = counted(
                self.left_out, "incomplete day at its edge", "incomplete days at its edges"
            )
            written += f" Left out: {edges}."
        return written


def _basis(volume: Volume) -> str:
    seen = [day.days for day in volume.weekdays]
    working, weekend = sum(seen[:5]), sum(seen[5:])
    if not volume.whole_days:
        return (
            "Not one whole day: from what ran alone to as much in every hour,"
            f" {_span(volume.likely_low, volume.likely_high)} a month."
        )
    if not working:
        return "Weekend days alone: what runs on a working day is not known."
    if not weekend:
        return (
            f"{first_upper(counted(working, 'working day'))} and no weekend:"
            f" {_span(volume.likely_low, volume.likely_high)} a month if all working days are alike"
            " and weekends are idle, or as busy."
        )
    least = min(seen)
    if least >= 2:
        days = counted(volume.whole_days, "whole day")
        return f"{days}; each weekday came by {least} times or more."
    missing = [day.label for day in volume.weekdays if not day.days]
    if missing:
        return f"Not seen: {series(missing)}, taken to be like the days that were."
    days = counted(volume.whole_days, "whole day")
    return (
        f"{days}; some weekdays came by once: how much they differ from week to week is not known."
    )


def _span(low: float, high: float) -> str:
    return f"{compact(low, SHORT_DIGITS)} to {compact(high, SHORT_DIGITS)}"


def estimate_volume(days: Sequence[Day], *, by_calls: bool) -> Volume | None:
    """The month of days in order of time; None where nothing ran on any.

    Each weekday counts by the mean of its whole days, so that no weekday outweighs another. A
    working day that was not seen is as the others, a weekend between idle and a working day.
    """
    whole = [day for day in days if day.is_whole]
    counts = _amounts(whole or days, by_calls=by_calls)
    ends = _Shape.of(counts)
    if not ends.per_week > 0.0:
        return None
    # Without a whole day, a part of one is between all of it and as much as it in every hour.
    hours = sum(day.hours for day in days)
    stretch = 1.0 if whole else len(days) * HOURS_PER_DAY / hours
    idle = ends.with_idle_weekend if not counts[5] and not counts[6] and whole else ends
    spread = _spread(counts, whole, by_calls=by_calls)
    likely_low, likely_high = idle.per_month, ends.per_month * max(stretch, 1.0)
    return Volume(
        per_month=(likely_low + likely_high) / 2,
        low=likely_low * exp(-idle.relative_error(counts, spread)),
        high=likely_high * exp(ends.relative_error(counts, spread)),
        likely_low=likely_low,
        likely_high=likely_high,
        whole_days=len(whole),
        left_out=len(days) - len(whole) if whole else 0,
        weekdays=tuple(
            WeekdayMean(
                weekday=weekday,
                days=len(seen) if whole else 0,
                mean=mean(seen) if seen else None,
                deviation=stdev(seen) if len(seen) > 1 else None,
            )
            for weekday, seen in enumerate(counts)
        ),
    )


Counts = Sequence[Sequence[float]]  # what ran on each day, by weekday


def _amounts(days: Sequence[Day], *, by_calls: bool) -> list[list[float]]:
    amounts: list[list[float]] = [[] for _ in WEEKDAYS]
    for day in days:
        amounts[day.weekday].append(float((day.calls or 0) if by_calls else day.total_tokens))
    return amounts


@dataclass(frozen=True)
class _Spread:
    """How much a day differs from its weekday's mean, relative to it, by so many free days.

    Weeks may differ by more than their days do: `weeks` times the variance. `least` is the variance
    of counting, over the mean: 1 for calls, which come one by one.
    """

    of_day: float
    freedom: float
    weeks: float
    least: float

    def variance(self, level: float) -> float:
        """The variance of a day of this level."""
        return self.weeks * max((self.of_day * level) ** 2, self.least * level)


@dataclass(frozen=True)
class _Shape:
    """The levels of the seven weekdays, and from which weekdays' days each was taken."""

    levels: tuple[float, ...]
    taken_from: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, counts: Counts) -> "_Shape":
        seen = [weekday for weekday in range(7) if counts[weekday]]
        working = tuple(weekday for weekday in seen if weekday in WORKING)
        weekend = tuple(weekday for weekday in seen if weekday in WEEKEND)
        taken = [
            (weekday,)
            if counts[weekday]
            else (working if weekday in WORKING else weekend) or tuple(seen)
            for weekday in range(7)
        ]
        levels = [mean([mean(counts[each]) for each in of]) if of else 0.0 for of in taken]
        return cls(tuple(levels), tuple(taken))

    @property
    def with_idle_weekend(self) -> "_Shape":
        """The shape with nothing on weekends."""
        return _Shape((*self.levels[:5], 0.0, 0.0), (*self.taken_from[:5], (), ()))

    @property
    def per_week(self) -> float:
        return sum(self.levels)

    @property
    def per_month(self) -> float:
        return WEEKS_PER_MONTH * self.per_week

    def relative_error(self, counts: Counts, spread: _Spread) -> float:
        """How far a month to come lies from the estimate in 90 of 100 cases, as a logarithm.

        The means are uncertain by the days that they were taken from, the month by its own days.
        """
        weights = [0.0] * 7  # how often the mean of a weekday counts in the month
        for of in self.taken_from:
            for weekday in of:
                weights[weekday] += WEEKS_PER_MONTH / len(of)
        error = sum(
            weight**2 * spread.variance(self.levels[weekday]) / len(counts[weekday])
            for weekday, weight in enumerate(weights)
            if weight
        )
        month = WEEKS_PER_MONTH * sum(map(spread.variance, self.levels))
        return _student_95(spread.freedom) * sqrt(error + month) / self.per_month


def _spread(counts: Counts, whole: Sequence[Day], *, by_calls: bool) -> _Spread:
    """The spread of days around their weekday's mean, or, before any weekday came by twice, around
    that of working days and of weekends; with the assumed one.
    """
    kinds: list[list[float]] = [list(seen) for seen in counts]
    if max(map(len, kinds)) < 2:
        kinds = [[x for w in kind for x in counts[w]] for kind in (WORKING, WEEKEND)]
    kinds = [seen for seen in kinds if len(seen) > 1 and any(seen)]
    free = sum(len(seen) - 1 for seen in kinds)
    squares = sum((len(seen) - 1) * variance(seen) / mean(seen) ** 2 for seen in kinds)
    freedom = free + ASSUMED_DAYS
    of_day = sqrt((squares + ASSUMED_DAYS * ASSUMED_SPREAD**2) / freedom)
    by_days = _Spread(of_day, freedom, 1.0, 1.0 if by_calls else 0.0)
    shape = _Shape.of(counts)
    weeks = _weeks(whole, shape, by_calls=by_calls)
    if len(weeks) < 2:
        return by_days
    expected = sum(map(by_days.variance, shape.levels)) / shape.per_week**2
    return _Spread(of_day, freedom, max(1.0, variance(weeks) / expected), by_days.least)


def _weeks(whole: Sequence[Day], shape: _Shape, *, by_calls: bool) -> list[float]:
    """What ran in each week from the first whole day on, five days or more, over what is usual."""
    weeks = []
    for at in range(0, len(whole), len(WEEKDAYS)):
        days = whole[at : at + len(WEEKDAYS)]
        usual = sum(shape.levels[day.weekday] for day in days)
        if len(days) >= len(WORKING) and usual:
            weeks.append(sum(map(sum, _amounts(days, by_calls=by_calls))) / usual)
    return weeks


def _student_95(freedom: float) -> float:
    """The 95th percentile of Student's t, for 4 degrees of freedom or more, within 0.01."""
    z = NORMAL_95
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + sum(term / freedom ** (power + 1) for power, term in enumerate(terms))
