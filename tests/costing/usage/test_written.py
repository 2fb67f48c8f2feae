"""Numbers and days as a person's file writes them."""

import pytest

from costing.usage import Columns
from tests.costing.usage.files import EPOCH, only_cell, read

HEADER = "time;model;calls;input_tokens;output_tokens;cost\n"


@pytest.mark.parametrize(
    ("numbers", "row"),
    [
        ("comma_thousands", "1,000;2,000,000;200;1,234.5"),
        ("point_thousands", "1.000;2.000.000;200;1.234,5"),
        ("space_thousands", "1 000;2\u00a0000\u202f000;200;1'234,5"),
        ("plain", "1000;2000000;200;1234.5"),
    ],
)
def test_numbers_are_read_as_they_are_declared(numbers: str, row: str) -> None:
    reading = read(f"{HEADER}2026-11-02T12:10:00Z;m;{row}\n", columns=Columns(numbers=numbers))

    assert only_cell(reading) == ("m", 1000, [2_000_000, 0, 0, 0, 200], "1234.5")


@pytest.mark.parametrize(
    ("dates", "text", "hours"),
    [
        ("dmy", "02.11.2026 12:10", 1),
        ("dmy", "2/11/2026", 24),
        ("mdy", "11/02/2026 12:10:59", 1),
        ("iso", "2026-11-02", 24),
    ],
)
def test_days_are_read_as_they_are_declared(dates: str, text: str, hours: int) -> None:
    [key] = read(f"{HEADER}{text};m;1;1;1;1\n", columns=Columns(dates=dates)).cells

    assert (key.hours, key.hour) == (hours, EPOCH // 3600 if hours == 1 else EPOCH // 3600 - 12)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("02.11.2026;m;1,5;1;1;1", "calls is no whole number."),
        ("02.11.2026;m;1.00;1;1;1", "calls is not a number written like 1.234,5."),
        ("2026-11-02;m;1;1;1;1", "time is not a date written like 02.11.2026 or 2/11/2026."),
        ("31.02.2026;m;1;1;1;1", "time is not a date or time."),
    ],
)
def test_what_is_written_in_another_way_is_bad(row: str, reason: str) -> None:
    good = "02.11.2026;m;1;1;1;1\n"
    columns = Columns(numbers="point_thousands", dates="dmy")

    reading = read(f"{HEADER}{good}{row}\n", columns=columns)

    assert reading.good_rows == 1
    assert [each.reason for each in reading.listed] == [reason]
