"""Open weights at hosts: one table of names, each price with its source, and clouds' own names."""

from datetime import date

import pytest

from costing.catalog.freshness import is_stale
from costing.catalog.genai_prices import find_price, list_prices
from costing.catalog.hosted import hosted_months, hosted_prices
from costing.catalog.measured_points import measured_models
from costing.catalog.model_families import measurements_of, model_families
from costing.catalog.names import sold_references
from costing.catalog.offers import gpu_offers
from costing.catalog.pools import PoolLoad
from costing.catalog.throughput import throughput_profiles

DAY = date(2026, 11, 28)


@pytest.mark.parametrize("family", model_families())
def test_every_family_was_measured_and_is_sold_with_sources(family: str) -> None:
    prices = hosted_prices(family, DAY)

    assert measurements_of(family)
    assert len({price.provider for price in prices}) >= 5
    assert {bool(price.source_url and price.checked_on) for price in prices} == {True}
    assert [price.provider for price in prices if price.provider_name == price.provider] == []
    assert {price.source for price in prices} == {"LiteLLM price file", "genai-prices 0.2.3"}


def test_every_measured_model_is_one_of_a_family_or_too_old_to_be_sold() -> None:
    named = {name for each in model_families().values() for name in each.measured}
    measured = {*measured_models(), *(each.model for each in throughput_profiles())}

    assert named <= measured
    assert measured - named == {"Qwen/Qwen2-72B"}


@pytest.mark.parametrize(
    ("family", "reference", "usd"),
    [
        ("llama-3.3-70b", "together:meta-llama/Llama-3.3-70B-Instruct-Turbo", (1.04, 1.04)),
        ("llama-3.3-70b", "groq:llama-3.3-70b-versatile", (0.59, 0.79)),
        ("deepseek-v3", "deepinfra:deepseek-ai/DeepSeek-V3.1", (0.25, 0.95)),
        ("gpt-oss-120b", "fireworks:accounts/fireworks/models/gpt-oss-120b", (0.15, 0.6)),
        ("gpt-oss-120b", "aws:openai.gpt-oss-120b-1:0", (0.15, 0.6)),
        ("qwen3-32b", "aws:qwen.qwen3-32b-v1:0", (0.15, 0.6)),
    ],
)
def test_hosted_prices_are_matched_to_their_model(
    family: str, reference: str, usd: tuple[float, float]
) -> None:
    listed = {
        (float(each.input_usd_per_mtok), float(each.output_usd_per_mtok))
        for each in hosted_prices(family, DAY)
        if each.reference == reference
    }

    assert usd in listed


def test_hosted_prices_are_of_one_family_alone_and_of_no_distillation() -> None:
    seen: dict[str, str] = {}
    for family in model_families():
        for price in hosted_prices(family, DAY):
            assert seen.setdefault(price.reference, family) == family
            assert "distill" not in price.reference
            assert "hermes" not in price.reference.lower()


def test_hosted_months_of_a_load_are_its_tokens_at_each_price() -> None:
    # A million calls of 1,000 and 500 tokens at nscale's 0.20 in and out: 0.30 USD a thousand.
    months = hosted_months("llama-3.3-70b", DAY, PoolLoad({}, 1e6, 1_000, 500))

    assert months is not None
    # deepinfra's Turbo: 0.10 x 1,000 + 0.32 x 500 = 260 USD, the lowest of all
    assert months.lowest_usd_per_month == pytest.approx(260)
    assert months.highest_usd_per_month > 1_000
    assert hosted_months("mixtral-8x7b", DAY, PoolLoad({}, 1e6, 120_000, 500)) is None


@pytest.mark.parametrize(
    ("asked", "found", "is_another"),
    [
        ("bedrock:anthropic.claude-sonnet-4-20250514-v1:0", "aws:regional.anthropic.", False),
        ("bedrock:us.meta.llama3-3-70b-instruct-v1:0", "aws:meta.llama3-3-70b", False),
        ("azure:gpt-4o", "openai:gpt-4o", True),
        ("azure_ai:gpt-4o", "openai:gpt-4o", True),
        ("openai:gpt-4o", "openai:gpt-4o", False),
    ],
)
def test_find_price_of_a_clouds_name_is_what_it_sells(
    asked: str, found: str, is_another: bool
) -> None:
    price = find_price(asked, DAY)

    assert price is not None
    assert price.reference.startswith(found)
    note = f"No price of {asked} is listed: that of {price.reference} is taken"
    assert (note in price.notes) is is_another


@pytest.mark.parametrize("reference", ["openai:claude-sonnet-4-0", "anthropic:gpt-4o", "azure:"])
def test_find_price_of_what_nobody_sells_is_none(reference: str) -> None:
    assert find_price(reference, DAY) is None


def test_sold_references_of_a_cloud_end_with_its_maker() -> None:
    assert list(sold_references("bedrock:eu.anthropic.claude-x-v2:0")) == [
        "bedrock:eu.anthropic.claude-x-v2:0",
        "aws:eu.anthropic.claude-x-v2:0",
        "aws:anthropic.claude-x-v2:0",
        "anthropic:claude-x",
    ]


@pytest.mark.parametrize(
    ("looked_on", "stale"),
    [(date(2026, 8, 30), False), (date(2026, 8, 29), True), (None, False)],
)
def test_is_stale_after_ninety_days(looked_on: date | None, stale: bool) -> None:
    assert is_stale(looked_on, DAY) is stale


def test_further_prices_are_those_that_a_source_lists_and_nothing_else() -> None:
    listed = find_price("openai:gpt-5", DAY)
    unlisted = find_price("groq:llama-3.3-70b-versatile", DAY)
    bedrock = [
        each
        for each in hosted_prices("gpt-oss-120b", DAY)
        if each.provider == "aws" and each.source == "LiteLLM price file"
    ]

    assert listed is not None
    assert {name: float(usd) for name, usd in listed.further.items()} == {
        "priority_input_usd_per_mtok": 2.5,
        "priority_output_usd_per_mtok": 20,
        "flex_input_usd_per_mtok": 0.625,
        "flex_output_usd_per_mtok": 5,
    }
    assert unlisted is not None
    assert unlisted.further == {}
    assert [float(each.further["priority_input_usd_per_mtok"]) for each in bedrock] == [0.2625]


def test_terms_of_a_price_have_the_image_and_audio_prices_that_are_listed() -> None:
    price = next(each for each in list_prices(DAY) if "audio_input_usd_per_mtok" in each.further)

    terms = price.terms()

    assert terms["audio_input_usd_per_mtok"] == price.further["audio_input_usd_per_mtok"]
    assert not any(name.startswith(("priority", "flex", "reasoning")) for name in terms)


def test_current_accelerators_are_on_offer_with_source_and_day() -> None:
    current = {"H100", "H200", "B200", "B300", "GB200", "L40S", "A100", "MI300X"}

    offered = [offer for offer in gpu_offers() if offer.family in current]

    assert {offer.family for offer in offered} == current
    assert all(offer.source_url and offer.checked_on for offer in offered)
