"""Recalculated by LibreOffice, the workbook says what the engine and the scoring say."""

from typing import Any

import pytest
from openpyxl.workbook import Workbook

from assessments.scoring import stated_scores
from costing.engine import LEVERS, estimate, parse_scenario
from costing.engine.inputs import with_requests
from costing.engine.levers import NAMED
from costing.scenarios.content.titles import LEVER_TITLES, lever_series
from costing.scenarios.content.titles import STRATEGY_TITLES as TITLES
from presentation.wording import first_upper
from reports.documents.workbook.crossover import FIRST_TABLE, MARK_VOLUME
from reports.documents.workbook.strategies import (
    DELIVERED,
    DIFFERENCE,
    HITS,
    HOURS,
    PER_MTOK,
    PER_REQUEST,
    RATIO,
    REPLICAS,
    SAVED,
    USD,
    USED,
)
from reports.documents.workbook.subsets import LINES
from tests.reports.workbook.cases import (
    ANSWERS,
    FRAMEWORK,
    OWN_WEIGHTS,
    SCENARIOS,
    result_of,
)
from tests.reports.workbook.conftest import ANOTHER_RATE, APPLICATIONS, euro_payload
from tests.reports.workbook.recalculated import Recalculated, cached, named
from tests.reports.workbook.typed import WRONG

CENT = 0.005
CURVES = (
    *("autoscaled by a profile", "owned, scheduled", "owned, prices that move"),
    *("tiers and batch", "a token is not a token", "calls that wait, in bursts"),
)
NONE = "–"
MARKS = (MARK_VOLUME + 1, MARK_VOLUME + 2)
FIGURES = {
    "usd_per_month": USD,
    "usd_per_mtok": PER_MTOK,
    "usd_per_request": PER_REQUEST,
    "saving_usd_per_month": SAVED,
    "saving_ratio": RATIO,
    "peak_replicas": REPLICAS,
    "utilization_ratio": USED,
    "instance_hours_per_month": HOURS,
    "prefix_hit_ratio": HITS,
}


def rows_of(book: Workbook, sheet: str, label: str) -> list[list[Any]]:
    """The rows of a sheet that begin with a label."""
    return [
        [cell.value for cell in row] for row in book[sheet].iter_rows() if row[0].value == label
    ]


def section_of(book: Workbook, heading: str) -> list[list[Any]]:
    """The rows of sheet Strategies below a heading."""
    rows = [[cell.value for cell in row] for row in book["Strategies"].iter_rows()]
    start = next(n for n, row in enumerate(rows) if row[0] == heading)
    return rows[start + 2 :]


def agrees(shown: Any, wanted: float | None) -> bool:
    """Equal to the cent, and to nine digits where that is finer; a dash is no figure."""
    if wanted is None:
        return bool(shown == NONE)
    if isinstance(shown, str) or shown is None:
        return False
    return bool(abs(shown - wanted) <= min(CENT, max(1e-9 * abs(wanted), 1e-9)))


@pytest.mark.parametrize("name", SCENARIOS)
def test_strategies_after_inputs_are_typed(recalculated: Recalculated, name: str) -> None:
    wanted = result_of(name)

    live = (*NAMED, "current")
    shown = {key: rows_of(recalculated[name], "Strategies", TITLES[key])[0] for key in live}

    for key, row in shown.items():
        if key not in wanted["strategies"]:
            assert row[USD] == "left out", key
            continue
        for figure, column in FIGURES.items():
            value = wanted["strategies"][key][figure]
            assert agrees(row[column], value), (key, figure, row[column], value)


@pytest.mark.parametrize("name", SCENARIOS)
def test_lines_after_inputs_are_typed(recalculated: Recalculated, name: str) -> None:
    wanted = result_of(name)["strategies"]

    rows = section_of(recalculated[name], "Lines, USD per month")

    for row, line in zip(rows, LINES, strict=False):
        for column, key in enumerate([*NAMED, "current"], start=1):
            value = wanted[key]["lines"].get(line, 0.0) if key in wanted else 0.0
            assert agrees(row[column], value), (line, key, row[column], value)


