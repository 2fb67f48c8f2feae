"""Pages and API of contract prices."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from costing.catalog.models import PriceOverride
from organizations import tenancy
from tests.api.callers import caller, firm
from tests.costing.cast import make_price_book, make_price_override
from tests.queries import MAX_CAPTURED
from tests.world import World

FILLED = {
    "reference": "maker:large",
    "client": "",
    "input_usd_per_mtok": "2.40",
    "batch_discount_percent": "55",
    "valid_from": "2026-01-01",
    "reason": "Contract 12",
}


def address(world: World, name: str, **names: Any) -> str:
    """Return a page's address in the firm."""
    return reverse(f"catalog:{name}", kwargs={"org": world.organization.slug, **names})


def stored(world: World) -> list[PriceOverride]:
    """Return the firm's contract prices."""
    with tenancy.enter(organization_id=world.organization.pk):
        return list(PriceOverride.objects.order_by("created_at"))


def test_contract_price_is_added_on_the_page(world: World, client: Browser) -> None:
    make_price_book()
    browser = world.login(client, "consultant")

    answer = browser.post(
        address(world, "price-override-create"), FILLED | {"client": str(world.client.pk)}
    )

    (override,) = stored(world)
    assert (answer.status_code, answer["Location"]) == (302, address(world, "price-override-list"))
    assert (override.client_id, override.reference) == (world.client.pk, "maker:large")
    assert (override.input_usd_per_mtok, override.batch_discount_ratio) == (
        Decimal("2.4"),
        Decimal("0.55"),
    )
    assert override.created_by_id == world.people["consultant"].user_id


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reference": "maker:none"}, "No price book has this model"),
        ({"reference": "a\0b"}, "Null characters are not allowed"),
        ({"client": "{foreign}"}, "Select a valid choice"),
        ({"client": "x"}, "Select a valid choice"),
        ({"input_usd_per_mtok": "NaN"}, "Enter a number"),
        ({"input_usd_per_mtok": "-1"}, "greater than or equal to 0"),
        ({"input_usd_per_mtok": "1e999"}, "Ensure"),
        ({"input_usd_per_mtok": "", "batch_discount_percent": ""}, "at least one figure"),
        ({"batch_discount_percent": "101"}, "less than or equal to 100"),
        ({"valid_from": "soon"}, "Enter a valid date"),
        ({"valid_until": "2025-01-01"}, "before its first day"),
        ({"reason": ""}, "This field is required"),
    ],
)
def test_contract_price_at_fault_is_refused_and_nothing_typed_is_lost(
    world: World, client: Browser, changed: dict[str, str], said: str
) -> None:
    make_price_book()
    browser = world.login(client, "consultant")
    foreign = str(world.other_client.pk)
    data = FILLED | {name: value.format(foreign=foreign) for name, value in changed.items()}

    answer = browser.post(address(world, "price-override-create"), data)

    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    assert 'value="Contract 12"' in html or "reason" in changed
    assert stored(world) == []


def test_contract_price_is_listed_beside_the_list_price_and_in_the_catalog(
    world: World, client: Browser
) -> None:
    make_price_override(world.organization, world.client)
    make_price_override(world.other_organization, None, figures={"input_usd_per_mtok": Decimal(1)})
    browser = world.login(client, "consultant")

    listed = browser.get(address(world, "price-override-list")).content.decode()
    catalog = browser.get(address(world, "model-price-list")).content.decode()

    assert "2.40" in listed
    assert "3.00" in listed
    assert "In force" in listed
    assert "Northwind" in catalog
    assert "2.40 in" in catalog
    assert "1.00 in" not in catalog


def test_contract_price_is_ended_on_the_page(world: World, client: Browser) -> None:
    override_id = make_price_override(world.organization, None)
    browser = world.login(client, "owner")
    url = address(world, "price-override-end", price_override=override_id)

    early = browser.post(url, {"ended_on": "2025-01-01"})
    done = browser.post(url, {"ended_on": "2026-11-01", "ended_reason": "Lapsed"})
    again = browser.post(url, {"ended_on": "2026-11-02"})

    assert [answer.status_code for answer in (early, done, again)] == [422, 302, 409]
    (override,) = stored(world)
    assert (override.ended_on, override.ended_reason) == (date(2026, 11, 1), "Lapsed")


@pytest.mark.parametrize("name", ["price-override-list", "model-price-list"])
def test_lists_ask_the_same_of_few_contract_prices_and_of_many(
    world: World, client: Browser, name: str
) -> None:
    browser, counts = world.login(client, "consultant"), []
    make_price_override(world.organization, None)
    browser.get(address(world, name))
    for number in range(2):
        if number:
            for year in range(2000, 2020):
                make_price_override(
                    world.organization,
                    world.client,
                    valid_from=date(year, 1, 1),
                    valid_until=date(year, 12, 31),
                )
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(address(world, name)).status_code == 200
        counts.append(len(captured))

    assert counts[0] == counts[1] <= MAX_CAPTURED


def test_api_adds_reads_and_ends_a_contract_price(world: World) -> None:
    make_price_book()
    program, path = caller(world, "key"), firm(world, "price-overrides/")
    body = {
        "reference": "maker:large",
        "client": str(world.client.pk),
        "output_usd_per_mtok": 12.125,
        "valid_from": "2026-01-01",
        "reason": "Contract 12",
    }

    made = program.post(path, body)
    read = program.get(made["Location"])
    ended = program.post(f"{made['Location']}ending/", {"ended_on": "2026-06-01"})
    again = program.post(f"{made['Location']}ending/", {"ended_on": "2026-07-01"})
    listed = program.get(f"{path}?client={world.client.pk}&reference=maker:large")

    assert (made.status_code, made.json()["state"]) == (201, "in force")
    assert read.json() == made.json()
    assert stored(world)[0].output_usd_per_mtok == Decimal("12.125")
    assert (ended.status_code, ended.json()["ended_on"], ended.json()["state"]) == (
        200,
        "2026-06-01",
        "over",
    )
    assert (again.status_code, again.json()["current"]) == (409, {"ended_on": "2026-06-01"})
    assert [each["id"] for each in listed.json()["results"]] == [made.json()["id"]]


@pytest.mark.parametrize("kind", ["foreign", "missing"])
def test_api_contract_price_for_a_foreign_client_is_refused_like_a_missing_one(
    world: World, kind: str
) -> None:
    make_price_book()
    client_id = str(world.other_client.pk if kind == "foreign" else uuid4())
    body = {
        "reference": "maker:large",
        "client": client_id,
        "input_usd_per_mtok": 1,
        "valid_from": "2026-01-01",
        "reason": "Theirs",
    }

    answer = caller(world, "owner").post(firm(world, "price-overrides/"), body)

    assert (answer.status_code, answer.json()["fields"]) == (
        422,
        {"client": ["There is no such row."]},
    )
    assert stored(world) == []
