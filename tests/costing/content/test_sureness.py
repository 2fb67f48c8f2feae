"""How sure a saving is, in words: of one scenario, of several parts, and where little is known."""

import json
from dataclasses import replace
from typing import Any

import pytest

from assessments.recommendation import ChangeKind
from costing.engine import Estimate, estimate, estimate_document, parse_scenario
from costing.engine.inputs import Basis
from costing.engine.levers import RECOMMENDED
from costing.scenarios.content.sureness import HowSure, choice_statements, read_sureness
from tests.costing.cast import api_only, scenario_a

BASES = {"workload.requests_per_month": Basis.STATED}
FEE = "semantic_cache.platform_usd_per_month"
LOSS = api_only() | {
    "semantic_cache": {"hit_ratio": 0.5, "platform_usd_per_month": 1},
    "ranges": {FEE: {"low": 0.5, "high": 2.5}},
}


def priced(document: dict[str, Any]) -> Estimate:
    return estimate(parse_scenario(document), bases=BASES)


def sure(document: dict[str, Any]) -> HowSure:
    found = HowSure.of(priced(document))
    assert found is not None
    return found


def test_saving_that_may_be_a_loss_says_so() -> None:
    # 1,000 calls for 3 USD, half of them answered from a cache for a fee of 0.5 to 2.5 USD.
    found = sure(LOSS)

    assert found.p10 < 0 < found.p90
    assert found.finding.startswith("8 of 10 futures save −$0.")
    assert found.finding.endswith("a month; cheaper than today in 81 of 100 futures")
    assert found.inputs == ("semantic cache: store and upkeep",)
    assert found.depends_on == (
        "It depends most on semantic cache: store and upkeep (by $2.00 between its ends)"
    )
    assert found.rests_on == "Drawn from the lows and highs given"


def test_saving_that_may_be_a_loss_comes_with_a_caution() -> None:
    found = sure(LOSS)

    assert found.warning == "What is recommended may cost more than today"
    assert found.caution == f"{found.warning}: 8 of 10 futures save {found.range_text} a month"
    often = replace(found, p10=-20.0, p50=-5.0, p90=2.0)
    assert often.warning == "What is recommended costs more than today in most futures"


@pytest.mark.parametrize(
    ("document", "changes"),
    [
        (scenario_a(), {}),
        (api_only(), {}),
        (LOSS | {"current_levers": ["semantic_caching"]}, {}),
        # A tenth of a cent below nothing, of 100 USD; and a saving that other futures lack.
        (LOSS, {"p10": -0.001, "p50": 50.0, "p90": 100.0}),
        (LOSS, {"p10": 0.0, "p50": 0.0, "p90": 100.0, "beats_current": 0.4}),
    ],
)
def test_saving_that_hardly_may_be_a_loss_comes_without_a_caution(
    document: dict[str, Any], changes: dict[str, float]
) -> None:
    found = replace(sure(document), **changes)  # type: ignore[arg-type]

    assert (found.warning, found.caution) == ("", "")


def test_sum_that_hardly_may_be_a_loss_comes_without_a_caution() -> None:
    small, large = sure(LOSS), sure(scenario_a())

    sums = [HowSure.together([("Search", small), ("Support", each)]) for each in (small, large)]

    assert [bool(each and each.caution) for each in sums] == [True, False]


def test_scenario_without_ranges_calls_them_the_usual_ones() -> None:
    found = sure(scenario_a())

    assert found.samples == 1024
    assert "as none were given" in found.rests_on
    assert len(found.inputs) == 2
    assert found.inputs[0] == "requests"


def test_scenario_in_which_nothing_pays_has_nothing_to_be_unsure_of() -> None:
    found = sure(api_only())

    assert not found.is_change
    assert found.depends_on == ""
    assert found.finding == "It changes nothing, so there is nothing to be unsure of"


def test_levers_that_run_already_are_no_change() -> None:
    assert not sure(LOSS | {"current_levers": ["semantic_caching"]}).is_change


def test_estimate_without_futures_has_no_range() -> None:
    bare = estimate(parse_scenario(scenario_a()))

    assert HowSure.of(bare) is None
    assert choice_statements(bare) == []


