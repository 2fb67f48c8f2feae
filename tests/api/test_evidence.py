"""Evidence over the API: links as JSON, files as forms, handed out by the row's right (F1, U1)."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.models import Assessment, Evidence
from organizations import tenancy
from tests.api.callers import caller, firm
from tests.costing.cast import make_assessment
from tests.world import World

CSV = b"day,tokens\n2026-11-01,12\n"


def upload(content: bytes = CSV, name: str = "tokens.csv") -> dict[str, Any]:
    """Return a form with one file."""
    return {"file": SimpleUploadedFile(name, content)}


def question_path(world: World, assessment: Assessment, key: str = "triage") -> str:
    """Return where evidence of a question is sent to."""
    return firm(world, f"assessments/{assessment.pk}/answers/check/{key}/evidence/")


def stored(world: World) -> int:
    """Return how many links and files there are; each file has its row."""
    with tenancy.enter(organization_id=world.organization.pk):
        rows = Evidence.objects.count()
        files = Evidence.objects.filter(evidence_kind="file").count()
    folder = Path(settings.MEDIA_ROOT, "evidence")
    assert len([path for path in folder.rglob("*") if path.is_file()]) == files
    return rows


def test_file_comes_back_as_it_was_sent(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)
    program = caller(world, "client_key")

    answer = program.post_form(question_path(world, assessment), upload())
    file = caller(world, "viewer").get(answer.json()["file"])

    assert (answer.status_code, answer["Location"]) == (
        201,
        firm(world, f"evidence/{answer.json()['id']}/"),
    )
    assert (file.content, file["Content-Type"]) == (CSV, "text/csv; charset=utf-8")
    assert file["Content-Disposition"] == 'attachment; filename="tokens.csv"'
    assert (file["X-Content-Type-Options"], file["Cache-Control"]) == (
        "nosniff",
        "private, no-store",
    )


def test_list_is_narrowed_to_a_question(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)
    program = caller(world, "key")
    for key in ("triage", "gateway"):
        url = f"https://wiki.example/{key}"
        program.post(question_path(world, assessment, key), {"url": url})

    listed = program.get(firm(world, f"assessments/{assessment.pk}/evidence/?key=gateway"))

    assert [each["url"] for each in listed.json()["results"]] == ["https://wiki.example/gateway"]
    assert [each["file"] for each in listed.json()["results"]] == [None]


def test_deleted_file_is_gone(world: World, django_capture_on_commit_callbacks: Any) -> None:
    assessment = make_assessment(world.organization, world.client)
    program = caller(world, "key")
    made = program.post_form(question_path(world, assessment), upload())

    with django_capture_on_commit_callbacks(execute=True):
        deleted = program.send("DELETE", made["Location"])

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert program.get(made.json()["file"]).status_code == 404
    assert stored(world) == 0


@pytest.mark.parametrize(
    ("form", "status", "field"),
    [
        (upload(b""), 422, "file"),
        (upload(b"MZ\x90\x00 not a table", "tokens.exe"), 422, "file"),
        (upload(CSV, "tokens.pdf"), 422, "file"),
        (upload(b"a" * (10 * 1024 * 1024 + 1), "a.txt"), 422, "file"),
        ({**upload(), "organization": "x"}, 422, "organization"),
        ({"url": "javascript:alert(1)"}, 422, "url"),
        ({"url": "https://wiki.example/\0"}, 400, None),
        ({}, 422, "url"),
    ],
)
def test_unfit_form_leaves_nothing(
    world: World, form: dict[str, Any], status: int, field: str | None
) -> None:
    assessment = make_assessment(world.organization, world.client)

    answer = caller(world, "key").post_form(question_path(world, assessment), form)

    assert (answer.status_code, list(answer.json()["fields"])) == (status, [field] if field else [])
    assert stored(world) == 0


def test_question_that_nobody_asks_is_not_found(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)
    path = question_path(world, assessment, "nothing")

    answers = [caller(world, "key").post_form(path, upload())]
    answers.append(caller(world, "key").post(path, {"url": "https://wiki.example/"}))

    assert [answer.status_code for answer in answers] == [404, 404]
    assert stored(world) == 0


def test_repeated_upload_makes_one_and_another_file_is_refused(world: World) -> None:
    assessment = make_assessment(world.organization, world.client)
    program, path = caller(world, "key"), question_path(world, assessment)

    first = program.post_form(path, upload(), Idempotency_Key="one")
    second = program.post_form(path, upload(), Idempotency_Key="one")
    other = program.post_form(path, upload(CSV + b"2026-11-02,9\n"), Idempotency_Key="one")
    renamed = program.post_form(path, upload(name="others.csv"), Idempotency_Key="one")

    assert first.json() == second.json()
    assert [each.status_code for each in (first, second, other, renamed)] == [201, 201, 422, 422]
    assert stored(world) == 1


BOUNDARY = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n'


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("multipart/form-data", PART + b"\r\na\r\n--x--\r\n", 400),
        ("multipart/form-data; boundary=\xff", PART + b"\r\na\r\n--x--\r\n", 400),
        (BOUNDARY, b"", 422),
        (BOUNDARY, b"\x00\xff" * 50, 422),
        (BOUNDARY, PART, 422),
        (BOUNDARY, PART + b"Content-Transfer-Encoding: base64\r\n\r\n!!!!\r\n--x--\r\n", 422),
        (
            BOUNDARY,
            b"".join(
                b'--x\r\nContent-Disposition: form-data; name="%d"\r\n\r\n1\r\n' % number
                for number in range(1200)
            )
            + b"--x--\r\n",
            400,
        ),
        (BOUNDARY, PART.replace(b'"file"', b'"url"') + b"\r\na\r\n--x--\r\n", 422),
        (
            BOUNDARY,
            b'--x\r\nContent-Disposition: form-data; name="url"\r\n\r\n\x00\r\n--x--\r\n',
            400,
        ),
        (
            BOUNDARY,
            b'--x\r\nContent-Disposition: form-data; name="url"\r\n\r\n' + b"a" * 3_000_000,
            400,
        ),
        (
            BOUNDARY,
            PART.replace(b"a.txt", b"%00\x00\x1b/../..") + b"\r\na\r\n--x--\r\n",
            422,
        ),
        ("application/x-www-form-urlencoded", b"url=https://wiki.example/", 415),
    ],
)
def test_broken_form_is_refused_in_the_one_shape(
    world: World, content_type: str, body: bytes, status: int
) -> None:
    assessment = make_assessment(world.organization, world.client)
    program = caller(world, "key")

    answer = program.browser.generic(
        "POST", question_path(world, assessment), body, content_type, headers=program.headers
    )

    assert answer.status_code == status
    assert set(answer.json()) == {"code", "detail", "fields"}
    assert stored(world) == 0