@pytest.mark.parametrize("name", SCENARIOS)
def test_levers_after_inputs_are_typed(recalculated: Recalculated, name: str) -> None:
    wanted = result_of(name)

    rows = section_of(recalculated[name], "What each lever saves, USD per month")

    for row, lever in zip(rows, LEVERS, strict=False):
        assert row[0] == first_upper(LEVER_TITLES[lever].lower())
        assert agrees(row[1], wanted["waterfall"][lever]), (lever, row)
        assert agrees(row[2], wanted["shapley"][lever]), (lever, row)


def _usd(subset: dict[str, Any]) -> float:
    usd: float = subset["usd_per_month"]
    return usd


@pytest.mark.parametrize("name", SCENARIOS)
def test_choice_after_inputs_are_typed(recalculated: Recalculated, name: str) -> None:
    result = result_of(name)
    # By cost alone: not recommended where a change to it is worth less than 1 % of the bill.
    held_back = set(result["recommended_today"]["held_back"]) - set(
        result["strategies"]["current"]["levers"]
    )
    allowed = [each for each in result["subsets"] if not held_back & set(each["levers"])]
    found = [min(sets, key=_usd) for sets in (result["subsets"], allowed)]

    rows = section_of(recalculated[name], "What to choose")

    for row, wanted in zip(rows, found, strict=False):
        assert agrees(row[1], wanted["usd_per_month"]), row
        assert row[2] == lever_series(wanted["levers"])


@pytest.mark.parametrize("name", SCENARIOS)
def test_payback_after_inputs_are_typed(recalculated: Recalculated, name: str) -> None:
    pair = ("prompt_caching", "self_hosted")
    wanted = [x for x in result_of(name)["break_even"] if (x["from"], x["to"]) == pair]

    month = named(recalculated[name], "payback_month").value
    saving = named(recalculated[name], "payback_saving_usd").value

    for item in wanted:
        assert month == "never" if item["month"] is None else agrees(month, item["month"])
        assert agrees(saving, item["saving_over_horizon_usd"])


def test_crossings_of_the_demo_are_the_engines(
    recalculated: Recalculated, demo_payload: dict[str, Any]
) -> None:
    crossing = demo_payload["results"]["crossovers"][0]
    rows = list(recalculated["demo"]["Crossover"].iter_rows(min_row=FIRST_TABLE + 1))

    found = [row[MARK_VOLUME].value for row in rows if is_figure(row[MARK_VOLUME].value)]

    ends = [end for pair in crossing["cheaper_intervals"] for end in pair if end is not None]
    assert len(found) == len(ends)
    for volume, end in zip(found, ends, strict=True):
        # A sign change is read between two rows of the table; the engine's is exact.
        assert abs(volume - end) <= 1e-5 * end


@pytest.mark.parametrize("name", ["golden", *CURVES])
def test_curves_after_inputs_are_typed(recalculated: Recalculated, name: str) -> None:
    scenario = parse_scenario(SCENARIOS[name])
    rows = list(recalculated[name]["Crossover"].iter_rows(min_row=FIRST_TABLE + 1, max_col=3))

    for volume, first, second in rows[:150:15]:
        wanted = estimate(with_requests(scenario, float(volume.value))).strategies

        assert agrees(first.value, wanted["prompt_caching"].usd_per_month)
        assert agrees(second.value, wanted["self_hosted"].usd_per_month)


