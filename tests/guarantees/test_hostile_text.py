"""Hostile text in any field prints as text: on every page, in PDF, XLSX and DOCX."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from assessments.scoring import AnswerState, AnswerValue, CheckValue
from organizations import tenancy
from organizations.models import Organization, User
from reports.documents.kit.archive import kit_files
from reports.documents.kit.writing import as_text
from reports.documents.rendering import (
    brief_pdf,
    guide_docx,
    scorecard_pdf,
    workbook_xlsx,
)
from reports.models import Snapshot
from reports.snapshots.selectors import snapshot_payload
from reports.snapshots.services import create_snapshot
from tests import permission_table
from tests.api.callers import caller, firm
from tests.assessments.cast import answer_url
from tests.factories import load_latest_framework
from tests.guarantees.canaries import APPEND_ONLY, tenant_models, typed_fields
from tests.reports import rows as report_rows
from tests.reports.guide.reading import text_of as guide_text
from tests.reports.pdf_text import text_of
from tests.world import World

HOSTILE = "=1+1<script>zq</script>{{7*7}}{%zq%}"
RAW = b"<script>zq"
FORMULAS = ["=1+1", "+1", "-1", "@sum(1)", '=HYPERLINK("http://x.example")', "\t=1"]
# Their makers draw a document each, which takes a while.
DRAWN = {"deliverable", "printed_snapshot"}
RIGHT_TO_LEFT = "abc\u202efdp.exe\u202c \u2066x"
LONG = "W" * 4000


def spoil(organization: Organization) -> int:
    """Write hostile text into every field of the firm's rows that takes it; count the fields."""
    spoilt = set()
    with tenancy.enter(organization_id=organization.pk):
        for model in set(tenant_models()) - set(APPEND_ONLY):
            for row in model._base_manager.filter(organization=organization):
                for field in typed_fields(model, len(HOSTILE) + 5):
                    if _write(row, field.attname, f"{HOSTILE}{len(spoilt)}"):
                        spoilt.add(f"{model._meta.db_table}.{field.attname}")
        Organization.objects.filter(pk=organization.pk).update(name=HOSTILE)
        User.objects.filter(name="").update(name=HOSTILE)
    return len(spoilt)


def _write(row: Any, name: str, value: str) -> bool:
    try:
        with transaction.atomic():
            return bool(type(row)._base_manager.filter(pk=row.pk).update(**{name: value}))
    except (IntegrityError, ProgrammingError):
        return False  # a constraint, or a column that the app itself may not change


@pytest.mark.timeout(600)
def test_hostile_text_in_any_field_is_text_on_every_page(world: World) -> None:
    load_latest_framework()
    makers = permission_table.THINGS
    kinds = makers.keys() - DRAWN
    things: Mapping[str, UUID] = {
        kind: makers[kind](world.organization, world.client) for kind in kinds
    }
    with tenancy.enter(organization_id=world.organization.pk):
        snapshot = report_rows.make_snapshot(world.organization, world.client)
        deliverable = report_rows.finish_deliverable(report_rows.make_deliverable(snapshot))
    things |= {"printed_snapshot": snapshot.pk, "deliverable": deliverable.pk}
    things |= {kind: make() for kind, make in permission_table.SHARED.items()}
    spoilt = spoil(world.organization)
    browser = world.login(Browser(raise_request_exception=False), "owner")

    seen = 0
    faults = []
    for row in permission_table.ROWS:
        if row.method == "GET":
            path = row.address("acme", things)
            answer = browser.get(path)
            body = b"" if answer.streaming or is_plain_file(answer) else answer.content
            seen += b"&lt;script&gt;zq" in body
            if answer.status_code >= 500 or RAW in body or b"=1+149" in body:
                faults.append((path, answer.status_code))

    assert faults == []
    assert spoilt > 20
    assert seen > 10


def is_plain_file(answer: HttpResponse) -> bool:
    """Tell a table or a calendar, in which no browser reads markup, and which it may not show.

    That formulas in them stay text is tests/assessments/test_roadmap_exports.py's.
    """
    if answer.get("Content-Type", "").partition(";")[0] not in ("text/csv", "text/calendar"):
        return False
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    return True


