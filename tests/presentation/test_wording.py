"""Dates, counted things and lists in words; one place writes them."""

import re
from datetime import UTC, date, datetime
from functools import partial

import pytest
from django.template import Context, Template

from config.local.state import CHECKOUT
from presentation import numbers, wording

PYTHON = ("assessments", "costing", "jobs", "organizations", "reports")
DATE_BY_HAND = re.compile(r"\{[^{}]*:[^{}]*%[bBdY][^{}]*\}|\.day\} \{")
# A date in words, as Django would write it; `c` and `Y-m-d` are for machines.
DATE_IN_TEMPLATE = re.compile(r"\|date:\"[^\"]*[jFM][^\"]*\"")
PLURAL_IN_TEMPLATE = re.compile(r"[a-z]\{\{ [\w.]+(\|\w+)?\|pluralize \}\}")
# With the name of a time zone.
ALLOWED = {'|date:"j F Y, H:i e"'}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0 requests"),
        (1, "1 request"),
        (1.2, "1 request"),
        (2, "2 requests"),
        (3000, "3,000 requests"),
        (None, "– requests"),
    ],
)
def test_counted_follows_the_number_that_is_written(value: object, words: str) -> None:
    assert wording.counted(value, "request") == words


def test_counted_takes_a_plural_of_its_own_and_another_way_to_write() -> None:
    assert wording.counted(2, "reply", "replies") == "2 replies"
    assert wording.counted(8_870_000, "request", write=numbers.compact) == "8.87 M requests"
    assert wording.counted(1.5, "call", write=numbers.compact) == "1.5 calls"


def test_dates_in_words() -> None:
    on, at = date(2026, 9, 5), datetime(2026, 9, 5, 14, 3, tzinfo=UTC)

    assert wording.day(on) == "5 September 2026"
    assert wording.short_day(on) == "5 Sep 2026"
    assert wording.day_of_year(on) == "5 Sep"
    assert wording.short_month(on) == "Sep 2026"
    assert wording.moment(at) == "5 September 2026, 14:03"
    assert wording.short_moment(at) == "5 Sep 2026, 14:03"
    assert wording.moment_of_year(at) == "5 Sep, 14:03"


def test_series_joins_words() -> None:
    assert list(map(wording.series, ([], ["a"], ["a", "b"], ["a", "b", "c"]))) == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_filters_write_dates_and_counted_things() -> None:
    source = '{% load charts %}{{ on|day }}|{{ none|short_day }}|{{ 1|counted:"reply,replies" }}'

    drawn = Template(source).render(Context({"on": date(2026, 11, 1), "none": None}))

    assert drawn == "1 November 2026||1 reply"


def test_no_other_place_writes_a_date_or_a_plural() -> None:
    read = partial(str.splitlines, keepends=False)
    by_hand = [
        f"{path.relative_to(CHECKOUT)}: {line.strip()}"
        for app in PYTHON
        for path in sorted((CHECKOUT / app).rglob("*.py"))
        for line in read(path.read_text(encoding="utf-8"))
        if DATE_BY_HAND.search(line) and "DTSTART" not in line and "DTEND" not in line
    ]
    by_hand += [
        f"{path.relative_to(CHECKOUT)}: {match[0]}"
        for path in sorted((CHECKOUT / "templates").rglob("*.*"))
        for pattern in (DATE_IN_TEMPLATE, PLURAL_IN_TEMPLATE)
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
        if match[0] not in ALLOWED
    ]

    assert by_hand == []


def test_fit_leaves_a_name_isolated_whole_or_cut() -> None:
    name = "بنك الكويت المركزي"
    rate = f"0.307 KWD per USD ({wording.isolated(name)}, 30 Oct 2026)"

    assert wording.fit(rate, 120) == rate
    assert (
        wording.fit(rate, 30)
        == "0.307 KWD per USD (\N{FIRST STRONG ISOLATE}بنك…\N{POP DIRECTIONAL ISOLATE}"
    )
    assert wording.fit("\N{FIRST STRONG ISOLATE}open", 9).endswith("\N{POP DIRECTIONAL ISOLATE}")
