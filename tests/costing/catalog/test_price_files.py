"""Price files of our own format: every figure, its provenance, and files at fault."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from costing.catalog.documents import UnreadableDocument, load_exact_yaml
from costing.catalog.price_fields import UnusableFile
from costing.catalog.price_files import file_prices
from costing.catalog.prices import PriceTier

DOC = Path(__file__).parents[3] / "docs" / "price-files.md"
MINIMAL = """
format: crossover-prices/1
source_key: reseller
source: Reseller's price list
source_url: https://reseller.example/prices
as_of: 2026-11-01
checked_on: 2026-11-20
currency: USD
prices:
  - reference: anthropic:claude-sonnet-4-5
    input_usd_per_mtok: 2.85
    output_usd_per_mtok: 14.25
"""


def example() -> str:
    """The example of the documentation."""
    return DOC.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]


def changed(**head: Any) -> dict[str, Any]:
    """The minimal file with other values; None removes a field."""
    document = {**load_exact_yaml(MINIMAL.encode()), **head}
    return {key: value for key, value in document.items() if value is not None}


def with_price(**values: Any) -> dict[str, Any]:
    """The minimal file with other values of its price."""
    price = {**changed()["prices"][0], **values}
    return changed(prices=[{key: value for key, value in price.items() if value is not None}])


def faults(document: Any) -> dict[str, list[str]]:
    """What is said of a file at fault."""
    with pytest.raises(UnusableFile) as caught:
        file_prices(document)
    return caught.value.fields


def test_file_prices_minimal_takes_what_the_file_says_of_all() -> None:
    found = file_prices(load_exact_yaml(MINIMAL.encode()))

    price = found.prices[0]
    assert (found.source_key, found.as_of, found.checked_on) == (
        "reseller",
        date(2026, 11, 1),
        date(2026, 11, 20),
    )
    assert (price.input_usd_per_mtok, price.output_usd_per_mtok) == (
        Decimal("2.85"),
        Decimal("14.25"),
    )
    assert (price.kind, price.source, price.source_url, price.checked_on) == (
        "list",
        "Reseller's price list",
        "https://reseller.example/prices",
        date(2026, 11, 20),
    )
    assert (price.provider_name, price.model_name) == ("Anthropic", "claude-sonnet-4-5")


def test_file_prices_example_of_the_documentation_is_read_whole() -> None:
    found = file_prices(load_exact_yaml(example().encode()))

    full = found.prices[0]
    assert full.terms() == {
        "input_usd_per_mtok": Decimal("2.85"),
        "output_usd_per_mtok": Decimal("14.25"),
        "cache_read_usd_per_mtok": Decimal("0.285"),
        "cache_write_usd_per_mtok": Decimal("3.5625"),
        "audio_input_usd_per_mtok": Decimal(4),
        "cache_ttl_seconds": 300,
        "min_cacheable_tokens": 1024,
        # 1 - 1.425 / 2.85 = 1 - 7.125 / 14.25 = 0.5
        "batch_discount_ratio": Decimal("0.5"),
        "tiers": [
            {
                "above_input_tokens": 200_000,
                "input_usd_per_mtok": Decimal("5.70"),
                "output_usd_per_mtok": Decimal("21.375"),
            }
        ],
    }
    assert full.tiers == (PriceTier(200_000, Decimal("5.7"), Decimal("21.375")),)
    assert full.cache_write_1h_usd_per_mtok == Decimal("5.7")
    assert full.further["priority_input_usd_per_mtok"] == Decimal("5.7")
    assert (full.kind, full.checked_on) == ("contract", date(2026, 11, 18))
    assert full.notes == ("Billed in EUR at the rate of the day.",)
    assert len(found.prices) == 2


@pytest.mark.parametrize(
    ("head", "path"),
    [
        ({"format": "crossover-prices/2"}, "format"),
        ({"currency": "EUR"}, "currency"),
        ({"currency": None}, "currency"),
        ({"source_key": None}, "source_key"),
        ({"source_key": "genai-prices"}, "source_key"),
        ({"source_key": "Ours!"}, "source_key"),
        ({"source": " "}, "source"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"source_url": "https://[x"}, "source_url"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"as_of": None}, "as_of"),
        ({"checked_on": None}, "checked_on"),
        ({"kind": "secret"}, "kind"),
        ({"prices": []}, "prices"),
        ({"prices": {}}, "prices"),
        ({"prices": [3]}, "prices.0"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_file_prices_fault_of_the_file_is_named(head: dict[str, Any], path: str) -> None:
    assert list(faults(changed(**head))) == [path]


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"reference": "claude"}, "reference"),
        ({"reference": None}, "reference"),
        ({"input_usd_per_mtok": None}, "input_usd_per_mtok"),
        ({"input_usd_per_mtok": "3"}, "input_usd_per_mtok"),
        ({"output_usd_per_mtok": Decimal(-1)}, "output_usd_per_mtok"),
        ({"output_usd_per_mtok": float("nan")}, "output_usd_per_mtok"),
        ({"cache_read_usd_per_mtok": float("inf")}, "cache_read_usd_per_mtok"),
        ({"cache_write_usd_per_mtok": Decimal("1e999")}, "cache_write_usd_per_mtok"),
        ({"batch_discount_ratio": Decimal("1.5")}, "batch_discount_ratio"),
        (
            {"batch_discount_ratio": Decimal("0.5"), "batch_input_usd_per_mtok": 1},
            "batch_discount_ratio",
        ),
        ({"cache_ttl_seconds": Decimal("0.5")}, "cache_ttl_seconds"),
        ({"min_cacheable_tokens": 10**12}, "min_cacheable_tokens"),
        ({"tiers": {}}, None),
        ({"tiers": 3}, "tiers"),
        ({"tiers": [3]}, "tiers.0"),
        (
            {"tiers": [{"input_usd_per_mtok": 1, "output_usd_per_mtok": 1}]},
            "tiers.0.above_input_tokens",
        ),
        ({"further": 3}, "further"),
        ({"further": {"cache_read_usd_per_mtok": 1}}, "further"),
        ({"further": {"flex_input_usd_per_mtok": -1}}, "further.flex_input_usd_per_mtok"),
        ({"notes": "one"}, "notes"),
        ({"notes": ["a\nb"]}, "notes.0"),
        ({"claims_caching": "yes"}, "claims_caching"),
        ({"kind": "secret"}, "kind"),
        ({"source_url": "ftp://x"}, "source_url"),
        ({"deprecated_on": 20261101}, "deprecated_on"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_file_prices_fault_of_a_price_is_named(values: dict[str, Any], path: str | None) -> None:
    document = with_price(**values)
    if path is None:
        assert file_prices(document).prices[0].tiers == ()
        return

    assert list(faults(document)) == [f"prices.0.{path}"]


def test_file_prices_model_that_is_there_twice_is_named() -> None:
    price = changed()["prices"][0]
    other = {**price, "reference": "anthropic:CLAUDE-sonnet-4-5"}

    assert list(faults(changed(prices=[price, other]))) == ["prices.1.reference"]


@pytest.mark.parametrize("document", [None, [], "text", 3])
def test_file_prices_of_no_mapping_is_refused(document: Any) -> None:
    assert list(faults(document)) == ["file"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2.85", Decimal("2.85")),
        ("1e-7", Decimal("1e-7")),
        ("0.000000000000000001", Decimal("1e-18")),
        ("3", 3),
    ],
)
def test_exact_yaml_keeps_every_digit(text: str, value: Any) -> None:
    found = load_exact_yaml(f"x: {text}".encode())["x"]

    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize("text", ["x: &a [*a]", "x: 1\nx: 2", "x: [", "x: \x00", "[" * 99])
def test_exact_yaml_unsound_file_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDocument):
        load_exact_yaml(text.encode())
