"""Before a file is imported: how it is read, and its first rows as they will be counted."""

import contextlib
import io
import json
from typing import Any

import pytest

from costing.usage import Columns, plan_reading
from costing.usage.previewing import MAX_ROWS, Preview, PreviewRow, preview
from costing.usage.sources import SOURCES
from organizations.exceptions import Invalid
from tests.costing.usage import files
from tests.costing.usage.test_bad_files import FILES, Content
from tests.costing.usage.test_privacy import CANARY, WITH_PERSONS
from tests.guarantees.test_stored_documents import FORMATS

HEADER = "day;model;calls;input_tokens;output_tokens;cost\n"


def shown(content: Any, **options: Any) -> Preview:
    file = io.BytesIO(files.content_of(content))
    return preview(file, plan_reading(file, **options))


@pytest.mark.parametrize(
    ("rows", "numbers", "dates"),
    [
        ("2026-11-02;m;1;2000;200;1234.5\n", "plain", "iso"),
        ("13.11.2026;m;1;2.000;200;1.234,5\n", "point_thousands", "dmy"),
        # A point is European; 1.234 tokens are no fraction.
        ("02.11.2026;m;1;1.234;200;0\n", "point_thousands", "dmy"),
        ("11/13/2026;m;1;2,000;200;1,234.5\n", "comma_thousands", "mdy"),
        ("2/11/2026;m;1;2 000;200;1\n13/11/2026;m;1;1;1;1\n", "space_thousands", "dmy"),
        ("2026-11-02;m;1;1;1;0.125\n", "plain", "iso"),
        ("2026-11-02;m;1.000;1;1;1\n", "point_thousands", "iso"),
        ("2026-11-02;m;1000.0;1;1;0.125\n", "plain", "iso"),
        # Most rows tell; what is bad in them does not.
        ("soon;m;x;1;1;1\n13.11.2026;m;1;1;1;1\n", "plain", "dmy"),
        ("", "plain", "iso"),
    ],
)
def test_numbers_and_days_are_recognized(rows: str, numbers: str, dates: str) -> None:
    read = shown(HEADER + rows)

    assert (read.numbers, read.dates) == (numbers, dates)


@pytest.mark.parametrize(
    ("row", "field", "declared"),
    [
        ("02/11/2026;m;1;1;1;1\n", "dates", Columns(dates="mdy")),
        ("2026-11-02;m;1;1;1;1,234\n", "numbers", Columns(numbers="point_thousands")),
    ],
)
def test_what_can_be_read_in_two_ways_is_asked_and_declared(
    row: str, field: str, declared: Columns
) -> None:
    with pytest.raises(Invalid) as raised:
        shown(HEADER + row)
    read = shown(HEADER + row, columns=declared)

    assert {*raised.value.fields} == {"file", field}
    assert read.model_dump()[field] == getattr(declared, field)
    assert read.rows[0].problem == ""


def test_rows_are_shown_as_they_will_be_counted() -> None:
    rows = "13.11.2026;m;1.000;2.000.000;200;1.234,5\nsoon;m;1;1;1;1\n"
    read = shown(HEADER + rows)
    counted, bad = read.rows

    assert (counted.line, counted.hours, counted.calls) == (2, 24, 1000)
    assert (counted.tokens.uncached_input, str(counted.billed_usd)) == (2_000_000, "1234.5")
    assert (bad.line, bad.problem) == (
        3,
        "day is not a date written like 02.11.2026 or 2/11/2026.",
    )
    assert read.written[:3] == [
        ("Numbers", "1.234,5"),
        ("Days", "02.11.2026 or 2/11/2026"),
        ("Time", "day"),
    ]


def test_a_row_that_counts_as_several_says_how() -> None:
    page = files.openai_page(input_audio_tokens=5, batch=True, service_tier="priority")
    text, audio = shown(page).rows

    assert (text.line, audio.line, audio.calls) == (1, 1, 0)
    assert (text.counts_as, audio.counts_as) == ("batch, priority", "batch, priority, audio")


def test_only_the_first_rows_are_read() -> None:
    many = [files.litellm_log()] * 500
    # What follows the window of the first rows breaks off.
    broken = json.dumps(many, indent=1).encode()[:-100]
    month = files.focus_row(ChargePeriodEnd="2026-12-01T00:00:00Z")

    assert len(shown(broken).rows) == 10
    assert len(shown(files.FOCUS_HEADER + month).rows) == 20


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_preview(name: str) -> None:
    read = shown(FORMATS[name], chosen=name if name in SOURCES else "csv")

    assert any(not row.problem for row in read.rows)
    assert Preview.model_validate_json(read.model_dump_json()) == read


@pytest.mark.parametrize("content", WITH_PERSONS.values(), ids=WITH_PERSONS)
def test_a_preview_shows_nothing_personal(content: Any) -> None:
    assert CANARY not in repr(shown(content).rows)


@pytest.mark.parametrize("content", [content for content, _ in FILES.values()], ids=FILES)
def test_a_bad_file_is_refused_or_its_first_rows_are_shown(content: Content) -> None:
    made = content() if callable(content) else content
    rows: tuple[PreviewRow, ...] = ()
    with contextlib.suppress(Invalid):
        rows = shown(made).rows

    # Some break off after rows that are sound.
    assert len(rows) <= MAX_ROWS
