"""The currency in which results are shown; the model computes in USD in any case (section 16)."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator

from costing.engine.inputs import readers
from costing.engine.inputs.fields import STORED, Input, Number, Section, invalid
from presentation.money import USD, Currency, currency_codes

MAX_SOURCE_LENGTH = 200
CODES = tuple(code for code in currency_codes() if code != USD.code)


def _read_code(value: object) -> str:
    if value == USD.code:
        raise invalid(
            "must be another currency than USD, in which results are without this section"
        )
    if not isinstance(value, str) or value not in CODES:
        raise invalid("is no currency of ISO 4217 that is in use, such as EUR")
    return value


def _read_source(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_SOURCE_LENGTH:
        raise invalid(f"must be a text of at most {MAX_SOURCE_LENGTH} characters")
    return value.strip()


class ReportingCurrency(Section):
    """A currency with its rate to USD, which somebody looked up: nothing fetches one."""

    code: Annotated[str, BeforeValidator(_read_code)] = Input(
        "Currency", "ISO 4217", schema={"enum": list(CODES)}
    )
    units_per_usd: Annotated[float, Number(0.1, 10_000_000)] = Input(
        "One USD is",
        "of the currency",
        "As units of the currency per USD: 0.92 where one USD is 0.92 EUR.",
        is_measured=True,
    )
    rate_on: Annotated[date, BeforeValidator(readers.read_day)] = Input(
        "Rate of", "date", "The day that the rate is of."
    )
    source: Annotated[str, BeforeValidator(_read_source)] = Input(
        "Source of the rate",
        help="Who publishes it, such as a central bank.",
        schema={"maxLength": MAX_SOURCE_LENGTH},
    )

    @property
    def shown(self) -> Currency:
        """The same as pages and documents are shown in it."""
        return Currency(self.code, self.units_per_usd, self.rate_on, self.source)


def currency_of(document: Mapping[str, Any]) -> Currency:
    """The currency in which a stored scenario is shown, by its document or a result's inputs."""
    stated = document.get("currency")
    return ReportingCurrency.model_validate(stated, context=STORED).shown if stated else USD
