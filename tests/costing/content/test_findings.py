"""The sentence over each drawing is right in every case."""

from dataclasses import replace

import pytest

from costing.engine import BreakEven, Crossover, estimate, parse_scenario
from costing.engine.results import Band, HostingFlip, StrategyOdds, Uncertainty
from costing.scenarios.content.crossovers import (
    break_even_finding,
    crossover_date,
    crossover_finding,
    reached,
)
from costing.scenarios.content.economics import Step, Waterfall
from costing.scenarios.content.flows import TriageFlow
from costing.scenarios.content.futures import SwingRow, Tornado, in_futures, odds, odds_finding
from costing.scenarios.content.headline import Choice, HeldBack
from costing.scenarios.content.recommended import pays_at
from costing.scenarios.content.steps import flip_text, rework_text
from costing.scenarios.content.titles import line_order, line_title
from tests.golden import golden

PAIR = ("prompt_caching", "self_hosted")
PRESENT = 3_000_000
NO_BAND = Band(None, None, None)
FLOW = TriageFlow(
    calls_per_month=1000,
    cache_hits_per_month=None,
    cache_usd_per_month=None,
    sorted_calls_per_month=1000,
    triage_usd_per_month=0,
    simple_calls_per_month=500,
    simple_usd_per_month=10,
    simple_label="",
    complex_calls_per_month=500,
    complex_usd_per_month=90,
    complex_label="",
    escalated_calls_per_month=0,
    usd_per_month=100,
    levers=("routing",),
    is_today=True,
    is_current=False,
)


@pytest.mark.parametrize(
    ("month", "saving", "said"),
    [
        (
            2.3,
            90_000,
            " has paid back in month 2.3: $90,000 saved over 36 months",
        ),
        (
            0,
            90_000,
            " saves from the first day: $90,000 saved over 36 months",
        ),
        (
            2.3,
            -5_000,
            " has paid back in month 2.3, yet costs $5,000 more over 36 months",
        ),
        (
            None,
            -5_000,
            " does not pay back within 36 months: it ends $5,000 behind",
        ),
        (None, 0, " saves nothing within 36 months"),
    ],
)
def test_break_even_finding(month: float | None, saving: float, said: str) -> None:
    result = BreakEven(*PAIR, month=month, horizon_months=36, saving_over_horizon_usd=saving)

    change = "Self-hosting all calls instead of prompt caching"
    assert break_even_finding(result) == change + said


@pytest.mark.parametrize(
    ("first", "dominance", "is_cheaper_now", "said"),
    [
        (None, None, False, "never gets cheaper, at any volume"),
        (
            8.9e6,
            26.7e6,
            False,
            "first gets cheaper at 8.9 M requests a month, for good above 26.7 M",
        ),
        (8.9e6, 8.9e6, False, "gets cheaper at 8.9 M requests a month, for good"),
        (8.9e6, None, False, "first gets cheaper at 8.9 M requests a month, never for good"),
        (1e6, 9e6, True, "is cheaper at 3 M requests a month, but not at every higher volume"),
        (1e6, 2e6, True, "is cheaper at 3 M requests a month, and stays so"),
        (0, 0, True, "is cheaper at 3 M requests a month, and stays so"),
    ],
)
def test_crossover_finding(
    first: float | None, dominance: float | None, is_cheaper_now: bool, said: str
) -> None:
    crossing = Crossover(
        *PAIR,
        first_requests_per_month=first,
        dominance_requests_per_month=dominance,
        cheaper_intervals=((PRESENT - 1, PRESENT + 1),) if is_cheaper_now else (),
        tokens_per_request=1,
    )

    shown = crossover_finding(crossing, PRESENT).replace("\N{NO-BREAK SPACE}", " ")

    assert shown == f"Self-hosting all calls {said}"


@pytest.mark.parametrize(
    ("intervals", "dominance", "said"),
    [
        (((0.0, None),), 0.0, "is cheaper at every volume"),
        (((0.0, 2e6),), None, "is cheaper up to 2 M requests a month"),
        (
            ((0.0, 2e6), (9e6, None)),
            9e6,
            "is cheaper up to 2 M requests a month, and for good above 9 M",
        ),
    ],
)
def test_crossover_finding_of_what_is_cheaper_from_the_start(
    intervals: tuple[tuple[float, float | None], ...], dominance: float | None, said: str
) -> None:
    crossing = Crossover(*PAIR, 0.0, dominance, intervals, tokens_per_request=1)

    shown = crossover_finding(crossing, PRESENT).replace("\N{NO-BREAK SPACE}", " ")

    assert shown == f"Self-hosting all calls {said}"


