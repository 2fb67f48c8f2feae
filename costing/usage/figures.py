"""What usage cells say as a whole: totals, models, days, the week, cache shares.

Must not import Django.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from costing.engine.units import HOURS_PER_MONTH, HOURS_PER_WEEK
from costing.usage.entries import DAY_HOURS, Tokens

# 1 January 1970 was a Thursday; the week begins on Monday.
FIRST_WEEKDAY = 3
LONGEST_WEEKS = 160


class UsageCell(NamedTuple):
    """What ran with one model in the `hours` from `hour` on, counted since 1970 in UTC."""

    model: str
    hour: int
    hours: int
    calls: int | None
    tokens: Tokens
    billed_usd: Decimal | None


@dataclass(frozen=True)
class Use:
    """Calls (None where not counted), tokens, and what was billed (None where not told)."""

    calls: int | None
    tokens: Tokens
    billed_usd: Decimal | None

    @property
    def input_tokens(self) -> int:
        """All tokens that went in, from wherever they came."""
        return sum(self.tokens[:4])


@dataclass(frozen=True)
class ModelUse:
    """The use of one model; its name is empty where the source named none."""

    model: str
    use: Use


@dataclass(frozen=True)
class Block:
    """The use of a stretch of time: `hours` from `hour` on."""

    hour: int
    hours: int
    use: Use


@dataclass(frozen=True)
class Figures:
    """What was measured from `first_hour` to before `end_hour`.

    `profile` are the shares of the 168 hours of a week, Monday 00:00 UTC first; all 0 where nothing
    ran. With `is_hourly` false some or all was told by the day, and its hours are even.
    """

    first_hour: int
    end_hour: int
    is_hourly: bool
    total: Use
    models: tuple[ModelUse, ...]
    days: tuple[Block, ...]
    weeks: tuple[Block, ...]
    profile: tuple[float, ...]

    @property
    def hours(self) -> int:
        """The hours from the first to the last."""
        return self.end_hour - self.first_hour

    @property
    def calls_per_month(self) -> float | None:
        """Calls scaled to a month of 730 hours; None where none are counted."""
        return per_month(self.total.calls, self.hours)

    @property
    def input_tokens_per_call(self) -> float | None:
        """Mean input tokens of a call."""
        return _ratio(self.total.input_tokens, self.total.calls)

    @property
    def output_tokens_per_call(self) -> float | None:
        """Mean output tokens of a call."""
        return _ratio(self.total.tokens.output, self.total.calls)

    @property
    def cache_read_ratio(self) -> float | None:
        """The share of the input tokens that a cache served, 0 to 1."""
        return _ratio(self.total.tokens.cache_read, self.total.input_tokens)

    @property
    def prefix_hit_ratio(self) -> float | None:
        """Tokens read over tokens read or written, 0 to 1; None where no writes are counted."""
        return hit_ratio(self.total.tokens)


def per_month(amount: float | None, hours: int) -> float | None:
    """An amount of so many hours, scaled to a month."""
    return None if amount is None or hours <= 0 else amount * HOURS_PER_MONTH / hours


def hit_ratio(tokens: Tokens) -> float | None:
    """Tokens read over tokens read or written; None where no writes are counted."""
    written = tokens.cache_write_5m + tokens.cache_write_1h
    return tokens.cache_read / (tokens.cache_read + written) if written else None


def _ratio(part: float, whole: float | None) -> float | None:
    return part / whole if whole else None


def measure(cells: Iterable[UsageCell]) -> Figures:
    """The figures of cells; raises ValueError where there are none."""
    listed = sorted(cells, key=lambda cell: (cell.hour, cell.hours, cell.model))
    if not listed:
        raise ValueError("There are no cells.")
    first = listed[0].hour
    end = max(cell.hour + cell.hours for cell in listed)
    return Figures(
        first_hour=first,
        end_hour=end,
        is_hourly=all(cell.hours == 1 for cell in listed),
        total=use_of(listed),
        models=_models(listed),
        days=_blocks(listed, first - first % DAY_HOURS, end, DAY_HOURS, whole=False),
        weeks=_blocks(listed, first, end, HOURS_PER_WEEK, whole=True),
        profile=_profile(listed, first, end),
    )


def use_of(cells: Sequence[UsageCell]) -> Use:
    """The sum of cells; their calls are None where one of them counts none."""
    tokens = Tokens(*(sum(column) for column in zip(*(cell.tokens for cell in cells), strict=True)))
    counted = [cell.calls for cell in cells if cell.calls is not None]
    billed = [cell.billed_usd for cell in cells if cell.billed_usd is not None]
    return Use(
        calls=sum(counted) if len(counted) == len(cells) else None,
        tokens=tokens if cells else Tokens(),
        billed_usd=sum(billed, Decimal(0)) if billed else None,
    )


def _models(cells: Sequence[UsageCell]) -> tuple[ModelUse, ...]:
    """The models, the one with the most spend, else tokens, first."""
    by_model: dict[str, list[UsageCell]] = {}
    for cell in cells:
        by_model.setdefault(cell.model, []).append(cell)
    uses = [ModelUse(model, use_of(of_model)) for model, of_model in by_model.items()]
    return tuple(
        sorted(
            uses,
            key=lambda item: (
                -(item.use.billed_usd or 0),
                -sum(item.use.tokens),
                item.model,
            ),
        )
    )


def _blocks(
    cells: Sequence[UsageCell], start: int, end: int, length: int, *, whole: bool
) -> tuple[Block, ...]:
    """The use by stretches of a length; with `whole` only those that end before the end does."""
    if end - start > LONGEST_WEEKS * HOURS_PER_WEEK:
        return ()
    by_block: dict[int, list[UsageCell]] = {}
    for cell in cells:
        by_block.setdefault((cell.hour - start) // length, []).append(cell)
    count = (end - start) // length if whole else -(-(end - start) // length)
    nothing = Use(0 if all(cell.calls is not None for cell in cells) else None, Tokens(), None)
    return tuple(
        Block(
            start + index * length,
            length,
            use_of(by_block[index]) if index in by_block else nothing,
        )
        for index in range(count)
    )


def _profile(cells: Sequence[UsageCell], first: int, end: int) -> tuple[float, ...]:
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


def hour_of_week(hour: int) -> int:
    """The hour of the week from 0 (Monday 00:00 UTC) to 167."""
    return (hour + FIRST_WEEKDAY * DAY_HOURS) % HOURS_PER_WEEK


def _times(slot: int, first: int, end: int) -> int:
    """How often an hour of the week comes by from the first hour to before the end."""
    offset = (slot - hour_of_week(first)) % HOURS_PER_WEEK
    left = end - first - offset
    return 0 if left <= 0 else -(-left // HOURS_PER_WEEK)
