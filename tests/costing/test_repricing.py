"""Re-pricing: a person's decision that shows the difference first, and pins over a version."""

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.test import Client as Browser
from django.urls import reverse

from costing.catalog.models import PriceBook
from costing.scenarios import repricing
from costing.scenarios import selectors as scenario_selectors
from costing.scenarios.models import Scenario
from organizations import tenancy
from organizations.exceptions import Conflict, Invalid
from organizations.models import AuditEvent
from tests.api.callers import caller, firm
from tests.costing.cast import (
    api_only,
    make_price_book,
    make_price_override,
    make_scenario,
    newer_book,
)
from tests.world import World


def by_catalog() -> dict[str, Any]:
    """A workload with the catalog's model: 0.5 M tokens in and 0.1 M out a month."""
    return {**api_only(), "premium_model": {"catalog": "maker:large"}}


def priced(world: World) -> Scenario:
    """Store a scenario that is priced by the first book."""
    make_price_book()
    return make_scenario(world.organization, world.client, document=by_catalog())


def reprice(world: World, scenario: Scenario, book: PriceBook, version: int = 1) -> Scenario:
    """Re-price as the consultant."""
    with tenancy.enter(organization_id=world.organization.pk):
        return repricing.reprice_scenario(
            by=world.actor("consultant"), scenario=scenario, version=version, book=book
        )


def page_url(world: World, scenario: Scenario, query: str = "") -> str:
    """Return the page's address."""
    names = {"org": world.organization.slug, "scenario": scenario.pk}
    return reverse("scenarios:scenario-reprice", kwargs=names) + query


def cells(html: str, row: str) -> list[str]:
    """Return the cells of the row whose header holds this text."""
    found = re.search(rf"<tr>\s*<th[^>]*>[^<]*{re.escape(row)}.*?</tr>", html, flags=re.DOTALL)
    assert found, row
    return re.findall(r'<td class="num">\s*([^<]*?)\s*</td>', found[0])


def test_repricing_preview_shows_prices_and_months_before_and_after(world: World) -> None:
    scenario, book = priced(world), newer_book()

    with tenancy.enter(organization_id=world.organization.pk):
        preview = repricing.repricing_preview(scenario_selectors.scenario_get(scenario.pk), book)

    (model,) = preview.models
    # The newer book lists no tier: its figures go, the output falls.
    assert [(change.name, change.before, change.after) for change in model.figures] == [
        ("output_usd_per_mtok", Decimal(15), Decimal(12)),
        ("above_200000.input_usd_per_mtok", Decimal(6), None),
        ("above_200000.output_usd_per_mtok", Decimal("22.5"), None),
    ]
    months = {month.strategy: month for month in preview.strategies}
    # 0.5 × 3 + 0.1 × 15 = 3.00; 0.5 × 3 + 0.1 × 12 = 2.70
    assert months["baseline"].before_usd_per_month == pytest.approx(3.00)
    assert months["baseline"].after_usd_per_month == pytest.approx(2.70)
    assert months["baseline"].change_usd_per_month == pytest.approx(-0.30)
    assert (preview.is_possible, preview.is_change) == (True, True)


def test_reprice_pins_the_book_and_the_contracts_and_is_audited(world: World) -> None:
    scenario, book = priced(world), newer_book()
    make_price_override(world.organization, None)

    repriced = reprice(world, scenario, book)

    assert (repriced.price_book_id, repriced.version) == (book.pk, 2)
    assert list(repriced.contracts) == ["maker:large"]
    with tenancy.enter(organization_id=world.organization.pk):
        event = AuditEvent.objects.get(verb="scenario.repriced")
    assert event.data["price_book"]["after"]["id"] == str(book.pk)
    baseline = next(each for each in event.data["strategies"] if each["strategy"] == "baseline")
    # 0.5 × 2.40 + 0.1 × 12 = 2.40
    assert baseline["after_usd_per_month"] == pytest.approx(2.40)


def test_reprice_to_contracts_that_changed_keeps_the_book(world: World) -> None:
    scenario = priced(world)
    assert scenario.price_book is not None
    make_price_override(world.organization, None)

    repriced = reprice(world, scenario, scenario.price_book)

    assert repriced.price_book == scenario.price_book
    assert list(repriced.contracts) == ["maker:large"]


def test_reprice_over_a_stale_version_changes_nothing(world: World) -> None:
    scenario, book = priced(world), newer_book()
    reprice(world, scenario, book)

    with pytest.raises(Conflict) as caught:
        reprice(world, scenario, newer_book(input_usd_per_mtok=Decimal(1)), version=1)

    assert caught.value.current["version"] == 2
    with tenancy.enter(organization_id=world.organization.pk):
        assert Scenario.objects.get(pk=scenario.pk).price_book == book


def test_reprice_by_a_book_without_the_model_is_refused(world: World) -> None:
    scenario = priced(world)

    with pytest.raises(Invalid) as caught:
        reprice(world, scenario, newer_book("maker:larger"))

    assert list(caught.value.fields) == ["premium_model.catalog"]
    assert "Did you mean maker:larger?" in caught.value.fields["premium_model.catalog"][0]


