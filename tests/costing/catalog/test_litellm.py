"""LiteLLM's price file: units, tiers, what is left out, and files at fault."""

import os
from collections import Counter
from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from costing.catalog.documents import UnreadableDocument, load_exact_json
from costing.catalog.litellm import litellm_prices
from costing.catalog.price_fields import UnusableFile
from costing.catalog.price_reports import price_lints
from costing.catalog.prices import ModelPrice, PriceList, PriceTier

# How many prices a file of that name has, and its lints as of AS_OF.
KNOWN = {
    "litellm_small.json": (
        5,
        {
            "cache_read_not_cheaper": 1,
            "batch_ratio_unusual": 1,
            "past_deprecation": 1,
            "caching_without_price": 1,
            "priced_at_zero": 1,
        },
    ),
    "litellm_model_prices_1.109.1.json": (
        3352,
        {
            "cache_read_not_cheaper": 21,
            "batch_ratio_unusual": 37,
            "past_deprecation": 341,
            "caching_without_price": 56,
            "priced_at_zero": 91,
            "implausibly_high": 2,
        },
    ),
}
AS_OF, CHECKED_ON = date(2026, 11, 20), date(2026, 11, 26)
SMALL = Path(__file__).parent / "files" / "litellm_small.json"
# The vendor's whole file, where the machine has one beside the checkout or says where.
BESIDE = Path(__file__).parents[4] / "shared/data/prices/litellm_model_prices_1.109.1.json"
WHOLE = Path(os.environ.get("LITELLM_PRICE_FILE", BESIDE))


def listed(document: Any = SMALL) -> PriceList:
    """The prices of a document; of the small file unless told."""
    if document is SMALL:
        document = load_exact_json(SMALL.read_bytes())
    return litellm_prices(document, as_of=AS_OF, checked_on=CHECKED_ON)


def priced(reference: str) -> ModelPrice:
    """One price of the small file."""
    return next(price for price in listed().prices if price.reference == reference)


def entry(**changed: Any) -> dict[str, Any]:
    """A file of one sound model, but for what is changed."""
    sound = {
        "litellm_provider": "maker",
        "mode": "chat",
        "input_cost_per_token": Decimal("0.000001"),
        "output_cost_per_token": Decimal("0.000002"),
    }
    return {"m": {**sound, **changed}}


def faults(document: Any) -> dict[str, list[str]]:
    """What the importer says of a file at fault."""
    with pytest.raises(UnusableFile) as caught:
        listed(document)
    return caught.value.fields


def test_litellm_prices_are_per_million_tokens_with_their_source() -> None:
    price = priced("maker:maker-large")

    # 3e-06 USD a token × 1,000,000 = 3 USD; 1 - 1.5e-06 / 3e-06 = 0.5.
    assert price.terms() == {
        "input_usd_per_mtok": Decimal(3),
        "output_usd_per_mtok": Decimal(16),
        "cache_ttl_seconds": 300,
        "min_cacheable_tokens": 1024,
        "batch_discount_ratio": Decimal(0),
        "tiers": [],
    }
    assert (price.as_of, price.checked_on, price.kind) == (AS_OF, CHECKED_ON, "list")
    assert price.source == "LiteLLM price file"


def test_litellm_entry_with_its_providers_name_wins_over_the_bare_one() -> None:
    document = load_exact_json(SMALL.read_bytes())
    del document["maker/maker-large"]

    price = next(p for p in listed(document).prices if p.reference == "maker:maker-large")

    assert priced("maker:maker-large").output_usd_per_mtok == Decimal(16)
    assert price.terms() == {
        "input_usd_per_mtok": Decimal(3),
        "output_usd_per_mtok": Decimal(15),
        "cache_read_usd_per_mtok": Decimal("0.3"),
        "cache_write_usd_per_mtok": Decimal("3.75"),
        "cache_ttl_seconds": 300,
        "min_cacheable_tokens": 2048,
        "batch_discount_ratio": Decimal("0.5"),
        "tiers": [],
    }
    assert price.cache_write_1h_usd_per_mtok == Decimal(6)
    assert (price.batch_input_usd_per_mtok, price.batch_output_usd_per_mtok) == (
        Decimal("1.5"),
        Decimal("7.5"),
    )
    assert (price.deprecated_on, price.is_deprecated) == (date(2027, 3, 1), False)
    assert price.source_url == "https://maker.example/prices"
    assert price.context_window_tokens == 200_000


