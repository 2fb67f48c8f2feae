"""The reporting currency of a scenario: what is accepted, and that no figure depends on it."""

from datetime import date
from typing import Any

import pytest

from costing.engine import estimate, estimate_document, parse_scenario
from costing.engine.inputs import InvalidScenario, currency_of
from costing.engine.inputs.currency import CODES
from presentation.money import USD
from tests.currencies import EUR, EUR_STATED, JPY_STATED
from tests.golden import golden

TODAY = date(2026, 11, 5)


def errors_of(stated: object, today: date | None = TODAY) -> dict[str, list[str]]:
    with pytest.raises(InvalidScenario) as caught:
        parse_scenario(golden("scenario_a") | {"currency": stated}, today=today)
    return caught.value.fields


def test_a_currency_changes_no_figure() -> None:
    plain = estimate_document(estimate(parse_scenario(golden("scenario_a"))))
    document = golden("scenario_a") | {"currency": JPY_STATED}
    shown = estimate_document(estimate(parse_scenario(document)))

    assert shown["inputs"].pop("currency") == JPY_STATED
    assert shown == plain
    assert "currency" not in plain["inputs"]


def test_a_scenario_is_shown_in_its_currency_or_in_usd() -> None:
    document = golden("scenario_a")

    assert parse_scenario(document).shown_in == USD == currency_of(document)
    stated = document | {"currency": EUR_STATED}
    assert parse_scenario(stated).shown_in == EUR == currency_of(stated)


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        ({"code": "EURO"}, "code", "is no currency of ISO 4217 that is in use, such as EUR"),
        ({"code": "DEM"}, "code", "is no currency of ISO 4217 that is in use, such as EUR"),
        ({"code": None}, "code", "is required"),
        (
            {"code": "USD", "units_per_usd": 1},
            "code",
            "must be another currency than USD, in which results are without this section",
        ),
        ({"units_per_usd": None}, "units_per_usd", "is required"),
        ({"units_per_usd": 0}, "units_per_usd", "must be from 0.1 to 10,000,000"),
        ({"units_per_usd": -0.92}, "units_per_usd", "must be from 0.1 to 10,000,000"),
        ({"units_per_usd": 0.0065}, "units_per_usd", "must be from 0.1 to 10,000,000"),
        ({"units_per_usd": "0.92"}, "units_per_usd", "must be a number"),
        ({"rate_on": None}, "rate_on", "is required"),
        ({"rate_on": "2026-02-30"}, "rate_on", "is not a calendar date"),
        ({"rate_on": "2026-11-07"}, "rate_on", "must not lie in the future"),
        ({"source": None}, "source", "is required"),
        ({"source": " "}, "source", "must be a text of at most 200 characters"),
        ({"source": "x" * 201}, "source", "must be a text of at most 200 characters"),
        ({"fetched": True}, "fetched", "is not a known key"),
    ],
)
def test_an_error_names_its_field(change: dict[str, Any], path: str, reason: str) -> None:
    assert errors_of(EUR_STATED | change) == {f"currency.{path}": [reason]}


def test_all_errors_come_at_once() -> None:
    assert sorted(errors_of({})) == [
        "currency.code",
        "currency.rate_on",
        "currency.source",
        "currency.units_per_usd",
    ]


def test_a_code_alone_is_no_currency() -> None:
    assert errors_of("EUR") == {"currency": ["must be a mapping of keys to values"]}


def test_a_rate_of_today_holds_where_the_day_has_begun_already() -> None:
    stated = golden("scenario_a") | {"currency": EUR_STATED | {"rate_on": "2026-11-06"}}

    assert parse_scenario(stated, today=TODAY).shown_in.rate_on == date(2026, 11, 6)


def test_codes_are_those_of_money_that_is_in_use() -> None:
    assert {"EUR", "JPY", "KWD", "CHF", "INR"} <= set(CODES)
    assert not {"USD", "DEM", "XAU", "XXX"} & set(CODES)
