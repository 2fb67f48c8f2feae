"""Reporting currencies for tests; the rates are invented."""

from typing import Any

from costing.engine.inputs import currency_of
from presentation.money import Currency

SOURCE = "Invented for tests"
EUR_STATED = {"code": "EUR", "units_per_usd": 0.92, "rate_on": "2026-10-30", "source": SOURCE}
JPY_STATED = {"code": "JPY", "units_per_usd": 154.25, "rate_on": "2026-10-30", "source": SOURCE}
KWD_STATED = {"code": "KWD", "units_per_usd": 0.3072, "rate_on": "2026-10-30", "source": SOURCE}


def currency(stated: dict[str, Any]) -> Currency:
    return currency_of({"currency": stated})


EUR, JPY, KWD = map(currency, (EUR_STATED, JPY_STATED, KWD_STATED))
