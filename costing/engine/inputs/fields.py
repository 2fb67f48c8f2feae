"""How an input is declared: the numbers that it accepts, and what a person needs to know of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from operator import eq
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    model_serializer,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticCustomError, PydanticUndefined, core_schema

Style = Literal["plain", "percent", "usd", "unit_price"]
JsonSchema = dict[str, Any]

LEAST = 1e-6  # costs are given per request and per token: a vanishing volume has no price
NO_MAPPING = "must be a mapping of keys to values"

STORED = {"is_stored": True}
"""The context in which a scenario is read that was checked when it was written."""


def invalid(*reasons: str) -> PydanticCustomError:
    """An error of one input with its reasons."""
    return PydanticCustomError("invalid_input", "not valid", {"reasons": reasons})


def is_stored(info: ValidationInfo) -> bool:
    """Whether what is read was checked when it was written."""
    return info.context is STORED


@dataclass(frozen=True, slots=True)
class Number:
    """The numbers that an input accepts, both ends included; an int accepts whole ones alone.

    `least` is the smallest figure above 0 where costs are divided by it. A person writes the ratio
    of a `percent` as a percentage; a `unit_price` needs more digits than other `usd`.
    """

    low: float
    high: float
    least: float = 0.0
    style: Style = "plain"

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        is_whole = source is int

        def read(value: object, info: ValidationInfo) -> object:
            return value if is_stored(info) else self.read(value, is_whole=is_whole)

        return core_schema.with_info_before_validator_function(read, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchema:
        described = handler(schema) | {"minimum": self.low, "maximum": self.high}
        if self.least:
            described["anyOf"] = [{"const": 0}, {"minimum": self.least}]
        return described

    def read(self, value: object, *, is_whole: bool) -> float | int:
        """The number as float, as int where it is whole; raises the reason why it is none."""
        reason = self.reason(value, is_whole=is_whole)
        if reason or not isinstance(value, int | float):
            raise invalid(reason)
        return int(value) if is_whole else float(value)

    def reason(self, value: object, *, is_whole: bool) -> str:
        """Why a value is not accepted; empty where it is."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "must be a number"
        if isinstance(value, float) and not math.isfinite(value):
            return "must be finite"
        if not self.low <= value <= self.high:
            return f"must be from {self.low:,.10g} to {self.high:,.10g}"
        if 0 < value < self.least:
            return f"must be 0 or at least {self.least:,.10g}"
        if is_whole and value != int(value):
            return "must be a whole number"
        return ""


# The upper bounds are far beyond anything real and keep every result finite in float64.
Ratio: TypeAlias = Annotated[float, Number(0, 1, style="percent")]
Tokens: TypeAlias = Annotated[float, Number(0, 1e9)]
TokensPerCall: TypeAlias = Annotated[float, Number(0, 1e9, LEAST)]
TokenRatio: TypeAlias = Annotated[float, Number(0.01, 100)]
Usd: TypeAlias = Annotated[float, Number(0, 1e12, style="usd")]
UnitPrice: TypeAlias = Annotated[float, Number(0, 1e6, style="unit_price")]


@dataclass(frozen=True, slots=True)
class InputText:
    """What a person needs to know of one input.

    `empty` says what an absent value means where there is no default. An extra input is not written
    out while it is its default; a measured one has no range. The input has an effect only with the
    input of the same section that `only_with` names, and none with `only_without`.
    """

    label: str
    unit: str = ""
    help: str = ""
    empty: str = ""
    is_advanced: bool = False
    is_extra: bool = False
    is_measured: bool = False
    only_with: str = ""
    only_without: str = ""


def Input(
    label: str,
    unit: str = "",
    help: str = "",
    *,
    default: Any = PydanticUndefined,
    schema: JsonSchema | None = None,
    **more: Any,
) -> Any:
    """A field of a section, as pydantic's Field; required where it has no default.

    `schema` are bounds for the JSON Schema beside those of the type.
    """
    extra = (schema or {}) | ({"x-unit": unit} if unit else {})
    is_left_out = partial(eq, default) if more.get("is_extra") else None
    field: FieldInfo = Field(
        default,
        title=label,
        description=help or None,
        json_schema_extra=extra,
        exclude_if=is_left_out,
    )
    field.metadata.append(InputText(label, unit, help, **more))
    return field


Advanced = partial(Input, is_advanced=True)
Extra = partial(Advanced, is_extra=True)
"""What few scenarios state: one that does not is written out as it was before there were these."""


@dataclass(frozen=True, slots=True)
class Group:
    """A section of a scenario; `switch` offers to take an optional one into the comparison."""

    title: str
    intro: str = ""
    switch: str = ""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchema:
        return {**handler(schema), "title": self.title}


def key_text(key: object) -> str:
    """A document's key as its path has it."""
    return key if isinstance(key, str) else type(key).__name__


class Section(BaseModel):
    """A part of a scenario: frozen, without unknown keys; null counts as absent.

    `model_copy(update=…)` does not validate: in a batch, a figure may be a column of shape (n, 1).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, cls):
            return value
        if not isinstance(value, Mapping):
            raise invalid(NO_MAPPING)
        known = cls.model_fields
        return {
            key_text(key): item
            for key, item in value.items()
            if (item is not None if key in known else not is_stored(info))
        }

    @model_serializer(mode="wrap")
    def _without_absent(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {key: value for key, value in dump(self).items() if value is not None}
