"""Scenarios side by side: what differs, what each comes to, and nobody else's among them."""

import re
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from assessments.framework import load_framework
from costing.engine import Estimate, estimate, parse_scenario
from costing.engine.recommended_crossovers import recommended_crossovers
from costing.scenarios.content.comparison import (
    ComparedScenario,
    compare,
)
from costing.scenarios.models import Scenario
from costing.scenarios.selectors import scenarios_compared
from costing.scenarios.serializers import ComparisonSerializer
from jobs.services import run_due_jobs
from organizations import tenancy
from tests.costing.cast import api_only, make_assessment, make_scenario, scenario_a
from tests.costing.test_views import computed, page, url
from tests.queries import TENANT
from tests.test_permissions import CSRF_TOKEN
from tests.world import World


def compared(title: str, document: dict[str, Any] | None) -> ComparedScenario:
    result = None
    if document is not None:
        result = estimate(parse_scenario(document), load_framework().requirements)
    return ComparedScenario(id=uuid4(), title=title, estimate=result)


def busier() -> dict[str, Any]:
    document = scenario_a()
    document["workload"] |= {"requests_per_month": 6_000_000, "hourly_profile": [1] * 168}
    document["premium_model"]["tiers"] = [{"above_input_tokens": 200_000, "input_usd_per_mtok": 6}]
    return document | {"current_levers": ["prompt_caching"]}


def test_comparison_lists_only_the_inputs_that_differ() -> None:
    rows = compare([compared("Now", scenario_a()), compared("Later", busier())]).rows

    assert [(row.group, row.label, row.unit, row.cells) for row in rows] == [
        ("Workload", "Requests", "per month", ["3,000,000", "6,000,000"]),
        ("Workload", "Hour by hour", "", ["–", "A week of its own"]),
        ("Premium model", "Tiers", "", ["–", "1 above 200,000 tokens"]),
        ("", "What runs today", "", ["–", "Prompt caching"]),
    ]


def test_comparison_lists_what_differs_of_applications_by_their_names() -> None:
    halves = [{"key": "chat", "title": "Chat", "share": 0.5}, {"key": "search", "share": 0.5}]
    one = scenario_a() | {"applications": halves}
    routed = {"share": 0.75, "routing": {"simple_ratio": 0.2}, "levers_allowed": ["routing"]}
    chat, search = halves
    other = one | {"applications": [chat | {"share": 0.25}, search | routed]}

    comparison = compare([compared("One", one), compared("Other", other), compared("New", None)])

    assert [(row.group, row.label, row.cells) for row in comparison.rows] == [
        ("Chat", "Share", ["50 %", "25 %", "–"]),
        ("search", "Share", ["50 %", "75 %", "–"]),
        ("search", "Levers allowed", ["–", "Routing", "–"]),
        ("search: Routing", "Simple calls", ["–", "20 %", "–"]),
        ("search: Routing", "Asked again", ["–", "0 %", "–"]),
        ("search: Routing", "Classifier", ["–", "0.00", "–"]),
        ("search: Routing", "Gateway and upkeep", ["–", "0.00", "–"]),
    ]
    assert "applications.chat.share" in [each.path for each in comparison.inputs]


def test_comparison_lists_what_differs_among_those_that_have_a_part() -> None:
    halves = [{"key": "chat", "share": 0.5}, {"key": "search", "share": 0.5}]
    falling = {"api_price_change_per_year_ratio": -0.2}
    one = scenario_a() | {"applications": halves, "outlook": falling}
    more = [halves[0] | {"share": 0.25}, halves[1] | {"share": 0.75}]
    other = one | {"applications": more, "outlook": falling | {"refresh_months": 12}}

    rows = compare(
        [compared("One", one), compared("Other", other), compared("Without", scenario_a())]
    ).rows

    assert [(row.group, row.label, row.cells) for row in rows] == [
        ("", "Prices over time", ["described", "described", "left out"]),
        ("Prices over time", "New generation of models every", ["–", "12", "–"]),
        ("", "Applications", ["chat and search", "chat and search", "–"]),
        ("chat", "Share", ["50 %", "25 %", "–"]),
        ("search", "Share", ["50 %", "75 %", "–"]),
    ]