@pytest.mark.parametrize("name", ANSWERS)
def test_scores_after_answers_are_typed(recalculated: Recalculated, name: str) -> None:
    wanted = stated_scores(FRAMEWORK, ANSWERS[name], weights=OWN_WEIGHTS)
    sheet = recalculated[name]

    rows = {item.key: rows_of(sheet, "Maturity", item.title)[0] for item in FRAMEWORK.dimensions}
    overall = rows_of(sheet, "Maturity", "Overall")[0]
    own = rows_of(sheet, "Maturity", "Overall by own weights")[0]

    for key, row in rows.items():
        item = wanted.dimensions[key]
        figures = [item.evidenced, item.score, item.low, item.high, item.completeness]
        assert [as_score(value) for value in row[4:9]] == [as_score(value) for value in figures]
        assert (row[12] or "").startswith("claim is") == bool(item.contradictions), row
    assert wanted.own is not None
    for row, result in ((overall, wanted.result), (own, wanted.own)):
        figures = [result.overall, result.low, result.high]
        assert [as_score(value) for value in row[5:8]] == [as_score(value) for value in figures]
        few = "provisional: too few answers"
        assert row[12] == (result.band or (few if wanted.provisional else "not scored yet"))
    assert as_score(overall[8]) == as_score(wanted.completeness)


def is_figure(value: Any) -> bool:
    """Whether a cell holds a number, not an error or nothing."""
    return isinstance(value, int | float)


def as_score(value: Any) -> float | None:
    """A score as both sides round it: to six decimals; empty text is none."""
    return None if value in (None, "") else round(float(value), 6)


@pytest.mark.parametrize("name", APPLICATIONS)
def test_applications_are_the_engines(recalculated: Recalculated, name: str) -> None:
    payload = APPLICATIONS[name]()
    wanted, book = payload["results"]["strategies"], recalculated[name]

    lines = section_of(book, "Lines, USD per month")
    by_part = section_of(book, "By application, USD per month")

    for column, key in enumerate([*NAMED, "current"], start=1):
        if key not in wanted:
            continue
        row = rows_of(book, "Strategies", TITLES[key])[0]
        for figure, place in FIGURES.items():
            assert agrees(row[place], wanted[key][figure]), (key, figure)
        summed = lines_of_all(wanted[key])
        for shown, line in zip(lines, LINES, strict=False):
            assert agrees(shown[column], summed.get(line, 0.0)), (line, key)
        shares = wanted[key]["by_application"].values()
        for shown, usd in zip(by_part, shares, strict=False):
            assert agrees(shown[column], usd), (key, shown, usd)
    assert errors_of(book) == []


def lines_of_all(strategy: dict[str, Any]) -> dict[str, float]:
    """The lines of a strategy, those of all applications together."""
    pooled = "simple" if "routing" in strategy["levers"] else "complex"
    found: dict[str, float] = {}
    for line, usd in strategy["lines"].items():
        *place, name = line.split(".")
        if place and name not in ("semantic_cache", "false_hits", "routing"):
            name = f"{pooled if place == ['pool'] else place[-1]}.{name}"
        found[name] = found.get(name, 0.0) + usd
    return found


@pytest.mark.parametrize("name", ["demo", "blank", "euro", *APPLICATIONS])
def test_cached_values_equal_a_recalculation(recalculated: Recalculated, name: str) -> None:
    book, delivered = recalculated[name], cached(recalculated.delivered(name))

    apart = [
        (sheet, place, value, book[sheet][place].value)
        for (sheet, place), value in delivered.items()
        if not is_same(value, book[sheet][place].value)
    ]

    assert delivered
    assert apart == []


def is_same(cached: Any, computed: Any) -> bool:
    """The same text, or the same number to nine digits; an empty text is an empty cell."""
    if isinstance(cached, int | float) and isinstance(computed, int | float):
        return abs(cached - computed) <= 1e-9 * max(1.0, abs(cached))
    return (cached or None) == (computed or None)


