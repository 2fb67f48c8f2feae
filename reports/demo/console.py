"""The public demo console: the fictional client's economics at a visitor's figures.

Needs no database and keeps nothing of a visitor.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from assessments.framework import load_framework
from assessments.roadmap import effort_days
from assessments.scoring import score
from costing.catalog.documents import read_document
from costing.catalog.genai_prices import find_price
from costing.catalog.prices import ModelPrice
from costing.engine import Scenario
from costing.engine.inputs import MODEL_SECTIONS, Stated
from costing.engine.levers import HOSTING_PAIR
from costing.engine.recommended_crossovers import recommended_crossovers
from costing.engine.results import EffortDays
from costing.scenarios import computing
from costing.scenarios.content.economics import EconomicsPage
from costing.scenarios.content.sources import Given
from costing.scenarios.economics import Economics, compute_economics, priceable
from organizations.concurrency import thread
from reports.demo.sliders import (
    SLIDERS,
    Figures,
    Positions,
    moved,
    read_positions,
    start_figures,
)
from reports.documents.assess_file import AssessFile, parse_assess_file

FILE = Path(__file__).with_name("demo.yaml")
# The one question of the console: an API with prompt caching, or hosting all calls oneself?
PAIRS = [dict(zip(("from", "to"), HOSTING_PAIR, strict=True))]


@dataclass(frozen=True)
class Start:
    """The fictional client's scenario as every visitor finds it."""

    client: str
    scenario: Scenario
    stated: Stated
    prices: Mapping[str, ModelPrice]
    figures: Figures
    days: EffortDays


@cache
def start() -> Start:
    """Read the demonstration's file once a process: it is part of the product."""
    file = parse_assess_file(read_document(str(FILE)))
    framework = load_framework()
    maturity = score(framework, file.answers).maturity
    # Futures are left to scenarios: drawing them takes longer than a move of a slider may.
    document = {
        **file.scenario_document,
        "maturity": maturity,
        "pairs": PAIRS,
        "ranges": None,
    }
    scenario = priceable(document, framework)
    return Start(
        client=file.client,
        scenario=scenario,
        stated=Stated(file.scenario),
        prices=_prices(file),
        figures=start_figures(scenario),
        days=effort_days(framework, file.answers),
    )


def _prices(file: AssessFile) -> dict[str, ModelPrice]:
    found = {
        key: find_price(file.scenario[key]["catalog"], file.as_of)
        for key in MODEL_SECTIONS
        if key in file.scenario
    }
    return {key: price for key, price in found.items() if price is not None}


def console_economics(positions: Positions) -> Economics:
    """What the engine says at these positions."""
    demo, watch = start(), computing.deadline(computing.PREVIEW_DEADLINE_SECONDS)
    found = compute_economics(
        moved(demo.scenario, positions.figures),
        framework=load_framework(),
        watch=watch,
        days=demo.days,
    )
    pays = recommended_crossovers(found.estimate, watch)
    return replace(found, estimate=replace(found.estimate, recommended_crossovers=pays))


def console_page(query: Mapping[str, str]) -> dict[str, Any]:
    """All that the console shows for a query, by name."""
    demo = start()
    positions = read_positions(query, demo.figures)
    with thread():
        economics = console_economics(positions)
    return {
        "client": demo.client,
        "sliders": [(slider, f"{positions.figures[slider.name]:.15g}") for slider in SLIDERS],
        "remarks": positions.remarks,
        "economics": economics,
        "page": EconomicsPage(
            economics.estimate, (), economics.pictures, Given(demo.prices, {}, demo.stated)
        ),
    }
