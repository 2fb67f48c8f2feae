"""The wizard that proposes a pool: page, operation, and what taking a proposal leaves behind."""

import json
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from costing.engine import estimate, parse_scenario
from costing.scenarios.models import Scenario
from organizations import tenancy
from organizations.models import AuditEvent
from tests.api.callers import caller
from tests.costing.cast import api_only, make_scenario, scenario_a
from tests.costing.test_views import filled_in, page, url
from tests.queries import TENANT
from tests.world import World

WISH = (
    "?model_family=llama-3.3-70b&provider=aws&pricing=on_demand&precision=fp16"
    "&max_utilization_ratio=60"
)
CHOICE = {
    "version": "1",
    "offer": "aws:p5.48xlarge:us-east-1",
    "measurement": "llama-3-70b-16bit-vllm-4xh100",
}


def stored(world: World) -> Scenario:
    with tenancy.enter(organization_id=world.organization.pk):
        return Scenario.objects.get()


def take(world: World, browser: Browser, scenario: Scenario, **choice: str) -> Any:
    path = url(world, "scenario-pool", scenario=scenario.pk) + WISH
    return world.login(browser, "consultant").post(path, CHOICE | choice)


def as_shown(browser: Browser, path: str) -> dict[str, Any]:
    """Return what a browser would send of a form as it stands."""
    form = browser.get(path).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


def propose(world: World, data: dict[str, Any], *, who: str = "reading_key") -> Any:
    path = reverse("api:pool-proposal-list", args=[world.organization.slug])
    response = caller(world, who).post(path, data)
    return response.status_code, json.loads(response.content)


def test_scenario_pool_first_asks_for_the_model(world: World, client: Browser) -> None:
    scenario = make_scenario(world.organization, world.client)

    html = page(world, client, "owner", url(world, "scenario-pool", scenario=scenario.pk))

    assert "Llama 3.3 70B" in html
    assert "Use this pool" not in html


def test_scenario_pool_ranks_pools_and_says_how_figures_follow(
    world: World, client: Browser
) -> None:
    scenario = make_scenario(world.organization, world.client)

    html = page(world, client, "owner", url(world, "scenario-pool", scenario=scenario.pk) + WISH)

    # vLLM: 7.671233 a second x (3,200/11,956 + 350/5,376) s / 60 % = 4.25: 5 x 730 h x 55.04 USD;
    # TensorRT-LLM, measured faster: 3.94, 4 x 40,179.20. Of two the dearer is proposed.
    assert "$160,717 to $200,896 a month by measurement" in html
    assert "AWS p5.48xlarge, 8 × H100, us-east-1, on demand: 55.04 USD per hour" in html
    assert "2 copies on one instance, each 2,688 tokens a second" in html
    assert "7.67 calls a second at the peak × 0.333 s of one replica ÷ 60% = 4.25" in html


def test_scenario_pool_of_one_accelerator_proposes_no_other(world: World, client: Browser) -> None:
    scenario = make_scenario(world.organization, world.client)
    path = url(world, "scenario-pool", scenario=scenario.pk)
    world.login(client, "owner")

    options = client.get(f"{path}?model_family=llama-3.3-70b&accelerator=H200").context["options"]

    assert {proposal.offer.family for proposal, *_ in options} == {"H200"}


def test_scenario_pool_offers_each_precision_by_its_own_name(world: World, client: Browser) -> None:
    scenario = make_scenario(world.organization, world.client)
    world.login(client, "owner")

    form = client.get(url(world, "scenario-pool", scenario=scenario.pk)).context["form"]

    offered = [str(label) for _, label in form.fields["precision"].choices]
    assert offered == ["Any", "BF16", "FP16", "FP4", "FP8", "INT4", "Not stated"]


def test_scenario_pool_offers_simple_calls_where_there_is_routing(
    world: World, client: Browser
) -> None:
    routed = make_scenario(world.organization, world.client)
    plain = make_scenario(world.organization, world.client, document=api_only())

    pages = [
        page(world, client, "owner", url(world, "scenario-pool", scenario=scenario.pk))
        for scenario in (routed, plain)
    ]

    assert ["The simple calls alone" in html for html in pages] == [True, False]