def test_litellm_tiers_name_every_price_and_leave_other_speeds_aside() -> None:
    price = priced("maker:maker-long")

    assert price.tiers == (
        # Only the input is named above 128k: the rest is the base price; its cache write of 2.50
        # would be below the input of 3.00 there.
        PriceTier(128_000, Decimal(3), Decimal(10), Decimal("0.2"), None),
        PriceTier(200_000, Decimal(4), Decimal(20), Decimal("0.4"), Decimal(5)),
    )


def test_litellm_ranges_become_a_base_price_and_tiers() -> None:
    price = priced("maker:maker-ranges")

    assert (price.input_usd_per_mtok, price.output_usd_per_mtok) == (
        Decimal("0.05"),
        Decimal("0.4"),
    )
    assert price.tiers == (PriceTier(256_000, Decimal("0.25"), Decimal(2)),)


def test_litellm_provider_takes_the_catalogs_name() -> None:
    price = priced("aws:eu-west-1/maker.old-v1:0")

    assert (price.provider, price.provider_name) == ("aws", "AWS Bedrock")
    # A cache write listed at 0 is no second charge: it counts at the input price.
    assert price.cache_write_usd_per_mtok is None
    assert price.notes == (
        "Listed cache write is below the input price: a write counts at the input price.",
    )
    # The batch discount is the smaller: 40 % on input, 50 % on output.
    assert price.batch_discount_ratio == Decimal("0.4")
    assert (price.deprecated_on, price.is_deprecated) == (date(2026, 7, 24), True)
    # Its source is no address, so the file's own stands there.
    assert price.source_url.startswith("https://github.com/BerriAI/litellm/")


def test_litellm_entries_that_are_no_text_by_the_token_are_counted() -> None:
    found = listed()

    assert len(found.prices) == 5
    assert found.left_out == {
        "another name of an entry that is taken": 1,
        "mode embedding": 1,
        "mode image_generation": 1,
        "no mode given": 1,
        "no price per token of both input and output": 1,
    }


def test_litellm_keeps_every_digit() -> None:
    document = load_exact_json(
        b'{"m": {"litellm_provider": "p", "mode": "chat", "input_cost_per_token": '
        b'0.000000123456789012, "output_cost_per_token": 1}}'
    )

    price = listed(document).prices[0]

    # 0.000000123456789012 × 1,000,000, which no binary fraction holds; and the highest price.
    assert price.input_usd_per_mtok == Decimal("0.123456789012")
    assert price.output_usd_per_mtok == Decimal(1_000_000)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("NaN", "Give a number, neither text nor NaN or infinity."),
        ("Infinity", "Give a number, neither text nor NaN or infinity."),
        ("-Infinity", "Give a number, neither text nor NaN or infinity."),
        ("1e99999999999999999999", "Give a number, neither text nor NaN or infinity."),
        ('"0.000003"', "Give a number, neither text nor NaN or infinity."),
        ("true", "Give a number, neither text nor NaN or infinity."),
        ("[]", "Give a number, neither text nor NaN or infinity."),
        ("1e999", "Give a number from 0 to 1."),
        ("-3e-06", "Give a number from 0 to 1."),
        ("1.1", "Give a number from 0 to 1."),
        ("9" * 400, "Give a number from 0 to 1."),
    ],
)
@pytest.mark.parametrize(
    "key",
    [
        "input_cost_per_token",
        "cache_creation_input_token_cost_above_1hr",
        "output_cost_per_token_above_200k_tokens",
        "output_cost_per_token_batches",
    ],
)
def test_litellm_figure_that_is_no_price_is_named(key: str, text: str, reason: str) -> None:
    document = entry(**{key: load_exact_json(f'{{"x": {text}}}'.encode())["x"]})

    assert faults(document) == {f"m.{key}": [reason]}


