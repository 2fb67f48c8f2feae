"""Imports become one: hours that several have count once, or are added up, as a person says."""

from decimal import Decimal

from costing.usage import Tokens
from costing.usage.entries import Entry
from costing.usage.merging import ADDED, ONCE, TWICE, Part, merged
from tests.costing.usage.files import HOUR

DAY = HOUR - 12


def hour(at: int, calls: int, model: str = "m", **more: object) -> Entry:
    return Entry(model, HOUR + at, calls=calls, tokens=Tokens(calls), **more)  # type: ignore[arg-type]


def test_pages_that_overlap_count_each_hour_once_by_the_fuller_one() -> None:
    # The first page ends within its last hour; the second has that hour whole. Batches are apart.
    first = Part([hour(0, 5), hour(1, 3)], declared=(HOUR, HOUR + 2))
    second = Part(
        [hour(1, 7), hour(2, 2), hour(1, 4, is_batch=True)], declared=(HOUR + 1, HOUR + 3)
    )

    once, added = (merged([second, first], overlap) for overlap in (ONCE, ADDED))

    assert sorted((e.hour - HOUR, e.is_batch, e.calls) for e in once.usage_cells()) == [
        (0, False, 5),
        (1, False, 7),
        (1, True, 4),
        (2, False, 2),
    ]
    assert (once.left_out, once.declared) == ({TWICE: 1}, (HOUR, HOUR + 3))
    # 5 + 3 + 7 + 2 + 4 calls, and nothing left out.
    assert sum(e.calls or 0 for e in added.usage_cells()) == 21
    assert added.left_out == {}


def test_a_day_counts_for_nothing_where_its_hours_are_told() -> None:
    daily = [Entry(name, DAY, 24, 9, Tokens(9), Decimal(1)) for name in ("m", "other")]

    once = merged([Part(daily), Part([hour(0, 5)])], ONCE)

    assert sorted((e.model, e.hours, e.calls) for e in once.usage_cells()) == [
        ("m", 1, 5),
        ("other", 24, 9),
    ]
    assert (once.left_out[TWICE], once.declared) == (1, None)


def test_a_day_counts_for_nothing_also_where_its_own_part_tells_hours() -> None:
    both = Part([Entry("m", DAY, 24, 9, Tokens(9)), hour(3, 2)])

    for parts in ([Part([hour(0, 5)]), both], [both, Part([hour(0, 5)])]):
        once = merged(parts, ONCE)
        assert sorted((e.hours, e.calls) for e in once.usage_cells()) == [(1, 2), (1, 5)]
        assert once.left_out == {TWICE: 1}


def test_parts_with_hours_missing_between_them_do_not_declare_these() -> None:
    parts = [Part([hour(0, 1)], (HOUR, HOUR + 1)), Part([hour(9, 1)], (HOUR + 9, HOUR + 10))]

    assert merged(parts, ONCE).declared is None