def test_scenario_pool_where_nothing_runs_it_says_so(world: World, client: Browser) -> None:
    scenario = make_scenario(world.organization, world.client)
    path = url(world, "scenario-pool", scenario=scenario.pk)

    html = page(
        world, client, "owner", f"{path}?model_family=llama-3.1-405b&provider=lambda&precision=fp16"
    )

    assert "No measurement on offer says what Llama 3.1 405B takes here" in html
    assert "131,072 tokens a call" in html


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?model_family=", "Model"),
        ("?model_family=huge", "Model"),
        ("?model_family=llama-3.1-8b&ttft_ms=0", "First token within"),
        ("?model_family=llama-3.1-8b&tpot_ms=soon", "Each more within"),
        ("?model_family=llama-3.1-8b&max_utilization_ratio=0", "Filled up to"),
        ("?model_family=llama-3.1-8b&max_utilization_ratio=nan", "Filled up to"),
        ("?model_family=llama-3.1-8b&interruption_overhead_ratio=101", "Spot interruptions"),
        ("?model_family=llama-3.1-8b&region=%00", "Region"),
    ],
)
def test_scenario_pool_names_a_wish_that_cannot_be_used(
    world: World, client: Browser, query: str, field: str
) -> None:
    scenario = make_scenario(world.organization, world.client)
    path = url(world, "scenario-pool", scenario=scenario.pk)

    response = world.login(client, "owner").get(path + query)

    assert response.status_code == 422
    assert f">{field}</a>:" in response.content.decode()


def test_scenario_pool_taken_fills_the_pool_with_origins(world: World, client: Browser) -> None:
    scenario = make_scenario(world.organization, world.client)

    response = take(world, client, scenario)

    assert response.url == url(world, "scenario-detail", scenario=scenario.pk)
    taken = stored(world)
    assert taken.version == 2
    assert taken.document["pool"] == {
        **scenario_a()["pool"],
        "usd_per_instance_hour": 55.04,
        "instances_per_replica": 1,
        "prefill_tokens_per_second": 11956.0,
        "decode_tokens_per_second": 5376.0,
        "max_utilization_ratio": 0.6,
        "interruption_overhead_ratio": 0.0,
    }
    assert {path: origin["key"] for path, origin in taken.origins.items()} == {
        "pool.usd_per_instance_hour": "aws:p5.48xlarge:us-east-1",
        "pool.instances_per_replica": "",
        "pool.prefill_tokens_per_second": "",
        "pool.decode_tokens_per_second": "",
    }
    assert {origin["checked_on"] for origin in taken.origins.values()} == {
        "2026-07-20",
        "2025-07-18",
    }


def test_scenario_pool_taken_leaves_one_audit_row(world: World, client: Browser) -> None:
    scenario = make_scenario(world.organization, world.client)

    take(world, client, scenario)

    with tenancy.enter(organization_id=world.organization.pk):
        rows = AuditEvent.objects.filter(subject_id=scenario.pk, verb="scenario.changed")
        assert [row.data for row in rows] == [{"version": 2}]


def test_scenario_pool_taken_keeps_how_far_its_measurements_differ(
    world: World, client: Browser
) -> None:
    scenario = make_scenario(world.organization, world.client)

    take(world, client, scenario)

    ranges = stored(world).document["ranges"]
    # Two copies: vLLM reads 11,956, TensorRT-LLM 12,914 a second; 40 % for other lengths.
    assert ranges["pool.prefill_tokens_per_second"] == {
        "low": pytest.approx(11_956 * 0.6),
        "high": pytest.approx(12_914 * 1.4, rel=1e-3),
    }
    # What had the usual ranges keeps them: stated ones would take their place.
    assert {"workload.requests_per_month", "pool.usd_per_instance_hour"} <= ranges.keys()


def test_scenario_pool_taken_uses_points_and_target(world: World, client: Browser) -> None:
    document = scenario_a() | {"latency": {"ttft_ms": 300, "percentile": 95}}
    document["workload"] |= {"output_tokens_per_call": 800}
    scenario = make_scenario(world.organization, world.client, document=document)
    series = "llama-3.1-70b-fp8-vllm-8xh100-sxm-80gb"
    wish = "?model_family=llama-3.3-70b&provider=aws&ttft_ms=1500&tpot_ms=40"
    path = url(world, "scenario-pool", scenario=scenario.pk)

    shown = world.login(client, "consultant").get(path).context["form"]
    client.post(path + wish, CHOICE | {"measurement": series})

    taken = stored(world)
    pool = taken.document["pool"]
    assert shown["ttft_ms"].value() == "300"
    assert taken.document["latency"] == {"ttft_ms": 1500, "tpot_ms": 40, "percentile": 95}
    assert [point["concurrency"] for point in pool["points"]][:3] == [4, 8, 16]
    assert not {"prefill_tokens_per_second", "decode_tokens_per_second"} & pool.keys()
    assert taken.origins["pool.points"]["key"] == series
    assert "pool.goodput_ratio" in taken.document["ranges"]
    measured = estimate(parse_scenario(taken.document)).measured
    assert measured is not None
    assert measured.ttft_ms <= 1500
    # The form gives back what it shows.
    edit = url(world, "scenario-edit", scenario=scenario.pk)
    client.post(edit, filled_in(client.get(edit).context["form"]))
    after = stored(world)
    assert (after.document["pool"], after.origins.keys()) == (pool, taken.origins.keys())


