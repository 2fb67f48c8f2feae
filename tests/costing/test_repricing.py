"""Re-pricing: a person's decision that shows the difference first, and pins over a version."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.test import Client as Browser
from django.urls import reverse

from costing.catalog.models import PriceBook
from costing.catalog.prices import ModelPrice, PriceOverride, with_override
from costing.engine.inputs import Stated
from costing.scenarios import repricing
from costing.scenarios import selectors as scenario_selectors
from costing.scenarios.content.titles import STRATEGY_TITLES
from costing.scenarios.contract_terms import CONTRACT_MONTHS, contract_end, months_to_put
from costing.scenarios.models import Scenario
from organizations import tenancy
from organizations.exceptions import Conflict, Invalid
from organizations.models import AuditEvent
from tests.api.callers import caller, firm
from tests.costing.cast import (
    api_only,
    listed_price,
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


def priced_by(override: PriceOverride) -> ModelPrice:
    """A price of the catalog's model under a contract."""
    return with_override(listed_price(), override)


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


def ending_contract(world: World, until: date) -> None:
    make_price_override(world.organization, None, valid_until=until)


def moving(world: World, **outlook: Any) -> Scenario:
    """A scenario whose prices move, as of 1 November 2026."""
    make_price_book()
    moves = {"api_price_change_per_year_ratio": -0.2, **outlook}
    document = {**by_catalog(), "outlook": moves}
    return make_scenario(world.organization, world.client, document=document)


def test_reprice_takes_over_how_long_the_contract_prices_hold(world: World) -> None:
    scenario = moving(world)
    assert scenario.price_book is not None
    as_of = scenario.assessment.as_of
    ending_contract(world, as_of + timedelta(days=364))

    repriced = reprice(world, scenario, scenario.price_book)

    # 365 days with the first of them, at 30.4375 a month
    assert repriced.document["outlook"]["api_contract_months"] == 12.0
    assert repriced.document["outlook"]["api_price_change_per_year_ratio"] == -0.2
    assert repriced.origins[CONTRACT_MONTHS]["basis"] == "contract"
    with tenancy.enter(organization_id=world.organization.pk):
        event = AuditEvent.objects.get(verb="scenario.repriced")
    assert event.data["api_contract_months"] == 12.0
    with pytest.raises(Invalid, match="has these prices already"):
        reprice(world, repriced, scenario.price_book, version=2)


def test_months_by_contract_follow_the_contract(world: World) -> None:
    scenario = moving(world)
    assert scenario.price_book is not None
    ending_contract(world, scenario.assessment.as_of + timedelta(days=364))
    repriced = reprice(world, scenario, scenario.price_book)
    sooner = PriceOverride(
        id="1",
        reference="maker:large",
        figures={},
        valid_from=date(2026, 1, 1),
        valid_until=scenario.assessment.as_of + timedelta(days=60),
    )

    end = contract_end(
        repriced.stated, {"premium_model": priced_by(sooner)}, scenario.assessment.as_of
    )

    assert end is not None
    assert end.months == 2.0
    assert months_to_put(repriced.stated, repriced.figure_origins, end) == 2.0


@pytest.mark.parametrize("typed", [0.0, 6.0])
def test_reprice_never_overwrites_what_somebody_entered(world: World, typed: float) -> None:
    scenario, book = moving(world, api_contract_months=typed), newer_book()
    ending_contract(world, scenario.assessment.as_of + timedelta(days=364))

    repriced = reprice(world, scenario, book)

    assert repriced.document["outlook"]["api_contract_months"] == typed
    assert CONTRACT_MONTHS not in repriced.origins


@pytest.mark.parametrize(
    ("document", "until"),
    [
        ({}, None),
        ({}, date(2025, 1, 1)),
        ({"small_model": {"input_usd_per_mtok": 1, "output_usd_per_mtok": 2}}, date(2027, 6, 30)),
        ({"open_model": {"catalog": "maker:large"}}, date(2027, 6, 30)),
        ({"applications": [{"key": "a", "premium_model": {}}]}, date(2027, 6, 30)),
    ],
)
def test_contract_says_nothing_of_models_without_one_or_of_no_end(
    document: dict[str, Any], until: date | None
) -> None:
    override = PriceOverride(
        id="1", reference="maker:large", figures={}, valid_from=date(2024, 1, 1), valid_until=until
    )
    prices = {"premium_model": priced_by(override)}

    assert contract_end(Stated({**by_catalog(), **document}), prices, date(2026, 11, 1)) is None


def test_scenario_without_an_outlook_gets_none(world: World) -> None:
    scenario, book = priced(world), newer_book()
    ending_contract(world, scenario.assessment.as_of + timedelta(days=364))

    assert "outlook" not in reprice(world, scenario, book).document


def test_form_and_page_say_how_long_the_contract_holds(world: World, client: Browser) -> None:
    scenario = moving(world)
    ending_contract(world, scenario.assessment.as_of + timedelta(days=364))
    browser = world.login(client, "consultant")
    edit = reverse("scenarios:scenario-edit", args=[world.organization.slug, scenario.pk])

    before = browser.get(edit).content.decode()
    page = browser.get(page_url(world, scenario)).content.decode()
    assert scenario.price_book is not None
    reprice(world, scenario, scenario.price_book)
    after = browser.get(edit).content.decode()

    assert "prices of models are then taken to move from\n            12 months on" in page
    # What the scenario pinned is what its form shows.
    assert "The contract prices of the models end on" not in before
    assert "The contract prices of the models end on" in after


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


def test_repricing_counts_the_open_model_that_an_api_sells(world: World, client: Browser) -> None:
    make_price_book()
    document = {**by_catalog(), "open_model": {"catalog": "maker:large"}}
    scenario = make_scenario(world.organization, world.client, document=document)
    book = newer_book()
    browser = world.login(client, "consultant")

    html = browser.get(page_url(world, scenario, f"?book={book.pk}")).content.decode()
    repriced = reprice(world, scenario, book)

    assert cells(html, "Open: Large") == ["15.00", "12.00", "−20 %"]
    # The same tokens at the same prices: 0.5 × 3 + 0.1 × 15, and 0.5 × 3 + 0.1 × 12.
    assert cells(html, STRATEGY_TITLES["hosted_open"])[:2] == ["$3.00", "$2.70"]
    with tenancy.enter(organization_id=world.organization.pk):
        prices = scenario_selectors.model_prices_of(repriced)
    assert {key: price.output_usd_per_mtok for key, price in prices.items()} == {
        "premium_model": Decimal(12),
        "open_model": Decimal(12),
    }


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
