"""Contract prices: they win for their tenant alone, are never changed, and are pinned."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django_scopes import scopes_disabled

from costing.catalog import price_overrides
from costing.catalog.models import PriceOverride
from costing.scenarios import selectors as scenario_selectors
from costing.scenarios import services as scenario_services
from costing.scenarios.economics import request_economics
from costing.scenarios.models import EconomicsResult, Scenario
from jobs.services import run_due_jobs
from organizations import tenancy
from organizations.exceptions import Conflict, Invalid
from organizations.models import AuditEvent, Client, Organization
from tests import factories
from tests.costing.cast import (
    api_only,
    make_assessment,
    make_price_book,
    make_price_override,
    make_scenario,
    newer_book,
)
from tests.world import World

FIRM_WIDE = None


def by_catalog(reference: str = "maker:large") -> dict[str, Any]:
    """A workload with a model of the catalog."""
    return {**api_only(), "premium_model": {"catalog": reference}}


def scenario_of(organization: Organization, client: Client) -> Scenario:
    """Store a scenario whose model comes from the catalog; its assessment is as of 1 Nov 2026."""
    make_price_book()
    return make_scenario(organization, client, document=by_catalog())


def input_price(organization: Organization, scenario: Scenario) -> float:
    """Return what the engine would take as the price of input."""
    with tenancy.enter(organization_id=organization.pk):
        document = scenario_selectors.economics_document(
            scenario_selectors.scenario_get(scenario.pk)
        )
    price: float = document["premium_model"]["input_usd_per_mtok"]
    return price


def test_contract_price_wins_for_its_firm_alone(world: World) -> None:
    make_price_override(world.organization, FIRM_WIDE)

    ours = scenario_of(world.organization, world.client)
    theirs = scenario_of(world.other_organization, world.other_client)

    assert input_price(world.organization, ours) == 2.4
    assert input_price(world.other_organization, theirs) == 3.0
    assert theirs.contracts == {}


def test_contract_price_of_a_client_wins_for_that_client_alone(world: World) -> None:
    make_price_override(world.organization, FIRM_WIDE)
    make_price_override(
        world.organization, world.client, figures={"input_usd_per_mtok": Decimal(2)}
    )

    ours = scenario_of(world.organization, world.client)
    siblings = scenario_of(world.organization, world.sibling_client)

    assert input_price(world.organization, ours) == 2.0
    assert input_price(world.organization, siblings) == 2.4


@pytest.mark.parametrize(
    ("days", "price"),
    [
        ({"valid_from": date(2026, 11, 1)}, 2.4),
        ({"valid_from": date(2026, 11, 2)}, 3.0),
        ({"valid_until": date(2026, 11, 1)}, 2.4),
        ({"valid_until": date(2026, 10, 31)}, 3.0),
    ],
)
def test_contract_price_holds_on_the_assessments_date(
    world: World, days: dict[str, date], price: float
) -> None:
    make_price_override(world.organization, FIRM_WIDE, **days)

    scenario = scenario_of(world.organization, world.client)

    assert input_price(world.organization, scenario) == price


def test_contract_price_replaces_only_what_it_names(world: World) -> None:
    make_price_override(
        world.organization,
        FIRM_WIDE,
        figures={
            "cache_read_usd_per_mtok": Decimal("0.24"),
            "batch_discount_ratio": Decimal("0.6"),
        },
    )
    scenario = scenario_of(world.organization, world.client)

    with tenancy.enter(organization_id=world.organization.pk):
        price = scenario_selectors.model_prices_of(scenario)["premium_model"]

    assert (price.kind, price.listed and price.listed.kind) == ("contract", "list")
    assert price.terms() == {
        "input_usd_per_mtok": Decimal(3),
        "output_usd_per_mtok": Decimal(15),
        "cache_read_usd_per_mtok": Decimal("0.24"),
        "cache_ttl_seconds": 300,
        "min_cacheable_tokens": 1024,
        "batch_discount_ratio": Decimal("0.6"),
        # A contract says nothing of calls above a threshold.
        "tiers": [
            {
                "above_input_tokens": 200_000,
                "input_usd_per_mtok": Decimal(6),
                "output_usd_per_mtok": Decimal("22.5"),
            }
        ],
    }
    assert price.notes == (
        "the organization's contract price since 2026-01-01 instead of the list price 3 in, 15 out,"
        " which stays above its thresholds",
    )


def test_result_says_that_a_contract_price_was_used(world: World) -> None:
    override_id = make_price_override(world.organization, FIRM_WIDE)
    scenario = scenario_of(world.organization, world.client)
    with tenancy.enter(organization_id=world.organization.pk):
        request_economics(by=world.actor("consultant"), scenario=scenario)
    run_due_jobs()

    with tenancy.enter(organization_id=world.organization.pk):
        result = EconomicsResult.objects.get()

    origin = result.prices["premium_model"]
    assert (origin["kind"], origin["contract"]["id"]) == ("contract", str(override_id))
    assert origin["figures"]["input_usd_per_mtok"].startswith("2.4")
    assert origin["list_figures"]["input_usd_per_mtok"].startswith("3")
    assert result.price_book_id == scenario.price_book_id
    # 1,000 requests × (500 × 2.40 + 100 × 15) / 1,000,000 = 2.70 USD
    assert result.result["strategies"]["baseline"]["usd_per_month"] == pytest.approx(2.70)


def test_scenario_keeps_its_prices_when_contracts_come_and_go(world: World) -> None:
    before = scenario_of(world.organization, world.client)
    override_id = make_price_override(world.organization, FIRM_WIDE)
    during = make_scenario(
        world.organization, world.client, document=by_catalog(), assessment=before.assessment
    )
    with tenancy.enter(organization_id=world.organization.pk):
        price_overrides.end_price_override(
            by=world.actor("owner"),
            override=price_overrides.price_override_get(override_id),
            ended_on=date(2026, 1, 1),
        )
        is_changed = scenario_selectors.contracts_changed(
            during, scenario_selectors.model_prices_of(during).values()
        )

    assert input_price(world.organization, before) == 3.0
    assert input_price(world.organization, during) == 2.4
    assert is_changed


def test_saving_a_scenario_keeps_the_contract_of_a_model_that_stays(world: World) -> None:
    before = scenario_of(world.organization, world.client)
    make_price_override(world.organization, FIRM_WIDE)

    with tenancy.enter(organization_id=world.organization.pk):
        document = by_catalog()
        document["workload"] = {**document["workload"], "requests_per_month": 5}
        saved = scenario_services.save_scenario(
            by=world.actor("consultant"),
            scenario=before,
            version=1,
            content=scenario_services.ScenarioInput(title="Support", document=document),
        )

    assert saved.contracts == {}
    assert input_price(world.organization, saved) == 3.0


def test_saving_a_scenario_takes_the_contract_of_a_model_that_is_new(world: World) -> None:
    make_price_book()
    scenario = make_scenario(world.organization, world.client, document=api_only())
    make_price_override(world.organization, FIRM_WIDE)

    with tenancy.enter(organization_id=world.organization.pk):
        saved = scenario_services.save_scenario(
            by=world.actor("consultant"),
            scenario=scenario,
            version=1,
            content=scenario_services.ScenarioInput(title="Support", document=by_catalog()),
        )

    assert list(saved.contracts) == ["maker:large"]
    assert input_price(world.organization, saved) == 2.4


def test_copied_scenario_keeps_the_contract_that_was_pinned(world: World) -> None:
    override_id = make_price_override(world.organization, FIRM_WIDE)
    source = scenario_of(world.organization, world.client)
    target = make_assessment(world.organization, world.client)

    with tenancy.enter(organization_id=world.organization.pk):
        price_overrides.end_price_override(
            by=world.actor("owner"),
            override=price_overrides.price_override_get(override_id),
            ended_on=date(2026, 1, 1),
        )
        (copy,) = scenario_services.copy_scenarios(
            by=world.actor("consultant"), source=source.assessment, target=target
        )

    assert input_price(world.organization, copy) == 2.4


def add(world: World, **changed: Any) -> PriceOverride:
    """Add a contract price as the consultant."""
    make_price_book()
    content = price_overrides.PriceOverrideInput(
        reference="maker:large",
        valid_from=date(2026, 1, 1),
        reason="Contract 12",
        figures={"output_usd_per_mtok": Decimal("12.5")},
    )
    with tenancy.enter(organization_id=world.organization.pk):
        return price_overrides.create_price_override(
            by=world.actor("consultant"), content=replace(content, **changed)
        )


def test_contract_price_of_a_release_holds_for_the_model_in_every_book(world: World) -> None:
    newer_book("anthropic:claude-haiku-4-5-20251001")
    override = add(world, reference="anthropic:claude-haiku-4-5-20251001")

    newer_book("anthropic:claude-haiku-4-5")
    document = by_catalog("anthropic:claude-haiku-4-5")
    scenario = make_scenario(world.organization, world.client, document=document)

    assert override.reference == "anthropic:claude-haiku-4-5"
    assert list(scenario.contracts) == ["anthropic:claude-haiku-4-5"]


def test_contract_price_is_audited_with_its_figures(world: World) -> None:
    override = add(world)

    with tenancy.enter(organization_id=world.organization.pk):
        event = AuditEvent.objects.get(verb="price_override.created")

    assert (event.subject_id, event.actor_label) == (override.pk, world.actor("consultant").label)
    assert event.data == {
        "reference": "maker:large",
        "figures": {"output_usd_per_mtok": "12.5"},
        "valid_from": "2026-01-01",
        "valid_until": None,
        "reason": "Contract 12",
    }


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reference": "maker:none"}, "reference"),
        ({"reference": "\0"}, "reference"),
        ({"figures": {}}, "input_usd_per_mtok"),
        ({"figures": {"input_usd_per_mtok": Decimal(-1)}}, "input_usd_per_mtok"),
        ({"figures": {"input_usd_per_mtok": Decimal("NaN")}}, "input_usd_per_mtok"),
        ({"figures": {"output_usd_per_mtok": Decimal("1e999")}}, "output_usd_per_mtok"),
        ({"figures": {"batch_discount_ratio": Decimal("1.1")}}, "batch_discount_ratio"),
        ({"figures": {"tiers": Decimal(1)}}, "tiers"),
        ({"valid_until": date(2025, 12, 31)}, "valid_until"),
        ({"reason": " "}, "reason"),
    ],
)
def test_contract_price_at_fault_names_its_field(
    world: World, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        add(world, **changed)

    assert list(caught.value.fields) == [field]


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "is_refused"),
    [
        (date(2026, 6, 1), None, True),
        (date(2025, 1, 1), None, True),
        (date(2025, 1, 1), date(2026, 1, 1), True),
        (date(2025, 1, 1), date(2025, 12, 31), False),
    ],
)
def test_contract_prices_of_a_model_never_overlap(
    world: World, valid_from: date, valid_until: date | None, is_refused: bool
) -> None:
    add(world)

    if is_refused:
        with pytest.raises(Invalid, match="has a contract price in that time"):
            add(world, valid_from=valid_from, valid_until=valid_until)
    else:
        add(world, valid_from=valid_from, valid_until=valid_until)
    # Another client's, and another firm's, are no overlap.
    add(world, client=world.client)
    make_price_override(world.other_organization, FIRM_WIDE)


def test_contract_price_may_follow_one_that_was_ended(world: World) -> None:
    first = add(world)
    with tenancy.enter(organization_id=world.organization.pk):
        price_overrides.end_price_override(
            by=world.actor("owner"), override=first, ended_on=date(2026, 6, 1)
        )

    second = add(world, valid_from=date(2026, 6, 1))

    assert (first.state_on(date(2026, 5, 31)), second.state_on(date(2026, 6, 1))) == (
        "in force",
        "in force",
    )


def test_contract_price_is_ended_once_and_not_before_it_begins(world: World) -> None:
    override = add(world)

    with tenancy.enter(organization_id=world.organization.pk):
        with pytest.raises(Invalid) as early:
            price_overrides.end_price_override(
                by=world.actor("owner"), override=override, ended_on=date(2025, 12, 31)
            )
        price_overrides.end_price_override(
            by=world.actor("owner"), override=override, ended_on=date(2026, 6, 1), reason="Lapsed"
        )
        with pytest.raises(Conflict) as again:
            price_overrides.end_price_override(
                by=world.actor("owner"), override=override, ended_on=date(2026, 7, 1)
            )
        event = AuditEvent.objects.get(verb="price_override.ended")

    assert list(early.value.fields) == ["ended_on"]
    assert again.value.current == {"ended_on": "2026-06-01"}
    assert (event.data["ended_on"], event.data["ended_reason"]) == ("2026-06-01", "Lapsed")


@pytest.mark.parametrize(
    "statement",
    [
        "update catalog_priceoverride set input_usd_per_mtok = 0",
        "update catalog_priceoverride set valid_from = '2020-01-01'",
        "delete from catalog_priceoverride",
    ],
)
def test_contract_price_cannot_be_rewritten_by_the_app(world: World, statement: str) -> None:
    add(world)

    with (
        tenancy.enter(organization_id=world.organization.pk),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        connection.cursor().execute(statement)


def test_database_hides_contract_prices_of_others(world: World) -> None:
    make_price_override(world.organization, FIRM_WIDE)
    make_price_override(world.organization, world.sibling_client)
    make_price_override(world.other_organization, FIRM_WIDE)

    counts = []
    for client_id in (None, world.client.pk, world.sibling_client.pk):
        with (
            tenancy.enter(organization_id=world.organization.pk, client_id=client_id),
            scopes_disabled(),
        ):
            counts.append(PriceOverride._base_manager.count())

    # The firm sees both of its own; a client's people only those of their client.
    assert counts == [2, 0, 1]


def test_respondents_see_the_price_that_their_scenario_pinned(world: World) -> None:
    make_price_override(world.organization, FIRM_WIDE)
    scenario = scenario_of(world.organization, world.client)

    with tenancy.enter(organization_id=world.organization.pk, client_id=world.client.pk):
        prices = scenario_selectors.model_prices_of(scenario_selectors.scenario_get(scenario.pk))

    assert prices["premium_model"].input_usd_per_mtok == Decimal("2.4")


def test_system_actor_may_add_a_contract_price(world: World) -> None:
    override_id = make_price_override(world.organization, FIRM_WIDE)

    with tenancy.enter(organization_id=world.organization.pk):
        override = PriceOverride.objects.get(pk=override_id)

    assert override.created_by_label == factories.system_actor(world.organization).label
