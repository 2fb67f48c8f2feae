"""Price books: dated, complete, never edited."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from costing.catalog import selectors as catalog_selectors
from costing.catalog.genai_prices import find_price, list_prices
from costing.catalog.models import ModelPrice, PriceBook
from tests.factories import load_price_book

AS_OF = date(2026, 11, 1)
LITELLM = Path(__file__).parent / "catalog" / "files" / "litellm_small.json"
LITELLM_DAYS = ("--as-of", "2026-11-20", "--checked-on", "2026-11-26")
OWN_FILE = """
format: crossover-prices/1
source_key: reseller
source: Reseller
source_url: https://reseller.example/prices
as_of: 2026-12-01
checked_on: 2026-12-01
currency: USD
prices:
  - {reference: "maker:maker-large", input_usd_per_mtok: 2.85, output_usd_per_mtok: 16}
"""


def load(*arguments: str) -> str:
    out = StringIO()
    call_command("load_prices", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_load_prices_stores_every_price_of_the_date() -> None:
    said = load("--as-of", "2026-11-01")

    book = PriceBook.objects.get()
    name = "genai-prices 0.2.3, as of 2026-11-01"
    assert said == f"Stored {name} (2,044 models, checksum {book.checksum[:12]})\n"
    assert (book.as_of, book.checked_on, book.currency) == (AS_OF, date(2026, 11, 10), "USD")
    assert book.prices.count() == len(list_prices(AS_OF))


@pytest.mark.django_db
def test_load_prices_again_changes_nothing() -> None:
    load("--as-of", "2026-11-01")
    before = PriceBook.objects.values().get()

    said = load("--as-of", "2026-11-01")

    assert said.startswith("Already stored, nothing changed: genai-prices 0.2.3")
    assert PriceBook.objects.values().get() == before
    assert ModelPrice.objects.count() == 2044


@pytest.mark.django_db
def test_load_prices_of_another_date_makes_another_book() -> None:
    load("--as-of", "2026-10-20")
    load("--as-of", "2026-10-29")

    prices = ModelPrice.objects.filter(reference="mistral:mistral-large-4").order_by("book__as_of")
    assert [price.input_usd_per_mtok for price in prices] == [Decimal("1.36"), Decimal("0.7")]


@pytest.mark.django_db
def test_load_prices_of_no_date_is_refused() -> None:
    with pytest.raises(CommandError, match="--as-of must be a date like 2026-11-01, not 'soon'"):
        load("--as-of", "soon")


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["catalog_pricebook", "catalog_modelprice"])
@pytest.mark.parametrize("statement", ["update {} set id = id", "delete from {}"])
def test_price_book_is_never_edited_by_the_app(table: str, statement: str) -> None:
    load_price_book(as_of=AS_OF)

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement.format(table))


@pytest.mark.django_db
def test_model_prices_find_gives_back_what_the_catalog_said() -> None:
    book, _ = load_price_book(as_of=AS_OF)

    found = catalog_selectors.model_prices_find(book, {"model": "anthropic:claude-sonnet-4-5"})[
        "model"
    ]

    assert found == find_price("anthropic:claude-sonnet-4-5", AS_OF)


@pytest.mark.django_db
def test_model_prices_find_keeps_every_digit() -> None:
    # listed with 18 digits: a price per cached token divided by the lab's own units
    reference = "openrouter:google/gemini-2.5-flash"
    book, _ = load_price_book(as_of=AS_OF)

    found = catalog_selectors.model_prices_find(book, {"model": reference})["model"]

    assert found == find_price(reference, AS_OF)


@pytest.mark.django_db
def test_model_prices_find_by_another_name_finds_the_model() -> None:
    book, _ = load_price_book(as_of=AS_OF)

    found = catalog_selectors.model_prices_find(
        book, {"model": "anthropic:claude-haiku-4-5-20251001"}
    )["model"]

    assert found.reference == "anthropic:claude-haiku-4-5"


@pytest.mark.django_db
def test_price_book_latest_is_the_one_of_the_latest_date() -> None:
    newer, _ = load_price_book(as_of=AS_OF)
    load_price_book(as_of=date(2026, 10, 20))

    assert catalog_selectors.price_book_latest() == newer


@pytest.mark.django_db
def test_model_price_list_search_needs_every_word() -> None:
    book, _ = load_price_book(as_of=AS_OF)

    found = catalog_selectors.model_price_list(book, search="ANTHROPIC: haiku 4.5")

    assert [price.reference for price in found] == ["anthropic:claude-haiku-4-5"]


def litellm(path: Path = LITELLM, *options: str) -> str:
    """Load a file of LiteLLM's."""
    return load("--litellm", str(path), *LITELLM_DAYS, *options)


