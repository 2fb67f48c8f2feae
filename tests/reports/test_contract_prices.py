"""A snapshot and its documents say where a contract price was used instead of the list."""

from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from costing.scenarios.economics import request_economics
from costing.scenarios.models import EconomicsResult
from jobs.services import run_due_jobs
from organizations import tenancy
from reports.documents.content.advice import risks
from reports.documents.content.identity import identity_of
from reports.documents.content.investment import basis_facts
from reports.snapshots.mapping import frozen_economics
from tests.costing.cast import api_only, make_price_book, make_price_override, make_scenario
from tests.reports.sample import sample_payload, typed
from tests.world import World

DAY = date(2026, 11, 1)
CONTRACT = {
    "id": "5d357ffe-4423-460d-9b0e-da407f5e8e61",
    "reference": "maker:large",
    "model_name": "Large",
    "figures": {"input_usd_per_mtok": "2.4"},
    "valid_from": "2026-01-01",
    "valid_until": None,
    "is_of_one_client": False,
}


def computed(world: World) -> EconomicsResult:
    """Store the economics of a scenario whose model comes from the catalog."""
    make_price_book()
    document = {**api_only(), "premium_model": {"catalog": "maker:large"}}
    scenario = make_scenario(world.organization, world.client, document=document)
    with tenancy.enter(organization_id=world.organization.pk):
        request_economics(by=world.actor("consultant"), scenario=scenario)
    run_due_jobs()
    with tenancy.enter(organization_id=world.organization.pk):
        return EconomicsResult.objects.select_related("scenario", "price_book").get()


def test_frozen_economics_name_the_contracts_that_were_used(world: World) -> None:
    make_price_override(world.organization, None, figures={"input_usd_per_mtok": Decimal("2.4")})

    frozen = frozen_economics(computed(world), DAY)

    assert frozen.price_book is not None
    (contract,) = frozen.price_book.model_dump(mode="json")["contracts"]
    assert (contract["reference"], contract["valid_from"]) == ("maker:large", "2026-01-01")
    assert contract["figures"] == {"input_usd_per_mtok": "2.400000000000000000"}


def test_frozen_economics_by_list_prices_name_no_contract(world: World) -> None:
    frozen = frozen_economics(computed(world), DAY)

    assert frozen.price_book is not None
    assert "contracts" not in frozen.price_book.model_dump(mode="json")


def test_frozen_economics_keep_the_book_that_was_used(world: World) -> None:
    result = computed(world)
    used = result.price_book
    result.scenario.price_book = None

    frozen = frozen_economics(result, DAY)

    assert used is not None
    assert frozen.price_book is not None
    assert frozen.price_book.checksum == used.checksum


@pytest.mark.parametrize(
    ("contracts", "prices", "risk"),
    [
        ({}, "Prices: genai-prices, 1 November 2026", "List prices of 1 November 2026"),
        (
            {"contracts": [CONTRACT, CONTRACT]},
            "Prices: genai-prices, 1 November 2026, with contract prices",
            "Contract prices of Large, else list prices of 1 November 2026",
        ),
    ],
)
def test_documents_tell_contract_prices_from_list_prices(
    contracts: dict[str, Any], prices: str, risk: str
) -> None:
    payload = deepcopy(sample_payload())
    payload["price_book"] = {**payload["price_book"], **contracts}
    payload["results"]["recommended_today"]["held_back"] = {}  # four sentences have room

    identity = identity_of(typed(payload), "0" * 64)
    said = risks(typed(payload))

    assert identity.prices == prices
    assert any(each.startswith(risk) for each in said)


@pytest.mark.parametrize(("days", "is_stale"), [(90, False), (91, True)])
def test_frozen_economics_name_prices_over_ninety_days_old(
    world: World, days: int, is_stale: bool
) -> None:
    result = computed(world)
    (price,) = result.prices.values()
    checked = date.fromisoformat(price["checked_on"] or price["as_of"])

    frozen = frozen_economics(result, checked + timedelta(days=days))

    assert frozen.price_book is not None
    listed = frozen.price_book.model_dump(mode="json").get("stale", [])
    assert [each.split(",")[0] for each in listed] == (["Large"] if is_stale else [])


def test_brief_names_old_prices() -> None:
    payload = deepcopy(sample_payload())
    payload["price_book"] = {**payload["price_book"], "stale": ["Large, checked 1 Jan 2026"]}

    facts = {each.label: each.value for each in basis_facts(typed(payload))}

    assert facts["Over 90 days old"] == "Large, checked 1 Jan 2026"
    assert "Over 90 days old" not in {each.label for each in basis_facts(typed(sample_payload()))}
