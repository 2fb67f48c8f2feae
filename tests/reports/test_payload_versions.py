"""Snapshots of earlier releases still open and make every document.

Each file of `payloads/v1` is the canonical text that a snapshot of the first version stores: the
demonstration, cases with and without economics, a roadmap that people keep, nothing answered.
"""

import json
from pathlib import Path

import pytest

from reports.documents.rendering import DRAWERS
from reports.models import DeliverableKind, PaperSize
from reports.snapshots.payload import SCHEMA_VERSION, canonical_json, checksum, read_payload
from tests.reports.sample import quoting

FOLDER = Path(__file__).parent / "payloads" / "v1"
STORED = {path.stem: path.read_text("ascii") for path in sorted(FOLDER.glob("*.json"))}
ZIPPED = (DeliverableKind.WORKBOOK, DeliverableKind.GUIDE, DeliverableKind.STARTER_KIT)
PRINTED = (DeliverableKind.SCORECARD, DeliverableKind.EXECUTIVE_BRIEF)
# Fewer than half of their questions are answered; three were frozen with a score all the same.
BELOW_HALF = {
    "agents_measured_hits",
    "blank",
    "no_cache_on_either_model",
    "nothing_asked",
    "owned_scheduled",
    "unanswered",
}
WITHHELD = ("overall", "low", "high", "shown", "band")
PRINTED_CASES = ("blank", "contract_prices", "demo", "own_roadmap", "unanswered")


def drawn(name: str, kind: DeliverableKind) -> bytes:
    payload = read_payload(json.loads(STORED[name]))
    return DRAWERS[kind](payload, checksum(STORED[name]), PaperSize.A4)


@pytest.mark.parametrize("name", STORED)
def test_a_stored_payload_is_canonical(name: str) -> None:
    assert canonical_json(json.loads(STORED[name])) == STORED[name]


@pytest.mark.parametrize("name", STORED)
def test_a_stored_payload_reads_as_the_present_version_with_nothing_lost(name: str) -> None:
    stored = json.loads(STORED[name])

    document = json.loads(canonical_json(read_payload(stored).document()))

    assert document["schema_version"] == SCHEMA_VERSION
    quoted = quoting(document)
    assert quoted.pop("schema_version") == 2
    assert stored.pop("format") == 1
    assert stored["framework"].pop("sha256") == document["scores"]["framework"]["sha256"]
    assert quoted.pop("is_approved") is True
    is_thin = name in BELOW_HALF  # too little is answered to state what was frozen
    for kind, scores in (("", quoted["scores"]), ("own", quoted["scores"]["own"])):
        if scores is None:
            continue
        assert bool(scores.pop("provisional")) is is_thin
        if is_thin:
            assert {scores[key] for key in WITHHELD} == {None}
            kept = stored["scores"]["own"] if kind else stored["scores"]
            scores |= {key: kept[key] for key in WITHHELD}
    if is_thin:
        quoted["scores"]["explanation"] = stored["scores"]["explanation"]
    if quoted["results"]:  # the steps to what was recommended are new
        steps = quoted["results"].pop("recommendation", None)
        assert (
            steps is None
            or steps["now"]["levers"] == (quoted["results"]["recommended_today"]["levers"])
        )
    assert quoted == stored


@pytest.mark.parametrize("kind", ZIPPED)
@pytest.mark.parametrize("name", STORED)
def test_a_stored_payload_makes_workbook_guide_and_kit(name: str, kind: DeliverableKind) -> None:
    assert drawn(name, kind).startswith(b"PK")


@pytest.mark.parametrize("kind", PRINTED)
@pytest.mark.parametrize("name", PRINTED_CASES)
def test_a_stored_payload_makes_scorecard_and_brief(name: str, kind: DeliverableKind) -> None:
    assert drawn(name, kind).startswith(b"%PDF")
