"""Workbooks as an independent program computes them, once for all tests."""

from functools import partial
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from assessments.framework import load_framework
from costing.catalog.documents import read_document
from costing.scenarios.content.titles import STRATEGY_TITLES as TITLES
from reports.documents.assess_command import assess
from reports.documents.assess_file import parse_assess_file
from tests.cases.loading import frozen, frozen_in
from tests.currencies import EUR_STATED
from tests.reports.sample import render_workbook
from tests.reports.workbook.cases import (
    SCENARIOS,
    blank_payload,
    everything_payload,
    several_units_payload,
    shares_payload,
)
from tests.reports.workbook.recalculated import (
    Recalculated,
    Typed,
    recalculate_once,
    saved,
)
from tests.reports.workbook.typed import (
    case_typed,
    every_choice,
    named_place,
    strategies_compared,
    wrong_book,
)

ANOTHER_RATE = 1.1
OTHER_UNITS = {
    "premium_provisioned_units": 60,
    "has_small_provisioned": "no",
    "app5_premium_provisioned_units": 6,
    "app5_share": 0.2,
    "app2_share": 0.3,
}
OTHERS = ("optimized_api", "hybrid")
TYPED_INTO = ("demo", "euro", "everything", "several units")
SOLD = ("tiers and batch", "owned, prices that move", "calls that wait, in bursts")


def applications_payload() -> dict[str, Any]:
    """The payload of a client with six applications on one pool."""
    return frozen("applications").payload.document()


def waiting_payload() -> dict[str, Any]:
    """The payload of a client with two applications, one of which waits for the other's pool."""
    return frozen("batch_waits_for_another").payload.document()


def units_payload() -> dict[str, Any]:
    """The payload of a client with two applications that share provisioned units."""
    return frozen("units_shared").payload.document()


APPLICATIONS = {
    "applications": applications_payload,
    "shares": shares_payload,
    "waiting": waiting_payload,
    "units": units_payload,
    "several units": several_units_payload,
}
"""Payloads of clients with several applications."""


def euro_payload() -> dict[str, Any]:
    """The payload of a client whose money is shown in euro."""
    return frozen_in("middling", EUR_STATED).payload.document()


@pytest.fixture(scope="session")
def demo_payload() -> dict[str, Any]:
    """The payload of the product's demo."""
    framework = load_framework()
    file = parse_assess_file(read_document("reports/demo/demo.yaml"), framework)
    return assess(file, framework).document()


@pytest.fixture(scope="session")
def demo_book(demo_payload: dict[str, Any]) -> bytes:
    """The workbook of the product's demo."""
    return render_workbook(demo_payload)


@pytest.fixture(scope="session")
def recalculated(demo_book: bytes, tmp_path_factory: pytest.TempPathFactory) -> Recalculated:
    """Workbooks as delivered, and every case typed into the demo's or one with all that is sold."""
    return recalculate_once(partial(_workbooks, demo_book), tmp_path_factory, "recalculated")


def _workbooks(demo: bytes) -> tuple[dict[str, bytes], dict[str, Typed]]:
    files = {
        "demo": demo,
        "blank": render_workbook(blank_payload()),
        **{name: render_workbook(payload()) for name, payload in APPLICATIONS.items()},
        "euro": render_workbook(euro_payload()),
        "everything": render_workbook(everything_payload()),
        "wrong": saved(wrong_book()),
    }
    books = {name: load_workbook(BytesIO(files[name])) for name in TYPED_INTO}
    typed = {
        name: Typed(into, case_typed(books[into], name))
        for name in SCENARIOS
        for into in ["everything" if name in SOLD else "demo"]
    }
    rate = {named_place(books["euro"], "currency_units_per_usd"): ANOTHER_RATE}
    units = {named_place(books["several units"], name): to for name, to in OTHER_UNITS.items()}
    pair = {
        ("Crossover", place): TITLES[key] for place, key in zip(("B4", "B5"), OTHERS, strict=True)
    }
    return files, {
        **typed,
        **strategies_compared(books["demo"]),
        **every_choice(books["demo"]),
        "euro at another rate": Typed("euro", rate),
        "other units": Typed("several units", units),
        "other strategies": Typed("applications", pair),
    }
