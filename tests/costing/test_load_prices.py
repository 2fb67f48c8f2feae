"""Price books: dated, complete, never edited."""

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from costing import catalog, selectors
from costing.models import ModelPrice, PriceBook
from costing.services import load_price_book

AS_OF = date(2026, 11, 1)


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
    assert book.prices.count() == len(catalog.list_prices(AS_OF))


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
@pytest.mark.parametrize("table", ["costing_pricebook", "costing_modelprice"])
@pytest.mark.parametrize("statement", ["update {} set id = id", "delete from {}"])
def test_price_book_is_never_edited_by_the_app(table: str, statement: str) -> None:
    load_price_book(as_of=AS_OF)

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement.format(table))


@pytest.mark.django_db
def test_model_price_find_gives_back_what_the_catalog_said() -> None:
    book, _ = load_price_book(as_of=AS_OF)

    found = selectors.model_price_find(book, "anthropic:claude-sonnet-4-5")

    assert found == catalog.find_price("anthropic:claude-sonnet-4-5", AS_OF)


@pytest.mark.django_db
def test_model_price_find_keeps_every_digit() -> None:
    # listed with 18 digits: a price per cached token divided by the lab's own units
    reference = "openrouter:google/gemini-2.5-flash"
    book, _ = load_price_book(as_of=AS_OF)

    found = selectors.model_price_find(book, reference)

    assert found == catalog.find_price(reference, AS_OF)


@pytest.mark.django_db
def test_model_price_find_by_another_name_finds_the_model() -> None:
    book, _ = load_price_book(as_of=AS_OF)

    found = selectors.model_price_find(book, "anthropic:claude-haiku-4-5-20251001")

    assert found is not None
    assert found.reference == "anthropic:claude-haiku-4-5"


@pytest.mark.django_db
def test_price_book_latest_is_the_one_of_the_latest_date() -> None:
    newer, _ = load_price_book(as_of=AS_OF)
    load_price_book(as_of=date(2026, 10, 20))

    assert selectors.price_book_latest() == newer


@pytest.mark.django_db
def test_model_price_list_search_needs_every_word() -> None:
    book, _ = load_price_book(as_of=AS_OF)

    found = selectors.model_price_list(book, search="ANTHROPIC: haiku 4.5")

    assert [price.reference for price in found] == ["anthropic:claude-haiku-4-5"]