@pytest.mark.parametrize(("name", "rate"), [("euro", 0.92), ("euro at another rate", ANOTHER_RATE)])
def test_all_that_is_shown_follows_the_rate(
    recalculated: Recalculated, name: str, rate: float
) -> None:
    payload, book = euro_payload(), recalculated[name]
    results = payload["results"]
    strategies = results["strategies"]

    for key, cost in strategies.items():
        row = rows_of(book, "Strategies", TITLES[key])[0]
        usd = [cost[name] for name in ("usd_per_month", "usd_per_mtok", "usd_per_request")]
        assert row[USD : USD + 3] == pytest.approx([each * rate for each in usd], rel=1e-9)
        # What was delivered stays as it was, at its own rate.
        assert row[DELIVERED] == pytest.approx(cost["usd_per_month"] * 0.92, rel=1e-9)
        assert rows_of(book, "Summary", TITLES[key])[0][1] == pytest.approx(row[USD], rel=1e-12)
    [pair] = [
        each
        for each in results["break_even"]
        if (each["from"], each["to"]) == ("prompt_caching", "self_hosted")
    ]
    saved_over_horizon = named(book, "payback_saving_usd").value
    assert saved_over_horizon == pytest.approx(pair["saving_over_horizon_usd"] * rate, rel=1e-9)
    waterfall = section_of(book, f"What each lever saves, {payload['currency']['code']} per month")
    for lever, saving in results["waterfall"].items():
        row = next(each for each in waterfall if each[0] == LEVER_TITLES[lever])
        assert row[1] == pytest.approx(saving * rate, rel=1e-9)


def test_demo_shows_the_frozen_figures(
    recalculated: Recalculated, demo_payload: dict[str, Any]
) -> None:
    frozen = demo_payload["results"]["strategies"]

    rows = {key: rows_of(recalculated["demo"], "Strategies", TITLES[key])[0] for key in frozen}

    for key, row in rows.items():
        assert agrees(row[USD], frozen[key]["usd_per_month"])
        assert abs(row[DIFFERENCE]) < CENT
    assert rows_of(recalculated["demo"], "Strategies", "Still as delivered")


def test_typed_inputs_are_told_from_the_delivered(recalculated: Recalculated) -> None:
    told = "Inputs have been changed since this was delivered"

    found = {name for name in SCENARIOS if rows_of(recalculated[name], "Strategies", told)}

    # The demo's own figures are the golden scenario's; later prices change no strategy's month.
    assert found == set(SCENARIOS) - {"golden", "prices that move"}


def test_every_error_is_told_from_a_text(recalculated: Recalculated) -> None:
    [sheet] = recalculated["wrong"]

    assert [cell for _, cell in errors_of(recalculated["wrong"])] == [
        f"A{row}" for row in range(1, len(WRONG) + 1)
    ]
    assert list(sheet.iter_rows(min_col=2, values_only=True)) == [
        ('text, "quoted"', pytest.approx(1 / 3, rel=1e-14), True)
    ] * len(WRONG)


@pytest.mark.parametrize("name", NAMED)
def test_every_strategy_can_be_compared(recalculated: Recalculated, name: str) -> None:
    wanted = rows_of(recalculated[name], "Strategies", TITLES[name])[0][USD]

    rows = list(recalculated[name]["Crossover"].iter_rows(max_col=3, values_only=True))

    today = rows[next(n for n, row in enumerate(rows) if row[0] == "Today") + 1]
    assert agrees(today[1], wanted)
    assert agrees(today[2], wanted)
    assert errors_of(recalculated[name]) == []


def test_emptied_choice_compares_what_was_delivered(recalculated: Recalculated) -> None:
    delivered = curve_of(recalculated["demo"])

    emptied = curve_of(recalculated["emptied"])

    assert len(emptied) == len(delivered)
    for shown, wanted in zip(emptied, delivered, strict=True):
        assert all(is_same(*pair) for pair in zip(shown, wanted, strict=True)), shown
    assert errors_of(recalculated["emptied"]) == []


def test_pool_without_a_price_is_left_out(recalculated: Recalculated) -> None:
    row = rows_of(recalculated["unpriced"], "Strategies", TITLES["self_hosted"])[0]

    assert row[USD] == "left out"


def curve_of(book: Workbook) -> list[tuple[Any, ...]]:
    """The table of volumes with the cost of both strategies."""
    rows = book["Crossover"].iter_rows(min_row=FIRST_TABLE + 1, max_col=3, values_only=True)
    return list(rows)


def errors_of(book: Workbook) -> list[tuple[str, str]]:
    """The cells that show an error; points that the chart leaves out are errors on purpose."""
    return [
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "e" and not (cell.value == "#N/A" and cell.column in MARKS)
    ]
