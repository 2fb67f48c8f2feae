"""The costs of a workload of several parts: what each lever saves in all, what a month costs."""

from dataclasses import replace

import pytest

from assessments.framework import load_framework
from assessments.recommendation import Change, ChangeKind
from assessments.roadmap import (
    AntiPatternCost,
    Costs,
    costs_together,
    maturity_value,
    recommendation_for,
)
from assessments.roadmap.money import priced_plan

FRAMEWORK = load_framework()
READY = {"integrity": 3.0, "hosting": 2.0, "routing": None, "caching": None}


def part(running: str = "", left_out: dict[str, str] | None = None, **usd: float) -> Costs:
    """Costs by the levers' initials: `n` for none, `pr` for prompt caching and routing."""
    keys = {"p": "prompt_caching", "r": "routing", "s": "semantic_caching", "h": "self_hosting"}
    sets = {frozenset(keys[each] for each in name.strip("n")): each for name, each in usd.items()}
    own = frozenset(keys[each] for each in running)
    return Costs(
        usd_per_month_by_levers=sets,
        running=own,
        left_out=left_out or {},
        spend_usd_per_month=sets[own],
        hosting=None,
    )


def switched_on(*levers: str) -> list[Change]:
    return [Change(ChangeKind.SWITCH_ON, lever) for lever in levers]


def saving(costs: Costs, lever: str) -> float | None:
    """What a plan that switches on every lever earns by this one."""
    plan = priced_plan(FRAMEWORK, costs, (), switched_on(*(each.key for each in FRAMEWORK.levers)))
    return plan.saving_usd_per_month(Change(ChangeKind.SWITCH_ON, lever))


def test_one_part_is_its_own_sum() -> None:
    alone = part(n=100.0, p=80.0)

    assert costs_together([alone]) is alone


def test_lever_saves_what_it_saves_where_it_pays() -> None:
    # Prompt caching: 1,000 − 700 in the first; in the second 500 − 520 is no saving, so that part
    # goes without. Routing, on top: 700 − 650 = 50, and the second cannot price it.
    both = costs_together([part(n=1000.0, p=700.0, r=900.0, pr=650.0), part(n=500.0, p=520.0)])

    assert saving(both, "prompt_caching") == 300.0
    assert saving(both, "routing") == 50.0
    assert saving(both, "semantic_caching") is None
    assert both.spend_usd_per_month == 1500.0
    plan = priced_plan(FRAMEWORK, both, (), switched_on("prompt_caching", "routing"))
    assert plan.usd_per_month(switched_on("prompt_caching")) == 1200.0
    assert plan.usd_per_month(switched_on("prompt_caching", "routing")) == 1150.0
    assert plan.usd_per_month([]) == 1500.0


def test_work_is_done_once_for_all_parts() -> None:
    # Each part saves 100 a month by caching, 3,600 over 36 months, or 7,200 together; the work
    # costs 5,000. Routing takes 1,000 of work and saves 10 in the first alone.
    def of(**more: float) -> Costs:
        costs = part(**{"n": 1000.0, "p": 900.0, **more})
        horizon = {each: 36 * usd for each, usd in costs.usd_per_month_by_levers.items()}
        effort = {"switch_on_prompt_caching": 5000.0, "switch_on_routing": 300.0}
        return replace(
            costs,
            usd_over_horizon_by_levers=horizon,
            effort_usd=effort,
            months_worth=36.0,
            materiality_ratio=0.0,
        )

    first, second = of(pr=890.0, r=990.0), of()

    alone = recommendation_for(FRAMEWORK, second)
    both = recommendation_for(FRAMEWORK, costs_together([first, second]))

    assert alone.steps == ()
    assert [(each.lever, each.reason) for each in alone.not_recommended] == [
        ("prompt_caching", "not_repaid"),
        *((lever, "no_price") for lever in ("routing", "semantic_caching", "self_hosting")),
    ]
    assert [(step.lever, step.saving_usd_per_month, step.effort_usd) for step in both.steps] == [
        ("prompt_caching", 200.0, 5000.0),
        ("routing", 10.0, 300.0),
    ]


def test_work_that_is_planned_is_done_also_where_it_is_not_earned_back() -> None:
    costs = replace(
        part(n=1000.0, p=900.0),
        usd_over_horizon_by_levers={frozenset(): 36_000.0, frozenset({"prompt_caching"}): 32_400.0},
        effort_usd={"switch_on_prompt_caching": 5000.0},
        months_worth=36.0,
    )

    plan = priced_plan(FRAMEWORK, costs, (), switched_on("prompt_caching"))

    assert recommendation_for(FRAMEWORK, costs).steps == ()
    assert plan.usd_per_month(switched_on("prompt_caching")) == 900.0


def test_lever_that_pays_nowhere_adds_its_losses() -> None:
    both = costs_together([part(n=10.0, p=13.0), part(n=5.0, p=6.0)])

    assert saving(both, "prompt_caching") == -4.0


def test_lever_runs_where_no_part_that_can_price_it_is_without() -> None:
    runs, without, cannot = part("p", n=9.0, p=7.0), part(n=4.0, p=3.0), part(n=2.0)

    assert costs_together([runs, cannot]).running == {"prompt_caching"}
    assert costs_together([runs, without]).running == frozenset()
    assert saving(costs_together([runs, without]), "prompt_caching") == 1.0


def test_every_part_has_its_own_cheapest_set() -> None:
    # The first routes at best, the second hosts at best: 6 + 3, with levers that no part has both.
    both = costs_together([part(n=10.0, r=6.0), part(n=8.0, h=3.0)])

    value = maturity_value(FRAMEWORK, both, READY)
    unready = maturity_value(FRAMEWORK, both, {"integrity": 1.0})

    assert value.today_usd_per_month == 9.0
    assert (unready.today_usd_per_month, unready.usd_per_month) == (18.0, 9.0)


def test_reason_stands_only_where_no_part_has_a_price() -> None:
    first = part(n=1.0, left_out={"routing": "no small model", "self_hosting": "no pool"})
    second = part(n=1.0, r=1.0, left_out={"self_hosting": "no pool here either"})

    assert costs_together([first, second]).left_out == {"self_hosting": "no pool"}


def test_anti_pattern_of_two_parts_is_one_with_both_costs() -> None:
    def with_pattern(usd: float | None, evidence: str) -> Costs:
        found = AntiPatternCost("one_model_for_everything", usd, evidence)
        return Costs({frozenset(): 1.0}, frozenset(), {}, 1.0, None, (found,))

    parts = [with_pattern(3.0, "Support."), with_pattern(4.5, "Search."), with_pattern(None, "-")]
    (found,) = costs_together(parts).anti_patterns

    assert (found.usd_per_month, found.evidence) == (7.5, "Support. Search. -")


@pytest.mark.parametrize("parts", [1, 3])
def test_sum_is_stored_and_read_back(parts: int) -> None:
    costs = costs_together([part(n=2.0, p=1.0)] * parts)

    assert Costs.parse(costs.document()) == costs