def edited(tmp_path: Path, **prices: dict[str, Any]) -> Path:
    """LiteLLM's small file with changed entries."""
    document = json.loads(LITELLM.read_text())
    for name, changed in prices.items():
        document[name.replace("_", "-")] |= changed
    path = tmp_path / "edited.json"
    path.write_text(json.dumps(document))
    return path


@pytest.mark.django_db
def test_load_prices_of_litellm_stores_a_book_and_says_what_was_left_out() -> None:
    said = litellm().splitlines()

    book = PriceBook.objects.get()
    assert (book.source_key, book.source) == ("litellm", "LiteLLM price file")
    assert (book.as_of, book.checked_on) == (date(2026, 11, 20), date(2026, 11, 26))
    assert said[0] == (
        f"Stored LiteLLM price file, as of 2026-11-20 (5 models, checksum {book.checksum[:12]})"
    )
    assert "  left out: 1 (mode embedding)" in said
    assert "Look at 1: The batch price is not half of the standard price." in said
    assert book.left_out["mode embedding"] == 1


@pytest.mark.django_db
def test_load_prices_of_litellm_gives_back_every_figure() -> None:
    litellm()

    found = catalog_selectors.model_prices_find(
        PriceBook.objects.get(), {"model": "aws:eu-west-1/maker.old-v1:0"}
    )["model"]

    assert found.terms()["batch_discount_ratio"] == Decimal("0.4")
    assert (found.batch_input_usd_per_mtok, found.deprecated_on) == (
        Decimal("0.6"),
        date(2026, 7, 24),
    )
    assert (found.checked_on, found.kind) == (date(2026, 11, 26), "list")


@pytest.mark.django_db
def test_load_prices_of_the_same_file_again_changes_nothing() -> None:
    litellm()
    before = list(PriceBook.objects.values())

    said = litellm()

    assert said.startswith("Already stored, nothing changed: LiteLLM price file")
    assert list(PriceBook.objects.values()) == before
    assert ModelPrice.objects.count() == 5


@pytest.mark.django_db
def test_load_prices_of_a_changed_file_makes_a_book_and_tells_the_change(tmp_path: Path) -> None:
    litellm()

    said = litellm(edited(tmp_path, maker_free={"input_cost_per_token": 1e-6}), "--report")

    assert PriceBook.objects.count() == 2
    assert "Against LiteLLM price file, as of 2026-11-20: 0 added, 0 removed, 1 changed." in said
    assert "  maker:maker-free: input_usd_per_mtok 0 → 1\n" in said