@pytest.mark.parametrize(
    ("intervals", "said"),
    [
        (((0.0, None),), "every volume"),
        (((2e6, None),), "from 2 M on"),
        (((0.0, 4e6),), "up to 4 M"),
        (((2e6, 4e6), (9e6, None)), "between 2 M and 4 M, 1 of 2 ranges"),
        (((9e6, None),), "from 9 M on"),  # not at the present volume
        ((), "no volume"),
    ],
)
def test_volumes_at_which_a_recommendation_pays_fit_a_cell(
    intervals: tuple[tuple[float, float | None], ...], said: str
) -> None:
    crossing = Crossover("current", "recommended_today", None, None, intervals, 1)

    assert pays_at(crossing, PRESENT).replace("\N{NO-BREAK SPACE}", " ") == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "in none of 4,096 futures"),
        (0.0002, "in fewer than 1 of 100 futures"),
        (0.23, "in 23 of 100 futures"),
        (0.9998, "in more than 99 of 100 futures"),
        (1.0, "in all of 4,096 futures"),
    ],
)
def test_probability_in_words(share: float, said: str) -> None:
    assert in_futures(share, 4096) == said


def odds_of(*, hosted: float | None, **beats: float) -> Uncertainty:
    return Uncertainty(
        samples=4096,
        seed=1,
        strategies={
            key: StrategyOdds(NO_BAND, None, share)
            for key, share in (beats | {"current": 0}).items()
        },
        self_hosted_beats_optimized_api=hosted,
        first_crossover=None,
    )


def test_odds_finding_is_about_self_hosting_where_it_is_priced() -> None:
    said = odds_finding(odds_of(hosted=0.234, hybrid=1.0))

    assert said == "Self-hosting beats the optimized API in 23 of 100 futures"


def test_odds_finding_without_a_pool_names_the_surest_strategy() -> None:
    said = odds_finding(odds_of(hosted=None, prompt_caching=0.7, routed_api=0.9))

    assert said == "Caching and routing beats what runs today in 90 of 100 futures"


def test_odds_finding_where_nothing_wins_says_so() -> None:
    said = odds_finding(odds_of(hosted=None, baseline=0.0))

    assert said == "What runs today is beaten in none of 4,096 futures"


def test_tornado_finding_names_the_widest_figure_and_its_ends_in_order() -> None:
    row = SwingRow(label="Simple calls", low_usd=900, high_usd=300)

    said = Tornado("hybrid", has_both=True, present_usd=500, rows=[row]).finding

    assert said == (
        "The cost of the hybrid of all four levers depends most on simple calls: from $300.00 to"
        " $900.00 a month"
    )


def test_tornado_finding_of_figures_that_move_nothing_says_so() -> None:
    row = SwingRow(label="Requests", low_usd=500, high_usd=500)

    said = Tornado("self_hosted", has_both=False, present_usd=500, rows=[row]).finding

    assert said == "None of the uncertain figures moves the cost of self-hosting all calls"


def test_triage_finding_gives_the_premium_models_share_of_calls_and_bill() -> None:
    assert FLOW.finding == "The premium model answers 50 % of the calls and takes 90 % of the bill"
    assert replace(FLOW, calls_per_month=0).finding == "There are no calls to sort"
    several = replace(FLOW, applications=("Support", "Search"))
    assert several.whose == "Support and Search"
    assert several.finding == (
        "The premium model answers 50 % of the routed calls and takes 90 % of what they cost"
    )


def test_strategies_finding_of_each_kind() -> None:
    said = [
        Choice(
            levers=(), usd_per_month=13_889.11, saving_usd_per_month=usd, saving_ratio=ratio
        ).finding
        for usd, ratio in ((30_660.89, 0.6882), (0.0, 0.0))
    ]

    assert said == [
        "What can be recommended today costs $13,889 a month, 68.8 % less than now",
        "Nothing that can be recommended today beats what runs now",
    ]


def test_waterfall_finding_of_each_kind() -> None:
    best, worst = Step("Prompt caching", 19_440), Step("Self-hosting", -21_114)

    said = [Waterfall(44_550, steps).finding for steps in ([best, worst], [best], [worst])]

    assert said == [
        "Prompt caching saves most, $19,440 a month; self-hosting adds cost at this volume",
        "Prompt caching saves most, $19,440 a month",
        "No lever saves anything at this volume and these prices",
    ]


def test_crossover_of_a_shrinking_workload_promises_nothing_of_the_months_to_come() -> None:
    crossing = Crossover(*PAIR, 1e6, 2e6, ((1e6, None),), 1.0)

    assert crossover_finding(crossing, PRESENT, is_shrinking=True).endswith(
        " a month, and at every higher volume"
    )


