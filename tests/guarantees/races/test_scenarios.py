"""Races of scenarios, their results and parts, and contract prices."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from assessments import services
from assessments.roadmap import Costs
from assessments.selectors import costs_find, framework_get
from costing.catalog.models import PriceOverride
from costing.catalog.price_overrides import (
    PriceOverrideInput,
    create_price_override,
    end_price_override,
)
from costing.scenarios.economics import (
    compute_economics,
    priceable,
    request_economics,
    store_economics,
)
from costing.scenarios.models import Scenario
from costing.scenarios.parts import choose_part
from costing.scenarios.selectors import economics_document
from costing.scenarios.services import ScenarioInput, save_scenario
from organizations.exceptions import Conflict, Invalid
from tests.assessments.cast import assess
from tests.costing.cast import (
    make_price_book,
    make_price_override,
    make_scenario,
    scenario_a,
)
from tests.guarantees.races.racing import audited, race, stored
from tests.world import World


def test_of_two_who_save_a_scenario_one_is_refused(world: World) -> None:
    by, scenario = world.actor("consultant"), make_scenario(world.organization, world.client)

    def save(title: str) -> Scenario:
        content = ScenarioInput(title=title, document=scenario_a())
        return save_scenario(by=by, scenario=scenario, version=1, content=content)

    outcome = race(world, lambda: save("First"), lambda: save("Second"))

    assert isinstance(outcome, Conflict)
    assert stored(world, lambda: Scenario.objects.get(pk=scenario.pk).title) == "First"


def test_two_contract_prices_do_not_overlap(world: World) -> None:
    make_price_book()
    by = world.actor("consultant")
    content = PriceOverrideInput(
        reference="maker:large",
        client=None,
        figures={"input_usd_per_mtok": Decimal("2.4")},
        valid_from=date(2026, 1, 1),
        reason="Contract 12",
    )

    def agree() -> PriceOverride:
        return create_price_override(by=by, content=content)

    assert isinstance(race(world, agree, agree), Invalid)
    assert stored(world, PriceOverride.objects.count) == 1


def test_a_contract_price_ends_once(world: World) -> None:
    by, key = world.actor("consultant"), make_price_override(world.organization, None)

    def end() -> PriceOverride:
        override = PriceOverride.objects.get(pk=key)
        return end_price_override(by=by, override=override, ended_on=date(2026, 6, 1))

    race(world, end, end)

    assert audited(world, "price_override.ended") == 1


def test_costs_of_an_older_result_do_not_replace_newer_ones(world: World) -> None:
    assessment = assess(world)
    now = timezone.now()

    def keep(usd: float, computed_at: datetime) -> Any:
        costs = Costs(
            usd_per_month_by_levers={frozenset(): usd},
            running=frozenset(),
            left_out={},
            spend_usd_per_month=usd,
            hosting=None,
        )
        source = services.CostSource(assessment.pk, "Support", assessment.pk, computed_at)
        return services.keep_costs(assessment_id=assessment.pk, source=source, costs=costs)

    kept = race(world, lambda: keep(2.0, now), lambda: keep(1.0, now - timedelta(minutes=1)))

    assert kept.document["spend_usd_per_month"] == 2.0


def test_costs_of_two_parts_computed_at_once_are_both_added_up(world: World) -> None:
    assessment = assess(world)
    parts = [make_scenario(world.organization, world.client, assessment=assessment) for _ in "ab"]
    by = world.actor("consultant")

    def compute(scenario: Scenario) -> Any:
        job = request_economics(by=by, scenario=scenario)
        framework = framework_get(scenario.assessment)
        priced = priceable(economics_document(scenario), framework)
        economics = compute_economics(priced, framework=framework)
        return store_economics(by=by, job_id=job.pk, scenario=scenario, economics=economics)

    race(world, lambda: compute(parts[0]), lambda: compute(parts[1]))

    # Scenario A costs 44,550 a month (cost model, section 6), and so does its twin.
    spend = stored(world, lambda: costs_find(assessment).costs.spend_usd_per_month)
    assert spend == pytest.approx(89_100.0)


def test_two_parts_do_not_replace_each_other(world: World) -> None:
    assessment = assess(world)
    one, two = (
        make_scenario(world.organization, world.client, assessment=assessment) for _ in "ab"
    )
    by = world.actor("consultant")

    refusal = race(
        world,
        lambda: choose_part(by=by, scenario=one, alternative_to=two.pk),
        lambda: choose_part(by=by, scenario=two, alternative_to=one.pk),
    )

    assert isinstance(refusal, Invalid)
    assert stored(world, lambda: Scenario.objects.get(pk=two.pk).alternative_to_id) is None
