"""Pages of costing: who sees what, what a form makes, and how little the database is asked."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from lxml.html import fromstring
from pytest_django import DjangoAssertNumQueries

from costing.engine.inputs import all_inputs
from costing.scenarios.models import EconomicsResult, Scenario
from jobs.services import run_due_jobs
from organizations import tenancy
from tests.assessments.cast import level
from tests.costing.cast import api_only, make_assessment, make_scenario, scenario_a
from tests.factories import load_price_book
from tests.queries import TENANT
from tests.reports.rows import answer
from tests.world import World

AS_OF = date(2026, 11, 1)
NO_ROWS = {
    f"{rows}-{part}_FORMS": number
    for rows in ("range", "pair", "correlation")
    for part, number in (("TOTAL", "3"), ("INITIAL", "0"))
}
SMALLEST_FORM = {
    "title": "Support",
    "workload__requests_per_month": "3,000,000",
    "workload__input_tokens_per_call": "3200",
    "workload__output_tokens_per_call": "350",
    "premium_model__input_usd_per_mtok": "3",
    "premium_model__output_usd_per_mtok": "15",
    **NO_ROWS,
}


NAMESPACE = dict.fromkeys(
    (
        *("gpu-offer-list", "measured-point-list", "model-option-list", "model-price-list"),
        *("throughput-list", "hosted-price-list"),
    ),
    "catalog",
)


def url(world: World, name: str, **names: object) -> str:
    namespace = NAMESPACE.get(name, "scenarios")
    return reverse(
        f"{namespace}:{name}",
        kwargs={"org": world.organization.slug, **names},
    )


def scenarios(world: World) -> list[Scenario]:
    with tenancy.enter(organization_id=world.organization.pk):
        return list(Scenario.objects.order_by("created_at", "pk"))


def filled_in(form: Any) -> dict[str, Any]:
    """Return what a browser sends of a form that it shows and nobody changes."""
    fields = [*form, *(field for rows in form.rows.values() for field in rows.management_form)]
    values = {field.html_name: field.value() for field in fields if field.value() is not None}
    return {name: value for name, value in values.items() if value is not False and value != ""}


def create(world: World, browser: Browser, data: Mapping[str, object]) -> Any:
    assessment = make_assessment(world.organization, world.client)
    path = url(world, "scenario-create", assessment=assessment.pk)
    return world.login(browser, "consultant").post(f"{path}?trigger=", data)


def computed(world: World, document: dict | None = None) -> Scenario:
    scenario = make_scenario(world.organization, world.client, document=document)
    browser = world.login(Browser(), "consultant")
    browser.post(url(world, "scenario-compute", scenario=scenario.pk))
    run_due_jobs()
    return scenario


def page(world: World, browser: Browser, name: str, path: str) -> str:
    response = world.login(browser, name).get(path)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_scenario_create_first_asks_why_the_person_is_here(world: World, client: Browser) -> None:
    assessment = make_assessment(world.organization, world.client)

    html = page(world, client, "owner", url(world, "scenario-create", assessment=assessment.pk))

    assert [f"?trigger={key}" in html for key in ("cost_cliff", "hosting_crossroads")] == [True] * 2
    assert html.count("Chosen at intake") == 1  # rag


def test_scenario_create_shows_the_trigger_preset(world: World, client: Browser) -> None:
    assessment = make_assessment(world.organization, world.client)
    path = url(world, "scenario-create", assessment=assessment.pk)

    html = page(world, client, "owner", f"{path}?trigger=cost_cliff")

    # 1,200 of 1,800 tokens: the words are made from the figures.
    assert (
        "2,000,000 requests a month, 1,800 tokens in, 300 tokens out a call, 67 % of each prompt"
        " repeated, growing by 10 % a month"
    ) in html

    # cost_cliff: 2 million requests a month, 40 % simple calls
    assert 'name="workload__requests_per_month" value="2,000,000"' in html
    assert 'name="routing__simple_ratio" value="40"' in html


def test_scenario_create_stores_what_was_typed(world: World, client: Browser) -> None:
    form = SMALLEST_FORM | {
        "with_routing": "on",
        "routing__simple_ratio": "45",
        "small_model__input_usd_per_mtok": "0.15",
        "small_model__output_usd_per_mtok": "0.6",
        "current_levers": "prompt_caching",
        "action": "save",
    }

    response = create(world, client, form)

    [scenario] = scenarios(world)
    assert response.headers["Location"] == url(world, "scenario-detail", scenario=scenario.pk)
    assert scenario.document == {
        "workload": {
            "requests_per_month": 3_000_000,
            "input_tokens_per_call": 3200,
            "output_tokens_per_call": 350,
        },
        "premium_model": {"input_usd_per_mtok": 3, "output_usd_per_mtok": 15},
        "small_model": {"input_usd_per_mtok": 0.15, "output_usd_per_mtok": 0.6},
        "routing": {"simple_ratio": 0.45},
        "current_levers": ["prompt_caching"],
    }


def test_scenario_create_takes_price_and_speed_of_an_offer(world: World, client: Browser) -> None:
    form = SMALLEST_FORM | {
        "with_pool": "on",
        "pool__offer": "aws:p5.4xlarge:us-east-1",
        "pool__throughput": "llama-3.1-8b-fp8-h100",
        "pool__decode_tokens_per_second": "9000",
    }

    create(world, client, form)

    [scenario] = scenarios(world)
    # 31.8557 calls a second x (512 + 3.0728 x 256) = 41,369; the client measured the writing speed
    assert scenario.document["pool"] == {
        "usd_per_instance_hour": 6.88,
        "prefill_tokens_per_second": 41369.0,
        "decode_tokens_per_second": 9000,
        "scaling": "always_on",
    }
    assert {path: origin["key"] for path, origin in scenario.origins.items()} == {
        "pool.usd_per_instance_hour": "aws:p5.4xlarge:us-east-1",
        "pool.prefill_tokens_per_second": "llama-3.1-8b-fp8-h100",
    }


def test_scenario_create_counts_the_copies_that_an_offer_holds(
    world: World, client: Browser
) -> None:
    form = SMALLEST_FORM | {
        "with_pool": "on",
        "pool__offer": "aws:p5.48xlarge:us-east-1",
        "pool__throughput": "llama-3-70b-16bit-vllm-4xh100",
    }

    create(world, client, form)

    [scenario] = scenarios(world)
    # measured on four H100 at 5,978 and 2,688 tokens a second; eight hold two copies
    assert scenario.document["pool"] == {
        "usd_per_instance_hour": 55.04,
        "prefill_tokens_per_second": 11956.0,
        "decode_tokens_per_second": 5376.0,
        "scaling": "always_on",
    }
    assert "2 copies on one instance" in scenario.origins["pool.decode_tokens_per_second"]["label"]


def test_scenario_create_takes_as_many_instances_as_a_replica_was_measured_over(
    world: World, client: Browser
) -> None:
    form = SMALLEST_FORM | {
        "with_pool": "on",
        "pool__offer": "aws:p5.48xlarge:us-east-1",
        "pool__throughput": "llama-2-70b-mlperf-sixteen-h100",
    }

    create(world, client, form)

    [scenario] = scenarios(world)
    assert scenario.document["pool"]["instances_per_replica"] == 2


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (
            {"pool__offer": "aws:p5.4xlarge:us-east-1"},
            "It was measured on 4 × H100, which this offer does not hold.",
        ),
        (
            {"workload__input_tokens_per_call": "120000"},
            "Its model takes 8,192 tokens a call; yours has 120,350.",
        ),
    ],
)
def test_scenario_create_refuses_a_measurement_that_says_nothing_of_the_pool(
    world: World, client: Browser, typed: dict[str, str], reason: str
) -> None:
    form = SMALLEST_FORM | {
        "with_pool": "on",
        "pool__offer": "aws:p5.48xlarge:us-east-1",
        "pool__throughput": "llama-3-70b-16bit-vllm-4xh100",
        **typed,
    }

    response = create(world, client, form)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["pool__throughput"]
    assert reason in response.context["form"].errors["pool__throughput"][0]


def test_scenario_create_can_lead_on_to_the_pools_that_are_proposed(
    world: World, client: Browser
) -> None:
    response = create(world, client, SMALLEST_FORM | {"with_pool": "on", "action": "pool"})

    [scenario] = scenarios(world)
    assert response.headers["Location"] == url(world, "scenario-pool", scenario=scenario.pk)
    assert "pool" not in scenario.document


def test_scenario_create_offers_capacity_by_accelerator(world: World, client: Browser) -> None:
    assessment = make_assessment(world.organization, world.client)
    path = url(world, "scenario-create", assessment=assessment.pk)

    html = page(world, client, "owner", f"{path}?trigger=")

    assert '<optgroup label="H100">' in html
    assert "Save and propose a pool" in html


def test_scenario_create_and_compute_leads_to_the_economics(world: World, client: Browser) -> None:
    load_price_book(as_of=AS_OF)
    form = SMALLEST_FORM | {
        "premium_model__input_usd_per_mtok": "",
        "premium_model__output_usd_per_mtok": "",
        "premium_model__catalog": "Anthropic:claude-sonnet-4-5-20250929",
        "action": "compute",
    }

    response = create(world, client, form)
    waiting = client.get(response.headers["Location"]).content.decode()
    run_due_jobs()
    html = page(world, client, "consultant", response.headers["Location"])

    [scenario] = scenarios(world)
    assert scenario.document["premium_model"] == {"catalog": "anthropic:claude-sonnet-4-5"}
    assert "Waiting for a worker" in waiting
    # 3,000,000 x (3,200 x 3 + 350 x 15) / 1e6 = 44,550
    assert "$44,550" in html
    assert "anthropic:claude-sonnet-4-5" in html
    assert "as of 1 November 2026" in html


@pytest.mark.parametrize(
    "typed",
    ["", "nan", "1e309", "-1", "0,5", "１２", "abc", "9" * 400, "\0", "1_000", "inf", "0x10"],
)
def test_scenario_create_with_a_hostile_number_keeps_it_and_says_why(
    world: World, client: Browser, typed: str
) -> None:
    response = create(world, client, SMALLEST_FORM | {"workload__requests_per_month": typed})

    assert response.status_code == 422
    assert response.context["form"]["workload__requests_per_month"].value() == typed
    assert list(response.context["form"].errors) == ["workload__requests_per_month"]
    assert scenarios(world) == []


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("title", "x" * 121),
        ("title", "a\0b"),
        ("premium_model__catalog", "x" * 100_000),
        ("premium_model__catalog", "openai:\0"),
        ("current_levers", "everything"),
        ("pool__offer", "aws:none"),
        ("pool__scaling", "{}"),
        ("routing__simple_ratio", "101"),
        ("workload__agent_depth", "2"),
        ("workload__prefix_tokens_per_call", "99999"),
        ("horizon_months", "0.5"),
    ],
)
def test_scenario_create_with_a_hostile_field_is_refused(
    world: World, client: Browser, name: str, typed: str
) -> None:
    form = SMALLEST_FORM | {"with_routing": "on", "routing__simple_ratio": "1"} | {name: typed}

    response = create(world, client, form)

    assert response.status_code == 422
    assert scenarios(world) == []


def test_scenario_create_shows_the_engines_faults_at_their_fields(
    world: World, client: Browser
) -> None:
    form = SMALLEST_FORM | {
        "workload__prefix_tokens_per_call": "5000",
        "premium_model__catalog": "openai:gpt-9o",
        "premium_model__input_usd_per_mtok": "",
        "premium_model__output_usd_per_mtok": "",
        "with_routing": "on",
        "routing__simple_ratio": "40",
    }

    response = create(world, client, form)

    assert response.context["form"].errors.get_json_data() == {
        "workload__prefix_tokens_per_call": [
            {"message": "Must not exceed the input per call.", "code": ""}
        ],
        "premium_model__catalog": [
            {
                "message": "The catalog has no model 'openai:gpt-9o' on that date. "
                "Give a reference as <provider>:<model>.",
                "code": "",
            }
        ],
        "small_model__catalog": [
            {"message": "Choose where simple calls go, or switch routing off.", "code": ""}
        ],
    }


def test_scenario_create_ignores_faults_of_parts_that_are_switched_off(
    world: World, client: Browser
) -> None:
    response = create(world, client, SMALLEST_FORM | {"routing__simple_ratio": "nonsense"})

    assert response.status_code == 302
    assert "routing" not in scenarios(world)[0].document


def test_scenario_create_ignores_fields_that_it_does_not_ask_for(
    world: World, client: Browser
) -> None:
    foreign = {"organization": world.other_organization.pk, "workload__secret": "1", "version": "7"}

    create(world, client, SMALLEST_FORM | foreign)

    [scenario] = scenarios(world)
    assert (scenario.organization_id, scenario.version) == (world.organization.pk, 1)
    assert "secret" not in scenario.document["workload"]


def test_scenario_edit_shows_and_keeps_what_the_form_does_not_ask_for(
    world: World, client: Browser
) -> None:
    document = scenario_a()
    document["workload"]["hourly_profile"] = [1.0] * 168
    document["premium_model"]["tiers"] = [{"above_input_tokens": 200_000, "input_usd_per_mtok": 6}]
    scenario = make_scenario(world.organization, world.client, document=document)
    path = url(world, "scenario-edit", scenario=scenario.pk)
    typed = filled_in(world.login(client, "consultant").get(path).context["form"])

    response = client.post(path, typed)

    [edited] = scenarios(world)
    assert response.status_code == 302
    assert edited.document == document
    assert edited.version == 2


def test_scenario_edit_shows_the_price_of_the_chosen_model(world: World, client: Browser) -> None:
    load_price_book(as_of=AS_OF)
    document = api_only() | {"premium_model": {"catalog": "anthropic:claude-sonnet-4-5"}}
    scenario = make_scenario(world.organization, world.client, document=document)

    html = page(world, client, "owner", url(world, "scenario-edit", scenario=scenario.pk))

    assert "Claude Sonnet 4.5 by Anthropic: 3.00 in, 15.00 out, 0.30 cached" in html


def test_scenario_edit_of_a_stale_version_keeps_what_was_typed(
    world: World, client: Browser
) -> None:
    scenario = make_scenario(world.organization, world.client, document=api_only())
    path = url(world, "scenario-edit", scenario=scenario.pk)
    world.login(client, "consultant").post(
        path, SMALLEST_FORM | {"title": "Theirs", "version": "1"}
    )

    stale = client.post(path, SMALLEST_FORM | {"title": "Mine", "version": "1"})
    typed = stale.context["form"]
    again = client.post(
        path, SMALLEST_FORM | {"title": "Mine", "version": typed["version"].value()}
    )

    assert stale.status_code == 409
    assert typed["title"].value() == "Mine"
    assert "Somebody else changed this scenario" in stale.content.decode()
    assert again.status_code == 302
    assert [(row.title, row.version) for row in scenarios(world)] == [("Mine", 3)]


@pytest.mark.parametrize("version", ["", "x", "0", "99999999999999999999", "1\0"])
def test_scenario_edit_without_a_version_changes_nothing(
    world: World, client: Browser, version: str
) -> None:
    scenario = make_scenario(world.organization, world.client, document=api_only())
    path = url(world, "scenario-edit", scenario=scenario.pk)

    response = world.login(client, "consultant").post(path, SMALLEST_FORM | {"version": version})

    assert response.status_code in (409, 422)
    assert [row.title for row in scenarios(world)] == ["Support"]
    assert scenarios(world)[0].version == 1


@pytest.mark.parametrize("name", ["owner", "consultant", "respondent", "viewer"])
def test_scenario_detail_shows_the_worked_numbers_to_every_role(
    world: World, client: Browser, name: str
) -> None:
    scenario = computed(world)

    html = page(world, client, name, url(world, "scenario-detail", scenario=scenario.pk))

    # cost-model.md, section 6: saving 44,550 - 13,889.11 = 30,660.89, 68.8 %
    assert "$30,661 a month can be saved today, 68.8 % of the bill." in html
    assert "That is within the 40–70 %" in html
    assert "first gets cheaper at 8.87 M requests a month, for good above 26.7 M" in html
    assert "Show every range in which self-hosting all calls is cheaper (18)" in html
    assert ("Edit figures" in html) == (name in ("owner", "consultant"))


def test_scenario_detail_draws_futures_balance_and_the_way_of_a_call(
    world: World, client: Browser
) -> None:
    ranges = {"workload.requests_per_month": {"low": 2_000_000, "high": 6_000_000}}
    scenario = computed(world, scenario_a() | {"ranges": ranges, "samples": 64})

    html = page(world, client, "viewer", url(world, "scenario-detail", scenario=scenario.pk))

    # 1,511,400 of 3 M calls; 13,283 of 13,889 USD, worked out in tests/costing/content.
    finding = "The premium model answers 50 % of the calls and takes 91 % of the bill"
    assert f'aria-label="{finding}"' in html
    assert f'<figcaption class="chart-title">{finding}</figcaption>' in html
    assert "Self-hosting beats the optimized API in none of 64 futures" in html
    assert "The cost of the hybrid of all four levers depends most on requests" in html
    assert html.count("Show every month") == 3
    # Of the three pairs, and of what is recommended.
    assert html.count("Zoom to the present volume") == 4
    assert "What is recommended today pays from 74 k requests a month on" in html
    assert 'id="crossover-recommended-today"' in html
    assert "What is recommended today, or what runs today?" in html


def test_scenario_detail_says_what_was_bought_ahead_and_is_left(
    world: World, client: Browser
) -> None:
    document = scenario_a() | {"commitment": {"committed_usd_per_month": 50_000}}
    document |= {"current_levers": ["self_hosting"]}
    document["pool"] |= {"reserved_usd_per_instance_hour": 7, "reserved_instances": 1}
    scenario = computed(world, document)

    html = page(world, client, "viewer", url(world, "scenario-detail", scenario=scenario.pk))

    # No call is sent to a model that is sold by its tokens: all that is committed goes unused.
    assert "Of today’s bill $50,000 is committed spend that is not used" in html
    assert "1 reserved instance of today must be paid until the term ends" in html


def test_scenario_detail_keeps_its_summary_in_sight_with_the_way_to_each_section(
    world: World, client: Browser
) -> None:
    ranges = {"workload.requests_per_month": {"low": 2_000_000, "high": 6_000_000}}
    scenario = computed(world, scenario_a() | {"ranges": ranges, "samples": 64})

    html = page(world, client, "viewer", url(world, "scenario-detail", scenario=scenario.pk))

    shown = fromstring(html)
    (summary,) = shown.xpath("//*[@class='result-summary']")
    assert summary.xpath(".//*[@class='stat-label']/text()") == [
        *("It costs now, per month", "It should cost, per month", "Saving, per month", "When")
    ]
    assert "68.8 %; 8 of 10 futures $" in summary.text_content()
    assert "at once" in summary.text_content()
    ways = [each.removeprefix("#") for each in summary.xpath(".//nav//a/@href")]
    assert ways == [
        *("headline", "strategies", "waterfall", "triage", "crossovers"),
        *("break-even", "futures", "anti-patterns", "inputs"),
    ]
    assert [len(shown.xpath(f"//*[@id='{way}']")) for way in ways] == [1] * len(ways)


def test_scenario_detail_names_the_source_of_a_price_where_one_points_at_it(
    world: World, client: Browser
) -> None:
    load_price_book(as_of=AS_OF)
    document = scenario_a() | {"premium_model": {"catalog": "anthropic:claude-sonnet-4-5"}}
    scenario = computed(world, document)

    html = page(world, client, "viewer", url(world, "scenario-detail", scenario=scenario.pk))

    said = "Premium model: Claude Sonnet 4.5 (anthropic:claude-sonnet-4-5), 3.00 in and 15.00 out"
    assert f'<a href="#source-1" title="{said}' in html
    assert f'<li id="source-1">{said}' in html


def test_scenario_detail_holds_levers_back_that_the_scores_do_not_allow(
    world: World, client: Browser
) -> None:
    assessment = make_assessment(world.organization, world.client, integrity=2, hosting=1)
    scenario = make_scenario(world.organization, world.client, assessment=assessment)
    world.login(client, "consultant")
    client.post(url(world, "scenario-compute", scenario=scenario.pk))
    run_due_jobs()

    html = page(world, client, "viewer", url(world, "scenario-detail", scenario=scenario.pk))

    # caching alone today: 44,550 - 25,110 = 19,440, 43.6 %; 25,110 - 13,889.11 = 11,220.89 waits
    assert "$19,440 a month can be saved today, 43.6 % of the bill." in html
    assert "raising it is worth another <strong>$11,221 a month</strong>" in html
    assert "Integrity must be at least 3 and is 2" in html


def test_scenario_detail_without_answers_holds_back_what_needs_scores(
    world: World, client: Browser
) -> None:
    assessment = make_assessment(world.organization, world.client)
    scenario = make_scenario(world.organization, world.client, assessment=assessment)
    world.login(client, "consultant")
    client.post(url(world, "scenario-compute", scenario=scenario.pk))
    run_due_jobs()

    html = page(world, client, "viewer", url(world, "scenario-detail", scenario=scenario.pk))

    assert "Integrity must be at least 3 and is not scored" in html
    assert "$19,440 a month can be saved today" in html


def test_scenario_detail_of_the_four_figures_names_what_is_not_assessed(
    world: World, client: Browser
) -> None:
    """Four figures say nothing of any lever, so that no advice follows from them."""
    scenario = computed(world, api_only())

    html = page(world, client, "consultant", url(world, "scenario-detail", scenario=scenario.pk))

    assert "No saving is found in what is described so far." in html
    assert "Nothing that is described so far beats what runs now" in html
    for lever in ("Prompt caching", "Routing", "Semantic caching", "Self-hosting"):
        assert f"<strong>{lever}</strong>: nothing is known of it before" in html
    assert "“Simple calls” (Routing) and “Input” (Small model)" in html
    edit = url(world, "scenario-edit", scenario=scenario.pk)
    assert f'href="{edit}#section-semantic_cache"' in html
    assert "no lever pays" not in html
    assert "Nothing to save today" not in html


def test_scenario_detail_names_prices_over_ninety_days_old(world: World, client: Browser) -> None:
    scenario = computed(world)
    origin = {"label": "AWS p5.48xlarge", "source_url": "", "checked_on": "2026-08-02"}
    with tenancy.enter(organization_id=world.organization.pk):
        Scenario.objects.update(origins={"pool.usd_per_instance_hour": origin})
    path = url(world, "scenario-detail", scenario=scenario.pk)

    # the assessment is of 1 November: 91 days later
    old = page(world, client, "viewer", path)
    with tenancy.enter(organization_id=world.organization.pk):
        later = {"pool.usd_per_instance_hour": {**origin, "checked_on": "2026-08-03"}}
        Scenario.objects.update(origins=later)

    assert "1 price over 90 days old at the assessment's date" in old
    assert "Price of an instance, checked 2 Aug 2026" in old
    assert "over 90 days old" not in page(world, client, "viewer", path)


def test_scenario_detail_of_a_pool_without_people_says_which_costs_are_missing(
    world: World, client: Browser
) -> None:
    document = scenario_a()
    for key in ("engineering_hours_per_month", "migration_usd"):
        del document["pool"][key]
    scenario = computed(world, document)

    html = page(world, client, "viewer", url(world, "scenario-detail", scenario=scenario.pk))

    assert "Self-hosting is priced without engineering and migration" in html


def test_scenario_create_assumes_people_for_a_pool_and_says_on_what_basis(
    world: World, client: Browser
) -> None:
    assessment = make_assessment(world.organization, world.client)
    path = url(world, "scenario-create", assessment=assessment.pk) + "?trigger="
    form = world.login(client, "consultant").get(path).context["form"]
    pool = {
        "with_pool": "on",
        "pool__usd_per_instance_hour": "12",
        "pool__prefill_tokens_per_second": "30,000",
        "pool__decode_tokens_per_second": "2,500",
        "pool__migration_usd": "9,000",
    }

    client.post(path, filled_in(form) | SMALLEST_FORM | pool)

    [scenario] = scenarios(world)
    assert scenario.document["pool"]["engineering_hours_per_month"] == 40
    assert scenario.document["pool"]["migration_usd"] == 9_000
    assert scenario.origins["pool.engineering_hours_per_month"]["label"] == (
        "Assumed for a rented pool: a quarter of one engineer"
    )
    assert "pool.migration_usd" not in scenario.origins


def test_scenario_detail_of_described_levers_that_do_not_pay_says_so(
    world: World, client: Browser
) -> None:
    document = scenario_a()
    document["workload"]["requests_per_month"] = 100  # the platforms cost more than they save
    document["premium_model"]["cache_read_usd_per_mtok"] = 3
    scenario = computed(world, document)

    html = page(world, client, "viewer", url(world, "scenario-detail", scenario=scenario.pk))

    assert "Nothing to save today." in html
    assert "no lever pays for itself" in html
    assert "Not assessed yet" not in html


def test_scenario_detail_without_a_pool_says_so(world: World, client: Browser) -> None:
    scenario = computed(world, api_only())

    html = page(world, client, "viewer", url(world, "scenario-detail", scenario=scenario.pk))

    assert "Self-hosting was not compared" in html
    assert "Left out. The scenario has no self-hosted pool." in html


def test_scenario_detail_where_hosting_never_pays_says_so(world: World, client: Browser) -> None:
    document = scenario_a()
    document["pool"]["decode_tokens_per_second"] = 1
    scenario = computed(world, document)

    html = page(world, client, "viewer", url(world, "scenario-detail", scenario=scenario.pk))

    assert "Self-hosting all calls never gets cheaper, at any volume" in html
    assert "in which self-hosting all calls is cheaper" not in html  # there is nothing to open
    assert "not within the horizon" in html


def test_scenario_detail_without_any_traffic_is_no_error(world: World, client: Browser) -> None:
    document = api_only()
    document["workload"]["requests_per_month"] = 0
    scenario = computed(world, document)

    html = page(world, client, "viewer", url(world, "scenario-detail", scenario=scenario.pk))

    assert "Nothing is spent today" in html


@pytest.mark.parametrize("size", ["smallest", "largest"])
def test_scenario_detail_of_extreme_figures_is_no_error(
    world: World, client: Browser, size: str
) -> None:
    document = scenario_a()
    for item in all_inputs():
        if item.number and item.key in document.get(item.section, {}):
            bound = item.number.low if size == "smallest" else item.number.high
            document[item.section][item.key] = bound
    scenario = computed(world, document)

    html = page(world, client, "viewer", url(world, "scenario-detail", scenario=scenario.pk))

    assert "Cost engine" in html


def test_scenario_detail_names_anti_patterns_with_their_price(
    world: World, client: Browser
) -> None:
    scenario = computed(world)

    html = page(world, client, "viewer", url(world, "scenario-detail", scenario=scenario.pk))

    assert "One model for everything" in html
    assert "while 45 % of the calls are simple" in html


def test_scenario_detail_after_a_change_says_that_figures_are_stale(
    world: World, client: Browser
) -> None:
    scenario = computed(world, api_only())
    edit = url(world, "scenario-edit", scenario=scenario.pk)
    world.login(client, "consultant").post(edit, SMALLEST_FORM | {"version": "1"})

    html = page(world, client, "consultant", url(world, "scenario-detail", scenario=scenario.pk))

    assert "The figures changed since this was computed" in html
    assert "Compute</button>" in html


def test_scenario_detail_after_an_answer_says_that_scores_are_stale(
    world: World, client: Browser
) -> None:
    scenario = computed(world, api_only())
    with tenancy.enter(organization_id=world.organization.pk):
        answer(scenario.assessment, "dimension", "finops", level(4))

    html = page(world, client, "consultant", url(world, "scenario-detail", scenario=scenario.pk))

    assert "The scores changed since this was computed" in html
    assert "Compute</button>" in html


def test_scenario_compute_twice_at_once_stores_one_result(world: World, client: Browser) -> None:
    scenario = make_scenario(world.organization, world.client)
    path = url(world, "scenario-compute", scenario=scenario.pk)
    world.login(client, "consultant")

    client.post(path)
    client.post(path)
    run_due_jobs()

    with tenancy.enter(organization_id=world.organization.pk):
        assert EconomicsResult.objects.filter(scenario=scenario).count() == 1


def test_model_price_list_searches_and_names_its_source(world: World, client: Browser) -> None:
    load_price_book(as_of=AS_OF)

    html = page(world, client, "owner", url(world, "model-price-list") + "?q=anthropic:+haiku+4.5")

    assert "1 model for “anthropic: haiku 4.5”" in html
    assert "as of 1 November 2026" in html
    assert "released 10 November 2026" in html


@pytest.mark.parametrize("query", ["?q=%00", "?page=99999", "?page=x", "?q=" + "%25_" * 500])
def test_model_price_list_with_a_hostile_query_answers(
    world: World, client: Browser, query: str
) -> None:
    load_price_book(as_of=AS_OF)

    page(world, client, "owner", url(world, "model-price-list") + query)


def test_model_price_list_without_a_book_says_what_to_do(world: World, client: Browser) -> None:
    html = page(world, client, "owner", url(world, "model-price-list"))

    assert "No prices are loaded yet" in html


def test_model_option_list_offers_what_matches(world: World, client: Browser) -> None:
    load_price_book(as_of=AS_OF)
    path = url(world, "model-option-list") + "?premium_model__catalog=claude+haiku+4.5+anthropic"

    html = page(world, client, "owner", path)

    assert html.startswith('<option value="anthropic:claude-haiku-4-5">Claude Haiku 4.5, Anthropic')


def test_pages_ask_the_database_a_bounded_number_of_times(
    world: World, client: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    load_price_book(as_of=AS_OF)
    catalog = {
        "premium_model": {"catalog": "anthropic:claude-sonnet-4-5"},
        "small_model": {"catalog": "openai:gpt-4o-mini"},
    }
    scenario = computed(world, scenario_a() | catalog)
    world.login(client, "owner")
    bounds = {
        # The books with the latest, the count, the prices, and contract prices beside them.
        url(world, "model-price-list"): TENANT + 4,
        url(world, "model-option-list"): TENANT + 2,
        url(world, "gpu-offer-list"): TENANT + 4,
        url(world, "scenario-list", assessment=scenario.assessment_id): TENANT + 5,
        url(world, "scenario-create", assessment=scenario.assessment_id): TENANT + 3,
        url(world, "scenario-edit", scenario=scenario.pk): TENANT + 7,
        # The last are the answers that its figures are held against, and the roadmap's actions, by
        # which its saving is held against days of work.
        url(world, "scenario-detail", scenario=scenario.pk): TENANT + 8,
    }

    for path, bound in bounds.items():
        with django_assert_max_num_queries(bound):
            client.get(path)
