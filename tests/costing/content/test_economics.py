"""What the economics page says of a result, whatever the case."""

from typing import Any

import pytest

from assessments.framework import load_framework
from costing.catalog.price_text import unit_price
from costing.engine import estimate, estimate_document, parse_scenario, read_estimate
from costing.engine.anti_patterns import detect
from costing.engine.inputs import Basis
from costing.scenarios.content.economics import EconomicsPage
from tests.costing.cast import api_only, scenario_a


def page_of(document: dict[str, Any]) -> EconomicsPage:
    return EconomicsPage(estimate(parse_scenario(document), load_framework().requirements))


def titles(rows: list[Any]) -> list[str]:
    return [row.title for row in rows]


def test_page_shows_levers_in_the_roadmaps_order_however_the_result_was_stored() -> None:
    # PostgreSQL's jsonb keeps no order of keys
    result = estimate_document(estimate(parse_scenario(scenario_a())))
    shuffled = {
        key: dict(sorted(value.items())) if isinstance(value, dict) else value
        for key, value in result.items()
    }

    page, same = EconomicsPage(read_estimate(shuffled)), EconomicsPage(read_estimate(result))

    assert (page.strategies, page.bars, page.waterfall) == (
        same.strategies,
        same.bars,
        same.waterfall,
    )
    assert [row.bill for row in page.strategies] == [row.bill for row in same.strategies]
    assert [step.label for step in page.waterfall.steps] == [
        "Prompt caching",
        "Routing",
        "Semantic caching",
        "Self-hosting",
    ]


def test_page_marks_a_named_strategy_that_runs_today_instead_of_repeating_it() -> None:
    page = page_of(scenario_a() | {"current_levers": ["prompt_caching"]})

    current = [row.title for row in page.strategies if row.is_current]
    assert current == ["Prompt caching"]
    assert "What runs today" not in titles(page.strategies)


def test_page_gives_unnamed_levers_that_run_today_a_line_of_their_own() -> None:
    page = page_of(scenario_a() | {"current_levers": ["routing"]})

    assert titles(page.strategies)[0] == "What runs today"
    assert page.strategies[0].is_current


def test_page_gives_an_unnamed_recommendation_a_bar_of_its_own() -> None:
    document = scenario_a()
    for model in ("premium_model", "small_model"):
        del document[model]["cache_read_usd_per_mtok"]
    # without prompt caches the cheapest set is routing and the semantic cache, which has no name
    page = page_of(document)

    own = [bar for bar in page.bars if bar.is_recommended]
    assert [bar.label for bar in own] == ["Routing and semantic caching"]
    assert own[0].usd_per_month == page.today.usd_per_month


def test_page_says_what_maturity_is_worth() -> None:
    page = page_of(scenario_a() | {"maturity": {"integrity": 2.0, "hosting": 1.0}})

    # 25,110.00 with caching alone, 13,889.11 with caching, routing and the semantic cache
    assert round(page.maturity_usd_per_month, 2) == 11220.89
    assert page.is_maturity_worth_money
    assert titles(page.held_back) == ["Routing", "Semantic caching", "Self-hosting"]


def hosted_alone() -> dict[str, Any]:
    """Scenario A with the pool as the only lever that pays: no prompt cache, no routing."""
    document = scenario_a()
    for section in ("routing", "semantic_cache", "small_model"):
        del document[section]
    del document["premium_model"]["cache_read_usd_per_mtok"]
    return document


@pytest.mark.parametrize(
    ("document", "when", "note"),
    [
        (scenario_a(), "at once", "nothing to buy; the work alone"),
        # 25,000 of migration / (44,550 - 30,480) a month = 1.777
        (
            hosted_alone(),
            "after 1.8 months",
            "until $25,000 are earned back, at today’s saving",
        ),
        (
            scenario_a() | {"maturity": {"integrity": 1.0}, "current_levers": ["prompt_caching"]},
            "not yet",
            "once the scores allow it",
        ),
        (
            scenario_a() | {"current_levers": ["prompt_caching", "routing", "semantic_caching"]},
            "nothing to change",
            "",
        ),
    ],
)
def test_page_says_when_what_is_recommended_today_saves(
    document: dict[str, Any], when: str, note: str
) -> None:
    page = page_of(document)

    assert (page.when, page.when_note) == (when, note)


