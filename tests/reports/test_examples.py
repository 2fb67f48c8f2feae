"""The worked clients of `docs/examples`: what their README says holds, and their sources stand."""

import re
from datetime import date
from decimal import Decimal

import pytest

from costing.catalog.genai_prices import find_price
from costing.catalog.offers import find_offer
from costing.engine.inputs import referring_models
from reports.documents.content.economics import economics_content
from reports.documents.rendering import brief_pdf
from tests.cases.loading import frozen
from tests.costing.cast import find_series
from tests.reports.examples import FOLDER, README, document, filled, sections
from tests.reports.pdf_text import text_of

NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
OFFER = re.compile(r"- the GPUs?: (\S+), ([\d.]+) USD per hour")
SERIES = re.compile(r"- the points: ([\w.-]+),")
CHECKED = re.compile(r"checked\s+(?:# +)?on\s+(?:# +)?(\d{4}-\d\d-\d\d)")


def source_text(name: str) -> str:
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


def test_readme_walks_through_every_client() -> None:
    assert sorted(sections()) == NAMES
    assert len(NAMES) == 3
    assert all("(fictional)" in document(name)["client"] for name in NAMES)


def test_figures_and_quotations_of_the_readme_are_those_of_the_results() -> None:
    text = README.read_text(encoding="utf-8")

    assert filled(text) == text


@pytest.mark.parametrize("name", NAMES)
def test_numbers_in_the_prose_stand_in_the_file_or_a_row(name: str) -> None:
    told = re.sub(r"`[^`]*`", "", sections()[name])
    rows = [line for line in told.splitlines() if line.startswith("|")]
    prose = " ".join(line for line in told.splitlines() if not line.startswith(("|", ">", "#")))
    known = {number.replace(",", "") for number in NUMBER.findall(" ".join(rows))}
    for number in NUMBER.findall(source_text(name).replace("_", "")):
        plain = Decimal(number.replace(",", ""))
        known |= {f"{plain:f}", f"{(plain * 100).normalize():f}"}

    unknown = [each for each in NUMBER.findall(prose) if each.replace(",", "") not in known]
    assert unknown == []


@pytest.mark.parametrize("name", NAMES)
def test_prices_and_measurements_are_the_catalog_s(name: str) -> None:
    file, text = document(name), source_text(name)
    pool, as_of = file["scenario"]["pool"], file["as_of"]
    days = {date.fromisoformat(day) for day in CHECKED.findall(text)}

    (key, price), (series_key,) = OFFER.findall(text)[0], SERIES.findall(text)
    offer, series = find_offer(key), find_series(series_key)
    assert offer is not None
    assert series is not None
    listed = Decimal(str(pool["usd_per_instance_hour"]))
    assert offer.usd_per_instance_hour == Decimal(price) == listed
    fields = ("concurrency", "input_tokens", "output_tokens", "ttft_ms", "tpot_ms")
    measured = {tuple(getattr(each, field) for field in fields) for each in series.points}
    assert {tuple(point[field] for field in fields) for point in pool["points"]} <= measured
    assert offer.source_url in text
    assert series.source_url in text
    prices = [
        find_price(model["catalog"], as_of) for _, model in referring_models(file["scenario"])
    ]
    assert {price.checked_on for price in prices if price} | {
        offer.checked_on,
        series.checked_on,
    } == days


@pytest.mark.parametrize("name", NAMES)
def test_brief_shows_every_fact_whole(name: str) -> None:
    payload, sha256 = frozen(name).payload, frozen(name).sha256
    economics = economics_content(payload)

    text = text_of(brief_pdf(payload, sha256))

    told = [fact.value for fact in (*economics.investment, *economics.basis)]
    assert [value for value in told if value not in text] == []
