"""Prices as of a date from the installed source."""

from datetime import date
from decimal import Decimal

import pytest

from costing.catalog.genai_prices import find_price, list_prices
from costing.catalog.prices import PriceTier

AS_OF = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("as_of", "input_usd_per_mtok", "valid_from"),
    [
        (date(2026, 10, 19), "0.68", None),  # promotional price at launch
        (date(2026, 10, 20), "1.36", date(2026, 10, 20)),  # list price from the 20th
        (date(2026, 10, 29), "0.7", date(2026, 10, 29)),  # lowered on the 29th
    ],
)
def test_find_price_of_a_price_that_changed_over_time(
    as_of: date, input_usd_per_mtok: str, valid_from: date | None
) -> None:
    price = find_price("mistral:mistral-large-4", as_of)

    assert price is not None
    assert price.input_usd_per_mtok == Decimal(input_usd_per_mtok)
    assert price.valid_from == valid_from
    assert price.as_of == as_of


def test_find_price_before_the_first_date_takes_the_first_price() -> None:
    price = find_price("mistral:mistral-large-4", date(2020, 1, 1))

    assert price is not None
    assert price.input_usd_per_mtok == Decimal("0.68")


def test_find_price_with_tiers_and_cache_prices() -> None:
    price = find_price("anthropic:claude-sonnet-4-5", AS_OF)

    assert price is not None
    assert price.terms() == {
        "input_usd_per_mtok": Decimal(3),
        "output_usd_per_mtok": Decimal(15),
        "cache_read_usd_per_mtok": Decimal("0.3"),
        "cache_write_usd_per_mtok": Decimal("3.75"),
        "cache_ttl_seconds": 300,
        "min_cacheable_tokens": 1024,
        "batch_discount_ratio": Decimal("0.5"),
        "tiers": [
            {
                "above_input_tokens": 200_000,
                "input_usd_per_mtok": Decimal(6),
                "output_usd_per_mtok": Decimal("22.5"),
                "cache_read_usd_per_mtok": Decimal("0.6"),
                "cache_write_usd_per_mtok": Decimal("7.5"),
            }
        ],
    }


def test_find_price_without_a_cache_write_price_leaves_it_out() -> None:
    price = find_price("openai:gpt-4o", AS_OF)

    assert price is not None
    assert price.cache_read_usd_per_mtok == Decimal("1.25")
    assert "cache_write_usd_per_mtok" not in price.terms()


def test_find_price_tier_that_names_some_prices_keeps_the_base_of_the_others() -> None:
    # the source tiers input and output of this model, not its cache read price
    price = find_price("openrouter:x-ai/grok-4-fast", AS_OF)

    assert price is not None
    assert price.tiers == (
        PriceTier(128_000, Decimal("0.4"), Decimal(1), cache_read_usd_per_mtok=Decimal("0.05")),
    )


def test_find_price_by_hour_takes_the_one_that_holds_for_most_of_the_day() -> None:
    # 0.27 / 1.10 from 00:30 to 16:30 UTC (16 h), 0.135 / 0.55 in the other 8
    price = find_price("deepseek:deepseek-chat", AS_OF)

    assert price is not None
    assert (price.input_usd_per_mtok, price.output_usd_per_mtok) == (
        Decimal("0.27"),
        Decimal("1.1"),
    )
    assert price.notes == (
        "The price depends on the hour (UTC): this is the one that holds for most of the day.",
    )


def test_find_price_with_dates_and_hours_takes_the_dated_off_peak_price() -> None:
    # flat 0.435 before 2026-08-17; then 0.66 for 17 h a day and 1.32 for 7 h
    before = find_price("deepseek:deepseek-v4-pro", date(2026, 8, 16))
    after = find_price("deepseek:deepseek-v4-pro", date(2026, 8, 17))

    assert before is not None
    assert after is not None
    assert before.input_usd_per_mtok == Decimal("0.435")
    assert after.input_usd_per_mtok == Decimal("0.66")


def test_find_price_with_a_write_below_the_input_price_counts_writes_at_the_input_price() -> None:
    price = find_price("openrouter:google/gemini-2.5-pro", AS_OF)

    assert price is not None
    assert price.cache_write_usd_per_mtok is None
    assert price.notes == (
        "Listed cache write is below the input price: a write counts at the input price.",
    )


def test_find_price_before_batch_prices_were_published_has_no_batch_discount() -> None:
    price = find_price("anthropic:claude-sonnet-4-5", date(2026, 10, 13))

    assert price is not None
    assert price.batch_discount_ratio == 0


def test_find_price_batch_discount_is_that_of_input_and_output() -> None:
    # batch 1.25 / 7.50 against 2.50 / 15.00; the cached input, 0.13 against 0.25, is not asked
    price = find_price("openai:gpt-5.4", AS_OF)

    assert price is not None
    assert price.batch_discount_ratio == Decimal("0.5")


@pytest.mark.parametrize(
    ("reference", "min_cacheable_tokens"),
    [
        ("anthropic:claude-haiku-4-5", 4096),
        ("anthropic:claude-opus-5", 512),
        ("anthropic:claude-opus-5-5", 1024),  # undocumented: the default
        ("google:gemini-2.5-pro", 2048),
    ],
)
def test_find_price_carries_the_documented_shortest_prefix(
    reference: str, min_cacheable_tokens: int
) -> None:
    price = find_price(reference, AS_OF)

    assert price is not None
    assert price.min_cacheable_tokens == min_cacheable_tokens


@pytest.mark.parametrize(
    ("reference", "canonical"),
    [
        ("ANTHROPIC:Claude-Haiku-4-5 ", "anthropic:claude-haiku-4-5"),
        ("anthropic:claude-haiku-4-5-20251001", "anthropic:claude-haiku-4-5"),
        ("anthropic:claude-sonnet-4-20250514", "anthropic:claude-sonnet-4-0"),
        ("openai:gpt-4o-mini-2024-07-18", "openai:gpt-4o-mini"),
        ("google:gemini-2.5-pro-preview-05-06", "google:gemini-2.5-pro"),
        ("mistral:mistral-large-latest", "mistral:mistral-large"),
    ],
)
def test_find_price_by_another_name_of_the_model(reference: str, canonical: str) -> None:
    price = find_price(reference, AS_OF)

    assert price is not None
    assert price.reference == canonical


@pytest.mark.parametrize(
    "reference",
    [
        "",
        ":",
        "openai",
        "openai:",
        "nobody:gpt-4o",
        "openai:no-such-model",
        "\0",
        "google:gemini-2.5-proo",
        "openai:gpt-4o-nonsense",
    ],
)
def test_find_price_of_an_unknown_reference_is_none(reference: str) -> None:
    assert find_price(reference, AS_OF) is None


def test_list_prices_leaves_out_models_without_text_prices() -> None:
    references = [price.reference for price in list_prices(AS_OF)]

    assert "openai:whisper-1" not in references  # audio hours alone
    assert "openai:text-embedding-3-small" not in references  # no output
    assert "openai:gpt-4o" in references
    assert references == sorted(references)


def test_list_prices_names_source_and_date_of_every_price() -> None:
    unsourced = [
        price.reference
        for price in list_prices(AS_OF)
        if not price.source_url.startswith("https://")
    ]

    assert unsourced == []
    assert {price.source for price in list_prices(AS_OF)} == {"genai-prices 0.2.3"}
