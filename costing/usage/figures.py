"""What usage cells say as a whole: totals, models, days, the week, cache shares."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, PlainSerializer, WithJsonSchema, computed_field

from costing.engine.units import HOURS_PER_MONTH, HOURS_PER_WEEK
from costing.usage.entries import BUCKETS, DAY_HOURS, Entry, Tokens

# 1 January 1970 was a Thursday; the week begins on Monday.
FIRST_WEEKDAY = 3
MAX_WEEKS = 160


def _tokens_of(value: Tokens | Mapping[str, int]) -> Tokens:
    if isinstance(value, Tokens):
        return value
    return Tokens(*(value.get(bucket, 0) for bucket in BUCKETS))


# As JSON, tokens are an object by bucket, and money is text that keeps every digit.
TokensField = Annotated[
    Tokens,
    BeforeValidator(_tokens_of),
    PlainSerializer(Tokens._asdict),
    WithJsonSchema(
        {
            "type": "object",
            "description": Tokens.__doc__,
            "properties": {bucket: {"type": "integer"} for bucket in BUCKETS},
            "required": [*BUCKETS],
        }
    ),
]
UsdField = Annotated[Decimal, PlainSerializer("{:f}".format, return_type=str)]


class Calls(BaseModel, frozen=True, json_schema_serialization_defaults_required=True):
    """Calls (None where not counted) and their tokens; `batch_tokens` could wait, for less."""

    calls: int | None = None
    tokens: TokensField = Tokens()
    batch_tokens: TokensField = Tokens()

    @property
    def input_tokens(self) -> int:
        """All tokens that went in, from wherever they came."""
        return self.tokens.input

    @property
    def total_tokens(self) -> int:
        """All tokens, in and out."""
        return sum(self.tokens)


class LongCalls(Calls, frozen=True):
    """The calls whose input is longer than `above_input_tokens`, and than no other of CALL_LENGTHS
    above it.
    """

    above_input_tokens: int


class Use(Calls, frozen=True):
    """What was used, and what was billed (None where not named).

    `long_calls` are those of the calls that are known to be long, by their length; ascending.
    """

    billed_usd: UsdField | None = None
    long_calls: tuple[LongCalls, ...] = ()

    @property
    def by_length(self) -> tuple[LongCalls, ...]:
        """All calls in parts: those not known to be long, above 0, then the long ones."""
        long = Calls(**_sum((*self.long_calls, Calls(calls=0))))
        return (
            LongCalls(
                above_input_tokens=0,
                calls=None if self.calls is None else self.calls - (long.calls or 0),
                tokens=_less(self.tokens, long.tokens),
                batch_tokens=_less(self.batch_tokens, long.batch_tokens),
            ),
            *self.long_calls,
        )

    @classmethod
    def sum_of(cls, uses: Sequence["Entry | Use"], **about: Any) -> Self:
        """The sum of uses; their calls are None where one of them counts none."""
        billed = [use.billed_usd for use in uses if use.billed_usd is not None]
        by_length: dict[int, list[Entry | LongCalls]] = {}
        for long in (long for use in uses for long in use.long_calls):
            by_length.setdefault(long.above_input_tokens, []).append(long)
        return cls(
            **_sum(uses),
            billed_usd=sum(billed, Decimal(0)) if billed else None,
            long_calls=tuple(
                LongCalls(**_sum(same), above_input_tokens=length)
                for length, same in sorted(by_length.items())
            ),
            **about,
        )


def _less(tokens: Tokens, others: Tokens) -> Tokens:
    return Tokens(*(all_of - other for all_of, other in zip(tokens, others, strict=True)))


def _sum(uses: Sequence[Entry | Calls]) -> dict[str, Any]:
    calls = [use.calls for use in uses]
    return {
        "calls": None if None in calls else sum(count or 0 for count in calls),
        "tokens": Tokens(*map(sum, zip(*(use.tokens for use in uses), strict=True))),
        "batch_tokens": Tokens(*map(sum, zip(*(use.batch_tokens for use in uses), strict=True))),
    }


class ModelUse(Use, frozen=True):
    """The use of one model; its name is empty where the source named none."""

    model: str


class Block(Use, frozen=True):
    """The use of a stretch of time: `hours` from `hour` on."""

    hour: int
    hours: int


class Figures(Use, frozen=True):
    """What was measured from `first_hour` to before `end_hour`; also the document that is stored.

    `profile` are the shares of the 168 hours of a week, Monday 00:00 UTC first; all 0 where nothing
    ran. With `is_hourly` false some or all was counted by the day, and its hours are even.
    """

    first_hour: int
    end_hour: int
    is_hourly: bool
    models: tuple[ModelUse, ...]
    days: tuple[Block, ...]
    weeks: tuple[Block, ...]
    profile: tuple[float, ...]

    @property
    def hours(self) -> int:
        """The hours from the first to the last."""
        return self.end_hour - self.first_hour

    @computed_field  # type: ignore[prop-decorator]
    @property
    def calls_per_month(self) -> float | None:
        """Calls scaled to a month of 730 hours; None where none are counted."""
        return per_month(self.calls, self.hours)

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


def per_month(amount: float | None, hours: int) -> float | None:
    """An amount of so many hours, scaled to a month."""
    return None if amount is None or hours <= 0 else amount * HOURS_PER_MONTH / hours


def hit_ratio(tokens: Tokens) -> float | None:
    """Tokens read over tokens read or written; None where no writes are counted."""
    written = tokens.cache_write_5m + tokens.cache_write_1h
    return tokens.cache_read / (tokens.cache_read + written) if written else None


def _ratio(part: float, whole: float | None) -> float | None:
    return part / whole if whole else None


def measure(cells: Iterable[Entry]) -> Figures:
    """The figures of cells; raises ValueError where there are none."""
    listed = sorted(cells, key=lambda cell: (cell.hour, cell.hours, cell.model))
    if not listed:
        raise ValueError("There are no cells.")
    first = listed[0].hour
    end = max(cell.hour + cell.hours for cell in listed)
    return Figures.sum_of(
        listed,
        first_hour=first,
        end_hour=end,
        is_hourly=all(cell.hours == 1 for cell in listed),
        models=_models(listed),
        days=_blocks(listed, first - first % DAY_HOURS, end, DAY_HOURS, whole=False),
        weeks=_blocks(listed, first, end, HOURS_PER_WEEK, whole=True),
        profile=_profile(listed, first, end),
    )


def _models(cells: Sequence[Entry]) -> tuple[ModelUse, ...]:
    """The models, the one with the most spend, else tokens, first."""
    by_model: dict[str, list[Entry]] = {}
    for cell in cells:
        by_model.setdefault(cell.model, []).append(cell)
    uses = [ModelUse.sum_of(of_model, model=model) for model, of_model in by_model.items()]
    uses.sort(key=lambda use: (-(use.billed_usd or 0), -use.total_tokens, use.model))
    return tuple(uses)


def _blocks(
    cells: Sequence[Entry], start: int, end: int, length: int, *, whole: bool
) -> tuple[Block, ...]:
    """The use by stretches of a length; with `whole` only those that end before the end does."""
    if end - start > MAX_WEEKS * HOURS_PER_WEEK:
        return ()
    by_block: dict[int, list[Entry]] = {}
    for cell in cells:
        by_block.setdefault((cell.hour - start) // length, []).append(cell)
    count = (end - start) // length if whole else -(-(end - start) // length)
    no_calls = 0 if all(cell.calls is not None for cell in cells) else None
    return tuple(
        Block.sum_of(by_block[index], hour=start + index * length, hours=length)
        if index in by_block
        else Block(hour=start + index * length, hours=length, calls=no_calls)
        for index in range(count)
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


def hour_of_week(hour: int) -> int:
    """The hour of the week from 0 (Monday 00:00 UTC) to 167."""
    return (hour + FIRST_WEEKDAY * DAY_HOURS) % HOURS_PER_WEEK


def _times(slot: int, first: int, end: int) -> int:
    """How often an hour of the week comes by from the first hour to before the end."""
    offset = (slot - hour_of_week(first)) % HOURS_PER_WEEK
    left = end - first - offset
    return 0 if left <= 0 else -(-left // HOURS_PER_WEEK)
