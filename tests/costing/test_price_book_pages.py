"""Pages of price books: provenance, what changed, what looks wrong, and how little is asked."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from costing.catalog.documents import load_exact_json
from costing.catalog.litellm import litellm_prices
from costing.catalog.models import PriceBook
from costing.catalog.services import store_price_book
from tests.world import World

NO_BOOK = "5d357ffe-4423-460d-9b0e-da407f5e8e61"
SMALL = Path(__file__).parent / "catalog" / "files" / "litellm_small.json"


def store(as_of: date = date(2026, 11, 20), **entries: dict[str, Any]) -> PriceBook:
    """Store LiteLLM's small file as of a date, with changed or further entries."""
    document = json.loads(SMALL.read_text())
    for name, values in entries.items():
        document[name] = {**document.get(name, {}), **values}
    exact = load_exact_json(json.dumps(document).encode())
    listed = litellm_prices(exact, as_of=as_of, checked_on=date(2026, 11, 26))
    return store_price_book(listed=listed)[0]


def many(number: int) -> dict[str, dict[str, Any]]:
    """So many models of a maker."""
    sound = {
        "litellm_provider": "maker",
        "mode": "chat",
        "input_cost_per_token": 1e-6,
        "output_cost_per_token": 2e-6,
        "deprecation_date": "2026-01-01",
    }
    return {f"model-{each:03}": sound for each in range(number)}


def page(world: World, client: Browser, book: PriceBook | None = None, query: str = "") -> str:
    """Return the page of a book as the consultant sees it, or the list of all books."""
    names = {"org": world.organization.slug}
    url = (
        reverse("catalog:price-book-detail", kwargs={**names, "price_book": book.pk})
        if book
        else reverse("catalog:price-book-list", kwargs=names)
    )
    response = world.login(client, "consultant").get(url + query)
    assert response.status_code == 200
    return response.content.decode()


def test_price_book_list_says_which_book_new_scenarios_use(world: World, client: Browser) -> None:
    store()
    store(date(2026, 11, 25), **many(1))

    html = page(world, client)

    assert html.index("25 Nov 2026") < html.index("20 Nov 2026")
    assert html.count("New scenarios") == 1


def test_price_book_detail_shows_provenance_and_what_was_left_out(
    world: World, client: Browser
) -> None:
    book = store()

    html = page(world, client, book)

    assert "5 models" in html
    assert "20 November 2026" in html
    assert "26 November 2026" in html
    assert "1: mode embedding" in html
    assert "The first book of its source" in html
    assert book.source_url in html


def test_price_book_detail_shows_each_figure_before_and_after(
    world: World, client: Browser
) -> None:
    store()
    changed = {"input_cost_per_token_above_200k_tokens": 4.4e-6}
    book = store(date(2026, 11, 25), **{"maker/maker-long": changed}, **many(1))

    html = page(world, client, book)

    assert "1 changed, 1 added, 0 removed" in html
    assert "Input above 200,000 tokens" in html
    # 4.4 / 4 - 1 = 10 %
    assert ">4.00<" in html
    assert ">4.40<" in html
    assert "+10 %" in html


def test_price_book_detail_shows_lints_by_code(world: World, client: Browser) -> None:
    book = store()

    everything = page(world, client, book, "?view=lints")
    zeros = page(world, client, book, "?view=lints&code=priced_at_zero")

    assert "Cached input 1, input 1" in everything
    assert "Cached input 1, input 1" not in zeros
    assert "maker:maker-free" in zeros


def test_price_book_detail_against_another_source(world: World, client: Browser) -> None:
    book = store()
    other = PriceBook.objects.create(
        source_key="own", source="Own", source_url="https://x.example/", as_of=date(2026, 11, 1)
    )

    html = page(world, client, book, f"?against={other.pk}")

    assert "0 changed, 5 added, 0 removed" in html


@pytest.mark.parametrize("given", ["x", NO_BOOK, "%00"])
def test_price_book_detail_against_no_book_is_not_found(
    world: World, client: Browser, given: str
) -> None:
    book = store()
    names = {"org": world.organization.slug, "price_book": book.pk}
    browser = world.login(client, "owner")

    answers = [
        browser.get(reverse("catalog:price-book-detail", kwargs=names) + f"?against={given}"),
        browser.get(reverse("catalog:model-price-list", args=[names["org"]]) + f"?book={given}"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_model_price_list_of_a_chosen_book(world: World, client: Browser) -> None:
    older = store()
    store(date(2026, 11, 25), **many(1))
    url = reverse("catalog:model-price-list", args=[world.organization.slug])
    browser = world.login(client, "consultant")

    latest = browser.get(url).content.decode()
    chosen = browser.get(f"{url}?book={older.pk}").content.decode()

    assert "model-000" in latest
    assert "New scenarios use this book." in latest
    assert "model-000" not in chosen
    assert "New scenarios use this book." not in chosen
    assert "6.00 for 1 h" in page_of_large(browser, url, older)


def page_of_large(browser: Browser, url: str, book: PriceBook) -> str:
    """Return the catalog with the model whose bare name is not taken by another."""
    document = json.loads(SMALL.read_text())
    del document["maker/maker-large"]
    exact = load_exact_json(json.dumps(document).encode())
    listed = litellm_prices(exact, as_of=book.as_of, checked_on=book.checked_on or book.as_of)
    own = store_price_book(listed=listed)[0]
    return browser.get(f"{url}?book={own.pk}&q=large").content.decode()


@pytest.mark.parametrize("query", ["", "?view=lints"])
def test_price_book_detail_asks_the_same_of_few_models_and_of_many(
    world: World, client: Browser, query: str
) -> None:
    browser, counts = world.login(client, "consultant"), []
    for number in (1, 200):
        store(date(2026, 10, number % 28 + 1), **many(1))
        book = store(date(2026, 11, number % 28 + 1), **many(number))
        names = {"org": world.organization.slug, "price_book": book.pk}
        url = reverse("catalog:price-book-detail", kwargs=names) + query
        browser.get(reverse("catalog:price-book-list", args=[world.organization.slug]))
        with CaptureQueriesContext(connection) as captured:
            html = browser.get(url).content.decode()
        counts.append(len(captured))

    assert "Page 1 of" in html
    assert counts[1] <= counts[0] <= 13  # of which two read what changed, once in a process
