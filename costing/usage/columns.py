"""How a file is read, as a person says: which column holds what, and how values are written."""

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, Self

from pydantic import Field, JsonValue, TypeAdapter
from pydantic.dataclasses import dataclass as parsed_dataclass
from pydantic.fields import FieldInfo

from organizations.exceptions import Invalid
from presentation.wording import short_day

USD = "USD"
RATE = ("currency", "usd_per_unit", "rate_on")
RATE_DIGITS, RATE_PLACES = 20, 10
RATE_BOUNDS: dict[str, Any] = {  # what a field of a form or of the API takes
    "min_value": Decimal("1e-10"),
    "max_value": Decimal(10**6),
    "max_digits": RATE_DIGITS,
    "decimal_places": RATE_PLACES,
}
_PLACES = Decimal("1e-12")
NO_CURRENCY = "Name another currency by its three letters, such as EUR."
NO_RATE = "Give the currency, what one unit of it is worth in USD, and the day of that rate."


@parsed_dataclass(frozen=True)
class Rate:
    """What one unit of another currency is worth in USD, by an entered rate of a day."""

    currency: str
    usd_per_unit: Decimal
    on: date

    @classmethod
    def of(cls, form: Mapping[str, Any]) -> Self | None:
        """The rate of a form; None where it gives none. Raises Invalid with the fields at fault."""
        missing = [name for name in RATE if not form.get(name)]
        if len(missing) == len(RATE):
            return None
        if missing:
            raise Invalid(NO_RATE, fields={name: [NO_RATE] for name in missing})
        currency = str(form["currency"]).upper()
        if currency == USD or not re.fullmatch("[A-Z]{3}", currency):
            raise Invalid.at("currency", NO_CURRENCY)
        return cls(currency, form["usd_per_unit"], form["rate_on"])

    def __str__(self) -> str:
        worth = f"{self.usd_per_unit.normalize():f} USD"
        return f"{worth} each, the rate of {short_day(self.on)}"

    def in_usd(self, amount: Decimal) -> Decimal:
        """An amount of the currency in USD, to twelve places."""
        return (amount * self.usd_per_unit).quantize(_PLACES)


def _column(label: str, meaning: str, usual_names: str) -> Any:
    return Field(default="", title=label, description=meaning, examples=usual_names.split())


@parsed_dataclass(frozen=True)
class Columns:
    """Which column of a plain CSV file holds what; empty where none does.

    Each has its label, its meaning, and the names that it usually has, in lower case.
    """

    time: str = _column(
        "Time",
        "the time (ISO 8601, or seconds since 1970)",
        "time timestamp created_at start_time starttime hour date day",
    )
    model: str = _column("Model", "the model", "model model_name model_id model_version")
    calls: str = _column(
        "Calls",
        "the number of calls; without one a row with an hour is one call",
        "calls requests num_requests request_count api_requests",
    )
    input: str = _column(
        "Input tokens",
        "the input tokens",
        "input_tokens prompt_tokens tokens_in input contexttokens",
    )
    cache_read: str = _column(
        "Tokens read from a cache",
        "the tokens read from a cache",
        "cache_read_tokens cached_tokens cache_read_input_tokens cached_input_tokens cache_read",
    )
    cache_write_5m: str = _column(
        "Tokens written to a cache (5 min)",
        "the tokens written to a cache for 5 minutes",
        "cache_write_5m_tokens cache_write_tokens cache_creation_input_tokens cache_write",
    )
    cache_write_1h: str = _column(
        "Tokens written to a cache (1 h)",
        "the tokens written to a cache for an hour",
        "cache_write_1h_tokens",
    )
    output: str = _column(
        "Output tokens",
        "the output tokens",
        "output_tokens completion_tokens tokens_out output generatedtokens",
    )
    cost: str = _column(
        "Cost in USD",
        "the cost, in USD unless a rate of another currency is given",
        "cost_usd cost spend amount_usd billed_usd",
    )
    tier: str = _column(
        "Service tier", "the service tier (batch, flex, priority)", "service_tier tier"
    )
    group: str = _column(
        "Application, key or tag",
        "the application, key or tag, where usage is split",
        "application app app_name project project_name project_id service team team_alias"
        " workspace tag key_name api_key_name api_key_id",
    )
    # Whether usage is split, and by which of several tags; whether `input` counts the cached tokens
    # too; how numbers and days are written (empty: recognized); what another currency is worth.
    split_by: str = ""
    tag: str = ""
    input_includes_cache: bool = True
    numbers: str = ""
    dates: str = ""
    rate: Rate | None = None

    @property
    def document(self) -> dict[str, JsonValue]:
        """The columns as they are stored."""
        document: dict[str, JsonValue] = TypeAdapter(Columns).dump_python(self, mode="json")
        return document

    @property
    def beside_columns(self) -> "Columns":
        """What counts in files whose columns are known: all but these."""
        return replace(
            NO_COLUMNS,
            split_by=self.split_by,
            tag=self.tag,
            input_includes_cache=self.input_includes_cache,
            rate=self.rate,
        )

    @classmethod
    def stored(cls, document: Mapping[str, Any]) -> Self:
        """The columns that a document names; what else stands there is passed over."""
        return TypeAdapter(cls).validate_python(document)

    @classmethod
    def of(cls, form: Mapping[str, Any]) -> Self:
        """The columns that a form names, with the place where `cached` tokens are counted.

        Raises Invalid with the fields at fault.
        """
        named = {name: value for name, value in form.items() if value}
        is_inside = form.get("cached") != "beside"
        return cls.stored({**named, "input_includes_cache": is_inside, "rate": Rate.of(form)})


COLUMNS = {
    field.name: field.default for field in fields(Columns) if isinstance(field.default, FieldInfo)
}
NO_COLUMNS = Columns()
MAX_COLUMN_LENGTH = 200
REQUIRED_COLUMNS = ("time", "input", "output")
CACHED_PLACES = {"inside": "Input includes them", "beside": "Input leaves them out"}
