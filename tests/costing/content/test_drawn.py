"""What the page draws of scenario A: the way of a call, the balance over time, the futures."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from assessments.framework import load_framework
from costing.catalog.origins import Origin
from costing.engine import (
    Estimate,
    curve_picture,
    estimate,
    estimate_document,
    parse_scenario,
    read_estimate,
)
from costing.engine.bills import lever_sets
from costing.engine.inputs import Stated
from costing.engine.strategies import bill_of
from costing.scenarios.content.economics import EconomicsPage
from costing.scenarios.content.sources import Given
from costing.scenarios.stored import picture_document, read_picture
from tests.costing.cast import api_only, listed_price, scenario_a
from tests.golden import golden

PRICE = listed_price(source="a price list")
RANGES = {
    "workload.requests_per_month": {"low": 2_000_000, "high": 6_000_000},
    "routing.simple_ratio": {"low": 0.3, "high": 0.6},
    "pool.spare_replicas": {"low": 0, "high": 0},
}


def result_of(document: dict[str, Any]) -> Estimate:
    return estimate(parse_scenario(document), load_framework().requirements)


def page_of(document: dict[str, Any], given: Given | None = None) -> EconomicsPage:
    return EconomicsPage(result_of(document), given=given or Given())


def test_triage_of_the_recommendation_adds_up_to_its_bill() -> None:
    # 3 M calls; 12 % end in the cache: 360,000. Of 2,640,000 45 % are simple: 1,188,000, and 5 % of
    # those, 59,400, are asked again: 1,452,000 + 59,400 = 1,511,400 complex ones.
    flow = page_of(scenario_a()).triage

    assert (flow.is_today, flow.titles) == (
        True,
        "Prompt caching, routing and semantic caching",
    )
    assert flow.cache_hits_per_month == pytest.approx(360_000)
    assert flow.sorted_calls_per_month == pytest.approx(2_640_000)
    assert flow.simple_calls_per_month == pytest.approx(1_188_000)
    assert flow.escalated_calls_per_month == pytest.approx(59_400)
    assert flow.complex_calls_per_month == pytest.approx(1_511_400)
    keys = ("cache", "triage", "simple", "complex")
    money = sum(getattr(flow, f"{key}_usd_per_month") for key in keys)
    assert money == pytest.approx(flow.usd_per_month)
    assert round(flow.usd_per_month, 2) == 13889.11


def test_triage_with_a_pool_that_pays_sends_simple_calls_there() -> None:
    document = scenario_a()
    document["pool"] |= {"usd_per_instance_hour": 0.01, "engineering_hours_per_month": 0}
    document["pool"]["platform_usd_per_month"] = 0
    document["small_model"] = {"input_usd_per_mtok": 3, "output_usd_per_mtok": 15}

    flow = page_of(document).triage

    assert flow.simple_label == "Self-hosted pool"
    assert flow.simple_calls_per_month == pytest.approx(1_188_000)


def test_triage_that_is_not_recommended_is_still_drawn_and_says_so() -> None:
    flow = page_of(scenario_a() | {"maturity": {"integrity": 1.0}}).triage

    assert (flow.is_today, flow.is_current) == (False, False)


def test_triage_of_applications_is_of_those_that_route() -> None:
    page = page_of(golden("applications"))
    flow, today = page.triage, page.estimate.recommended_today
    own = today.by_application or dict.fromkeys(page.estimate.scenario.application_titles, ())
    titles = page.estimate.scenario.application_titles

    assert flow is not None
    routing = [key for key in own if "routing" in own[key]]
    assert 0 < len(routing) < len(own)
    assert flow.applications == tuple(titles[key] for key in titles if key in routing)
    workloads = {part.key: part.scenario.workload for part in page.estimate.scenario.parts}
    made = sum(workloads[key].requests_per_month * workloads[key].fan_out for key in routing)
    assert flow.calls_per_month == pytest.approx(made)
    keys = ("triage", "simple", "complex")
    money = sum(getattr(flow, f"{key}_usd_per_month") for key in keys)
    assert money == pytest.approx(flow.usd_per_month - (flow.cache_usd_per_month or 0.0))
    # Those that do not route pay the rest of the month, but for what all share.
    lone = bill_of(page.estimate.scenario, lever_sets((today.priced_as,))).by_application(0)
    assert flow.usd_per_month == pytest.approx(
        sum(usd for key, usd in lone.items() if key in {*routing, "shared"})
    )


def test_triage_without_routing_is_not_drawn() -> None:
    assert page_of(api_only()).triage is None


def test_balance_over_time_starts_at_what_is_paid_and_ends_at_the_total() -> None:
    row = page_of(scenario_a()).break_even[0]

    # Section 6: migration 25,000; month 1 saves 25,110 − 30,480 = −5,370.
    assert row.points[0] == (0.0, -25_000.0)
    assert row.points[1] == (1.0, pytest.approx(-30_370.0))
    assert row.points[-1] == (36.0, pytest.approx(row.result.saving_over_horizon_usd))
    assert [month.number for month in row.months] == list(range(1, 37))


def test_balance_drops_where_hardware_is_bought_later() -> None:
    document = scenario_a() | {"horizon_months": 12}
    pool = document["pool"]
    del pool["usd_per_instance_hour"]
    pool |= {"hardware_usd_per_instance": 100_000, "power_kw_per_instance": 1}
    pool["electricity_usd_per_kwh"] = 0.2

    row = page_of(document).break_even[0]

    # 3 replicas at first; growth of 6 % a month asks for more within the year.
    bought = [month.number for month in row.months if month.invested_usd > 0]
    assert bought[0] == 1
    assert len(bought) > 1
    at_purchase = [point for point in row.points if point[0] == bought[1] - 1]
    assert len(at_purchase) == 2
    assert at_purchase[0][1] - at_purchase[1][1] == pytest.approx(
        row.months[bought[1] - 1].invested_usd
    )


@pytest.mark.parametrize(
    ("requests", "text"), [(1, "1 request"), (3_000_000, "3\N{NO-BREAK SPACE}M requests")]
)
def test_present_volume_has_its_noun_in_the_right_number(requests: int, text: str) -> None:
    document = scenario_a()
    document["workload"]["requests_per_month"] = requests

    assert page_of(document).crossovers[0].present_volume == text


def test_zoom_is_half_the_present_volume_to_either_side() -> None:
    scenario = parse_scenario(scenario_a())
    curve = curve_picture(scenario, "prompt_caching", "self_hosted")

    page = EconomicsPage(result_of(scenario_a()), pictures=[read_picture(picture_document(curve))])

    zoom = page.crossovers[0].zoom
    assert zoom.window == (1_500_000, 4_500_000)
    volumes = [point[0] for point in zoom.curves[1].points]
    assert (volumes[0], volumes[-1]) == (1_500_000, 4_500_000)
    assert page.crossovers[1].zoom is None  # no curve of it was stored


def test_result_of_inputs_that_this_engine_refuses_is_read_and_drawn() -> None:
    stored = estimate_document(result_of(scenario_a()))
    stored["inputs"] |= {"from_another_version": 1}
    for key in ("sensitivity", "uncertainty"):  # absent counts as none
        del stored[key]
    del stored["recommended_today"]["held_back"]

    page, same = EconomicsPage(read_estimate(stored)), page_of(scenario_a())

    assert page.triage == same.triage
    assert page.break_even[0].points == same.break_even[0].points


def test_tornado_has_the_widest_swing_first() -> None:
    tornado = page_of(scenario_a() | {"ranges": RANGES}).tornado

    assert tornado.strategy == "hybrid"
    assert [row.label for row in tornado.rows] == [
        "Requests",
        "Routing: simple calls",
        "Self-hosted pool: spare replicas",
    ]
    assert (tornado.rows[1].low_words, tornado.rows[1].high_words) == ("30 %", "60 %")
    assert tornado.rows[2].swing_usd == 0


def test_odds_say_how_often_each_strategy_wins() -> None:
    odds = page_of(scenario_a() | {"ranges": RANGES}).odds

    # Nothing runs today but the premium model: it is one row and no statement.
    assert [row.key for row in odds.rows if row.is_current] == ["baseline"]
    assert odds.rows[0].words == ""
    assert len(odds.statements) == 6
    assert odds.finding.startswith("Self-hosting beats the optimized API in ")
    assert odds.statements[-1].startswith("Self-hosting all calls against prompt caching: ")


def test_odds_of_unnamed_levers_give_what_runs_today_a_row_of_its_own() -> None:
    odds = page_of(scenario_a() | {"ranges": RANGES, "current_levers": ["routing"]}).odds

    assert [row.key for row in odds.rows if row.is_current] == ["current"]
    assert len(odds.rows) == 7


def test_odds_of_a_pair_that_never_crosses_say_so_without_a_double_meaning() -> None:
    # Volumes far below the 8.87 million at which hosting first costs less.
    ranges = {"workload.requests_per_month": {"low": 2_990_000, "high": 3_010_000}}
    document = scenario_a() | {"ranges": ranges, "samples": 16}
    document["pool"] |= {"usd_per_instance_hour": 900}

    odds = page_of(document).odds

    assert odds.statements[-1] == (
        "Self-hosting all calls against prompt caching: they cross in none of 16 futures."
    )


def test_odds_without_a_pool_speak_of_what_can_be_priced() -> None:
    ranges = {"workload.requests_per_month": {"low": 500, "high": 2000}}

    page = page_of(api_only() | {"ranges": ranges})

    assert page.tornado is None
    # A model without a prompt cache: caching costs what today costs.
    assert page.odds.finding == "What runs today is beaten in none of 4,096 futures"


def test_page_without_ranges_has_no_futures() -> None:
    page = page_of(scenario_a())

    assert (page.tornado, page.odds) == (None, None)


def test_prices_carry_their_footnote_and_typed_ones_none() -> None:
    given = Given(
        prices={"premium_model": PRICE},
        origins={
            "pool.usd_per_instance_hour": Origin(
                label="An offer",
                source_url="https://cloud.example",
                checked_on=date(2026, 10, 1),
            )
        },
        stated=Stated({"premium_model": {"catalog": "maker:large", "output_usd_per_mtok": 12}}),
    )

    page = page_of(scenario_a(), given)

    rows = {(group.title, row.label): row for group in page.input_groups for row in group.rows}
    premium = rows["Premium model", "Input"].source
    assert premium.title == (
        "Premium model: Large (maker:large), 3.00 in and 15.00 out per million tokens by a price"
        " list, as of 1 November 2026; Maker"
    )
    assert rows["Premium model", "Output"].source is None
    assert (
        rows["Self-hosted pool", "Price of an instance"].source.text
        == "An offer, checked on 2026-10-01"
    )
    assert rows["Workload", "Requests"].source is None
    assert [rows[key].words for key in (("Premium model", "Input"), ("Workload", "Requests"))] == [
        "3.00",
        "3,000,000",
    ]
    assert rows["Workload", "Active hours"].words == "10"
    assert rows["Routing", "Classifier"].words == "0.00002"
    assert [source.number for source in page.sources] == [1, 2]


def test_figures_of_one_source_share_their_footnote() -> None:
    origin = Origin(label="A measurement", source_url="https://m.example")
    origins = {f"pool.{name}_tokens_per_second": origin for name in ("prefill", "decode")}

    page = page_of(scenario_a(), Given({"premium_model": replace(PRICE)}, origins))

    assert [source.paths for source in page.sources] == [
        ("premium_model",),
        ("pool.prefill_tokens_per_second", "pool.decode_tokens_per_second"),
    ]
