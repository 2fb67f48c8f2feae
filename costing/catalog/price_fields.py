"""Fields of price files as pydantic types, and their errors by path; must not import Django."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from types import MappingProxyType
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from costing.catalog.price_text import TOKEN_PRICES
from costing.engine.inputs import input_named

PLACES = Decimal("1e-18")  # as many as a stored price keeps
MAX_URL_LENGTH = 300
MAX_KEY_LENGTH = 60
SHOWN_ERRORS = 20
MAX_USD_PER_MTOK = Decimal(int(input_named("premium_model.input_usd_per_mtok").high))
MAX_FIGURES = {**dict.fromkeys(TOKEN_PRICES, MAX_USD_PER_MTOK), "batch_discount_ratio": Decimal(1)}
MAX_TOKENS = int(input_named("premium_model.min_cacheable_tokens").high)
NO_NUMBER = "Give a number, neither text nor NaN or infinity."
UNUSABLE = "Some prices cannot be used as they are."
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_REASONS = {"missing": "This is required.", "extra_forbidden": "There is no such field."}


class UnusableFile(ValueError):
    """A file of prices or offers that cannot be used; `fields` has its errors by path or line."""

    def __init__(
        self, message: str = UNUSABLE, fields: Mapping[str, list[str]] = MappingProxyType({})
    ) -> None:
        super().__init__(message)
        self.fields = dict(fields)

    def lines(self) -> list[str]:
        """The first errors, one a line, and how many more there are."""
        return error_lines(self.fields)


def error_lines(fields: Mapping[str, list[str]]) -> list[str]:
    """The first errors, one a line, and how many more there are."""
    lines = [f"{where}: {reason}" for where, reasons in fields.items() for reason in reasons]
    more = len(lines) - SHOWN_ERRORS
    return lines[:SHOWN_ERRORS] + ([f"and {more:,} more."] if more > 0 else [])


class Entry(BaseModel):
    """One mapping of a file, without unknown keys; null counts as absent."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    no_mapping: ClassVar[str] = "Give a mapping."

    @model_validator(mode="before")
    @classmethod
    def _without_null(cls, value: object) -> object:
        if not isinstance(value, Mapping):
            raise invalid(cls.no_mapping)
        may_be_null = {
            field.validation_alias or name
            for name, field in cls.model_fields.items()
            if field.is_required() or field.default is None
        }
        return {
            str(key)[:MAX_KEY_LENGTH]: item
            for key, item in value.items()
            if item is not None or key not in may_be_null
        }


def invalid(reason: str) -> PydanticCustomError:
    """An error of one field."""
    return PydanticCustomError("unusable", "{reason}", {"reason": reason})


def errors_by_path(error: ValidationError, *parents: str) -> dict[str, list[str]]:
    """The reasons by the path of each field; an error of the whole document is the file's."""
    fields: dict[str, list[str]] = {}
    for each in error.errors(include_url=False, include_input=False, include_context=False):
        path = ".".join([*parents, *(str(part) for part in each["loc"])]) or "file"
        fields.setdefault(path, []).append(_REASONS.get(each["type"], each["msg"]))
    return fields


def number(highest: Decimal, scale: Decimal = Decimal(1)) -> BeforeValidator:
    """A number from 0 to `highest` after it was multiplied by `scale`, exactly."""
    return BeforeValidator(lambda value: _number(value, highest, scale))


def whole(highest: int = MAX_TOKENS) -> BeforeValidator:
    """A whole number from 0."""

    def read(value: object) -> int:
        figure = _number(value, Decimal(highest), Decimal(1))
        if figure != figure.to_integral_value():
            raise invalid("Give a whole number.")
        return int(figure)

    return BeforeValidator(read)


def text(max_length: int) -> BeforeValidator:
    """A text of one line, without space around it."""
    return BeforeValidator(lambda value: _text(value, max_length))


def choice(accepts: Callable[[str], bool], reason: str) -> BeforeValidator:
    """A text that is accepted."""

    def read(value: object) -> str:
        if not isinstance(value, str) or not accepts(value.strip()):
            raise invalid(reason)
        return value.strip()

    return BeforeValidator(read)


def items(highest: int, reason: str) -> BeforeValidator:
    """A list of at most so many; nothing is an empty one."""

    def read(value: object) -> object:
        if not isinstance(value or [], list) or len(value or []) > highest:  # type: ignore[arg-type]
            raise invalid(reason)
        return value or []

    return BeforeValidator(read)


def exact(figure: Decimal) -> Decimal:
    """The number with at most 18 places, written in one way: 3.00 and 3 are the same price."""
    rounded = abs(figure).quantize(PLACES, rounding=ROUND_HALF_EVEN).normalize()
    _, _, exponent = rounded.as_tuple()
    has_exponent = isinstance(exponent, int) and exponent > 0  # 1E+2
    return rounded.quantize(Decimal(1)) if has_exponent else rounded


def is_web_address(value: str) -> bool:
    """Whether a text is an address that a page may link to."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    is_of_the_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    return is_of_the_web and value.isprintable() and " " not in value


def _number(value: object, highest: Decimal, scale: Decimal) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise invalid(NO_NUMBER)
    figure = Decimal(value)
    if not 0 <= figure <= highest / scale:
        raise invalid(f"Give a number from 0 to {highest / scale:,f}.")
    return exact(figure * scale)


def _text(value: object, max_length: int) -> str:
    if not isinstance(value, str) or not value.strip():
        raise invalid("Give a text.")
    if len(value) > max_length:
        raise invalid(f"Give at most {max_length} characters.")
    if _CONTROLS.search(value):
        raise invalid("Give a text of one line, without control characters.")
    return value.strip()


def _url(value: object) -> str:
    address = _text(value, MAX_URL_LENGTH)
    if not is_web_address(address):
        raise invalid("Give an address that begins with https:// or http://.")
    return address


def _day(value: object) -> date:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise invalid("Give a date like 2026-11-01.") from None


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise invalid("Give true or false.")
    return value


UsdPerMtok = Annotated[Decimal, number(MAX_USD_PER_MTOK)]
UsdPerToken = Annotated[Decimal, number(MAX_USD_PER_MTOK, Decimal(1_000_000))]
Ratio = Annotated[Decimal, number(Decimal(1))]
Tokens = Annotated[int, whole()]
Seconds = Annotated[int, whole(int(input_named("premium_model.cache_ttl_seconds").high))]
Url = Annotated[str, BeforeValidator(_url)]
Day = Annotated[date, BeforeValidator(_day)]
Flag = Annotated[bool, BeforeValidator(_flag)]