@pytest.mark.django_db
def test_load_prices_as_json_is_the_whole_report(tmp_path: Path) -> None:
    litellm()
    path = tmp_path / "prices.yaml"
    path.write_text(OWN_FILE)
    first = PriceBook.objects.get()

    report = json.loads(load("--file", str(path), "--json", "--against", first.checksum[:12]))

    assert (report["is_new"], report["models"]) == (True, 1)
    assert (report["book"]["source_key"], report["against"]["source_key"]) == (
        "reseller",
        "litellm",
    )
    assert report["change_counts"] == {"added": 0, "removed": 4, "changed": 1}
    changed = next(each for each in report["changes"] if each["kind"] == "changed")
    assert changed["figures"] == [
        {"name": "input_usd_per_mtok", "before": "3", "after": "2.85"},
    ]
    assert [(lint["code"], lint["detail"]) for lint in report["lints"]] == [
        ("sources_disagree", "LiteLLM price file: input 2.85 here, 3 there"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is not JSON"),
        (b"\xff\xfe", "The file is not UTF-8 text"),
        (LITELLM.read_bytes()[:900], "The file is not JSON"),
        (b"[" * 5000, "The file is nested too deeply"),
        (b'{"m": {"litellm_provider": "p", "litellm_provider": "q"}}', "is there twice"),
        (
            b'{"m": {"litellm_provider": "p", "mode": "chat", "input_cost_per_token": NaN,'
            b' "output_cost_per_token": 1}}',
            r"Nothing was stored.\n  m.input_cost_per_token: Give a number",
        ),
        (b"{" + b" " * 20_000_001, "The file is larger than 20 MB"),
    ],
)
def test_load_prices_of_a_bad_file_stores_nothing(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=said):
        litellm(path)

    assert PriceBook.objects.count() == ModelPrice.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--litellm", "none.json"), "give --as-of and --checked-on"),
        (("--litellm", "none.json", *LITELLM_DAYS), "cannot be read: No such file"),
        (("--file", "none.yaml"), "cannot be read: No such file"),
        (("--file", "none.yaml", "--as-of", "2026-11-01"), "leave both options out"),
        (("--checked-on", "2026-11-01"), "the installed catalog has its own day"),
        (("--against", "0" * 12), "no one book has a checksum"),
        (("--against", "%"), "no one book has a checksum"),
    ],
)
def test_load_prices_with_unfit_options_is_refused(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        load(*arguments)

    assert PriceBook.objects.count() == 0


@pytest.mark.django_db
def test_price_book_latest_is_not_taken_over_by_another_source(tmp_path: Path) -> None:
    pinned, _ = load_price_book(as_of=AS_OF)
    path = tmp_path / "prices.yaml"
    path.write_text(OWN_FILE)
    litellm()
    load("--file", str(path))

    assert catalog_selectors.price_book_latest() == pinned


@pytest.mark.django_db
def test_price_book_latest_is_of_the_source_that_the_installation_chose(settings: Any) -> None:
    load_price_book(as_of=date(2026, 11, 25))
    litellm()
    settings.PRICE_SOURCE = "litellm"

    latest = catalog_selectors.price_book_latest()

    assert latest is not None
    assert latest.source_key == "litellm"


@pytest.mark.django_db
def test_price_book_latest_without_its_source_is_the_newest_of_all() -> None:
    litellm()

    assert catalog_selectors.price_book_latest() == PriceBook.objects.get()


@pytest.mark.django_db
def test_model_prices_find_prefers_the_name_as_it_was_given(tmp_path: Path) -> None:
    names = ("claude-haiku-4-5", "claude-haiku-4-5-20251001")
    prices = "".join(
        f"  - {{reference: 'anthropic:{name}', input_usd_per_mtok: {number}, "
        "output_usd_per_mtok: 1}\n"
        for number, name in enumerate(names)
    )
    path = tmp_path / "prices.yaml"
    path.write_text(OWN_FILE[: OWN_FILE.index("  - ")] + prices)
    load("--file", str(path))
    book = PriceBook.objects.get()

    found = [
        catalog_selectors.model_prices_find(book, {"model": f"anthropic:{name}"})["model"]
        for name in names
    ]
    upper = catalog_selectors.model_prices_find(
        book, {"model": "ANTHROPIC:Claude-Haiku-4-5-20251001"}
    )["model"]

    assert [price.model for price in found] == list(names)
    assert upper.model == names[1]
