"""Pages and operations of GPU capacity: narrowed, paged, sourced, and no query grows."""

import json
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.api.callers import caller
from tests.costing.test_views import page, url
from tests.queries import TENANT
from tests.world import World


def answer(world: World, query: str, *, name: str = "gpu-offer-list", status: int = 200) -> Any:
    path = reverse(f"api:{name}", args=[world.organization.slug])
    response = caller(world, "reading_key").get(path + query)
    assert response.status_code == status
    return json.loads(response.content)


def test_gpu_offer_list_shows_price_place_source_and_date(world: World, client: Browser) -> None:
    html = page(world, client, "owner", url(world, "gpu-offer-list") + "?q=p5.4xlarge")

    assert "1 offer, USD per instance hour" in html
    assert '<td class="num">6.88</td>' in html
    assert "1 × H100" in html
    assert "as of 20 Jul 2026, checked 20 Jul 2026" in html


def test_gpu_offer_list_says_what_is_unknown(world: World, client: Browser) -> None:
    html = page(world, client, "owner", url(world, "gpu-offer-list") + "?q=g4ad.xlarge")

    assert '<span class="muted">unknown</span>' in html


def test_gpu_offer_list_of_undated_spot_says_so(world: World, client: Browser) -> None:
    path = url(world, "gpu-offer-list") + "?provider=nebius&pricing=spot&region=eu-west1"

    html = page(world, client, "owner", path)

    assert "2 offers" in html
    assert html.count("undated, checked 26 Nov 2026") == 2


def test_gpu_offer_list_pages_through_all(world: World, client: Browser) -> None:
    html = page(world, client, "owner", url(world, "gpu-offer-list") + "?page=2")

    assert "329 offers" in html
    assert "Page 2 of 7" in html


def test_gpu_offer_list_without_a_match_offers_the_way_back(world: World, client: Browser) -> None:
    html = page(world, client, "owner", url(world, "gpu-offer-list") + "?q=abacus")

    assert "No offer matches" in html
    assert "Show all" in html


@pytest.mark.parametrize("query", ["?provider=nobody", "?pricing=stolen", "?q=" + "x" * 101])
def test_gpu_offer_list_names_a_filter_that_says_nothing(
    world: World, client: Browser, query: str
) -> None:
    response = world.login(client, "owner").get(url(world, "gpu-offer-list") + query)

    assert response.status_code == 422
    assert "needs your attention" in response.content.decode()


@pytest.mark.parametrize("query", ["?q=%00", "?page=99999", "?page=x", "?q=%25_%27"])
def test_gpu_offer_list_with_a_hostile_query_answers(
    world: World, client: Browser, query: str
) -> None:
    response = world.login(client, "owner").get(url(world, "gpu-offer-list") + query)

    assert response.status_code in (200, 422)


def test_throughput_list_says_how_speeds_follow(world: World, client: Browser) -> None:
    path = url(world, "throughput-list") + "?model_class=dense-70b&accelerator=H100&vendor_tuned=no"

    html = page(world, client, "owner", path)

    assert "Llama 3 70B, 16-bit, vLLM on four H100" in html
    assert "reading is taken to be 2.22 times as fast as writing" in html
    assert "Vendor-tuned" not in html


def test_throughput_list_marks_what_a_vendor_tuned(world: World, client: Browser) -> None:
    html = page(world, client, "owner", url(world, "throughput-list") + "?vendor_tuned=yes")

    assert html.count("Vendor-tuned") == 26


def test_throughput_list_without_a_match_offers_the_way_back(world: World, client: Browser) -> None:
    path = url(world, "throughput-list") + "?model_class=dense-405b&accelerator=L40S"

    assert "Nobody at hand measured that" in page(world, client, "owner", path)


def test_measured_point_list_shows_runs_with_source_date_and_what_was_left_aside(
    world: World, client: Browser
) -> None:
    path = url(world, "measured-point-list") + "?model=meta-llama/Llama-3.1-70B&accelerator=H100"

    html = page(world, client, "owner", path)

    assert "3 configurations" in html
    assert "Llama-3.1-70B, FP8, vLLM on 2 × H100-SXM-80GB" in html
    assert "as of 21 Aug 2026, checked 28 Nov 2026" in html
    assert "1,602" in html
    assert "the source names neither who ran each nor the percentile of its times" in html


def test_measured_point_list_of_no_such_model_names_the_field(
    world: World, client: Browser
) -> None:
    path = url(world, "measured-point-list") + "?model=nobody/nothing"

    assert world.login(client, "owner").get(path).status_code == 422


def test_measured_points_by_api_are_narrowed_and_carry_their_source(world: World) -> None:
    query = "?model=openai/gpt-oss-120b&accelerator=h100"

    found = answer(world, query, name="measured-point-list")["results"]

    assert {(each["model"], each["accelerator"]) for each in found} == {
        ("openai/gpt-oss-120b", "H100-SXM-80GB")
    }
    assert {each["checked_on"] for each in found} == {"2026-11-28"}
    assert found[0]["points"][0].keys() == {
        *("concurrency", "input_tokens", "output_tokens", "ttft_ms", "tpot_ms"),
        *("engine_version", "measured_on"),
    }


