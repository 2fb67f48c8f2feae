"""What a file covers: its days in the client's time zone, and which of them it covers whole."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel

from costing.engine.units import HOURS_PER_DAY
from costing.usage.entries import HOUR_SECONDS, Entry
from costing.usage.uses import Day, Use

MAX_WEEKS = 160
UTC_NAME = "UTC"
# Had the rest of an edge's day been covered, so many calls would not all be missing by chance.
MISSING_CALLS = 4.6  # exp(-4.6) is 1 %


class Cover(BaseModel, frozen=True):
    """What a file covers: the hours that it says itself, or the days that a person stated (both
    ends included), or else from its first day to its last; days are those of the time zone. Of
    several files with hours missing between them, `stretches` are those that each covers: a day
    without any call that is in none of them was not seen, and is no idle one.
    """

    time_zone: str = UTC_NAME
    declared: tuple[int, int] | None = None
    stated: tuple[date, date] | None = None
    stretches: tuple[tuple[int, int], ...] = ()

    def has_seen(self, hour: int, end: int) -> bool:
        """Whether hours were covered by any of several files."""
        if self.stated or not self.stretches:
            return True
        return any(start < end and hour < stop for start, stop in self.stretches)

    @property
    def basis(self) -> str:
        """Who says so, in words."""
        if self.stated:
            return "as a person said"
        return "as the file says" if self.declared else "from its first to its last call"


@cache
def time_zones() -> tuple[str, ...]:
    """The time zones by name: UTC, then those of a place."""
    places = (name for name in available_timezones() if "/" in name and not name.startswith("Etc"))
    return (UTC_NAME, *sorted(places))


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def days_of(cells: Sequence[Entry], cover: Cover) -> tuple[Day, ...]:
    """The days that a file covers, idle ones too; of very many the last ones.

    What is counted by the day has the days of its source, in UTC, whatever the time zone.
    """
    is_hourly = all(cell.hours == 1 for cell in cells)
    zone = _zone(cover.time_zone if is_hourly else UTC_NAME)
    by_day: dict[date, list[Entry]] = {}
    dates = {hour: _moment(hour, zone).date() for hour in {cell.hour for cell in cells}}
    for cell in cells:
        by_day.setdefault(dates[cell.hour], []).append(cell)
    first, last = _ends(by_day, cover, zone)
    first = max(first, last - timedelta(days=MAX_WEEKS * 7 - 1))
    no_calls = 0 if all(cell.calls is not None for cell in cells) else None
    idle = [Use(calls=no_calls)]
    partial = _partial(by_day, cover, zone) if is_hourly and not cover.stated else set()
    days = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        hour, end = _hour(day, zone), _hour(day + timedelta(days=1), zone)
        if day not in by_day and not cover.has_seen(hour, end):
            continue
        if cover.declared and day in partial:
            hour, end = max(hour, cover.declared[0]), min(end, cover.declared[1])
        days.append(
            Day.sum_of(
                by_day.get(day) or idle,
                hour=hour,
                hours=end - hour,
                weekday=day.weekday(),
                is_whole=day not in partial,
            )
        )
    return tuple(days)


def date_of(hour: int, time_zone: str) -> date:
    """The day of a time zone that an hour begins on."""
    return _moment(hour, _zone(time_zone)).date()


def _moment(hour: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(hour * HOUR_SECONDS, tz=UTC).astimezone(zone)


def _hour(day: date, zone: ZoneInfo) -> int:
    """The hour that a day of a zone begins in, counted since 1970 in UTC."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return -(-int(midnight.timestamp()) // HOUR_SECONDS)


def _ends(by_day: dict[date, list[Entry]], cover: Cover, zone: ZoneInfo) -> tuple[date, date]:
    if cover.stated:
        return cover.stated
    first, last = min(by_day), max(by_day)
    if cover.declared:
        start, end = cover.declared
        first = min(first, _moment(start, zone).date())
        last = max(last, _moment(end - 1, zone).date())
    return first, last


def _partial(by_day: dict[date, list[Entry]], cover: Cover, zone: ZoneInfo) -> set[date]:
    """The first or last day where the file does not cover all of it.

    Where nobody said what it covers, an edge is incomplete if the hours before its first call, or
    after its last one, are hours in which the other days of its kind had calls.
    """
    if cover.declared:
        start, end = cover.declared
        edges = (_moment(start, zone).date(), _moment(end - 1, zone).date())
        begins, ends = (_hour(day, zone) for day in (edges[0], edges[1] + timedelta(days=1)))
        return {
            day for day, is_cut in zip(edges, (start > begins, end < ends), strict=True) if is_cut
        }
    first, last = min(by_day), max(by_day)
    hours = {day: [_moment(cell.hour, zone).hour for cell in of] for day, of in by_day.items()}
    before, after = min(hours[first]), max(hours[last])
    cut = set()
    if _expected(by_day, hours, first, range(before)) > MISSING_CALLS:
        cut.add(first)
    if _expected(by_day, hours, last, range(after + 1, HOURS_PER_DAY)) > MISSING_CALLS:
        cut.add(last)
    return cut


def _expected(
    by_day: dict[date, list[Entry]],
    hours: dict[date, list[int]],
    edge: date,
    missing: range,
) -> float:
    """What the other days with calls, those of its kind if there are any, had in the hours."""
    others = [day for day in by_day if day != edge]
    alike = [day for day in others if (day.weekday() < 5) == (edge.weekday() < 5)] or others
    sums = sum(
        cell.calls if cell.calls is not None else sum(cell.tokens)
        for day in alike
        for cell, hour in zip(by_day[day], hours[day], strict=True)
        if hour in missing
    )
    return sums / len(alike) if alike else 0.0
