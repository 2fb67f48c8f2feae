"""Workbooks as an independent program computes them, once for all tests."""

from functools import partial
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from assessments.framework import load_framework
from costing.catalog.documents import read_document
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
    named,
    recalculate_once,
    saved,
    without_values,
)
from tests.reports.workbook.typed import type_case

ANOTHER_RATE = 1.1
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


def at_another_rate(content: bytes) -> bytes:
    """The workbook after somebody typed the rate of another day."""
    book = load_workbook(BytesIO(content))
    named(book, "currency_units_per_usd").value = ANOTHER_RATE
    return saved(book)


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


def _workbooks(demo: bytes) -> dict[str, bytes]:
    files = {
        "demo": without_values(demo),
        "blank": without_values(render_workbook(blank_payload())),
        **{
            name: without_values(render_workbook(payload()))
            for name, payload in APPLICATIONS.items()
        },
        "euro": without_values(render_workbook(euro_payload())),
        "euro at another rate": at_another_rate(render_workbook(euro_payload())),
    }
    # Read once: a case is typed over whatever stands there, also the one before it.
    delivered, everything = (
        load_workbook(BytesIO(content)) for content in (demo, render_workbook(everything_payload()))
    )
    for name in SCENARIOS:
        book = everything if name in SOLD else delivered
        type_case(book, name)
        files[name] = saved(book)
    return files
