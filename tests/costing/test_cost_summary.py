"""What costing hands down to an assessment when a result is stored."""

from dataclasses import replace

from assessments.models import CostSummary
from assessments.roadmap import Costs
from assessments.selectors import costs_find
from costing.engine import estimate, parse_scenario
from costing.engine.levers import HOSTING_PAIR
from costing.scenarios.cost_summary import caution_of, costs_of, hosting_economics
from costing.scenarios.economics import request_economics
from jobs.services import run_due_jobs
from organizations import tenancy
from tests import factories
from tests.cases.loading import merged
from tests.cases.loading import read as read_case
from tests.costing.cast import api_only, make_scenario, scenario_a
from tests.world import World


def computed(world: World, **options):
    """Store a scenario with its economics; return what its assessment then knows."""
    scenario = make_scenario(world.organization, world.client, **options)
    with tenancy.enter(organization_id=world.organization.pk):
        by = factories.system_actor(world.organization)
        request_economics(by=by, scenario=scenario)
    run_due_jobs()
    with tenancy.enter(organization_id=world.organization.pk):
        known = costs_find(scenario.assessment)
        assert CostSummary.objects.count() == 1
    assert known is not None
    assert known.scenario_id == scenario.pk
    return known.costs


def test_storing_scenario_a_hands_its_costs_down(world: World) -> None:
    costs = computed(world)

    # Cost model, section 6: baseline, prompt caching, all four levers.
    by_levers = {
        tuple(sorted(levers)): round(usd, 2)
        for levers, usd in costs.usd_per_month_by_levers.items()
    }
    assert len(by_levers) == 16
    assert by_levers[()] == 44550.0
    assert by_levers[("prompt_caching",)] == 25110.0
    assert round(costs.spend_usd_per_month, 2) == 44550.0
    assert costs.hosting is not None
    assert round(costs.hosting.first_requests_per_month or 0) == 8_874_552
    assert round(costs.hosting.dominance_requests_per_month or 0) == 26_666_667
    assert {habit.key for habit in costs.anti_patterns} == {
        "one_model_for_everything",
        "prompt_cache_ttl_ignored",
    }


def test_volume_above_which_hosting_is_not_cheaper_again_is_handed_down() -> None:
    found = estimate(parse_scenario(scenario_a()))
    ends = {"for good": None, "known": ((1e5, 2e5), (4e5, 6e5)), "not all listed": ((1, 2),) * 64}
    crossing = found.crossover_of(*HOSTING_PAIR)
    assert crossing is not None

    last = {"for good": hosting_economics(found)}
    for name, intervals in ends.items():
        if intervals:
            other = replace(
                crossing, dominance_requests_per_month=None, cheaper_intervals=intervals
            )
            last[name] = hosting_economics(replace(found, crossovers=(other,)))

    assert {name: each and each.last_requests_per_month for name, each in last.items()} == {
        "for good": None,
        "known": 6e5,
        "not all listed": None,
    }


def test_what_is_left_is_told_also_where_no_futures_were_drawn() -> None:
    left = read_case("bought_and_left")["scenario"]
    found = estimate(parse_scenario(merged(scenario_a(), left)))
    costs = costs_of(found, ())

    assert found.uncertainty is None
    assert costs.left_usd_per_month == 146_000.0
    assert "must be paid until the term ends, $146,000 a month" in caution_of(costs)
    assert Costs.parse(costs.document()).advised == costs.advised


def test_what_the_scenario_cannot_price_is_handed_down_with_the_reason(world: World) -> None:
    costs = computed(world, document=api_only())

    assert set(costs.left_out) == {
        "prompt_caching",  # has a price, and nothing to save before its prefix is stated
        "routing",
        "semantic_caching",
        "self_hosting",
    }
    assert costs.hosting is None