def test_scenario_pool_says_which_measurements_it_refuses_and_why(
    world: World, client: Browser
) -> None:
    scenario = make_scenario(world.organization, world.client)
    path = url(world, "scenario-pool", scenario=scenario.pk)

    html = page(world, client, "owner", f"{path}?model_family=gpt-oss-120b")

    assert "Refused: 21 measurements" in html
    assert "3,200 and 350 are more than twice beyond; the nearest run has" in html
    assert "Use this pool" not in html


def test_scenario_pool_taken_drops_ranges_of_replaced_figures(
    world: World, client: Browser
) -> None:
    ranges = {
        "pool.usd_per_instance_hour": {"low": 8, "high": 16},
        "workload.requests_per_month": {"low": 1_000_000, "high": 5_000_000},
    }
    scenario = make_scenario(
        world.organization, world.client, document=scenario_a() | {"ranges": ranges}
    )

    take(world, client, scenario)

    assert sorted(stored(world).document["ranges"]) == [
        "pool.decode_tokens_per_second",
        "pool.prefill_tokens_per_second",
        "workload.requests_per_month",
    ]


def test_scenario_pool_over_a_stale_version_changes_nothing(world: World, client: Browser) -> None:
    scenario = make_scenario(world.organization, world.client)
    take(world, client, scenario)

    response = take(world, client, scenario, measurement="llama-3-70b-16bit-trtllm-4xh100")

    assert response.status_code == 409
    html = response.content.decode()
    assert "Somebody else changed this scenario" in html
    assert 'name="version" value="2"' in html
    assert stored(world).document["pool"]["decode_tokens_per_second"] == 5376.0


@pytest.mark.parametrize(
    "choice",
    [
        {"offer": "aws:nothing:nowhere"},
        {"offer": "aws:g5.4xlarge:us-east-1"},
        {"measurement": "no-such-profile"},
        {"offer": "\0"},
        {"version": "soon"},
        {"version": "99999999999999"},
    ],
)
def test_scenario_pool_that_is_not_on_offer_is_refused(
    world: World, client: Browser, choice: dict[str, str]
) -> None:
    scenario = make_scenario(world.organization, world.client)

    response = take(world, client, scenario, **choice)

    assert response.status_code == 422
    assert "Nothing was changed." in response.content.decode()
    assert stored(world).version == 1


def test_taken_pool_assumes_people_with_their_basis_and_keeps_what_was_stated(
    world: World, client: Browser
) -> None:
    document = scenario_a()
    document["pool"] = {
        key: document["pool"][key]
        for key in (
            "usd_per_instance_hour",
            "prefill_tokens_per_second",
            "decode_tokens_per_second",
        )
    } | {"migration_usd": 9_000}
    scenario = make_scenario(world.organization, world.client, document=document)

    take(world, client, scenario)
    take(world, client, scenario, version="2")

    pool, origins = stored(world).document["pool"], stored(world).origins
    assert (pool["engineering_hours_per_month"], pool["migration_usd"]) == (40, 9_000)
    assert origins["pool.platform_usd_per_month"]["label"] == (
        "Assumed for a rented pool: gateway, monitoring and storage"
    )
    assert "pool.migration_usd" not in origins


def test_scenario_edit_after_a_pool_was_taken_keeps_its_figures_and_origins(
    world: World, client: Browser
) -> None:
    scenario = make_scenario(world.organization, world.client)
    take(world, client, scenario)
    before = stored(world)
    path = url(world, "scenario-edit", scenario=scenario.pk)
    data = filled_in(client.get(path).context["form"])

    response = client.post(path, data)

    assert response.status_code == 302
    after = stored(world)
    assert after.document["pool"] == before.document["pool"]
    assert after.origins.keys() == before.origins.keys()


