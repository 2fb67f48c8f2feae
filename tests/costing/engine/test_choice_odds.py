"""How sure what is recommended is: its odds, its regret, and ranges where nobody stated any."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from costing.engine import Estimate, Scenario, estimate, parse_scenario, read_estimate
from costing.engine.inputs import Basis, Range, all_inputs, default_ranges
from costing.engine.inputs.default_ranges import FIXED, KINDS
from costing.engine.levers import CURRENT, RECOMMENDED, RECOMMENDED_TODAY
from costing.engine.results import ChoiceOdds, SavingSwing, estimate_document
from tests.golden import golden

FEE = "semantic_cache.platform_usd_per_month"
API_ONLY: dict[str, Any] = {
    "workload": {
        "requests_per_month": 1000,
        "input_tokens_per_call": 500,
        "output_tokens_per_call": 100,
    },
    "premium_model": {"input_usd_per_mtok": 3, "output_usd_per_mtok": 15},
}
WITH_CACHE = API_ONLY | {
    "semantic_cache": {"hit_ratio": 0.5, "platform_usd_per_month": 1},
    "ranges": {FEE: {"low": 0.5, "high": 2.5}},
}
ALL_STATED = dict.fromkeys(("workload.requests_per_month",), Basis.STATED)


def choices(found: Estimate) -> dict[str, ChoiceOdds]:
    assert found.uncertainty is not None
    return dict(found.uncertainty.choices)


def test_odds_and_regret_of_a_saving_that_may_be_a_loss() -> None:
    found = choices(estimate(parse_scenario(WITH_CACHE)))

    # 1,000 calls cost 3 USD; half of them answered from the cache leave a saving of 1.5 − fee. The
    # fee is 0.5 + 2x with x on Beta(2, 4): F(x) = 1 − (1 − x)⁴(1 + 4x), and 0.8125 at x = 0.5.
    # The mean of what is paid above 1.5 is 2·∫(1 − F) from 0.5 to 1 = 2·(u⁵ − ⅔u⁶ at 0.5) =
    # 0.041667; the mean fee is 7/6, so staying forgoes 0.041667 + 1.5 − 7/6 = 0.375 a month.
    advised, stay = found[RECOMMENDED], found[CURRENT]
    assert advised.levers == ("semantic_caching",)
    assert advised.beats_current == pytest.approx(0.8125, abs=1e-3)
    assert advised.is_cheapest == pytest.approx(0.8125, abs=1e-3)
    assert advised.regret_usd_per_month == pytest.approx(0.041667, abs=1e-4)
    assert advised.saving_usd_per_month.p10 is not None
    assert advised.saving_usd_per_month.p90 is not None
    assert advised.saving_usd_per_month.p10 < 0 < advised.saving_usd_per_month.p90
    assert advised.swings == {FEE: SavingSwing(1.0, -1.0)}
    assert stay.levers == ()
    assert stay.beats_current == 0
    assert stay.is_cheapest == pytest.approx(0.1875, abs=1e-3)
    assert stay.regret_usd_per_month == pytest.approx(0.375, abs=1e-4)


def test_choice_held_back_today_has_odds_of_its_own() -> None:
    document = golden("scenario_a") | {
        "maturity": {"integrity": 1},
        "ranges": {"workload.requests_per_month": {"low": 1e6, "high": 9e6}},
    }

    requirements = {"routing": {"integrity": 3.0}, "semantic_caching": {"integrity": 3.0}}
    found = choices(estimate(parse_scenario(document), requirements))

    assert found[RECOMMENDED_TODAY].levers != found[RECOMMENDED].levers
    assert found[RECOMMENDED_TODAY].is_cheapest < found[RECOMMENDED].is_cheapest
    assert (
        found[RECOMMENDED_TODAY].regret_usd_per_month > found[RECOMMENDED].regret_usd_per_month >= 0
    )


def test_levers_that_run_are_what_odds_are_against() -> None:
    document = WITH_CACHE | {"current_levers": ["semantic_caching"]}

    found = choices(estimate(parse_scenario(document)))

    assert found[CURRENT].levers == found[RECOMMENDED].levers == ("semantic_caching",)
    assert found[RECOMMENDED].beats_current == 0
    assert found[RECOMMENDED].saving_usd_per_month.p90 == 0
    assert found[CURRENT].is_cheapest == found[RECOMMENDED].is_cheapest


def test_scenario_with_ranges_of_its_own_keeps_its_figures() -> None:
    scenario = parse_scenario(
        golden("scenario_a") | {"ranges": {"pool.usd_per_instance_hour": {"low": 8, "high": 16}}}
    )

    without, given = estimate(scenario), estimate(scenario, bases=ALL_STATED)

    flips = {"hosting_flip": given.hosting_flip, "ratio_flips": given.ratio_flips}
    flips["recommended_crossovers"] = given.recommended_crossovers
    assert given == replace(without, bases=ALL_STATED, **flips)
    assert given.default_ranges == {}
    assert given.ranges == {"pool.usd_per_instance_hour": Range(8, 16)}


def test_scenario_without_ranges_is_varied_by_default_ones_where_asked_for() -> None:
    scenario = parse_scenario(API_ONLY)

    bare, varied = estimate(scenario), estimate(scenario, bases=ALL_STATED)

    assert (bare.uncertainty, bare.sensitivity, bare.default_ranges) == (None, None, {})
    assert varied.scenario.ranges == {}
    assert varied.ranges["workload.requests_per_month"] == Range(700, 1500)
    assert varied.uncertainty is not None
    assert varied.uncertainty.samples == 1024
    assert choices(varied)[RECOMMENDED].levers == ()
    assert read_estimate(estimate_document(varied)) == varied


def ranges_of(document: dict[str, Any], **bases: Basis) -> dict[str, tuple[float, float]]:
    named = {path.replace("__", "."): basis for path, basis in bases.items()}
    found = default_ranges(parse_scenario(document), named)
    return {path: (round(ends.low, 6), round(ends.high, 6)) for path, ends in found.items()}


@pytest.mark.parametrize(
    ("basis", "requests", "share"),
    [
        # −30 % and +50 % of a stated volume; ±30 % of a share's way to the nearer end.
        (Basis.MEASURED, (850, 1250), (0.17, 0.23)),
        (Basis.STATED, (700, 1500), (0.14, 0.26)),
        (Basis.DEFAULT, (550, 1750), (0.11, 0.29)),
        (Basis.GUESSED, (400, 2000), (0.08, 0.32)),
    ],
)
def test_default_range_is_the_wider_the_less_is_known(
    basis: Basis, requests: tuple[float, float], share: tuple[float, float]
) -> None:
    document = API_ONLY | {"semantic_cache": {"hit_ratio": 0.2}}

    found = ranges_of(document, workload__requests_per_month=basis, semantic_cache__hit_ratio=basis)

    assert found["workload.requests_per_month"] == requests
    assert found["semantic_cache.hit_ratio"] == share


def test_contract_price_nothing_and_certainty_do_not_vary() -> None:
    document = API_ONLY | {
        "semantic_cache": {"hit_ratio": 1.0, "lookup_usd_per_call": 0},
        "workload": API_ONLY["workload"] | {"batch_ratio": 0},
    }

    found = ranges_of(document, premium_model__input_usd_per_mtok=Basis.CONTRACT)

    assert "premium_model.output_usd_per_mtok" in found
    assert {
        "premium_model.input_usd_per_mtok",
        "semantic_cache.hit_ratio",
        "semantic_cache.lookup_usd_per_call",
        "workload.batch_ratio",
    }.isdisjoint(found)


def test_input_that_has_no_effect_does_not_vary() -> None:
    pool = golden("scenario_a")["pool"] | {
        "hardware_usd_per_instance": 250_000,
        "power_kw_per_instance": 6,
    }
    owned = ranges_of(golden("scenario_a") | {"pool": pool})
    rented = ranges_of(golden("scenario_a"))

    assert "pool.hardware_usd_per_instance" in owned
    assert "pool.usd_per_instance_hour" not in owned
    assert "pool.usd_per_instance_hour" in rented
    assert "pool.power_kw_per_instance" not in rented


def test_ranges_contain_their_value_within_the_bounds_of_the_input() -> None:
    document = API_ONLY | {
        "workload": API_ONLY["workload"] | {"requests_per_month": 1e15, "output_tokens_per_call": 0}
    }
    tiers = {"tiers": [{"above_input_tokens": 100, "input_usd_per_mtok": 6}]}
    document["premium_model"] = API_ONLY["premium_model"] | tiers
    scenario: Scenario = parse_scenario(document)

    found = default_ranges(scenario, {})

    assert found["workload.requests_per_month"].high == 1e15
    assert "workload.output_tokens_per_call" not in found
    assert found["premium_model.tiers.0.input_usd_per_mtok"].low < 6
    ranges = {path: {"low": ends.low, "high": ends.high} for path, ends in found.items()}
    assert parse_scenario(document | {"ranges": ranges}).ranges == found


def test_every_numeric_input_is_of_one_kind_or_said_not_to_vary() -> None:
    kinds = [key for kind in KINDS for key in kind.paths]
    inputs = {field.key for field in all_inputs() if field.may_range}

    assert sorted([*kinds, *FIXED]) == sorted(inputs)


def test_methodology_shows_the_default_ranges() -> None:
    text = (Path(__file__).parents[3] / "docs" / "methodology.md").read_text("utf-8")
    rows = [
        f"| {kind.title.lower()} | {kind.below * 100:.0f} % | {kind.above * 100:.0f} % |"
        f" {kind.reason} |"
        for kind in KINDS
    ]

    assert [row for row in rows if row not in text] == []
