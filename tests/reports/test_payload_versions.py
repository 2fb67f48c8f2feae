"""Snapshots of earlier releases still open and make every document.

Each file of `payloads/v1` is the canonical text that a snapshot of the first version stores: the
demonstration, cases with and without economics, a roadmap that people keep, nothing answered.
"""

import json
from pathlib import Path

import pytest

from reports.documents.renderers.documents import DRAWERS, Paper
from reports.models import DeliverableKind
from reports.snapshots.payload import canonical_json, checksum

FOLDER = Path(__file__).parent / "payloads" / "v1"
STORED = {path.stem: path.read_text("ascii") for path in sorted(FOLDER.glob("*.json"))}
OFFICE = (DeliverableKind.WORKBOOK, DeliverableKind.GUIDE)
PRINTED = (DeliverableKind.SCORECARD, DeliverableKind.EXECUTIVE_BRIEF)
PRINTED_CASES = ("blank", "contract_prices", "demo", "own_roadmap", "unanswered")


def drawn(name: str, kind: DeliverableKind) -> bytes:
    return DRAWERS[kind](json.loads(STORED[name]), checksum(STORED[name]), Paper.A4)


@pytest.mark.parametrize("name", STORED)
def test_a_stored_payload_is_canonical(name: str) -> None:
    assert canonical_json(json.loads(STORED[name])) == STORED[name]


@pytest.mark.parametrize("kind", OFFICE)
@pytest.mark.parametrize("name", STORED)
def test_a_stored_payload_makes_workbook_and_guide(name: str, kind: DeliverableKind) -> None:
    assert drawn(name, kind).startswith(b"PK")


@pytest.mark.parametrize("kind", PRINTED)
@pytest.mark.parametrize("name", PRINTED_CASES)
def test_a_stored_payload_makes_scorecard_and_brief(name: str, kind: DeliverableKind) -> None:
    assert drawn(name, kind).startswith(b"%PDF")