def test_page_of_levers_that_run_without_their_maturity_promises_no_saving() -> None:
    document = scenario_a() | {
        "current_levers": ["prompt_caching", "routing", "semantic_caching"],
        "maturity": {"integrity": 1.0},
    }

    today = page_of(document).today

    # 13,889.11 today; with what the scores allow it would be 25,110.00, which nobody is advised
    assert (today.saves, today.saving_usd_per_month) == (False, 0.0)


@pytest.mark.parametrize(
    ("requests_per_month", "is_cheaper_now"),
    [(8_874_000, False), (8_876_000, True), (8_879_000, False), (27_000_000, True)],
)
def test_page_knows_whether_hosting_is_cheaper_at_the_present_volume(
    requests_per_month: int, is_cheaper_now: bool
) -> None:
    # section 6: from 8,874,552 to 8,878,378, then in 16 more intervals, for good above 26,666,667
    document = scenario_a()
    document["workload"]["requests_per_month"] = requests_per_month

    crossover = page_of(document).crossovers[0]

    assert (crossover.present_interval is not None) is is_cheaper_now


def test_page_says_what_would_change_the_advice_on_hosting_where_the_result_has_it() -> None:
    scenario = parse_scenario(scenario_a())
    asked = estimate(scenario, bases={"workload.requests_per_month": Basis.STATED})

    assert EconomicsPage(estimate(scenario)).flip == ""
    assert EconomicsPage(asked).flip == "Self-hosting would pay at 2.3 × the models’ prices."


def test_page_without_a_pool_leaves_hosting_out_and_says_why() -> None:
    page = page_of(api_only())

    assert page.crossovers == []
    assert {item.label: item.note for item in page.left_out} == {
        "Caching and routing": "The scenario has no routing.",
        "Caching, routing, semantic cache": "The scenario has no routing and no semantic cache.",
        "Self-hosted, all calls": "The scenario has no self-hosted pool.",
        "Hybrid: all four levers": (
            "The scenario has no routing and no semantic cache and no self-hosted pool."
        ),
    }
    assert [step.label for step in page.waterfall.steps] == ["Prompt caching"]


def test_page_bills_add_up_to_their_strategy() -> None:
    for row in page_of(scenario_a()).strategies:
        total = sum(usd_per_month for _, usd_per_month in row.bill)

        assert total == pytest.approx(row.cost.usd_per_month)


def test_page_names_every_line_of_a_bill_in_words() -> None:
    rows = page_of(scenario_a()).strategies

    words = {title for row in rows for title, _ in row.bill}

    assert [word for word in sorted(words) if "_" in word or "." in word] == []


@pytest.mark.parametrize(
    ("current_levers", "found"),
    [
        ([], ["One model for everything", "Prompt-cache TTL ignored"]),
        (["self_hosting"], ["One model for everything", "Continuous idle GPU"]),
    ],
)
def test_page_names_anti_patterns_in_words(current_levers: list[str], found: list[str]) -> None:
    document = scenario_a() | {"current_levers": current_levers}
    answer = estimate(parse_scenario(document), load_framework().requirements)

    page = EconomicsPage(answer, detect(answer, load_framework().anti_pattern_thresholds))

    assert titles(page.anti_patterns) == found


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (3, "3.00"),
        (0.125, "0.125"),
        ("0.0028", "0.0028"),
        ("0.041666666666666664", "0.041667"),
        (1234.5, "1,234.50"),
    ],
)
def test_unit_price_shows_its_digits(value: Any, shown: str) -> None:
    assert unit_price(value) == shown


@pytest.mark.parametrize(
    ("days", "said"),
    [
        # All of it saves 30,660.89 USD a month: · 12 = 367,930.68, / 38 days = 9,682.39, / 100 days
        # = 3,679.31, / 10,000 days = 36.79.
        (38, "up to 38 person-days: a year of the saving pays for it at any usual price of a day."),
        (100, "up to 100 person-days: a year of the saving pays for it at up to $3,679 a day."),
        (
            10_000,
            "up to 10,000 person-days, and a year of the saving pays for it only at $36.79 a day or"
            " less: at no usual price of a day is it worth it.",
        ),
    ],
)
def test_page_says_what_a_day_may_cost_where_it_has_no_price(days: int, said: str) -> None:
    found = estimate(parse_scenario(scenario_a()), load_framework().requirements)
    priced = estimate(parse_scenario(scenario_a() | {"usd_per_day": 10}))
    assert found.recommendation is not None
    first = found.recommendation.steps[0].change.key

    assert EconomicsPage(found, days={first: days}).work == f"The work of this takes {said}"
    assert EconomicsPage(found).work == ""
    assert EconomicsPage(priced, days={first: days}).work == ""
