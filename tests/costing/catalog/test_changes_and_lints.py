"""What changed between two price lists, and what looks wrong in one."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from costing.catalog.price_reports import FigureChange, price_changes, price_lints
from costing.catalog.prices import PriceTier
from tests.costing.cast import listed_price

PRICE = listed_price(cache_read_usd_per_mtok=Decimal("0.3"), batch_discount_ratio=Decimal("0.5"))


def lints_of(**changed: Any) -> list[tuple[str, str]]:
    """The lints of the sound price with other figures."""
    return [(lint.code, lint.detail) for lint in price_lints([replace(PRICE, **changed)])]


def test_price_changes_of_equal_lists_are_none() -> None:
    # Written otherwise, noted otherwise, found elsewhere: still the same price.
    same = replace(
        PRICE, input_usd_per_mtok=Decimal("3.00"), notes=("Seen again.",), source="Another"
    )

    assert price_changes([PRICE], [same]) == ()


def test_price_changes_name_each_figure_before_and_after() -> None:
    tier = PriceTier(200_000, Decimal(6), Decimal(20))
    dearer = replace(
        PRICE,
        input_usd_per_mtok=Decimal("3.6"),
        cache_read_usd_per_mtok=None,
        deprecated_on=date(2027, 1, 1),
        tiers=(tier,),
    )

    (change,) = price_changes([PRICE], [dearer])

    assert (change.kind, change.reference) == ("changed", "maker:large")
    assert change.figures == (
        FigureChange("input_usd_per_mtok", Decimal(3), Decimal("3.6")),
        FigureChange("cache_read_usd_per_mtok", Decimal("0.3"), None),
        FigureChange("deprecated_on", None, date(2027, 1, 1)),
        FigureChange("above_200000.input_usd_per_mtok", None, Decimal(6)),
        FigureChange("above_200000.output_usd_per_mtok", None, Decimal(20)),
    )
    # 3.6 / 3 - 1 = 0.2
    assert [figure.ratio for figure in change.figures[:3]] == [Decimal("0.2"), None, None]


def test_price_changes_tell_models_that_came_and_went() -> None:
    other = replace(PRICE, reference="maker:small")

    changes = price_changes([PRICE], [other])

    assert [(change.kind, change.reference) for change in changes] == [
        ("removed", "maker:large"),
        ("added", "maker:small"),
    ]
    assert Counter(change.kind for change in changes) == {"added": 1, "removed": 1}


def test_price_from_zero_has_no_ratio() -> None:
    assert FigureChange("input_usd_per_mtok", Decimal(0), Decimal(3)).ratio is None


def test_price_lints_of_a_sound_price_are_none() -> None:
    assert lints_of() == []


@pytest.mark.parametrize(
    ("changed", "code", "detail"),
    [
        (
            {"cache_read_usd_per_mtok": Decimal(3)},
            "cache_read_not_cheaper",
            "cached input 3, input 3",
        ),
        (
            {"tiers": (PriceTier(200_000, Decimal(6), Decimal(20), Decimal("6.5")),)},
            "cache_read_not_cheaper",
            "cached input 6.5, input 6 above 200,000 tokens",
        ),
        ({"batch_discount_ratio": Decimal("0.4")}, "batch_ratio_unusual", "60 % of standard"),
        (
            # 1.5 / 3 = 0.5 is usual; 9 / 15 = 0.6 is not.
            {"batch_input_usd_per_mtok": Decimal("1.5"), "batch_output_usd_per_mtok": Decimal(9)},
            "batch_ratio_unusual",
            "output 60 % of standard",
        ),
        (
            {"batch_input_usd_per_mtok": Decimal(3), "batch_output_usd_per_mtok": Decimal("7.5")},
            "batch_ratio_unusual",
            "input 100 % of standard",
        ),
        (
            {"batch_input_usd_per_mtok": Decimal("1.5")},
            "batch_ratio_unusual",
            "a batch price of only one of input and output",
        ),
        ({"deprecated_on": date(2026, 11, 1)}, "past_deprecation", "deprecated on 2026-11-01"),
        ({"is_deprecated": True}, "past_deprecation", "deprecated by its provider"),
        (
            {"is_caching_claimed": True, "cache_read_usd_per_mtok": None},
            "caching_without_price",
            "no price of cached input",
        ),
        (
            {
                "input_usd_per_mtok": Decimal(0),
                "output_usd_per_mtok": Decimal(0),
                "cache_read_usd_per_mtok": None,
            },
            "priced_at_zero",
            "free, within a subscription, or unknown",
        ),
        ({"output_usd_per_mtok": Decimal("9710")}, "implausibly_high", "output 9710"),
    ],
)
def test_price_lints_find_what_looks_wrong(changed: dict[str, Any], code: str, detail: str) -> None:
    assert lints_of(**changed) == [(code, detail)]


@pytest.mark.parametrize(
    "changed",
    [
        {"deprecated_on": date(2026, 11, 2)},  # still to come on the book's date
        {"batch_discount_ratio": Decimal(0)},  # no batch tier at all
        {"batch_input_usd_per_mtok": Decimal("1.50"), "batch_output_usd_per_mtok": Decimal("7.5")},
        {"cache_read_usd_per_mtok": None},  # and does not claim to cache
        {"output_usd_per_mtok": Decimal(1000)},
    ],
)
def test_price_lints_leave_what_is_plausible(changed: dict[str, Any]) -> None:
    assert lints_of(**changed) == []


def test_price_lints_of_two_sources_that_disagree_name_both_prices() -> None:
    theirs = replace(PRICE, source="Another list", output_usd_per_mtok=Decimal("12.50"))

    (lint,) = price_lints([PRICE], others=[[theirs]])

    assert (lint.code, lint.reference) == ("sources_disagree", "maker:large")
    assert lint.detail == "Another list: output 15 here, 12.5 there"


def test_price_lints_of_sources_know_a_dated_release() -> None:
    dated = replace(PRICE, reference="anthropic:claude-haiku-4-5-20251001")
    theirs = replace(
        PRICE,
        reference="anthropic:claude-haiku-4-5",
        source="A list",
        input_usd_per_mtok=Decimal(4),
    )

    (lint,) = price_lints([dated], others=[[theirs], []])

    assert lint.detail == "A list: input 3 here, 4 there"


def test_price_lints_of_sources_compare_only_what_both_list() -> None:
    theirs = replace(PRICE, cache_read_usd_per_mtok=None, cache_write_usd_per_mtok=Decimal(3))

    assert price_lints([PRICE], others=[[theirs]]) == ()