def test_parts_are_summed_as_if_they_turned_out_alike() -> None:
    one, other = sure(LOSS), sure(scenario_a())

    found = HowSure.together([("Search", one), ("Support", other)])

    assert found is not None
    assert found.p10 == pytest.approx(one.p10 + other.p10)
    assert found.p90 == pytest.approx(one.p90 + other.p90)
    # The sum is lower than today at least wherever both are: the less sure of the two.
    assert found.odds_text == "cheaper than today in at least 81 of 100 futures"
    assert found.inputs[0] == "requests of Support"
    assert found.rests_on.endswith("; the parts are taken to turn out alike")


def test_part_that_changes_nothing_does_not_lower_the_odds() -> None:
    still, other = sure(api_only()), sure(LOSS)

    found = HowSure.together([("Search", still), ("Support", other)])

    assert found is not None
    assert found.beats_current == other.beats_current


def test_part_that_saves_nothing_today_has_no_say_in_the_sum() -> None:
    # Futures cut what runs at a loss to what pays, though it is advised to stay as it is.
    stays, other = sure(scenario_a()).of_saving(0.0, 44_550.0), sure(LOSS)

    found = HowSure.together([("Search", stays), ("Support", other.of_saving(-3.0, 450.0))])

    assert not stays.is_change
    assert found is not None
    assert (found.p10, found.p90, found.beats_current) == (
        other.p10,
        other.p90,
        other.beats_current,
    )
    assert found.inputs[0].endswith("of Support")


def test_sum_of_a_part_that_is_not_known_is_not_known() -> None:
    assert HowSure.together([("Search", None), ("Support", sure(LOSS))]) is None
    assert HowSure.together([]) is None
    assert HowSure.together([("Support", sure(LOSS))]) == sure(LOSS)


@pytest.mark.parametrize("document", [LOSS, scenario_a()])
def test_stored_parts_of_a_result_say_the_same(document: dict[str, Any]) -> None:
    stored = estimate_document(priced(document))
    futures, ranges = stored["uncertainty"], stored["inputs"].get("ranges")

    found = read_sureness(
        json.dumps(futures["choices"]["recommended_today"]),
        str(futures["samples"]),
        ranges and json.dumps(ranges),
    )

    assert found == sure(document)
    assert read_sureness(None, None, None) is None


def test_odds_are_never_all_where_one_future_differs() -> None:
    found = replace(sure(LOSS), beats_current=0.9999)

    assert found.odds_text == "cheaper than today in more than 99 of 100 futures"
    assert found.short_odds == "pays in more than 99 of 100"


def test_statements_weigh_following_against_staying() -> None:
    found = priced(LOSS)

    advised, stay = choice_statements(found)

    assert "in 81 of 100 futures; it costs $0.0417 a month more" in advised
    assert "in 19 of 100 futures; it costs $0.38 a month more" in stay
    assert HowSure.of(found, RECOMMENDED) == HowSure.of(found)


def test_odds_of_what_is_to_be_cut_back_say_that_they_take_it_as_it_stands() -> None:
    found = priced(scenario_a())
    assert found.recommendation is not None
    step = replace(found.recommendation.steps[0], kind=ChangeKind.RESIZE)
    cut = replace(found, recommendation=replace(found.recommendation, steps=(step,)))

    says = [HowSure.of(each).rests_on.endswith("taken as it stands") for each in (cut, found)]

    assert says == [True, False]


def test_sum_that_may_be_a_loss_names_the_parts_that_it_comes_from() -> None:
    one = sure(LOSS)
    sums = [
        HowSure.together([(title, one) for title in titles])
        for titles in (["Search", "Support"], ["A", "B", "C"], ["A", "B", "C", "D"])
    ]

    warned = "What is recommended may cost more than today, because of "
    assert [each and each.warning for each in sums] == [
        f"{warned}“Search” and “Support”",
        f"{warned}“A”, “B” and 1 other part",
        f"{warned}“A”, “B” and 2 other parts",
    ]


@pytest.mark.parametrize(("p50", "loses"), [(1.0, "may cost"), (-5.0, "costs")])
def test_part_that_may_lose_is_told_though_the_sum_does_not(p50: float, loses: str) -> None:
    large = sure(scenario_a())
    # It loses 2 % of what both save, in the middle future.
    part = replace(sure(LOSS), p10=-0.02 * (large.p50 + p50), p50=p50, p90=100.0)

    found = HowSure.together([("Search", part), ("Support", large)])

    assert found is not None
    assert found.p10 > 0.0
    often = " in most futures" if p50 < 0 else ""
    assert found.warning == f"What is recommended for “Search” {loses} more than today{often}"
    assert found.caution == f"{found.warning}: 8 of 10 futures save {part.range_text} a month there"
