"""A scenario in another currency: its pages, its form, comparisons, and what stays in USD."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client as Browser
from django.urls import reverse

from costing.engine.inputs import currency_of
from costing.scenarios.forms import ScenarioForm
from organizations import tenancy
from presentation.money import USD, shown
from reports.snapshots.selectors import snapshot_payload
from reports.snapshots.services import create_snapshot
from tests.costing.cast import scenario_a
from tests.costing.test_editor import shown_again
from tests.costing.test_views import SMALLEST_FORM, computed, make_assessment, page, scenarios, url
from tests.currencies import EUR, EUR_STATED, JPY_STATED, SOURCE
from tests.world import World

# Scenario A costs 44,550 USD a month: 40,986 EUR at 0.92, 6,860,700 yen at 154.
IN_USD, IN_EUR, IN_YEN = "44,550", "40,986", "6,860,700"
NOTE = f"Shown in EUR at 0.92 EUR per USD ({SOURCE}, 30 Oct 2026)."
TYPED = {
    "with_currency": "on",
    "currency__code": "EUR",
    "currency__units_per_usd": "0.92",
    "currency__rate_on": "2026-10-30",
    "currency__source": SOURCE,
}


def in_currency(stated: dict[str, Any]) -> dict[str, Any]:
    return scenario_a() | {"currency": stated}


def test_economics_are_shown_in_the_currency_of_the_scenario(world: World, client: Browser) -> None:
    scenario = computed(world, in_currency(EUR_STATED))

    html = page(world, client, "owner", url(world, "scenario-detail", scenario=scenario.pk))

    assert html.count(NOTE) == 1
    assert f"€{IN_EUR}" in html
    assert "EUR per month" in html
    assert [each in html for each in (IN_USD, "$", "USD per month</th>")] == [False] * 3
    # Prices are those of their source.
    assert "USD per Mtok" in html


def test_the_next_page_of_a_thread_is_in_its_own_currency(world: World, client: Browser) -> None:
    euro, usd, yen = (
        computed(world, document)
        for document in (
            in_currency(EUR_STATED),
            scenario_a(),
            in_currency(JPY_STATED | {"units_per_usd": 154}),
        )
    )

    shows = [
        [
            amount
            for amount in (f"€{IN_EUR}", f"${IN_USD}", f"¥{IN_YEN}")
            if amount in page(world, client, "owner", url(world, "scenario-detail", scenario=each))
        ]
        for each in (euro.pk, usd.pk, yen.pk, euro.pk, usd.pk)
    ]

    assert shows == [[f"€{IN_EUR}"], [f"${IN_USD}"], [f"¥{IN_YEN}"], [f"€{IN_EUR}"], [f"${IN_USD}"]]
    assert shown() == USD


def test_a_page_that_fails_leaves_no_currency_behind(
    world: World, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = computed(world, in_currency(EUR_STATED))
    client.raise_request_exception = False

    def fail(*_: object, **__: object) -> None:
        assert shown() == EUR
        raise ZeroDivisionError

    monkeypatch.setattr("costing.scenarios.views.render", fail)
    response = world.login(client, "owner").get(url(world, "scenario-detail", scenario=scenario.pk))

    assert (response.status_code, shown()) == (500, USD)


def test_an_old_rate_is_named_among_old_prices(world: World, client: Browser) -> None:
    # The assessment is as of 1 November 2026; 90 days before it is 3 August.
    scenario = computed(world, in_currency(EUR_STATED | {"rate_on": "2026-08-02"}))

    html = page(world, client, "owner", url(world, "scenario-detail", scenario=scenario.pk))

    assert "EUR per USD, checked 2 Aug 2026" in html


def test_a_comparison_is_in_the_currency_that_all_share(world: World, client: Browser) -> None:
    one, other = (computed(world, in_currency(EUR_STATED)) for _ in range(2))
    plain = computed(world, scenario_a())
    assessment = one.assessment_id

    def compared(*chosen: Any) -> str:
        path = url(world, "scenario-compare", assessment=assessment)
        query = "&".join(f"scenario={each.pk}" for each in chosen)
        return page(world, client, "owner", f"{path}?{query}")

    alike, mixed = compared(one, other), compared(one, plain)

    assert [alike.count(NOTE), IN_EUR in alike, "$" in alike] == [1, True, False]
    assert "Shown in USD: the scenarios have other currencies, or other rates." in mixed
    assert [IN_USD in mixed, "€" in mixed] == [True, False]


def test_a_list_of_scenarios_stays_in_usd(world: World, client: Browser) -> None:
    scenario = computed(world, in_currency(EUR_STATED))

    html = page(
        world, client, "owner", url(world, "scenario-list", assessment=scenario.assessment_id)
    )

    assert "Scenarios, USD per month" in html
    assert [IN_USD in html, IN_EUR in html, "EUR" in html] == [True, False, False]


def test_roadmap_and_scorecard_are_in_the_currency_of_the_workload(
    world: World, client: Browser
) -> None:
    scenario = computed(world, in_currency(EUR_STATED))
    place = {"org": world.organization.slug, "assessment": scenario.assessment_id}

    roadmap, scorecard = (
        page(world, client, "owner", reverse(f"assessments:{name}", kwargs=place))
        for name in ("roadmap-draft", "scorecard")
    )

    assert [html.count(NOTE) for html in (roadmap, scorecard)] == [1, 1]
    assert [each in roadmap for each in ("EUR a month", "USD a month", "$")] == [True, False, False]


def test_results_by_api_are_usd_with_the_currency_among_their_inputs(
    world: World, client: Browser
) -> None:
    scenario = computed(world, in_currency(EUR_STATED))
    names = {"org": world.organization.slug, "scenario": scenario.pk}

    answer = world.login(client, "owner").get(reverse("api:scenario-result", kwargs=names)).json()

    assert answer["result"]["strategies"]["current"]["usd_per_month"] == pytest.approx(44_550)
    assert answer["result"]["inputs"]["currency"] == EUR_STATED


def test_a_snapshot_carries_the_currency(world: World) -> None:
    scenario = computed(world, in_currency(EUR_STATED))

    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = create_snapshot(by=world.actor("consultant"), assessment=scenario.assessment)
        assert snapshot_payload(snapshot).currency == EUR
        assert snapshot.payload["currency"] == EUR_STATED


def test_a_currency_survives_the_form() -> None:
    assert shown_again(in_currency(EUR_STATED))["currency"] == EUR_STATED


def test_a_form_without_its_switch_states_no_currency() -> None:
    data = QueryDict(mutable=True)
    data.update(SMALLEST_FORM | TYPED | {"currency__rate_on": "yesterday"})
    del data["with_currency"]
    form = ScenarioForm(data, document=in_currency(EUR_STATED))

    assert form.is_valid(), form.errors
    assert "currency" not in form.document()


def test_a_currency_that_is_typed_is_stored(world: World, client: Browser) -> None:
    assessment = make_assessment(world.organization, world.client)
    path = url(world, "scenario-create", assessment=assessment.pk)

    world.login(client, "consultant").post(f"{path}?trigger=", SMALLEST_FORM | TYPED)

    assert currency_of(scenarios(world)[0].document) == EUR


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"currency__code": ""}, "Please fill this in."),
        ({"currency__units_per_usd": ""}, "Please fill this in."),
        ({"currency__units_per_usd": "0"}, "Must be from 0.1 to 10,000,000."),
        ({"currency__rate_on": ""}, "Please fill this in."),
        ({"currency__rate_on": "2999-01-01"}, "Must not lie in the future."),
        ({"currency__source": ""}, "Please fill this in."),
    ],
)
def test_an_error_of_a_currency_stands_at_its_field(
    world: World, client: Browser, typed: dict[str, str], error: str
) -> None:
    assessment = make_assessment(world.organization, world.client)
    path = url(world, "scenario-create", assessment=assessment.pk)

    response = world.login(client, "consultant").post(
        f"{path}?trigger=", SMALLEST_FORM | TYPED | typed
    )

    assert response.status_code == 422
    assert response.context["form"].errors == {next(iter(typed)): [error]}
    assert scenarios(world) == []


def test_a_preview_is_in_the_currency_that_is_typed(world: World, client: Browser) -> None:
    assessment = make_assessment(world.organization, world.client)
    path = url(world, "scenario-preview", assessment=assessment.pk)
    browser = world.login(client, "consultant")

    euro = browser.post(path, SMALLEST_FORM | TYPED).content.decode()
    faulty = browser.post(path, SMALLEST_FORM | TYPED | {"currency__units_per_usd": "0"})

    assert [euro.count(NOTE), "€" in euro, "$" in euro] == [1, True, False]
    # Without a rate that can be used, it is in USD until there is one.
    assert "$" in faulty.content.decode()