def test_comparison_tells_apart_what_has_the_same_words() -> None:
    one, other = scenario_a(), scenario_a()
    lengths = {"input_tokens": 2600, "output_tokens": 300, "tpot_ms": 20}
    one["pool"]["points"] = [{"concurrency": 8, "ttft_ms": 300, **lengths}]
    other["pool"]["points"] = [{"concurrency": 8, "ttft_ms": 400, **lengths}]

    [row] = compare([compared("One", one), compared("Other", other)]).rows

    assert row.cells == ["1 measured point", "1 measured point, other figures"]


def test_comparison_counts_measured_points_and_names_units_with_their_price() -> None:
    one, other = scenario_a(), scenario_a()
    lengths = {"input_tokens": 2600, "output_tokens": 300, "ttft_ms": 300, "tpot_ms": 20}
    other["pool"]["points"] = [{"concurrency": calls, **lengths} for calls in (1, 8)]
    terms = {"usd_per_unit_hour": 20, "tokens_per_minute_per_unit": 1e5}
    one["premium_model"]["provisioned"] = terms
    other["premium_model"]["provisioned"] = terms | {"units": 4}

    rows = compare([compared("Rated", one), compared("Measured", other)]).rows

    assert [(row.label, row.cells) for row in rows] == [
        ("Provisioned throughput", ["Units at 20.00 USD an hour", "4 units at 20.00 USD an hour"]),
        ("Measured under load", ["–", "2 measured points"]),
    ]


def test_comparison_of_equal_scenarios_finds_no_difference() -> None:
    shown = compare([compared("One", scenario_a()), compared("Other", scenario_a())])

    assert shown.rows == []
    assert shown.finding == ("As recommended today, all of these cost the same: $13,889 a month")


def cached_alone() -> dict[str, Any]:
    document = scenario_a()
    for part in ("small_model", "routing", "semantic_cache", "pool"):
        del document[part]
    return document


def test_comparison_names_the_cheapest_as_recommended() -> None:
    shown = compare([compared("Now", scenario_a()), compared("Cached", cached_alone())])

    # 13,889.11 with three levers against 25,110.00 with caching alone
    assert shown.finding == (
        "As recommended today, “Now” costs least, $13,889 a month: $11,221 less than the dearest"
    )
    hybrid = shown.strategy_rows[-1]
    assert (hybrid.title, hybrid.cells[1]) == ("Hybrid: all four levers", None)
    caching = shown.strategy_rows[1]
    assert [cell and cell.is_least for cell in caching.cells] == [True, True]
    assert [cell is not None for cell in shown.crossovers[0].cells] == [True, False]


def test_comparison_names_all_that_cost_least() -> None:
    titled = [("Now", scenario_a()), ("Cached", cached_alone()), ("Again", scenario_a())]

    assert compare([compared(*each) for each in titled]).finding == (
        "As recommended today, “Now” and “Again” cost least, $13,889 a month:"
        " $11,221 less than the dearest"
    )


def test_comparison_of_unequal_volumes_crowns_nobody() -> None:
    shown = compare([compared("Now", scenario_a()), compared("Small", api_only())])

    assert shown.finding == (
        "The volumes differ, from 1,000 to 3,000,000 requests a month: compare what a request or a"
        " million tokens costs, not the totals"
    )
    assert not any(cell and cell.is_least for row in shown.strategy_rows for cell in row.cells)
    current = shown.ways[0]
    # 44,550 / 3 M requests and / (3 M × 3,550 / 10⁶) Mtok; 3.00 / 1,000 and / 0.6 Mtok
    assert [(cell.usd_per_request, cell.usd_per_mtok) for cell in current.cells if cell] == [
        (pytest.approx(0.01485), pytest.approx(44_550 / 10_650)),
        (pytest.approx(0.003), 5.0),
    ]


def test_comparison_of_equal_requests_with_other_tokens_crowns_nobody() -> None:
    longer = scenario_a()
    longer["workload"]["output_tokens_per_call"] = 700

    shown = compare([compared("Now", scenario_a()), compared("Longer", longer)])

    assert shown.finding.startswith("The volumes differ, from 10,650 to 11,700 million tokens")


def test_comparison_with_a_part_that_one_leaves_out_says_that_once() -> None:
    rows = compare([compared("Now", scenario_a()), compared("Small", api_only())]).rows

    parts = [(row.label, row.cells) for row in rows if "left out" in row.cells]
    assert parts == [
        ("Small model", ["described", "left out"]),
        ("Routing", ["described", "left out"]),
        ("Semantic cache", ["described", "left out"]),
        ("Self-hosted pool", ["described", "left out"]),
    ]
    assert {row.group for row in rows} == {"", "Workload", "Premium model"}


