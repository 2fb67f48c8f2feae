"""Reads the inputs that are no single number: choices, lists, levers, pairs and days."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError, ValidationInfo
from pydantic_core import CoreSchema, InitErrorDetails, core_schema

from costing.engine.inputs.fields import (
    NO_MAPPING,
    JsonSchema,
    Number,
    invalid,
    is_stored,
    key_text,
)
from costing.engine.levers import (
    CURRENT,
    LEVERS,
    NAMED,
    OPEN_MODEL,
    SELF_HOSTING,
    in_order,
    set_name,
    set_of,
)
from costing.engine.units import HOURS_PER_WEEK

HOURLY_WEIGHT = Number(0, 1e12)
MAX_TIERS = 20
MAX_PAIRS = 20
PAIR_ENDS = ("from", "to")
STRATEGY_NAMES = (*NAMED, CURRENT)

REFERENCE_SCHEMA: JsonSchema = {
    "type": "object",
    "title": "Catalog reference",
    "description": "List prices of the catalog as of a date, written as provider:model.",
    "properties": {"catalog": {"type": "string", "maxLength": 200}},
    "required": ["catalog"],
    "additionalProperties": False,
}
LEVERS_SCHEMA: JsonSchema = {
    "type": "array",
    "items": {"enum": list(LEVERS)},
    "uniqueItems": True,
}
PROFILE_SCHEMA: JsonSchema = {
    "type": "array",
    "items": {"type": "number", "minimum": HOURLY_WEIGHT.low, "maximum": HOURLY_WEIGHT.high},
    "minItems": HOURS_PER_WEEK,
    "maxItems": HOURS_PER_WEEK,
}
CHOOSABLE = (*LEVERS, OPEN_MODEL)
_STRATEGY: JsonSchema = {
    "anyOf": [
        {"enum": list(STRATEGY_NAMES)},
        {"type": "array", "items": {"enum": list(CHOOSABLE)}, "uniqueItems": True},
    ]
}
PAIR_SCHEMA: JsonSchema = {
    "anyOf": [
        {
            "type": "object",
            "properties": dict.fromkeys(PAIR_ENDS, _STRATEGY),
            "required": list(PAIR_ENDS),
            "additionalProperties": False,
        },
        {"type": "array", "items": _STRATEGY, "minItems": 2, "maxItems": 2},
    ]
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these keys, each with its title."""

    titles: Mapping[str, str]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchema:
        return handler(schema) | {"enum": list(self.titles)}

    def read(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.titles:
            raise invalid("must be one of " + ", ".join(self.titles))
        return value


def read_profile(value: object, info: ValidationInfo) -> tuple[float, ...]:
    """The weights of a week's hours."""
    if not isinstance(value, list | tuple) or len(value) != HOURS_PER_WEEK:
        raise invalid(f"must be a list of {HOURS_PER_WEEK} weights")
    if is_stored(info):
        return tuple(float(weight) for weight in value)
    reasons = dict.fromkeys(HOURLY_WEIGHT.reason(weight, is_whole=False) for weight in value)
    if any(reasons):
        raise invalid(*(f"has a weight that {reason}" for reason in reasons if reason))
    if not sum(value) > 0:
        raise invalid("must have a positive sum")
    return tuple(float(weight) for weight in value)


def read_levers(value: object) -> tuple[str, ...]:
    """A list of levers, each once, in the roadmap's order."""
    if not isinstance(value, list | tuple):
        raise invalid("must be a list of levers")
    if not all(isinstance(lever, str) and lever in LEVERS for lever in value):
        raise invalid("must name only " + ", ".join(LEVERS))
    if len(set(value)) != len(value):
        raise invalid("must not repeat a lever")
    return in_order(value)


def at_most(count: int, things: str) -> Callable[[object], object]:
    """What refuses all but a list of at most so many things."""

    def check(value: object) -> object:
        if not isinstance(value, list | tuple) or len(value) > count:
            raise invalid(f"must be a list of at most {count} {things}")
        return value

    return check


def check_scores(value: object) -> dict[str, object]:
    """Refuse what is no mapping; a key that is no text is called by its type."""
    if not isinstance(value, Mapping):
        raise invalid(NO_MAPPING)
    return {key_text(key): item for key, item in value.items()}


def read_pair(value: object, info: ValidationInfo) -> tuple[str, str]:
    """Two strategies, written as {"from": …, "to": …} or as a list of the two.

    Each is a name or a list of levers, and is returned as the name of its set.
    """
    if isinstance(value, Mapping):
        unknown = [key for key in value if key not in PAIR_ENDS]
        names = [value.get(end) for end in PAIR_ENDS]
    elif isinstance(value, list | tuple) and len(value) == 2:
        unknown, names = [], list(value)
    else:
        raise invalid('must be {"from": strategy, "to": strategy}')
    if is_stored(info):
        return named_set(names[0]), named_set(names[1])
    reasons = {key_text(key): "is not a known key" for key in unknown}
    ends = zip(PAIR_ENDS, names, strict=True)
    reasons |= {end: why for end, each in ends if (why := _fault(each))}
    found = (
        ("", "") if set(reasons) & set(PAIR_ENDS) else (named_set(names[0]), named_set(names[1]))
    )
    if found[0] and found[0] == found[1]:
        reasons[""] = "must name two different strategies"
    if reasons:
        raise invalid_at(reasons)
    return found


def _fault(end: object) -> str:
    """Why an end of a pair is neither a strategy nor a list of levers; empty where it is."""
    if not isinstance(end, list | tuple):
        if isinstance(end, str) and end in STRATEGY_NAMES:
            return ""
        return "must be a list of levers or one of " + ", ".join(STRATEGY_NAMES)
    if not all(isinstance(lever, str) and lever in CHOOSABLE for lever in end):
        return "must name only " + ", ".join(CHOOSABLE)
    if len(set(end)) != len(end):
        return "must not repeat a lever"
    both = {SELF_HOSTING, OPEN_MODEL} <= set(end)
    return f"must not have both {SELF_HOSTING} and {OPEN_MODEL}" if both else ""


def named_set(end: Any) -> str:
    """An end of a pair by the name of its set."""
    return set_name(end) if isinstance(end, list | tuple) else str(end)


def write_pair(pair: tuple[str, str]) -> dict[str, str | list[str]]:
    """A pair as it is read: strategies by their names, other sets as lists of levers."""
    return dict(zip(PAIR_ENDS, map(write_end, pair), strict=True))


def write_end(name: str) -> str | list[str]:
    """A strategy by its name, another set as a list of levers."""
    return name if name in STRATEGY_NAMES else list(set_of(name))


def invalid_at(reasons: Mapping[str, str]) -> ValidationError:
    """Errors below an input, by key; an empty key is the input itself."""
    return ValidationError.from_exception_data(
        "scenario",
        [
            InitErrorDetails(type=invalid(reason), loc=(key,) if key else (), input=None)
            for key, reason in reasons.items()
        ],
    )


def read_day(value: object) -> date:
    """A day as a date or written like 2026-11-01."""
    if type(value) is date:
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise invalid("must be a date like 2026-11-01")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise invalid("is not a calendar date") from None


@dataclass(frozen=True, slots=True)
class CatalogReference:
    """A model may be written as a reference to the catalog, which must be resolved to be read.

    `beside` are the keys that may stand beside it.
    """

    beside: tuple[str, ...]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.refuse, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchema:
        prices = handler(schema)
        if handler.mode == "serialization":
            return prices
        stated = handler.resolve_ref_schema(prices)["properties"]
        properties = REFERENCE_SCHEMA["properties"] | {key: stated[key] for key in self.beside}
        return {"anyOf": [prices, REFERENCE_SCHEMA | {"properties": properties}]}

    def refuse(self, value: object) -> object:
        if isinstance(value, Mapping) and "catalog" in value:
            raise invalid_at({"catalog": "is not resolved to prices"})
        return value
