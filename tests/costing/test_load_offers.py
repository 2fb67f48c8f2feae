"""Offer books: imported once, never edited, listed and proposed beside what is bundled."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from costing.catalog import selectors as catalog_selectors
from costing.catalog.models import GpuOffer, OfferBook
from costing.catalog.offers import BUNDLED, OfferFilter
from costing.scenarios.models import Scenario
from organizations import tenancy
from tests.api.callers import caller
from tests.costing.cast import make_scenario
from tests.costing.catalog.test_offer_files import PLAIN, SKYPILOT, skypilot
from tests.costing.test_views import page, url
from tests.world import World

CHEAP = skypilot("gpu.8,H100,8,moon-1,,0.5,")


def load(folder: Path, text: str | bytes = SKYPILOT, **options: Any) -> str:
    file = folder / "offers.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    out, named = StringIO(), options.pop("named", "A catalog")
    given = {
        "source": named,
        "source_url": "https://prices.example/",
        "as_of": "2026-11-01",
        "checked_on": "2026-11-26",
        "provider": "acme",
    }
    call_command("load_offers", str(file), **given | options, stdout=out, stderr=out)
    return out.getvalue()


@pytest.mark.django_db
def test_load_offers_stores_a_dated_book(tmp_path: Path) -> None:
    said = load(tmp_path)

    book = OfferBook.objects.get()
    assert said == (
        f"Stored A catalog, as of 2026-11-01 (4 offers, checksum {book.checksum[:12]})\n"
        "Left out, no accelerator: 1 rows\n"
        "Left out, part of an accelerator: 1 rows\n"
        "Left out, no price: 1 rows\n"
    )
    assert (book.shape, book.source_url) == ("skypilot", "https://prices.example/")
    assert GpuOffer.objects.filter(family="H100").count() == 4


@pytest.mark.django_db
def test_load_offers_again_changes_nothing(tmp_path: Path) -> None:
    load(tmp_path)
    before = OfferBook.objects.values().get()

    said = load(tmp_path)

    assert said.startswith("Already stored, nothing changed: A catalog")
    assert OfferBook.objects.values().get() == before
    assert GpuOffer.objects.count() == 4


@pytest.mark.django_db
def test_load_offers_of_no_date_says_so(tmp_path: Path) -> None:
    assert "Stored A catalog, undated" in load(tmp_path, as_of="unknown")
    assert OfferBook.objects.get().as_of is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "The file is empty. Nothing was stored."),
        (b"\0\1\2", "The file is not text. Nothing was stored."),
        (
            skypilot("gpu.8,H100,8,eu-1,,nan,\ngpu.1,H100,1,eu-1,,8.6,"),
            "Some rows cannot be used. Nothing was stored.\n"
            "  line 2: has a Price that is not a price above 0, up to 100,000 USD",
        ),
    ],
)
def test_load_offers_of_a_bad_file_stores_nothing(
    tmp_path: Path, text: str | bytes, message: str
) -> None:
    with pytest.raises(CommandError) as refused:
        load(tmp_path, text)

    assert str(refused.value) == message
    assert OfferBook.objects.count() == 0


@pytest.mark.django_db
def test_load_offers_keeps_the_good_rows_when_asked(tmp_path: Path) -> None:
    text = skypilot("gpu.8,H100,8,eu-1,,nan,\ngpu.1,H100,1,eu-1,,8.6,")

    said = load(tmp_path, text, keep_good_rows=True)

    assert "Not stored: 1 rows that cannot be used\n  line 2: has a Price" in said
    assert [offer.key for offer in GpuOffer.objects.all()] == ["acme:gpu.1:eu-1"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"as_of": "soon"}, "--as-of must be a date"),
        ({"checked_on": "unknown"}, "--checked-on must be a date"),
        ({"as_of": "2026-11-27"}, "--as-of must not be later than --checked-on"),
        ({"source_url": "javascript:alert(1)"}, "--source-url must be an address"),
        ({"source_url": "https://[bad"}, "--source-url must be an address"),
        ({"named": " "}, "--source must be a name"),
        ({"provider": "A/B"}, "--provider must be lower-case"),
        ({"provider": ""}, "names no provider"),
    ],
)
def test_load_offers_refuses_options_that_say_nothing(
    tmp_path: Path, options: dict[str, str], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        load(tmp_path, **options)


@pytest.mark.django_db
def test_load_offers_of_no_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"cannot be read: .*Nothing was stored"):
        call_command(
            "load_offers",
            str(tmp_path / "absent.csv"),
            source="A",
            source_url="https://prices.example/",
            as_of="unknown",
            checked_on="2026-11-26",
        )


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["catalog_offerbook", "catalog_gpuoffer"])
@pytest.mark.parametrize("statement", ["update {} set id = id", "delete from {}"])
def test_offer_book_is_never_edited_by_the_app(tmp_path: Path, table: str, statement: str) -> None:
    load(tmp_path)

    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement.format(table))


@pytest.mark.django_db
def test_offer_list_takes_the_newest_book_of_each_source(tmp_path: Path) -> None:
    load(tmp_path, checked_on="2026-11-20")
    load(tmp_path, CHEAP)
    load(tmp_path, PLAIN, named="Another")

    found = catalog_selectors.offer_list(OfferFilter(provider="acme"))

    assert sorted(offer.key.partition("@")[0] for offer in found) == [
        "acme:box:eu-1",
        "acme:gpu.8:eu-1",
        "acme:gpu.8:eu-1:reserved",
        "acme:gpu.8:moon-1",
    ]


@pytest.mark.django_db
def test_offer_list_pages_from_bundled_to_imported(tmp_path: Path) -> None:
    load(tmp_path)
    rows = catalog_selectors.offer_list(OfferFilter())

    assert len(rows) == 333
    assert [offer.book == BUNDLED for offer in rows[327:331]] == [True, True, False, False]
    assert rows[332].key.startswith("acme:gpu.8:eu-1")
    assert len(list(rows)) == 333


@pytest.mark.django_db
def test_offer_list_finds_words_and_families_of_imported_offers(tmp_path: Path) -> None:
    load(tmp_path)

    found = catalog_selectors.offer_list(
        OfferFilter(search="GPU.8 eu-1b", accelerator="h100", pricing="spot")
    )

    assert [offer.key.partition("@")[0] for offer in found] == ["acme:gpu.8:eu-1/eu-1b:spot"]


@pytest.mark.django_db
def test_offer_find_of_an_imported_offer_outlives_newer_books(tmp_path: Path) -> None:
    load(tmp_path, CHEAP, checked_on="2026-11-20")
    old = catalog_selectors.offer_list(OfferFilter(provider="acme"))[0]
    load(tmp_path)

    assert catalog_selectors.offer_find(old.key) == old
    assert catalog_selectors.offer_find(old.key[:-1] + "x") is None
    assert catalog_selectors.offer_find("@") is None


def test_gpu_offer_list_shows_imported_books(world: World, client: Browser, tmp_path: Path) -> None:
    load(tmp_path, PLAIN)

    html = page(world, client, "owner", url(world, "gpu-offer-list") + "?provider=acme")

    assert "3 offers, USD per instance hour" in html
    assert "Reserved" in html
    book = OfferBook.objects.get()
    assert f'<a href="?book={book.pk}">A catalog</a>' in html
    assert book.checksum[:12] in html
    of_book = page(world, client, "owner", url(world, "gpu-offer-list") + f"?book={book.pk}")
    assert "3 offers, USD per instance hour" in of_book


def test_offer_books_by_api(world: World, tmp_path: Path) -> None:
    load(tmp_path, PLAIN)
    book = OfferBook.objects.get()
    program, org = caller(world, "reading_key"), world.organization.slug

    listed = json.loads(program.get(reverse("api:offer-book-list", args=[org])).content)
    offers = json.loads(
        program.get(reverse("api:gpu-offer-list", args=[org]) + f"?book={book.pk}").content
    )

    assert [each["sha256"] for each in listed["results"]] == [book.checksum]
    assert offers["count"] == 3
    assert {offer["book"] for offer in offers["results"]} == {str(book.pk)}


@pytest.mark.parametrize(
    ("book", "status", "count"),
    [("bundled", 200, 329), ("00000000-0000-4000-8000-000000000000", 200, 0), ("x", 422, None)],
)
def test_gpu_offers_by_api_of_one_book(
    world: World, tmp_path: Path, book: str, status: int, count: int | None
) -> None:
    load(tmp_path)
    path = reverse("api:gpu-offer-list", args=[world.organization.slug])

    response = caller(world, "reading_key").get(f"{path}?book={book}")

    assert response.status_code == status
    assert json.loads(response.content).get("count") == count


def test_scenario_pool_proposes_and_takes_an_imported_offer(
    world: World, client: Browser, tmp_path: Path
) -> None:
    load(tmp_path, CHEAP)
    scenario = make_scenario(world.organization, world.client)
    path = url(world, "scenario-pool", scenario=scenario.pk) + "?model_family=llama-3.3-70b"
    proposals = world.login(client, "owner").get(path).context["options"]

    cheapest = proposals[0][0]
    response = client.post(
        path,
        {
            "version": "1",
            "offer": cheapest.offer.key,
            "measurement": cheapest.serving.measurement.key,
        },
    )

    assert cheapest.offer.provider == "acme"
    assert response.status_code == 302
    with tenancy.enter(organization_id=world.organization.pk):
        stored = Scenario.objects.get()
    assert stored.document["pool"]["usd_per_instance_hour"] == 0.5
    assert stored.origins["pool.usd_per_instance_hour"]["label"].startswith(
        "Acme gpu.8, 8 × H100, moon-1, on demand: 0.5 USD per hour, A catalog, as of 2026-11-01"
    )