def test_comparison_with_what_was_not_computed_leaves_its_cells_empty() -> None:
    shown = compare([compared("Now", scenario_a()), compared("Draft", None)])

    assert shown.rows == []
    assert shown.scenarios[1].today is None
    assert shown.finding == "Fewer than two of these scenarios have been computed"
    assert shown.bars[-1].note == "not computed yet"


def test_comparison_says_at_which_volumes_recommendations_pay() -> None:
    # Routing off spares its platform's 300 USD, more than a semantic cache's 250, at any volume.
    losing = scenario_a() | {"current_levers": ["routing"]}
    losing["routing"] |= {"classifier_usd_per_call": 0.02}
    shown = compare(
        [
            replace(each, estimate=each.estimate and with_crossovers(each.estimate))
            for each in (
                compared("Now", scenario_a()),
                compared("Off", losing),
                compared("Bare", api_only()),
                compared("Draft", None),
            )
        ]
    )

    title, cells = shown.pays_rows[0]
    assert title == "What is recommended today"
    assert [each.replace("\N{NO-BREAK SPACE}", " ") for each in cells] == [
        "from 74 k on",
        "every volume",
        "",
        "",
    ]


def with_crossovers(found: Estimate) -> Estimate:
    """The estimate as it is kept."""
    return replace(found, recommended_crossovers=recommended_crossovers(found))


def test_comparison_as_data_keeps_every_digit_and_the_order() -> None:
    shown = compare([compared("Now", scenario_a()), compared("Later", busier())])

    answer = ComparisonSerializer(shown).data

    assert [item["title"] for item in answer["scenarios"]] == ["Now", "Later"]
    assert answer["inputs"][0] == {
        "path": "workload.requests_per_month",
        "values": [3_000_000.0, 6_000_000.0],
    }
    baseline = answer["strategies"][1]
    assert baseline["strategy"] == "baseline"
    assert baseline["usd_per_month"] == pytest.approx([44_550, 89_100])
    assert len(answer["crossovers"]) == 3


def test_page_compares_what_the_address_names(world: World, client: Browser) -> None:
    first = computed(world)
    second = computed(world, api_only())
    path = url(world, "scenario-compare", assessment=first.assessment_id)

    html = page(world, client, "viewer", f"{path}?scenario={first.pk}&scenario={second.pk}")

    assert "The volumes differ, from 1,000 to 3,000,000 requests a month" in html
    assert "costs least" not in html
    assert "0.01485 a request<br>4.18 per Mtok" in html
    assert 'Requests <span class="muted small">per month</span>' in html
    assert html.count("checked>") == 2


def test_page_says_in_words_which_figure_of_a_row_is_the_least(
    world: World, client: Browser
) -> None:
    first = computed(world)
    second = computed(world, cached_alone())
    path = url(world, "scenario-compare", assessment=first.assessment_id)

    html = page(world, client, "viewer", f"{path}?scenario={first.pk}&scenario={second.pk}")

    least = re.findall(r"<strong>([\d,]+)</strong><span[^>]*>([^<]+)", html)
    assert ("25,110", ", the least of the row") in least


def test_list_offers_to_compare_from_two_scenarios_on(world: World, client: Browser) -> None:
    first = make_scenario(world.organization, world.client)
    path = url(world, "scenario-list", assessment=first.assessment_id)
    alone = page(world, client, "viewer", path)
    second = make_scenario(
        world.organization, world.client, assessment=first.assessment, document=api_only()
    )

    both = page(world, client, "viewer", path)

    assert "scenarios/compare/" not in alone
    assert f"scenarios/compare/?scenario={second.pk}&amp;scenario={first.pk}" in both


def test_page_offers_the_clients_own_scenarios_alone(world: World, client: Browser) -> None:
    own = make_scenario(world.organization, world.client)
    sibling = make_scenario(world.organization, world.sibling_client)

    path = url(world, "scenario-compare", assessment=own.assessment_id)
    html = page(world, client, "owner", path)

    assert str(own.pk) in html
    assert str(sibling.pk) not in html


