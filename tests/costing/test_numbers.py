"""How numbers are written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presentation import numbers

WRITERS = [
    numbers.amount,
    numbers.compact,
    numbers.compact_usd,
    numbers.count,
    numbers.level,
    numbers.months,
    numbers.ratio_percent,
    numbers.tokens,
    numbers.usd,
]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (44550.0, "$44,550"),
        (Decimal("1000"), "$1,000"),
        (999.996, "$1,000"),  # rounds to 1,000.00, which is written without cents
        (999.99, "$999.99"),
        (0.39, "$0.39"),
        (0.0132444, "$0.0132"),  # under ten cents: three significant digits
        (1e-9, "$0.00"),
        (0, "$0"),
        (-0.0, "$0"),
        (-1200, "−$1,200"),
        ("25110.00", "$25,110"),
        (1e15, "$1.0×10¹⁵"),
    ],
)
def test_usd_of(value, written):
    assert numbers.usd(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (8_874_552, "8.87 M"),
        (26_666_667, "26.7 M"),
        (360_000, "360 k"),
        (999_999, "1 M"),
        (10.65e9, "10.7 bn"),
        (2e12, "2 tn"),
        (950, "950"),
        (0.5, "0.5"),
        (0, "0"),
        (-44_550, "−44.6 k"),
    ],
)
def test_compact_of(value, written):
    assert numbers.compact(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.123, "12.3 %"),
        (0.5, "50 %"),
        (1, "100 %"),
        (0.0004, "under 0.1 %"),
        (1e-17, "0 %"),
        (0, "0 %"),
        (-0.25, "−25 %"),
    ],
)
def test_ratio_percent_of(value, written):
    assert numbers.ratio_percent(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.01, "1 %"), (0.0002, "0.02 %"), (0.000001, "0.0001 %"), (0.125, "12.5 %"), (0, "0 %")],
)
def test_stated_percent_keeps_its_digits(value, written):
    assert numbers.stated_percent(value) == written


@pytest.mark.parametrize(
    ("value", "written"), [(2.25, "2.3"), (2.45, "2.5"), (Decimal("1.449"), "1.4"), (3, "3.0")]
)
def test_level_rounds_half_up(value, written):
    assert numbers.level(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (2.3, "2.3 months"),
        (1, "1 month"),
        (52.28, "52.3 months"),
        (0, "0 months"),
        (0.04, "less than 0.1 months"),
    ],
)
def test_months_of(value, written):
    assert numbers.months(value) == written


def test_count_separates_thousands():
    assert numbers.count(3_000_000) == "3,000,000"


def test_amount_is_usd_without_its_sign():
    assert numbers.amount(-21114.12) == "−21,114"


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize(
    "value", [None, "", "abc", True, float("nan"), float("inf"), "1e999999999"]
)
def test_number_that_is_none_is_a_dash(write, value):
    assert write(value) == "–"


@pytest.mark.parametrize("write", WRITERS)
def test_number_too_long_to_write_is_a_dash(write):
    assert write(10**5000) == "–"


@pytest.mark.parametrize("write", WRITERS)
@given(value=st.floats(allow_nan=False, allow_infinity=False) | st.decimals(-1, 1) | st.integers())
def test_number_of_any_size_is_short(write, value):
    assert len(write(value)) <= 28