def test_hosted_price_list_shows_open_weights_by_host_with_source_and_age(
    world: World, client: Browser
) -> None:
    path = url(world, "hosted-price-list") + "?model_family=llama-3.3-70b"

    html = page(world, client, "owner", path)

    assert "Llama 3.3 70B: 25 prices" in html
    assert "131,072 tokens a call" in html
    assert "together:meta-llama/Llama-3.3-70B-Instruct-Turbo" in html
    assert "checked 28 Nov 2026" in html
    assert "unknown" in html
    assert "Qwen3 32B:" not in html


def test_hosted_price_list_of_no_such_model_names_the_field(world: World, client: Browser) -> None:
    path = url(world, "hosted-price-list") + "?model_family=abacus"

    assert world.login(client, "owner").get(path).status_code == 422


def test_hosted_prices_by_api_carry_their_source(world: World) -> None:
    [found] = answer(world, "?model_family=gpt-oss-120b", name="hosted-price-list")["results"]

    assert (found["title"], found["context_window_tokens"]) == ("gpt-oss-120b", 131_072)
    assert {"aws", "groq", "together", "fireworks", "deepinfra"} <= {
        price["provider"] for price in found["prices"]
    }
    assert all(price["source_url"] and price["checked_on"] for price in found["prices"])


def test_gpu_offer_list_says_which_prices_are_old(world: World, client: Browser) -> None:
    # last looked at on 20 July 2026
    html = page(world, client, "owner", url(world, "gpu-offer-list") + "?q=p5.4xlarge")

    assert html.count("Over 90 days old") == 1


def test_catalog_pages_of_capacity_ask_the_database_a_bounded_number_of_times(
    world: World, client: Browser, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    world.login(client, "owner")

    for name in ("gpu-offer-list", "throughput-list", "measured-point-list", "hosted-price-list"):
        with django_assert_max_num_queries(TENANT + 4):
            client.get(url(world, name))


def test_gpu_offers_by_api_are_narrowed_and_paged(world: World) -> None:
    first = answer(world, "?provider=azure&accelerator=h100&limit=2")

    assert (first["count"], len(first["results"]), first["previous"]) == (33, 2, None)
    assert "offset=2" in first["next"]
    assert {offer["accelerator"] for offer in first["results"]} == {"H100-NVL-94GB"}
    last = answer(world, "?provider=azure&accelerator=h100&limit=2&offset=32")
    assert (len(last["results"]), last["next"]) == (1, None)


def test_gpu_offer_by_api_carries_its_source(world: World) -> None:
    offer = answer(world, "?search=p5.4xlarge")["results"][0]

    assert offer == {
        "key": "aws:p5.4xlarge:us-east-1",
        "provider": "aws",
        "instance_type": "p5.4xlarge",
        "region": "us-east-1",
        "zone": "",
        "pricing": "on_demand",
        "usd_per_instance_hour": 6.88,
        "accelerator": "H100",
        "accelerators": 1,
        "source": "karpenter-provider-aws price table",
        "source_url": "https://github.com/aws/karpenter-provider-aws/blob/main/pkg/providers/"
        "pricing/zz_generated.pricing_aws.go",
        "as_of": "2026-07-20",
        "checked_on": "2026-07-20",
        "book": "bundled",
    }


@pytest.mark.parametrize(
    ("name", "query", "field"),
    [
        ("gpu-offer-list", "?pricing=stolen", "pricing"),
        ("gpu-offer-list", "?limit=201", "limit"),
        ("gpu-offer-list", "?offset=-1", "offset"),
        ("gpu-offer-list", "?search=%00", "search"),
        ("throughput-profile-list", "?model_class=huge", "model_class"),
        ("measured-point-list", "?model=huge", "model"),
        ("hosted-price-list", "?model_family=huge", "model_family"),
        ("throughput-profile-list", "?is_vendor_tuned=perhaps", "is_vendor_tuned"),
    ],
)
def test_queries_that_say_nothing_are_refused_by_name(
    world: World, name: str, query: str, field: str
) -> None:
    refusal = answer(world, query, name=name, status=422)

    assert list(refusal["fields"]) == [field]


def test_throughput_profiles_by_api_are_narrowed(world: World) -> None:
    query = "?model_class=dense-70b&accelerator=MI300X&is_vendor_tuned=true"

    found = answer(world, query, name="throughput-profile-list")["results"]

    assert [profile["key"] for profile in found] == ["llama-2-70b-mlperf-eight-mi300x"]
    assert found[0]["is_vendor_tuned"] is True
    assert found[0]["derivation"].startswith("The measured mix cannot tell reading from writing")