@pytest.mark.parametrize("bounds", [None, [], ["0"], [-1, 5], [1.5, 2]])
def test_litellm_range_at_fault_is_named(bounds: Any) -> None:
    tier = {"range": bounds, "input_cost_per_token": 0, "output_cost_per_token": 0}

    found = faults(entry(tiered_pricing=[tier]))

    assert all(path.startswith("m.tiered_pricing.0") for path in found)


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"deprecation_date": "soon"}, "m.deprecation_date"),
        ({"deprecation_date": 20261101}, "m.deprecation_date"),
        ({"litellm_provider": None}, "m.litellm_provider"),
        ({"litellm_provider": "p" * 39}, "m.litellm_provider"),
        ({"litellm_provider": "p\0"}, "m.litellm_provider"),
    ],
)
def test_litellm_other_fault_is_named(changed: dict[str, Any], path: str) -> None:
    assert list(faults(entry(**changed))) == [path]


@pytest.mark.parametrize("document", [[], 3, None, {}, {"sample_spec": {}}])
def test_litellm_file_without_models_is_refused(document: Any) -> None:
    assert list(faults(document)) == ["file"]


def test_litellm_entry_that_is_no_object_is_named() -> None:
    assert list(faults({"m": [], "n": entry()["m"]})) == ["m"]


@pytest.mark.parametrize("name", ["m" * 161, "m\nn", " "])
def test_litellm_name_that_is_none_is_named(name: str) -> None:
    assert len(faults({name: entry()["m"]})) == 1


def test_litellm_every_fault_is_told_but_only_some_are_shown() -> None:
    one = entry(input_cost_per_token=-1)["m"]

    with pytest.raises(UnusableFile) as caught:
        listed({f"m{number:03}": deepcopy(one) for number in range(100)})

    assert len(caught.value.fields) == 100
    assert caught.value.lines()[-1] == "and 80 more."
    assert len(caught.value.lines()) == 21


@pytest.mark.parametrize("kept", [1, 20, 400, 2_000])
def test_litellm_truncated_file_is_refused(kept: int) -> None:
    with pytest.raises(UnreadableDocument, match="not JSON"):
        load_exact_json(SMALL.read_bytes()[:kept])


def test_litellm_lints_of_the_small_file() -> None:
    lints = {(lint.code, lint.reference): lint.detail for lint in price_lints(listed().prices)}

    assert lints == {
        ("cache_read_not_cheaper", "aws:eu-west-1/maker.old-v1:0"): "cached input 1, input 1",
        ("batch_ratio_unusual", "aws:eu-west-1/maker.old-v1:0"): "input 60 % of standard",
        ("past_deprecation", "aws:eu-west-1/maker.old-v1:0"): "deprecated on 2026-07-24",
        ("caching_without_price", "maker:maker-free"): "no price of cached input",
        ("priced_at_zero", "maker:maker-free"): "free, within a subscription, or unknown",
    }


def test_litellm_whole_file_is_taken_or_counted() -> None:
    source = WHOLE if WHOLE.exists() else SMALL
    document = load_exact_json(source.read_bytes())

    found = listed(document)

    lints = Counter(lint.code for lint in price_lints(found.prices))
    entries = len(document.keys() - {"sample_spec", "fallback_generalizations"})
    assert len(found.prices) + sum(found.left_out.values()) == entries
    assert len({price.reference.lower() for price in found.prices}) == len(found.prices)
    assert (len(found.prices), lints) == KNOWN.get(source.name, (len(found.prices), lints))
