"""Measured usage speaks in a snapshot and in the workbook that is drawn from it."""

import io
from datetime import date
from decimal import Decimal

import openpyxl

from assessments.framework import load_framework
from assessments.scoring import AnswerState, AnswerValue, MeasuredUsage
from reports.snapshots.freezing import Case, freeze
from tests.reports.sample import render_workbook


def frozen(measured: MeasuredUsage) -> dict:
    claims = {
        "caching": AnswerValue(AnswerState.ANSWERED, level=4),
        "routing": AnswerValue(AnswerState.ANSWERED, level=3),
    }
    case = Case(
        organization="Firm",
        client="Client",
        title="Review",
        as_of=date(2026, 11, 1),
        framework=load_framework("1"),
        answers=claims,
        measured=measured,
    )
    return freeze(case, None).document()


def cells(payload: dict) -> list[object]:
    sheet = openpyxl.load_workbook(io.BytesIO(render_workbook(payload)), data_only=True)["Maturity"]
    return [cell.value for row in sheet.iter_rows() for cell in row]


def test_the_workbook_holds_what_was_measured_and_refutes_the_same_claims() -> None:
    payload = frozen(MeasuredUsage(Decimal("0.1"), Decimal("0.97")))

    refuted = [
        key for key, each in payload["scores"]["dimensions"].items() if each["contradictions"]
    ]
    shown = cells(payload)

    assert sorted(refuted) == ["caching", "routing"]
    assert shown.count("measured usage refutes the claim") == 2
    assert {0.1, 0.97} <= {value for value in shown if isinstance(value, float)}


def test_a_snapshot_of_an_earlier_release_measures_nothing() -> None:
    payload = frozen(MeasuredUsage())
    del payload["measured"]

    assert "measured usage refutes the claim" not in cells(payload)