def test_reprice_to_what_is_pinned_already_is_refused(world: World) -> None:
    scenario = priced(world)
    assert scenario.price_book is not None

    with pytest.raises(Invalid, match="has these prices already"):
        reprice(world, scenario, scenario.price_book)


def test_repricing_page_shows_the_difference_and_changes_nothing(
    world: World, client: Browser
) -> None:
    scenario, book = priced(world), newer_book()
    browser = world.login(client, "consultant")

    html = browser.get(page_url(world, scenario, f"?book={book.pk}")).content.decode()

    assert cells(html, "Premium: Large") == ["15.00", "12.00", "−20 %"]
    assert cells(html, "All calls to the premium model")[:2] == ["$3.00", "$2.70"]
    with tenancy.enter(organization_id=world.organization.pk):
        assert Scenario.objects.get(pk=scenario.pk).version == 1


def test_repricing_page_suggests_the_newest_book_of_the_source(
    world: World, client: Browser
) -> None:
    scenario, _ = priced(world), newer_book()
    browser = world.login(client, "consultant")

    html = browser.get(page_url(world, scenario)).content.decode()

    assert "Re-price and compute" in html


def test_repricing_page_confirms_over_the_version_and_computes(
    world: World, client: Browser
) -> None:
    scenario, book = priced(world), newer_book()
    browser = world.login(client, "consultant")
    data = {"price_book": str(book.pk), "version": "1"}

    first = browser.post(page_url(world, scenario), data)
    late = browser.post(page_url(world, scenario), data)

    assert first.status_code == 302
    assert late.status_code == 409
    assert "Somebody else changed this scenario" in late.content.decode()
    with tenancy.enter(organization_id=world.organization.pk):
        assert AuditEvent.objects.filter(verb="scenario.repriced").count() == 1


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 422),
        ({"price_book": "x", "version": "1"}, 422),
        ({"price_book": "5d357ffe-4423-460d-9b0e-da407f5e8e61", "version": "1"}, 404),
        ({"price_book": "{pinned}", "version": "1"}, 422),
        ({"price_book": "{pinned}", "version": "99999999999"}, 422),
    ],
)
def test_repricing_page_with_unfit_input_changes_nothing(
    world: World, client: Browser, data: dict[str, str], status: int
) -> None:
    scenario = priced(world)
    browser = world.login(client, "consultant")
    filled = {name: value.format(pinned=scenario.price_book_id) for name, value in data.items()}

    answer = browser.post(page_url(world, scenario), filled)

    assert answer.status_code == status
    with tenancy.enter(organization_id=world.organization.pk):
        assert Scenario.objects.get(pk=scenario.pk).version == 1


def test_repricing_page_of_a_book_without_the_model_says_so(world: World, client: Browser) -> None:
    scenario, book = priced(world), newer_book("maker:larger")
    browser = world.login(client, "consultant")

    html = browser.get(page_url(world, scenario, f"?book={book.pk}")).content.decode()

    assert "This book cannot price the scenario" in html
    assert "Did you mean maker:larger?" in html
    assert "Re-price and compute" not in html


def test_scenario_page_tells_managers_that_contracts_changed(world: World, client: Browser) -> None:
    scenario = priced(world)
    make_price_override(world.organization, None)
    url = reverse("scenarios:scenario-detail", args=[world.organization.slug, scenario.pk])

    html = world.login(client, "consultant").get(url).content.decode()

    assert "Contract prices changed since this scenario was priced" in html


def test_api_previews_and_reprices_over_the_version(world: World) -> None:
    scenario, book = priced(world), newer_book()
    program, path = caller(world, "key"), firm(world, f"scenarios/{scenario.pk}/repricing/")

    preview = program.get(f"{path}?price_book={book.pk}")
    done = program.post(path, {"price_book": str(book.pk)}, If_Match=preview["ETag"])
    late = program.post(path, {"price_book": str(book.pk)}, If_Match=preview["ETag"])
    stale = program.post(path, {"price_book": str(book.pk), "version": 1})

    months = {each["strategy"]: each for each in preview.json()["strategies"]}
    assert months["baseline"]["after_usd_per_month"] == pytest.approx(2.70)
    assert (done.status_code, done["ETag"], done.json()["price_book"]) == (200, '"2"', str(book.pk))
    assert (late.status_code, stale.status_code) == (412, 409)


@pytest.mark.parametrize("given", ["x", str(UUID(int=7))])
def test_api_repricing_by_no_book_names_the_field(world: World, given: str) -> None:
    scenario = priced(world)
    program, path = caller(world, "key"), firm(world, f"scenarios/{scenario.pk}/repricing/")

    answers = [
        program.get(f"{path}?price_book={given}"),
        program.post(path, {"price_book": given, "version": 1}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert [list(answer.json()["fields"]) for answer in answers] == [["price_book"]] * 2
