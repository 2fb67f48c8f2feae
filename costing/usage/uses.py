"""What a usage came to, as values that are stored and shown: calls, tokens, money, stretches."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from costing.engine.units import HOURS_PER_DAY, HOURS_PER_WEEK
from costing.usage.entries import BUCKETS, Entry, Tokens

TERMS = ("above_input_tokens", "service_tier", "region", "modality")
FIRST_WEEKDAY = 3  # 1 January 1970 was a Thursday; the week begins on Monday


def hour_of_week(hour: int) -> int:
    """The hour of the week from 0 (Monday 00:00 UTC) to 167, of an hour since 1970."""
    return (hour + FIRST_WEEKDAY * HOURS_PER_DAY) % HOURS_PER_WEEK


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


class TermCalls(Calls, frozen=True):
    """The calls at other terms than the usual ones: whose input is longer than
    `above_input_tokens`, and than no other of CALL_LENGTHS above it; of a service tier; that had to
    stay in a region; or their tokens of another modality than text.
    """

    above_input_tokens: int = 0
    service_tier: str = ""
    region: str = ""
    modality: str = ""

    @property
    def terms(self) -> tuple[int, str, str, str]:
        """What is priced apart."""
        return self.above_input_tokens, self.service_tier, self.region, self.modality


class Use(Calls, frozen=True):
    """What was used, and what was billed (None where not named).

    `charges` are amounts that are no plain usage, by their kind: corrections and modalities are in
    `billed_usd`, credits, taxes and purchases stand beside it. `at_terms` are those of the calls
    that are known to be at other terms, ascending; documents of older releases call them long.
    """

    model_config = ConfigDict(populate_by_name=True)

    billed_usd: UsdField | None = None
    charges: dict[str, UsdField] = {}
    at_terms: tuple[TermCalls, ...] = Field(
        default=(), validation_alias=AliasChoices("at_terms", "long_calls")
    )

    @property
    def usage_usd(self) -> Decimal | None:
        """What was billed for usage."""
        return self.billed_usd

    @property
    def without_batches(self) -> Self:
        """The use as if nothing was sent as batch."""
        live = self.without(batch_tokens=Tokens())
        return live.model_copy(update={"batch_tokens": Tokens()})

    def without(self, **terms: Any) -> Self:
        """The same with all that is at other terms at these."""
        changed = tuple(each.model_copy(update=terms) for each in self.at_terms)
        return self.model_copy(update={"at_terms": changed})

    def all_at(self, **terms: Any) -> Self:
        """The use as if all that it counts was at these terms."""
        changed = tuple(each.model_copy(update=terms) for each in self.by_terms)
        return self.model_copy(update={"at_terms": changed})

    @property
    def by_terms(self) -> tuple[TermCalls, ...]:
        """All calls in parts: those at the usual terms, then the others."""
        others = Calls(**_sum((*self.at_terms, Calls(calls=0))))
        return (
            TermCalls(
                calls=None if self.calls is None else self.calls - (others.calls or 0),
                tokens=_less(self.tokens, others.tokens),
                batch_tokens=_less(self.batch_tokens, others.batch_tokens),
            ),
            *self.at_terms,
        )

    @classmethod
    def sum_of(cls, uses: Sequence["Entry | Use"], **about: Any) -> Self:
        """The sum of uses; their calls are None where one of them counts none."""
        billed = [use.usage_usd for use in uses if use.usage_usd is not None]
        charges: dict[str, Decimal] = {}
        for kind, usd in (each for use in uses for each in use.charges.items()):
            charges[kind] = charges.get(kind, Decimal(0)) + usd
        by_terms: dict[tuple[int, str, str, str], list[Entry | TermCalls]] = {}
        for part in (part for use in uses for part in use.at_terms):
            by_terms.setdefault(part.terms, []).append(part)
        return cls(
            **_sum(uses),
            billed_usd=sum(billed, Decimal(0)) if billed else None,
            charges=charges,
            at_terms=tuple(
                TermCalls.model_validate(_sum(same) | dict(zip(TERMS, terms, strict=True)))
                for terms, same in sorted(by_terms.items())
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


class GroupUse(Use, frozen=True):
    """The use of one group; its name is empty where the source named none."""

    group: str


class Block(Use, frozen=True):
    """The use of a stretch of time: `hours` from `hour` on."""

    hour: int
    hours: int


class Day(Block, frozen=True):
    """A day of a file in its time zone, Monday 0; `is_whole` where the file covers all of it."""

    weekday: int
    is_whole: bool = True

    @model_validator(mode="before")
    @classmethod
    def _name(cls, value: Any) -> Any:
        """Name the weekday of a day that was stored without it, in UTC."""
        if isinstance(value, Mapping) and "weekday" not in value:
            return {**value, "weekday": hour_of_week(value["hour"]) // HOURS_PER_DAY}
        return value
