"""Recalculated by LibreOffice, sheets Crossover and Payback follow several applications."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from costing.engine import estimate, parse_scenario
from costing.engine.inputs import Scenario, scenario_document, with_requests
from costing.engine.levers import NAMED
from costing.scenarios.content.titles import STRATEGY_TITLES as TITLES
from reports.documents.assess_command import assess
from reports.documents.assess_file import parse_assess_file
from reports.documents.workbook.crossover import FIRST_TABLE, MARK_VOLUME
from reports.documents.workbook.sides import NO_REQUESTS
from reports.documents.workbook.strategies import USD
from tests.cases.loading import read
from tests.reports.sample import render_workbook, typed
from tests.reports.workbook.cases import FRAMEWORK
from tests.reports.workbook.conftest import APPLICATIONS, OTHERS
from tests.reports.workbook.recalculated import Recalculated, named
from tests.reports.workbook.test_recalculated import agrees, errors_of, is_figure, rows_of

PAIR = ("prompt_caching", "self_hosted")


def scenario_of(name: str) -> Scenario:
    """The scenario, without scores: they change no cost."""
    results = typed(APPLICATIONS[name]()).results
    assert results is not None
    return results.scenario.model_copy(update={"maturity": None})


def assert_curves(book: Workbook, name: str, pair: tuple[str, str]) -> None:
    """Both strategies cost what the engine says, at every ninth volume of the table."""
    scenario = scenario_of(name)
    rows = book["Crossover"].iter_rows(min_row=FIRST_TABLE + 1, max_col=3, values_only=True)
    volumes = [row for row in rows if is_figure(row[0])]
    assert len(volumes) > 90
    for volume, *costs in volumes[::9]:
        wanted = estimate(with_requests(scenario, volume)).strategies
        for cost, key in zip(costs, pair, strict=True):
            assert agrees(cost, wanted[key].usd_per_month), (volume, key)


@pytest.mark.parametrize("name", APPLICATIONS)
def test_curves_of_applications_are_the_engines(recalculated: Recalculated, name: str) -> None:
    assert_curves(recalculated[name], name, PAIR)


@pytest.mark.parametrize("name", APPLICATIONS)
def test_crossings_of_applications_are_the_engines(recalculated: Recalculated, name: str) -> None:
    [crossing] = [
        each for each in APPLICATIONS[name]()["results"]["crossovers"] if pair_of(each) == PAIR
    ]
    ends = [end for pair in crossing["cheaper_intervals"] for end in pair if end is not None]

    rows = recalculated[name]["Crossover"].iter_rows(min_row=FIRST_TABLE + 1, values_only=True)
    found = [row[MARK_VOLUME] for row in rows if is_figure(row[MARK_VOLUME])]

    assert len(found) == len(ends)
    for volume, end in zip(found, ends, strict=True):
        # A straight line between two rows of the table; hits of a cache bend the curve, and each
        # unit more is a kink.
        assert abs(volume - end) <= (2e-3 if "units" in name else 1e-4) * end


@pytest.mark.parametrize("name", APPLICATIONS)
def test_payback_of_applications_is_the_engines(recalculated: Recalculated, name: str) -> None:
    months = APPLICATIONS[name]()["results"]["break_even"]
    [wanted] = [each for each in months if pair_of(each) == PAIR]

    month, saving = (
        named(recalculated[name], cell).value for cell in ("payback_month", "payback_saving_usd")
    )

    assert agrees(month, wanted["month"])
    assert agrees(saving, wanted["saving_over_horizon_usd"])


def test_units_follow_what_is_typed(recalculated: Recalculated) -> None:
    """More bought of what all share and of an application's own, and none of the small model's."""
    document = scenario_document(scenario_of("several units"))
    document["premium_model"]["provisioned"]["units"] = 60
    del document["small_model"]["provisioned"]
    *_, apart = document["applications"]
    apart["premium_model"]["provisioned"]["units"] = 6
    apart["share"], document["applications"][1]["share"] = 0.2, 0.3
    wanted = estimate(parse_scenario(document)).strategies

    found = recalculated["other units"]

    for key in (*NAMED, "current"):
        row = rows_of(found, "Strategies", TITLES[key])[0]
        assert agrees(row[USD], wanted[key].usd_per_month), key
    assert errors_of(found) == []


def pair_of(compared: dict[str, Any]) -> tuple[str, str]:
    return compared["from"], compared["to"]


def test_other_strategies_of_applications_are_followed(recalculated: Recalculated) -> None:
    found = recalculated["other strategies"]

    assert_curves(found, "applications", OTHERS)
    assert errors_of(found) == []


def test_applications_without_requests_are_not_compared() -> None:
    document = read("applications")
    for holder in (document["scenario"], *document["scenario"]["applications"]):
        if "workload" in holder:
            holder["workload"]["requests_per_month"] = 0
    payload = assess(parse_assess_file(document, FRAMEWORK), FRAMEWORK).document()

    book = load_workbook(BytesIO(render_workbook(payload)), data_only=True)

    assert (book["Crossover"]["A8"].value, book["Payback"]["A7"].value) == (NO_REQUESTS,) * 2
