"""What usage cells say as a whole: totals, models, days, the week, cache shares."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Self, TypeVar

from pydantic import computed_field

from costing.engine.units import HOURS_PER_WEEK
from costing.usage.coverage import MAX_WEEKS, UTC_NAME, Cover, date_of, days_of
from costing.usage.entries import Entry, Tokens
from costing.usage.uses import Block, Day, GroupUse, ModelUse, Use, hour_of_week
from costing.usage.volume import Volume, estimate_volume


class Figures(Use, frozen=True):
    """What was measured from `first_hour` to before `end_hour`; also the document that is stored.

    `profile` are the shares of the 168 hours of a week, Monday 00:00 UTC first; all 0 where nothing
    ran. With `is_hourly` false some or all was counted by the day, and its hours are even. `cover`
    says what the file covers, and `days` are its days in the cover's time zone.
    """

    first_hour: int
    end_hour: int
    is_hourly: bool
    models: tuple[ModelUse, ...]
    groups: tuple[GroupUse, ...] = ()
    cover: Cover = Cover()
    days: tuple[Day, ...]
    weeks: tuple[Block, ...]
    profile: tuple[float, ...]

    def covering(self, cover: Cover, cells: Sequence[Entry]) -> Self:
        """The figures by another cover; of the cells only their hours and sums count."""
        days = days_of(sorted(cells, key=lambda cell: cell.hour), cover)
        return self.model_copy(
            update={
                "cover": cover,
                "days": days,
                "profile": _profile(cells, *_covered(self.first_hour, self.end_hour, days)),
            }
        )

    @property
    def covered(self) -> tuple[date, date]:
        """The first and the last day that the file covers, in the zone of its days."""
        zone = self.cover.time_zone if self.is_hourly else UTC_NAME
        ends = [day.hour for day in self.days] or [self.first_hour, self.end_hour - 1]
        return date_of(ends[0], zone), date_of(ends[-1], zone)

    @property
    def hours(self) -> int:
        """The hours from the first to the last."""
        return self.end_hour - self.first_hour

    @property
    def volume(self) -> Volume | None:
        """The month of the calls, or of the tokens where no calls are counted."""
        return estimate_volume(self.days, by_calls=self.calls is not None)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def calls_per_month(self) -> float | None:
        """Calls in a month of 730 hours, by whole days; None where none are counted."""
        return self.volume.per_month if self.calls is not None and self.volume else None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def input_tokens_per_call(self) -> float | None:
        """Mean input tokens of a call."""
        return _ratio(self.input_tokens, self.calls)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def output_tokens_per_call(self) -> float | None:
        """Mean output tokens of a call."""
        return _ratio(self.tokens.output, self.calls)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def cache_read_ratio(self) -> float | None:
        """The share of the input tokens that a cache served, 0 to 1."""
        return _ratio(self.tokens.cache_read, self.input_tokens)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def prefix_hit_ratio(self) -> float | None:
        """Tokens read over tokens read or written, 0 to 1; None where no writes are counted."""
        return hit_ratio(self.tokens)


def hit_ratio(tokens: Tokens) -> float | None:
    """Tokens read over tokens read or written; None where no writes are counted."""
    written = tokens.cache_write_5m + tokens.cache_write_1h
    return tokens.cache_read / (tokens.cache_read + written) if written else None


def _ratio(part: float, whole: float | None) -> float | None:
    return part / whole if whole else None


def measure(cells: Iterable[Entry], cover: Cover | None = None) -> Figures:
    """The figures of cells, by what a file covers; raises ValueError where there are none."""
    listed = sorted(cells, key=lambda cell: (cell.hour, cell.hours, cell.model))
    if not listed:
        raise ValueError("There are no cells.")
    first = listed[0].hour
    end = max(cell.hour + cell.hours for cell in listed)
    cover = cover or Cover()
    days = days_of(listed, cover)
    return Figures.sum_of(
        listed,
        first_hour=first,
        end_hour=end,
        is_hourly=all(cell.hours == 1 for cell in listed),
        models=_by_name(ModelUse, "model", listed),
        groups=_by_name(GroupUse, "group", listed) if any(each.group for each in listed) else (),
        cover=cover,
        days=days,
        weeks=_weeks(listed, first, end),
        profile=_profile(listed, *_covered(first, end, days)),
    )


def _covered(first: int, end: int, days: Sequence[Day]) -> tuple[int, int]:
    """The hours that are covered: whole days to their ends, others from first to last call."""
    starts = [day.hour for day in days[:1] if day.is_whole and day.hour <= first]
    ends = [day.hour + day.hours for day in days[-1:] if day.is_whole]
    return min([first, *starts]), max([end, *ends])


OfName = TypeVar("OfName", ModelUse, GroupUse)


def _by_name(kind: type[OfName], name: str, cells: Sequence[Entry]) -> tuple[OfName, ...]:
    """The use of each model, or each group: the one with the most spend, else tokens, first."""
    by_name: dict[str, list[Entry]] = {}
    for cell in cells:
        by_name.setdefault(getattr(cell, name), []).append(cell)
    uses = [kind.sum_of(of_name, **{name: key}) for key, of_name in by_name.items()]
    uses.sort(key=lambda use: (-(use.billed_usd or 0), -use.total_tokens, getattr(use, name)))
    return tuple(uses)


def _weeks(cells: Sequence[Entry], start: int, end: int) -> tuple[Block, ...]:
    """The use by whole weeks from the first hour on."""
    if end - start > MAX_WEEKS * HOURS_PER_WEEK:
        return ()
    by_week: dict[int, list[Entry]] = {}
    for cell in cells:
        by_week.setdefault((cell.hour - start) // HOURS_PER_WEEK, []).append(cell)
    no_calls = 0 if all(cell.calls is not None for cell in cells) else None
    return tuple(
        Block.sum_of(
            by_week.get(index) or [Use(calls=no_calls)],
            hour=start + index * HOURS_PER_WEEK,
            hours=HOURS_PER_WEEK,
        )
        for index in range((end - start) // HOURS_PER_WEEK)
    )


def _profile(cells: Sequence[Entry], first: int, end: int) -> tuple[float, ...]:
    """Each hour of the week's mean over the times that it came by, as a share of all 168."""
    by_calls = all(cell.calls is not None for cell in cells)
    sums = [0.0] * HOURS_PER_WEEK
    for cell in cells:
        weight = float(cell.calls or 0) if by_calls else float(sum(cell.tokens))
        for hour in range(cell.hour, cell.hour + cell.hours):
            sums[hour_of_week(hour)] += weight / cell.hours
    means = [
        total / times if (times := _times(slot, first, end)) else 0.0
        for slot, total in enumerate(sums)
    ]
    whole = sum(means)
    return tuple(mean / whole for mean in means) if whole > 0 else tuple(means)


def _times(slot: int, first: int, end: int) -> int:
    """How often an hour of the week comes by from the first hour to before the end."""
    offset = (slot - hour_of_week(first)) % HOURS_PER_WEEK
    left = end - first - offset
    return 0 if left <= 0 else -(-left // HOURS_PER_WEEK)