def test_result_of_older_figures_is_marked(world: World) -> None:
    first, second = computed(world), computed(world)
    with tenancy.enter(organization_id=world.organization.pk):
        Scenario.objects.filter(pk=first.pk).update(version=first.version + 1)

        both = scenarios_compared(world.client.pk, [first.pk, second.pk])

    assert [each.is_stale for each in both] == [True, False]


@pytest.mark.parametrize("number", [1, 5])
def test_page_with_too_few_or_too_many_asks_again(
    world: World, client: Browser, number: int
) -> None:
    assessment = make_assessment(world.organization, world.client)
    chosen = [
        make_scenario(world.organization, world.client, assessment=assessment).pk
        for _ in range(number)
    ]
    query = "&".join(f"scenario={key}" for key in chosen)
    path = url(world, "scenario-compare", assessment=assessment.pk)

    response = world.login(client, "owner").get(f"{path}?{query}")

    html = response.content.decode()
    assert response.status_code == 422
    assert "Choose two to four scenarios" in html
    assert html.count("checked>") == number


def others(world: World) -> list[UUID | str]:
    """Scenarios that this client has not: a sibling's, another firm's, none, and no key at all."""
    sibling = make_scenario(world.organization, world.sibling_client)
    foreign = make_scenario(world.other_organization, world.other_client)
    return [sibling.pk, foreign.pk, uuid4()]


def test_page_knows_no_scenario_of_anybody_else(world: World, client: Browser) -> None:
    own = make_scenario(world.organization, world.client)
    path = url(world, "scenario-compare", assessment=own.assessment_id)
    browser = world.login(client, "owner")

    answers = [
        browser.get(f"{path}?scenario={own.pk}&scenario={other}")
        for other in [*others(world), "no-key", "\0"]
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert len({CSRF_TOKEN.sub(b"", answer.content) for answer in answers}) == 1


def test_api_refuses_anybody_elses_scenario_like_none(world: World, client: Browser) -> None:
    own = make_scenario(world.organization, world.client)
    path = reverse("api:comparison-list", args=[world.organization.slug, own.assessment_id])
    browser = world.login(client, "owner")

    answers = [
        browser.post(
            path, {"scenarios": [str(own.pk), str(other)]}, content_type="application/json"
        )
        for other in others(world)
    ]

    assert [answer.status_code for answer in answers] == [422] * 3
    assert len({answer.content for answer in answers}) == 1
    assert list(answers[0].json()["fields"]) == ["scenarios"]


def test_api_compares_a_clients_scenarios(world: World, client: Browser) -> None:
    first, second = computed(world), computed(world, busier())
    path = reverse("api:comparison-list", args=[world.organization.slug, first.assessment_id])
    body = {"scenarios": [str(second.pk), str(first.pk)]}

    answer = world.login(client, "viewer").post(path, body, content_type="application/json")

    assert answer.status_code == 200
    assert [item["id"] for item in answer.json()["scenarios"]] == body["scenarios"]
    assert answer.json()["inputs"][0]["values"] == [6_000_000, 3_000_000]


@pytest.mark.parametrize("keys", [[], ["x", "y"], 5, None, [str(UUID(int=1))] * 2])
def test_api_of_what_cannot_be_compared_names_the_field(
    world: World, client: Browser, keys: object
) -> None:
    assessment = make_assessment(world.organization, world.client)
    path = reverse("api:comparison-list", args=[world.organization.slug, assessment.pk])

    answer = world.login(client, "owner").post(
        path, {"scenarios": keys}, content_type="application/json"
    )

    assert answer.status_code == 422
    assert {field.partition(".")[0] for field in answer.json()["fields"]} == {"scenarios"}


def test_comparing_asks_the_database_as_often_for_four_as_for_two(
    world: World, client: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assessment = make_assessment(world.organization, world.client)
    keys = [
        make_scenario(
            world.organization, world.client, assessment=assessment, document=api_only()
        ).pk
        for _ in range(4)
    ]
    path = url(world, "scenario-compare", assessment=assessment.pk)
    browser = world.login(client, "owner")
    for key in keys:
        browser.post(url(world, "scenario-compute", scenario=key))
    run_due_jobs()
    with tenancy.enter(organization_id=world.organization.pk):
        assert Scenario.objects.count() == 4

    for number in (2, 4):
        query = "&".join(f"scenario={key}" for key in keys[:number])
        # The tabs, the assessment, the scenarios, their results, the choices.
        with django_assert_num_queries(TENANT + 5):
            browser.get(f"{path}?{query}")
