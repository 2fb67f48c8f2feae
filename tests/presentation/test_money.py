"""Money in the currency of a page: worked out by hand for EUR, JPY without cents, and KWD."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe

from presentation import charts, money
from presentation.kept import Kept
from presentation.money import USD, Currency, shared, shown, shown_in
from presentation.numbers import amount, compact_usd, usd

ON = date(2026, 11, 2)
EUR = Currency("EUR", 0.92, ON, "European Central Bank")
JPY = Currency("JPY", 154.25, ON, "Bank of Japan")
KWD = Currency("KWD", 0.3072, ON, "Central Bank of Kuwait")
CHF = Currency("CHF", 0.8, ON, "Swiss National Bank")


# 44,549.5 × 0.92 = 40,985.54; 12.345 × 0.92 = 11.3574; 0.05 × 0.92 = 0.046.
# 44,549.5 × 154.25 = 6,871,760.375; 12.345 × 154.25 = 1,904.21…; 0.05 × 154.25 = 7.7125;
# 1.5 × 154.25 = 231.375. 44,549.5 × 0.3072 = 13,685.6064; 12.345 × 0.3072 = 3.792384;
# 0.05 × 0.3072 = 0.01536; 0.03 × 0.3072 = 0.009216, below ten fils.
@pytest.mark.parametrize(
    ("currency", "value", "written"),
    [
        (USD, 44_549.5, "44,550"),
        (USD, 0.05, "0.0500"),
        (EUR, 44_549.5, "40,986"),
        (EUR, 12.345, "11.36"),
        (EUR, 0.05, "0.0460"),
        (EUR, -1_086.956_521_739_130_4, "−1,000"),
        (JPY, 44_549.5, "6,871,760"),
        (JPY, 12.345, "1,904"),
        (JPY, 1.5, "231"),
        (JPY, 0.05, "7.71"),
        (JPY, 0, "0"),
        (KWD, 44_549.5, "13,686"),
        (KWD, 12.345, "3.792"),
        (KWD, 0.05, "0.015"),
        (KWD, 0.03, "0.00922"),
        (KWD, None, "–"),
    ],
)
def test_an_amount_is_written_with_the_digits_of_its_currency(
    currency: Currency, value: float | None, written: str
) -> None:
    with shown_in(currency):
        assert amount(value) == written


@pytest.mark.parametrize(
    ("currency", "whole", "short"),
    [
        (USD, "$44,550", "$44.5 k"),
        (EUR, "€40,986", "€41 k"),
        (JPY, "¥6,871,760", "¥6.87 M"),
        (CHF, "CHF\N{NO-BREAK SPACE}35,640", "CHF\N{NO-BREAK SPACE}35.6 k"),
    ],
)
def test_a_sign_is_that_of_the_currency(currency: Currency, whole: str, short: str) -> None:
    with shown_in(currency):
        assert (usd(44_549.5), compact_usd(44_549.5)) == (whole, short)


def test_a_currency_ends_with_its_block_also_by_an_error() -> None:
    with pytest.raises(ZeroDivisionError), shown_in(EUR), shown_in(JPY):
        _ = 1 / 0

    assert (shown(), usd(1)) == (USD, "$1.00")


def test_other_threads_show_their_own_currency() -> None:
    with shown_in(EUR), ThreadPoolExecutor(1) as other:
        assert other.submit(usd, 1).result() == "$1.00"


def test_what_is_shared_needs_the_very_same_rate() -> None:
    later = Currency("EUR", 0.93, ON, "European Central Bank")

    assert [shared(each) for each in ([EUR, EUR], [EUR, later], [EUR, USD], [])] == [
        EUR,
        USD,
        USD,
        USD,
    ]


def test_what_was_kept_in_one_currency_is_not_shown_in_another() -> None:
    kept = Kept(1000)

    def written() -> str:
        return str(kept.get("the same", lambda: mark_safe(usd(100))))

    with shown_in(EUR):
        assert written() == "€92.00"
    assert written() == "$100.00"


def test_a_part_of_a_page_is_kept_by_its_currency(settings: Any) -> None:
    settings.KEPT_PARTS_COMPARED = True
    part = Template(
        "{% load charts kept %}{% kept row %}{% currency %} {{ row.cost|usd }}{% endkept %}"
    )
    context = Context({"row": SimpleNamespace(cost=100)})

    with shown_in(JPY):
        assert part.render(context) == "JPY ¥15,425"
    assert part.render(context) == "USD $100.00"


def test_an_axis_has_round_amounts_of_its_currency() -> None:
    # 1,000,000 USD are 154,250,000 yen: an axis in USD would have no tick at 50 million yen.
    points = [(0.0, 0.0), (36.0, 1_000_000.0)]
    with shown_in(JPY):
        drawn = charts.saving_chart(points, break_even_month=None, title="Saved")

    written = set(re.findall(r">([^<>]+)<", drawn))
    money_written = {text for text in written if "¥" in text or "$" in text}
    assert money_written == {"¥0", "¥50 M", "¥100 M", "¥150 M", "¥154,250,000"}
    assert "JPY saved so far" in written


def test_a_code_is_written_where_a_column_is_headed() -> None:
    with shown_in(KWD):
        assert money.code() == "KWD"
