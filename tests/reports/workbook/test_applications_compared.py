"""Recalculated by LibreOffice, sheets Crossover and Payback follow several applications."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from costing.engine import estimate
from costing.engine.inputs import Scenario, with_requests
from costing.scenarios.content.titles import STRATEGY_TITLES as TITLES
from reports.documents.assess_command import assess
from reports.documents.assess_file import parse_assess_file
from reports.documents.workbook.crossover import FIRST_TABLE, MARK_VOLUME
from reports.documents.workbook.curve import NO_REQUESTS
from tests.cases.loading import read
from tests.reports.sample import render_workbook, typed
from tests.reports.workbook.cases import FRAMEWORK, shares_payload
from tests.reports.workbook.conftest import applications_payload
from tests.reports.workbook.recalculated import named, recalculate, saved
from tests.reports.workbook.test_recalculated import agrees, errors_of, is_figure

PAYLOADS = {"applications": applications_payload, "shares": shares_payload}
PAIR = ("prompt_caching", "self_hosted")
OTHERS = ("optimized_api", "hybrid")


def scenario_of(name: str) -> Scenario:
    """The scenario, without scores: they change no cost."""
    results = typed(PAYLOADS[name]()).results
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


@pytest.mark.parametrize("name", PAYLOADS)
def test_curves_of_applications_are_the_engines(
    recalculated: dict[str, Workbook], name: str
) -> None:
    assert_curves(recalculated[name], name, PAIR)


@pytest.mark.parametrize("name", PAYLOADS)
def test_crossings_of_applications_are_the_engines(
    recalculated: dict[str, Workbook], name: str
) -> None:
    [crossing] = [
        each for each in PAYLOADS[name]()["results"]["crossovers"] if pair_of(each) == PAIR
    ]
    ends = [end for pair in crossing["cheaper_intervals"] for end in pair if end is not None]

    rows = recalculated[name]["Crossover"].iter_rows(min_row=FIRST_TABLE + 1, values_only=True)
    found = [row[MARK_VOLUME] for row in rows if is_figure(row[MARK_VOLUME])]

    assert len(found) == len(ends)
    for volume, end in zip(found, ends, strict=True):
        # A straight line between two rows of the table; hits of a cache bend the curve.
        assert abs(volume - end) <= 1e-4 * end


@pytest.mark.parametrize("name", PAYLOADS)
def test_payback_of_applications_is_the_engines(
    recalculated: dict[str, Workbook], name: str
) -> None:
    [wanted] = [each for each in PAYLOADS[name]()["results"]["break_even"] if pair_of(each) == PAIR]

    month, saving = (
        named(recalculated[name], cell).value for cell in ("payback_month", "payback_saving_usd")
    )

    assert agrees(month, wanted["month"])
    assert agrees(saving, wanted["saving_over_horizon_usd"])


def pair_of(compared: dict[str, Any]) -> tuple[str, str]:
    return compared["from"], compared["to"]


def test_other_strategies_of_applications_are_followed(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    book = load_workbook(BytesIO(render_workbook(applications_payload())))
    for place, key in zip(("B4", "B5"), OTHERS, strict=True):
        book["Crossover"][place].value = TITLES[key]

    [found] = recalculate({"other": saved(book)}, tmp_path_factory.mktemp("other")).values()

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