def test_scenario_edit_of_a_figure_forgets_its_origin(world: World, client: Browser) -> None:
    scenario = make_scenario(world.organization, world.client)
    take(world, client, scenario)
    path = url(world, "scenario-edit", scenario=scenario.pk)
    data = filled_in(client.get(path).context["form"])

    # within the range that came with the pool
    client.post(path, data | {"pool__decode_tokens_per_second": "6,000"})

    assert "pool.decode_tokens_per_second" not in stored(world).origins
    assert "pool.prefill_tokens_per_second" in stored(world).origins


def test_scenario_pool_asks_the_database_a_bounded_number_of_times(
    world: World, client: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    scenario = make_scenario(world.organization, world.client)
    world.login(client, "owner")

    with django_assert_max_num_queries(TENANT + 5):
        client.get(url(world, "scenario-pool", scenario=scenario.pk) + "?model_family=llama-3.1-8b")


def test_pool_proposals_by_api_for_a_workload(world: World) -> None:
    body = {
        "workload": scenario_a()["workload"],
        "model_family": "llama-3.3-70b",
        "precision": "fp16",
        "provider": "aws",
        "pricing": "on_demand",
        "limit": 1,
    }

    status, answer = propose(world, body)

    assert status == 200
    [proposal] = answer["results"]
    assert (proposal["offer"], proposal["serving"]["measurement"]) == (
        "aws:p5.48xlarge:us-east-1",
        "llama-3-70b-16bit-vllm-4xh100",
    )
    assert [each["serving"]["measurement"] for each in proposal["months"]] == [
        "llama-3-70b-16bit-trtllm-4xh100",
        "llama-3-70b-16bit-vllm-4xh100",
    ]
    assert (proposal["lowest_usd_per_month"], proposal["highest_usd_per_month"]) == (
        pytest.approx(4 * 730 * 55.04),
        pytest.approx(4 * 730 * 55.04),
    )
    assert [step["path"] for step in proposal["steps"]] == [
        "pool.usd_per_instance_hour",
        "pool.instances_per_replica",
        "pool.prefill_tokens_per_second",
        "pool.decode_tokens_per_second",
    ]
    assert proposal["pool"]["max_utilization_ratio"] == 0.7


def test_pool_proposals_by_api_for_a_scenario_keep_its_other_figures(world: World) -> None:
    scenario = make_scenario(world.organization, world.client)
    body = {"scenario": str(scenario.pk), "model_family": "llama-3.1-8b", "served": "simple"}

    status, answer = propose(world, body)

    assert status == 200
    first = answer["results"][0]
    # 3,000,000 x (1 - 0.12) x 0.45
    assert first["calls_per_month"] == pytest.approx(1_188_000)
    assert first["pool"]["engineering_hours_per_month"] == 40


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"model_family": "llama-3.1-8b"}, ["scenario"]),
        ({"model_family": "llama-3.1-8b", "workload": {}, "scenario": None}, ["scenario"]),
        ({"workload": {}}, ["model_family"]),
        (
            {"model_family": "llama-3.1-8b", "workload": {"requests_per_month": 1}},
            ["workload.input_tokens_per_call", "workload.output_tokens_per_call"],
        ),
        (
            {"model_family": "llama-3.1-8b", "workload": {}, "max_utilization_ratio": "nan"},
            ["max_utilization_ratio"],
        ),
        ({"model_family": "llama-3.1-8b", "workload": {}, "pool": {}}, ["pool"]),
    ],
)
def test_pool_proposals_by_api_name_every_field_at_fault(
    world: World, body: dict[str, Any], fields: list[str]
) -> None:
    status, answer = propose(world, body)

    assert status == 422
    assert list(answer["fields"]) == fields


def test_pool_proposals_by_api_refuse_a_foreign_scenario_like_none(world: World) -> None:
    foreign = make_scenario(world.other_organization, world.other_client)
    absent = "00000000-0000-4000-8000-000000000000"

    answers = [
        propose(world, {"scenario": str(each), "model_family": "llama-3.1-8b"}, who="key")
        for each in (foreign.pk, absent)
    ]

    assert answers[0] == answers[1]
    assert answers[0][0] == 422
    assert list(answers[0][1]["fields"]) == ["scenario"]