def hostile_snapshot(world: World, text: str) -> Snapshot:
    """A snapshot whose names, title and every comment are one text."""
    load_latest_framework()
    with tenancy.enter(organization_id=world.organization.pk):
        client = world.client
        client.name = text[:120]
        client.save()
        Organization.objects.filter(pk=world.organization.pk).update(name=text[:120])
        client.organization.refresh_from_db()
        assessment = report_rows.make_assessment(world.organization, client, title=text[:160])
        said = AnswerValue(AnswerState.ANSWERED, CheckValue.PARTIAL, comment=text)
        for key in ("cost_attribution", "anomaly_control", "prefix_caching", "semantic_cache"):
            report_rows.answer(assessment, "check", key, said)
        return create_snapshot(by=world.actor("consultant"), assessment=assessment)


def test_hostile_text_is_text_in_every_document(world: World) -> None:
    snapshot = hostile_snapshot(world, HOSTILE)
    payload, sha256 = snapshot_payload(snapshot), snapshot.sha256

    words = [
        text_of(scorecard_pdf(payload, sha256)),
        text_of(brief_pdf(payload, sha256)),
        guide_text(Document(BytesIO(guide_docx(payload, sha256)))),
        " ".join(sheet_texts(workbook_xlsx(payload, sha256))),
    ]

    assert [HOSTILE in text for text in words] == [True] * 4
    readme = kit_files(payload, sha256)["README.md"]
    assert readme.count(as_text(HOSTILE)) == 3  # title, client and organization, as Markdown
    assert RAW.decode() not in readme


def sheet_texts(content: bytes) -> list[str]:
    """The texts of a workbook; a formula that holds one of ours fails."""
    cells = [c for sheet in load_workbook(BytesIO(content)) for row in sheet for c in row]
    assert not [c.value for c in cells if c.data_type == "f" and "zq" in str(c.value)]
    return [c.value for c in cells if c.data_type == "s"]


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_looks_like_a_formula_stays_text(world: World, text: str) -> None:
    snapshot = hostile_snapshot(world, text)

    content = workbook_xlsx(snapshot_payload(snapshot), snapshot.sha256)

    assert text.strip() in [value.strip() for value in sheet_texts(content)]


@pytest.mark.parametrize("text", [LONG, RIGHT_TO_LEFT, "\u0301" * 300, "🧨" * 200], ids=str.__len__)
def test_odd_text_breaks_no_layout(world: World, text: str) -> None:
    snapshot = hostile_snapshot(world, text)

    scorecard = scorecard_pdf(snapshot_payload(snapshot), snapshot.sha256)
    brief = brief_pdf(snapshot_payload(snapshot), snapshot.sha256)

    pages = [len(PdfReader(BytesIO(each)).pages) for each in (scorecard, brief)]
    assert pages == [1, 3]


@pytest.mark.parametrize("text", ["nul \0 inside", "half \ud800 a pair"], ids=["nul", "surrogate"])
def test_what_cannot_be_stored_is_refused_by_the_api(world: World, text: str) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        load_latest_framework()
        assessment = report_rows.make_assessment(world.organization, world.client)
    said = {"version": 0, "state": "answered", "value": "yes", "comment": text}
    path = firm(world, f"assessments/{assessment.pk}/answers/check/prefix_caching/")

    answered = caller(world, "consultant").put(path, said)
    named = caller(world, "consultant").post(firm(world, "clients/"), {"name": text})

    why = "The body has characters that cannot be stored."
    assert (answered.status_code, answered.json()["detail"]) == (400, why)
    assert (named.status_code, named.json()["detail"]) == (400, why)


def test_nul_in_a_form_is_refused_with_its_field(world: World) -> None:
    with tenancy.enter(organization_id=world.organization.pk):
        load_latest_framework()
        assessment = report_rows.make_assessment(world.organization, world.client)
    browser = world.login(Browser(raise_request_exception=False), "consultant")
    said = {"version": "0", "answer": "yes", "comment": "nul \0 inside"}

    answered = browser.post(answer_url(world, assessment, "prefix_caching"), said)
    named = browser.post(reverse("scenarios:client-create", args=["acme"]), {"name": "a\0b"})

    assert (answered.status_code, named.status_code) == (422, 422)
