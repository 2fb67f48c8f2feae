"""Several files sent at once are one import: what they share counts once, what lacks is said."""

import io
import json
from datetime import date
from typing import Any

import pytest

from costing.usage import Cover, Limits, Reading, measure, plan_reading
from costing.usage.reading import REPEATED
from costing.usage.several import SEVERAL, Together, naming
from organizations.exceptions import Invalid
from tests.costing.usage.files import EPOCH, content_of, litellm_log, openai_page


def together(limits: Limits | None = None, **contents: Any) -> Reading:
    files = Together(limits or Limits())
    for name, content in contents.items():
        file = io.BytesIO(content_of(content))
        with naming(name):
            files.read(name, file, plan_reading(file))
    return files.reading()


def lines(*records: Any) -> str:
    return "\n".join(json.dumps(each) for each in records)


def page(start: int, *calls: int, more: bool = False) -> dict[str, Any]:
    """A page of hourly buckets from `start` hours on, with so many calls each."""
    [usual] = openai_page()["data"]
    [result] = usual["results"]
    buckets = [
        {
            "start_time": EPOCH + at * 3600,
            "end_time": EPOCH + (at + 1) * 3600,
            "results": [result | {"num_model_requests": count}] if count else [],
        }
        for at, count in enumerate(calls, start)
    ]
    return {"object": "page", "data": buckets, "has_more": more}


@pytest.mark.parametrize("order", [("one", "two"), ("two", "one")])
def test_pages_of_one_report_are_whole_in_any_order(order: tuple[str, str]) -> None:
    pages = {"one": page(0, 5, 7, more=True), "two": page(2, 0, 4)}

    read = together(**{name: pages[name] for name in order})

    assert sorted((e.hour - EPOCH // 3600, e.calls) for e in read.usage_cells()) == [
        (0, 5),
        (1, 7),
        (3, 4),
    ]
    assert read.declared == (EPOCH // 3600, EPOCH // 3600 + 4)
    assert (read.source, read.rows, read.good_rows) == ("openai_usage", 3, 3)


@pytest.mark.parametrize(
    "pages",
    [
        {"one": page(0, 5, more=True), "two": page(1, 4, more=True)},
        # The page between them is missing.
        {"two": page(0, 5, more=True), "three": page(9, 4)},
    ],
)
def test_a_missing_page_is_said_by_the_name_of_the_one_before(pages: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match=r"^two: This report goes on"):
        together(**pages)


def test_calls_of_an_hour_that_two_files_share_add_up_but_for_rows_that_both_have() -> None:
    # 12:10, 12:20, 12:40 in all; the second file begins with the call that the first ends with.
    calls = [
        litellm_log(startTime=f"2026-11-02T12:{minute}:00Z", prompt_tokens=9000 * n)
        for n, minute in enumerate((10, 20, 40), 1)
    ]

    read = together(first=lines(*calls[:2]), second=lines(*calls[1:]))

    [cell] = read.usage_cells()
    assert (cell.calls, cell.tokens.input) == (3, 54_000)
    assert (read.left_out, read.rows, read.good_rows) == ({REPEATED: 1}, 4, 3)


def test_rows_alike_within_one_file_are_calls_of_their_own() -> None:
    read = together(one=lines(litellm_log(), litellm_log()), two=lines(litellm_log(model="b")))

    assert sorted((e.calls or 0) for e in read.usage_cells()) == [1, 2]


def test_of_buckets_that_overlap_the_fuller_one_counts() -> None:
    # Fetched while the second hour was under way, and again when it was over.
    read = together(monday=page(0, 5, 2), later=page(1, 9, 1))

    assert sorted(e.calls or 0 for e in read.usage_cells()) == [1, 5, 9]


def test_files_of_several_formats_are_one() -> None:
    read = together(log=lines(litellm_log()), report=page(40, 3))

    assert (read.source, read.good_rows, len(read.cells)) == (SEVERAL, 2, 2)


def test_bad_rows_name_their_file() -> None:
    read = together(
        **{"a.jsonl": lines(litellm_log()), "b.jsonl": lines(litellm_log(model="x"), 5)}
    )

    assert [(bad.file, bad.line) for bad in read.listed] == [("b.jsonl", 2)]


def test_a_file_that_cannot_be_used_is_named() -> None:
    with pytest.raises(Invalid) as raised:
        together(**{"a.csv": "time,model,input,output\n2026-11-02,m,1,1\n", "b.json": "{"})

    assert raised.value.fields["file"][0].startswith("b.json: ")


def test_rows_are_bounded_together() -> None:
    with pytest.raises(Invalid, match="more than 3 rows together"):
        together(Limits(rows=3), a=page(0, 1, 1), b=page(2, 1, 1))


def test_days_between_files_are_no_idle_ones() -> None:
    # Ten calls an hour for a day, on Monday and on the Thursday after; and on Friday at noon.
    def day(at: int) -> dict[str, Any]:
        return page(at, *[10] * 24)

    read = together(a=day(-12), b=day(-12 + 3 * 24), c=page(4 * 24, 10))
    hours = EPOCH // 3600

    figures = measure(read.usage_cells(), Cover(declared=read.declared, stretches=read.stretches))

    assert read.stretches == (
        (hours - 12, hours + 12),
        (hours + 60, hours + 84),
        (hours + 96, hours + 97),
    )
    assert [(each.weekday, each.calls) for each in figures.days] == [(0, 240), (3, 240), (4, 10)]
    # Where a person says that nothing else ran, the days between are idle.
    stated = (date(2026, 11, 2), date(2026, 11, 6))
    said = measure(read.usage_cells(), Cover(stated=stated, stretches=read.stretches))
    assert [each.calls for each in said.days] == [240, 0, 0, 240, 10]


def test_the_night_between_the_calls_of_two_files_leaves_no_day_out() -> None:
    read = together(a=page(0, 5, 5), b=page(22, 5, 5))

    figures = measure(read.usage_cells(), Cover(declared=read.declared, stretches=read.stretches))

    assert [(each.weekday, each.calls) for each in figures.days] == [(0, 10), (1, 10)]