@pytest.mark.parametrize(
    ("growth", "intervals", "said", "at"),
    [
        # 3 M · 1.5² = 6.75 M in the third month, January.
        (
            0.5,
            [(6e6, None)],
            "With growth of 50 % a month it is first cheaper in Jan 2027, at",
            6.75e6,
        ),
        # Between two months' volumes, 4.5 M and 6.75 M: the range is passed over.
        (
            0.5,
            [(5e6, 6e6), (9e6, None)],
            "With growth of 50 % a month it is first cheaper in Feb",
            1.0125e7,
        ),
        (
            -0.5,
            [(1e6, 2e6)],
            "With a decline of 50 % a month it is first cheaper in Dec 2026",
            1.5e6,
        ),
        (-0.5, [(6e6, None)], "With a decline of 50 % a month it does not become cheaper", None),
        (
            0.001,
            [(6e6, None)],
            "With growth of 0.1 % a month it does not become cheaper within",
            None,
        ),
        (0.0, [(6e6, None)], "No growth is stated that would get there.", None),
        (0.5, [(2e6, None)], "", None),
        (0.5, [], "", None),
    ],
)
def test_crossover_date_without_moving_prices(
    growth: float, intervals: list[tuple[float, float | None]], said: str, at: float | None
) -> None:
    document = golden("scenario_a")
    document["workload"] |= {"monthly_growth_ratio": growth, "requests_per_month": PRESENT}
    scenario = parse_scenario({**document, "as_of": "2026-11-15"})
    first = intervals[0][0] if intervals else None
    crossing = Crossover(*PAIR, first, first, tuple(intervals), 1.0)

    assert crossover_date(crossing, scenario).startswith(said)
    assert bool(crossover_date(crossing, scenario)) == bool(said)
    found = reached(crossing, scenario)
    assert (found and found[1]) == (at and pytest.approx(at))


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ("premium_model.output_usd_per_mtok", "the lows and highs given, with 1 correlation"),
        ("routing.simple_ratio", "the lows and highs given"),  # which does not vary
    ],
)
def test_the_odds_say_how_many_correlations_they_have(other: str, words: str) -> None:
    prices = {"premium_model.input_usd_per_mtok": 5, "premium_model.output_usd_per_mtok": 25}
    document = golden("scenario_a") | {
        "pairs": [],
        "samples": 2,
        "ranges": {path: {"low": 1, "high": usd * 2} for path, usd in prices.items()},
        "correlations": [{"a": "premium_model.input_usd_per_mtok", "b": other, "value": 0.8}],
    }

    shown = odds(estimate(parse_scenario(document)))

    assert shown is not None
    assert shown.drawn_from == words


def test_a_route_that_bears_no_rework_says_so() -> None:
    said = rework_text({"routing": 0.0004, "self_hosting": 0.12, "open_model": None})

    assert said == (
        "Routing pays only while none of its answers must be made again."
        " Self-hosting stops paying once 12 % of its answers must be made again."
    )


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (1.214, "at 1.2 × the models’ prices"),
        (1.0034, "with models 0.3 % dearer"),
        (0.96, "with models 4 % cheaper"),
        (0.17, "at 0.17 × the models’ prices"),
    ],
)
def test_prices_near_todays_are_told_by_how_much_they_move(factor: float, said: str) -> None:
    assert flip_text(HostingFlip((), None, None, factor)) == said


@pytest.mark.parametrize(
    ("usd_per_month", "of_applications", "said"),
    [
        (1200.0, False, "would save $1,200 a month in the roadmap’s order"),
        (-1200.0, True, "would add $1,200 a month in the roadmap’s order"),
        (0.0, False, "would change nothing"),
        (0.0, True, "would suit no application at these prices"),
        (None, True, "runs already"),
    ],
)
def test_lever_that_is_held_back_says_what_it_would_do(
    usd_per_month: float | None, of_applications: bool, said: str
) -> None:
    assert HeldBack("Self-hosting", "", usd_per_month, of_applications).effect == said


def test_lines_of_an_application_with_the_key_of_a_line_are_told_apart() -> None:
    titles = {"routing": "Call routing desk", "support": "Support"}

    lines = ["routing", "routing.simple.input", "routing.routing", "support.complex.output"]

    assert [line_title(each, titles) for each in lines] == [
        "Routing",
        "Call routing desk: Simple calls: input",
        "Call routing desk: Routing",
        "Support: Complex calls: output",
    ]
    by_place = sorted(lines, key=lambda line: line_order(line, titles))
    assert by_place == ["routing", "routing.routing", "routing.simple.input", lines[-1]]
